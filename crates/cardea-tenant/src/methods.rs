//! The authentication methods policy: who may register and use which method.
//!
//! Source: Graph's `authenticationMethodsPolicy`; Entra, *Manage authentication methods* and
//! *Enable passkeys (FIDO2)*.

mod told_apart;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use cardea_policy::conditions::principal::Person;
use cardea_policy::id::{Aaguid, GroupId, PasskeyProfileId, UserId};

/// The authentication methods policy.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MethodsPolicy {
    /// One configuration for each kind of method that the input has.
    pub configurations: BTreeMap<MethodKind, MethodConfiguration>,
    /// What is particular to passkeys.
    pub passkeys: PasskeySettings,
    /// What is particular to passes.
    pub pass: PassSettings,
    /// The registration campaign.
    pub campaign: Option<Campaign>,
    /// Whether older per-user policies may still enable methods.
    pub migration: Migration,
}

/// A kind of method, as the methods policy configures it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the Graph configuration of that id")]
pub enum MethodKind {
    Fido2,
    MicrosoftAuthenticator,
    Sms,
    Voice,
    TemporaryAccessPass,
    SoftwareOath,
    HardwareOath,
    Email,
    X509Certificate,
    QrCodePin,
    External,
    VerifiableCredentials,
}

impl MethodKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Fido2,
        Self::MicrosoftAuthenticator,
        Self::Sms,
        Self::Voice,
        Self::TemporaryAccessPass,
        Self::SoftwareOath,
        Self::HardwareOath,
        Self::Email,
        Self::X509Certificate,
        Self::QrCodePin,
        Self::External,
        Self::VerifiableCredentials,
    ];

    /// The id of the configuration in Graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fido2 => "Fido2",
            Self::MicrosoftAuthenticator => "MicrosoftAuthenticator",
            Self::Sms => "Sms",
            Self::Voice => "Voice",
            Self::TemporaryAccessPass => "TemporaryAccessPass",
            Self::SoftwareOath => "SoftwareOath",
            Self::HardwareOath => "HardwareOath",
            Self::Email => "Email",
            Self::X509Certificate => "X509Certificate",
            Self::QrCodePin => "QRCodePin",
            Self::External => "external",
            Self::VerifiableCredentials => "verifiableCredentials",
        }
    }
}

/// One method's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MethodConfiguration {
    /// Whether it is enabled at all.
    pub state: MethodState,
    /// Who may use it.
    pub include: Vec<IncludeTarget>,
    /// Who may not; beats the inclusion.
    pub exclude: BTreeSet<TargetId>,
}

/// Whether a method is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MethodState {
    /// Enabled.
    Enabled,
    /// Disabled.
    #[default]
    Disabled,
}

/// Somebody whom a method is enabled for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeTarget {
    /// Who.
    pub id: TargetId,
    /// Passkey profiles that these people may use (passkeys only); empty means the default one.
    pub profiles: BTreeSet<PasskeyProfileId>,
    /// What of Authenticator they may use (Authenticator only).
    pub authenticator: AuthenticatorMode,
}

/// A target of the methods policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetId {
    /// `all_users`
    AllUsers,
    /// A group.
    Group(GroupId),
    /// A single user.
    User(UserId),
}

/// What of Authenticator people may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum AuthenticatorMode {
    /// Notifications and phone sign-in.
    #[default]
    Any,
    /// Notifications only.
    Push,
    /// Phone sign-in only.
    DeviceBasedPush,
}

/// What is particular to passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PasskeySettings {
    /// Whether people may register passkeys themselves.
    pub self_service: SelfService,
    /// The profiles. A tenant that has not opted in to profiles has one, made of its old settings.
    pub profiles: Vec<PasskeyProfile>,
    /// The profile for targets that name none.
    pub default_profile: Option<PasskeyProfileId>,
}

/// Whether people may register passkeys themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SelfService {
    /// They may.
    #[default]
    Allowed,
    /// They may not; the provisioning API fails as well.
    Forbidden,
}

/// A passkey profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyProfile {
    /// Its id; `None` for the settings of a tenant without profiles.
    pub id: Option<PasskeyProfileId>,
    /// Its name.
    pub name: String,
    /// Accepted types.
    pub types: BTreeSet<PasskeyType>,
    /// Whether attestation is checked at registration.
    pub attestation: Attestation,
    /// Accepted models.
    pub restrictions: KeyRestrictions,
}

/// Whether a passkey leaves its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasskeyType {
    /// It does not.
    DeviceBound,
    /// It is synced by its provider.
    Synced,
}

/// Whether attestation is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Attestation {
    /// It is not.
    #[default]
    Disabled,
    /// At registration.
    RegistrationOnly,
}

