//! The wizard in the middle of a sign-in: what the sign-in still lacks, and what is offered for it.
//!
//! Source: Entra, *How authentication strengths work* (registration of what a strength demands, and
//! several strengths at once), *Combined registration*. The documents say that the wizard offers
//! what is enabled, can be registered there and is in the strength. They do not say what it offers
//! where several policies demand authentication; see [`Assumption::WizardServesEveryDemand`].

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use cardea_policy::control::Control;
use cardea_policy::lattice::{Lattice as _, Plain};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Evidence as _;
use cardea_policy::strength::{Combination, Mode, Origin};

use super::actor::{Device, Form, Intent, Situation};
use super::app::App;
use super::gate::{Book, Gate, Passage, Reading, Session, attests};
use super::means::{MeansIndex, Method, Passkey, PasskeyHome};
use super::permission::Permissions;
use super::step::Traveller;
use crate::assumption::Assumption;
use crate::methods::Attests;

/// What a method is registered for in the wizard: of each list, one control accepts it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Errand {
    /// Multifactor controls and strengths that the interrupted sign-in demands. Without any, there
    /// is nothing to interrupt it for.
    interrupted: BTreeSet<Vec<Control>>,
    /// Those that let people into the wizard unmet, because they list something to register there:
    /// whoever comes in by that door takes nothing else.
    let_in: BTreeSet<Vec<Control>>,
}

impl Errand {
    /// The errand of a sign-in. `access` are the policies that apply to it, `registration` those
    /// that apply to registering in the wizard. Without an access it is the sign-in to Security
    /// info itself. A sign-in that a policy blocks is not interrupted.
    pub fn of(
        traveller: &Traveller<'_>,
        situation: &Situation<'_>,
        access: Option<&PolicySet>,
        registration: &PolicySet,
    ) -> Self {
        let Traveller { book, permissions, .. } = traveller;
        let others = registration.minus(book.index.on_registration());
        let access = access.unwrap_or(&others);
        if access.meets(book.index.blocking()) {
            return Self::default();
        }
        let gate = Gate { passage: Passage::Wizard, applied: registration.clone() };
        Self {
            interrupted: demanded(traveller, situation, access, &|_, _| true),
            let_in: demanded(traveller, situation, &others, &|policy, control| {
                gate.in_wizard((book, permissions, situation.device), policy, control)
                    == Reading::LetsIn
            }),
        }
    }

    /// Whether the wizard offers the method on this errand.
    pub(super) fn offers(
        &self,
        traveller: &Traveller<'_>,
        device: &Device,
        (index, method): (MeansIndex, Method),
    ) -> bool {
        let Traveller { book, permissions, intent, .. } = *traveller;
        let lists =
            |control: &Control| registers(book, permissions, control, device).any(|m| m == index);
        let listed = self.interrupted.iter().flatten().any(lists);
        let every = book.assumptions.hold(Assumption::WizardServesEveryDemand);
        let serves =
            |any: &Vec<Control>| any.iter().any(|control| accepts(book, intent, control, method));
        listed && (!every || self.interrupted.iter().chain(&self.let_in).all(serves))
    }
}

/// The demands for authentication among those of policies, as lists of which one control must be
/// served. Where a policy gives a choice, and what the device is or a click meets it, nothing is
/// missing.
fn demanded(
    traveller: &Traveller<'_>,
    situation: &Situation<'_>,
    applied: &PolicySet,
    counts: &dyn Fn(cardea_policy::place::PolicyIndex, &Control) -> bool,
) -> BTreeSet<Vec<Control>> {
    let mut lists = BTreeSet::new();
    for policy in applied.iter() {
        let Some(grant) = traveller.book.index.grant(policy) else { continue };
        for any in grant.choices() {
            let (asked, others): (Vec<_>, Vec<_>) = any.iter().partition(|it| authenticates(it));
            let asked: Vec<Control> =
                asked.into_iter().filter(|control| counts(policy, control)).cloned().collect();
            if !asked.is_empty() && !others.iter().any(|it| met_as_is(traveller, situation, it)) {
                lists.insert(asked);
            }
        }
    }
    lists
}

