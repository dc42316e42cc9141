//! What people can hold: methods, and models of passkeys as fine as the tenant tells them apart.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use cardea_policy::conditions::platform::Platform;
use cardea_policy::id::Aaguid;
use cardea_policy::strength::{Mode, PasskeyRule};

use crate::methods::{KeyRestrictions, PasskeyType};
use crate::tenant::Tenant;

/// Something a person can hold and show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// A method that is told apart by its mode only.
    Mode(Mode),
    /// A passkey.
    Passkey(Passkey),
}

/// A passkey, as fine as the tenant's rules tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passkey {
    /// Where it is kept.
    pub home: PasskeyHome,
    /// Its model; `None` for one that no rule names.
    pub model: Option<Aaguid>,
}

/// Where a passkey is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasskeyHome {
    /// Authenticator on Android.
    AuthenticatorAndroid,
    /// Authenticator on iOS.
    AuthenticatorIos,
    /// A security key, or another device-bound authenticator.
    SecurityKey,
    /// A provider that syncs it between devices.
    SyncedProvider,
    /// The key store of Windows.
    Windows,
}

impl PasskeyHome {
    /// Whether such a passkey leaves its device.
    pub fn kind(self) -> PasskeyType {
        match self {
            Self::AuthenticatorAndroid
            | Self::AuthenticatorIos
            | Self::SecurityKey
            | Self::Windows => PasskeyType::DeviceBound,
            Self::SyncedProvider => PasskeyType::Synced,
        }
    }

    /// The phone platform, for passkeys in Authenticator.
    pub fn authenticator(self) -> Option<Platform> {
        match self {
            Self::AuthenticatorAndroid => Some(Platform::Android),
            Self::AuthenticatorIos => Some(Platform::Ios),
            Self::SecurityKey | Self::SyncedProvider | Self::Windows => None,
        }
    }
}

impl Method {
    /// Graph's mode.
    pub fn mode(self) -> Mode {
        match self {
            Self::Mode(mode) => mode,
            Self::Passkey(_) => Mode::Fido2,
        }
    }

    /// What people call it.
    pub fn text(self) -> String {
        match self {
            Self::Mode(mode) => String::from(mode.text()),
            Self::Passkey(passkey) => String::from(match passkey.home {
                PasskeyHome::AuthenticatorAndroid => "passkey in Authenticator (Android)",
                PasskeyHome::AuthenticatorIos => "passkey in Authenticator (iOS)",
                PasskeyHome::SecurityKey => "security key",
                PasskeyHome::SyncedProvider => "synced passkey",
                PasskeyHome::Windows => "passkey in Windows",
            }),
        }
    }
}

/// The position of a method in [`Means`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeansIndex(pub usize);

/// Everything that people of a tenant can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Means {
    list: Vec<Method>,
}

impl Means {
    /// The methods that the tenant's strengths and methods policy tell apart.
    pub fn of(tenant: &Tenant) -> Self {
        let mut list = listed(&named_models(tenant), NAMED_MODELS);
        list.extend(apart(tenant).map(Method::Passkey));
        Self { list }
    }

    /// The methods that a running tenant tells apart: every model that a rule names, however many.
    /// [`Means::of`] bounds them, because a prover asks about all of them together.
    pub fn of_running(tenant: &Tenant) -> Self {
        let further = [
            (PasskeyHome::AuthenticatorAndroid, Aaguid::CARDEA_ANDROID),
            (PasskeyHome::AuthenticatorIos, Aaguid::CARDEA_IOS),
            (PasskeyHome::Windows, Aaguid::WINDOWS_HELLO_VBS),
            (PasskeyHome::Windows, Aaguid::WINDOWS_HELLO_SOFTWARE),
        ];
        let mut list = listed(&named_models(tenant), usize::MAX);
        for (home, model) in further {
            let method = Method::Passkey(Passkey { home, model: Some(model) });
            if !list.contains(&method) {
                list.push(method);
            }
        }
        Self { list }
    }