/// Which models of authenticator are accepted, at registration and at every sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum KeyRestrictions {
    /// Any.
    #[default]
    None,
    /// Only these.
    Allow(BTreeSet<Aaguid>),
    /// All but these.
    Block(BTreeSet<Aaguid>),
}

/// What is particular to Temporary Access Passes. Lifetimes in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassSettings {
    /// Whether every pass is one-time.
    pub usable: PassUse,
    /// Shortest lifetime.
    pub minimum_lifetime: u32,
    /// Longest lifetime.
    pub maximum_lifetime: u32,
    /// Lifetime where none is asked for.
    pub default_lifetime: u32,
}

impl Default for PassSettings {
    fn default() -> Self {
        Self {
            usable: PassUse::Either,
            minimum_lifetime: 60,
            maximum_lifetime: 480,
            default_lifetime: 60,
        }
    }
}

/// Whether passes can be used more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PassUse {
    /// The issuer chooses.
    #[default]
    Either,
    /// Every pass is one-time.
    OnceOnly,
}

/// The registration campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Whether people are nudged.
    pub state: CampaignState,
    /// Days between nudges.
    pub snooze_days: u32,
    /// Whether registration is forced after the third nudge.
    pub after_snoozes: AfterSnoozes,
    /// Who is nudged, to what.
    pub include: Vec<CampaignTarget>,
    /// Who is not; beats the inclusion.
    pub exclude: BTreeSet<TargetId>,
}

/// State of the campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignState {
    /// Microsoft managed.
    Default,
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

/// What happens after the allowed snoozes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AfterSnoozes {
    /// Registration is forced (the default).
    #[default]
    Force,
    /// Nudging goes on.
    KeepNudging,
}

/// A target of the campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignTarget {
    /// Who.
    pub id: TargetId,
    /// What they are to register.
    pub method: MethodKind,
}

/// Whether the older policies of per-user MFA and password reset still enable methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Migration {
    /// Not migrated, or not said: either policy suffices to enable a method.
    #[default]
    NotComplete,
    /// Only the methods policy counts.
    Complete,
}

impl TargetId {
    /// Whether the person is such a target.
    pub fn contains(&self, person: &Person) -> bool {
        match self {
            Self::AllUsers => true,
            Self::Group(group) => person.groups.contains(group),
            Self::User(user) => person.user.as_ref() == Some(user),
        }
    }
}

impl MethodConfiguration {
    /// The targets through which the person may use the method; empty where the person may not.
    pub fn targets<'a>(&'a self, person: &Person) -> Vec<&'a IncludeTarget> {
        let excluded = self.exclude.iter().any(|target| target.contains(person));
        if self.state == MethodState::Disabled || excluded {
            return Vec::new();
        }
        self.include.iter().filter(|target| target.id.contains(person)).collect()
    }
}

impl PasskeyProfile {
    /// Whether a passkey of this model and type is accepted at sign-in; `None` stands for a model
    /// that nothing names.
    pub fn accepts(&self, model: Option<Aaguid>, kind: PasskeyType) -> bool {
        let model_accepted = match &self.restrictions {
            KeyRestrictions::None => true,
            KeyRestrictions::Allow(models) => model.is_some_and(|m| models.contains(&m)),
            KeyRestrictions::Block(models) => !model.is_some_and(|m| models.contains(&m)),
        };
        model_accepted && self.types.contains(&kind)
    }

    /// Whether such a passkey can be registered, given whether the way of registering it can
    /// attest. Synced passkeys never attest.
    pub fn registers(&self, model: Option<Aaguid>, kind: PasskeyType, proof: Attests) -> bool {
        let attested = match self.attestation {
            Attestation::Disabled => true,
            Attestation::RegistrationOnly => {
                proof == Attests::Yes && kind == PasskeyType::DeviceBound
            }
        };
        attested && self.accepts(model, kind)
    }
}

/// Whether a way of registering a passkey can attest the authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attests {
    /// It can.
    Yes,
    /// It cannot.
    No,
}

impl PasskeySettings {
    /// The profiles that a target names, or the default one.
    pub fn profiles_of<'a>(&'a self, target: &IncludeTarget) -> Vec<&'a PasskeyProfile> {
        let named: Vec<_> = self
            .profiles
            .iter()
            .filter(|profile| profile.id.as_ref().is_some_and(|id| target.profiles.contains(id)))
            .collect();
        if !named.is_empty() || !target.profiles.is_empty() {
            return named;
        }
        let default = self.profiles.iter().find(|profile| profile.id == self.default_profile);
        default.or_else(|| self.profiles.first()).into_iter().collect()
    }
}