/// Whether the control is one for methods to meet, in the first place.
fn authenticates(control: &Control) -> bool {
    matches!(control, Control::Mfa | Control::Strength(_))
}

/// Whether the control is met whatever the person can show.
fn met_as_is(traveller: &Traveller<'_>, situation: &Situation<'_>, control: &Control) -> bool {
    let held = vec![false; traveller.book.means.len()];
    let session = Session {
        lattice: &Plain,
        book: traveller.book,
        held: &held,
        one_time: Plain.bottom(),
        permissions: traveller.permissions,
        device: situation.device,
        client: situation.client,
        app: App::Given,
        intent: traveller.intent,
        passage: Passage::Plain,
    };
    session.control(control)
}

/// The methods that the wizard can register because the control lists them, alone or together
/// with the password. It also leads people with a phone to Authenticator, but the passkey is then
/// made there, through [`Channel::Authenticator`](super::channel::Channel::Authenticator).
pub(super) fn registers<'a>(
    book: &'a Book,
    permissions: &'a Permissions,
    control: &'a Control,
    device: &'a Device,
) -> impl Iterator<Item = MeansIndex> + 'a {
    let combinations = book.strengths.combinations(control).unwrap_or(&[]);
    let is_strength = matches!(control, Control::Strength(_));
    book.means.iter().filter_map(move |(index, method)| {
        let offered = match method {
            Method::Mode(mode) => is_made_here(mode),
            // Only a strength makes the wizard offer passkeys.
            Method::Passkey(passkey) => is_strength && offers_passkey(book, device, passkey),
        };
        let allowed = match method {
            Method::Mode(_) => permissions.registrable(index, Attests::Yes),
            Method::Passkey(passkey) => {
                let in_app = attests(passkey.home, Passage::AuthenticatorWrites);
                permissions.registrable(index, in_app)
            }
        };
        (offered && allowed && lists(combinations, method)).then_some(index)
    })
}

/// Whether the mode can be registered in the wizard, or in Security info.
pub(super) fn is_made_here(mode: Mode) -> bool {
    matches!(mode, Mode::Sms | Mode::Voice | Mode::SoftwareOath | Mode::MicrosoftAuthenticatorPush)
}

/// Whether the method, alone or with the password, is what the control asks for. What a strength
/// accepts that the input does not define is unknown: nobody is kept out because of it, and nobody
/// is let in.
fn accepts(book: &Book, intent: Intent, control: &Control, method: Method) -> bool {
    if let Control::Strength(index) = control
        && let Some(strength) = book.strengths.list().get(index.position())
        && strength.origin == Origin::Unknown
    {
        return intent == Intent::Person;
    }
    lists(book.strengths.combinations(control).unwrap_or(&[]), method)
}

fn offers_passkey(book: &Book, device: &Device, passkey: Passkey) -> bool {
    match passkey.home {
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => true,
        PasskeyHome::SecurityKey | PasskeyHome::SyncedProvider => {
            book.assumptions.hold(Assumption::WizardMakesAnyPasskey)
        }
        PasskeyHome::Windows => {
            book.assumptions.hold(Assumption::WizardMakesAnyPasskey)
                && device.form == Form::Computer
        }
    }
}

fn lists(combinations: &[Combination], method: Method) -> bool {
    combinations.iter().any(|combination| {
        beside_password(combination, method.mode())
            && match method {
                Method::Mode(_) => true,
                Method::Passkey(passkey) => combination.passkeys.accepts(passkey.model),
            }
    })
}

fn beside_password(combination: &Combination, mode: Mode) -> bool {
    combination.modes.contains(&mode)
        && combination.modes.iter().all(|other| *other == mode || *other == Mode::Password)
}