    /// The methods with their positions.
    pub fn iter(&self) -> impl Iterator<Item = (MeansIndex, Method)> + '_ {
        self.list.iter().enumerate().map(|(at, method)| (MeansIndex(at), *method))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none; never, in practice.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The method at the position.
    pub fn method(&self, index: MeansIndex) -> Option<Method> {
        self.list.get(index.0).copied()
    }

    /// The position of a method that is told apart by its mode.
    pub fn mode(&self, mode: Mode) -> Option<MeansIndex> {
        self.list.iter().position(|method| *method == Method::Mode(mode)).map(MeansIndex)
    }

    /// The position of a pass that is used once.
    pub fn one_time_pass(&self) -> Option<MeansIndex> {
        self.mode(Mode::TemporaryAccessPassOneTime)
    }

    /// The position of a registered passkey: by where it is kept and by its model, where a rule
    /// names that; a model that no rule names counts as any other.
    pub fn passkey(&self, home: PasskeyHome, model: Option<Aaguid>) -> Option<MeansIndex> {
        let at = |wanted: Option<Aaguid>| {
            let mut passkeys = self.passkeys();
            passkeys.find(|(_, it)| it.home == home && it.model == wanted).map(|(at, _)| at)
        };
        at(model).or_else(|| at(None))
    }

    /// The passkeys with their positions.
    pub fn passkeys(&self) -> impl Iterator<Item = (MeansIndex, Passkey)> + '_ {
        self.iter().filter_map(|(at, method)| match method {
            Method::Passkey(passkey) => Some((at, passkey)),
            Method::Mode(_) => None,
        })
    }
}

fn named_models(tenant: &Tenant) -> BTreeSet<Aaguid> {
    lists(tenant).flatten().copied().collect()
}

/// The lists of models in the tenant's rules.
fn lists(tenant: &Tenant) -> impl Iterator<Item = &BTreeSet<Aaguid>> {
    let combinations = tenant.strengths.iter().flat_map(|strength| &strength.combinations);
    let strengths = combinations.filter_map(|combination| match &combination.passkeys {
        PasskeyRule::Only(only) => Some(only),
        PasskeyRule::Any => None,
    });
    let profiles = tenant.methods.iter().flat_map(|methods| &methods.passkeys.profiles);
    strengths.chain(profiles.filter_map(|profile| match &profile.restrictions {
        KeyRestrictions::None => None,
        KeyRestrictions::Allow(named) | KeyRestrictions::Block(named) => Some(named),
    }))
}

/// Cardea's models of Authenticator, where some rule names them and some rule treats them otherwise
/// than Microsoft's. Where all rules treat both alike, Microsoft's stand for both: a prover's world
/// is not made larger by what nothing distinguishes.
fn apart(tenant: &Tenant) -> impl Iterator<Item = Passkey> {
    let homes = [
        (PasskeyHome::AuthenticatorAndroid, Aaguid::ANDROID),
        (PasskeyHome::AuthenticatorIos, Aaguid::IOS),
    ];
    homes.into_iter().filter_map(|(home, [microsofts, cardeas])| {
        let named = lists(tenant).any(|list| list.contains(&cardeas));
        let differ =
            |list: &BTreeSet<Aaguid>| list.contains(&microsofts) != list.contains(&cardeas);
        (named && lists(tenant).any(differ)).then_some(Passkey { home, model: Some(cardeas) })
    })
}

/// A model that nothing is known about may belong to a security key or to a provider that syncs.
/// Models of which no two rules differ would be interchangeable; they are kept apart by name, at
/// most eight, because a tenant may list every security key on the market.
const NAMED_MODELS: usize = 8;

fn listed(named: &BTreeSet<Aaguid>, most: usize) -> Vec<Method> {
    let modes = Mode::ALL.into_iter().filter(|mode| *mode != Mode::Fido2).map(Method::Mode);
    modes.chain(passkeys(named, most).into_iter().map(Method::Passkey)).collect()
}

fn passkeys(named: &BTreeSet<Aaguid>, most: usize) -> Vec<Passkey> {
    let mut passkeys = Vec::from([
        Passkey {
            home: PasskeyHome::AuthenticatorAndroid,
            model: Some(Aaguid::AUTHENTICATOR_ANDROID),
        },
        Passkey { home: PasskeyHome::AuthenticatorIos, model: Some(Aaguid::AUTHENTICATOR_IOS) },
        Passkey { home: PasskeyHome::SecurityKey, model: None },
        Passkey { home: PasskeyHome::SyncedProvider, model: None },
        Passkey { home: PasskeyHome::Windows, model: Some(Aaguid::WINDOWS_HELLO_HARDWARE) },
    ]);
    let others =
        named.iter().filter(|model| !model.is_authenticator() && !model.is_windows_hello());
    for model in others.take(most) {
        for home in [PasskeyHome::SecurityKey, PasskeyHome::SyncedProvider] {
            passkeys.push(Passkey { home, model: Some(*model) });
        }
    }
    passkeys
}

#[cfg(test)]
mod tests {
    use cardea_policy::strength::{Combination, Origin, Strength};

    use super::*;

    /// A tenant with a strength for each of these lists of models.
    fn tenant(lists: &[&[Aaguid]]) -> Tenant {
        let strength = |models: &[Aaguid]| Strength {
            id: "s".into(),
            name: String::from("s"),
            origin: Origin::Custom,
            combinations: Vec::from([Combination {
                passkeys: PasskeyRule::Only(models.iter().copied().collect()),
                ..Combination::of(&[Mode::Fido2])
            }]),
        };
        Tenant {
            strengths: lists.iter().map(|models| strength(models)).collect(),
            ..Tenant::default()
        }
    }

    /// The models of passkeys in Authenticator on Android that are told apart.
    fn on_android(means: &Means) -> Vec<Option<Aaguid>> {
        let passkeys = means.passkeys().map(|(_, passkey)| passkey);
        let android = passkeys.filter(|it| it.home == PasskeyHome::AuthenticatorAndroid);
        android.map(|it| it.model).collect()
    }

    const MICROSOFTS: Option<Aaguid> = Some(Aaguid::AUTHENTICATOR_ANDROID);
    const CARDEAS: Option<Aaguid> = Some(Aaguid::CARDEA_ANDROID);

    #[test]
    fn a_prover_tells_both_apps_apart_only_where_a_rule_does() {
        let of = |lists: &[&[Aaguid]]| on_android(&Means::of(&tenant(lists)));
        assert_eq!(of(&[]), [MICROSOFTS]);
        assert_eq!(of(&[&[Aaguid::AUTHENTICATOR_ANDROID]]), [MICROSOFTS]);
        assert_eq!(of(&[&Aaguid::ANDROID, &Aaguid::IOS]), [MICROSOFTS]);
        assert_eq!(of(&[&[Aaguid::CARDEA_ANDROID]]), [MICROSOFTS, CARDEAS]);
        let both = [&Aaguid::ANDROID[..], &[Aaguid::AUTHENTICATOR_ANDROID]];
        assert_eq!(of(&both), [MICROSOFTS, CARDEAS]);
    }

    #[test]
    fn a_running_tenant_knows_the_passkeys_of_both_apps() {
        for lists in [&[][..], &[&Aaguid::ANDROID[..]], &[&[Aaguid::CARDEA_ANDROID][..]]] {
            let means = Means::of_running(&tenant(lists));
            assert_eq!(on_android(&means), [MICROSOFTS, CARDEAS]);
            let found = means.passkey(PasskeyHome::AuthenticatorAndroid, CARDEAS);
            assert!(found.is_some_and(|at| means.method(at).is_some()));
            assert!(
                means.passkey(PasskeyHome::AuthenticatorIos, Some(Aaguid::CARDEA_IOS)).is_some()
            );
        }
    }
}
