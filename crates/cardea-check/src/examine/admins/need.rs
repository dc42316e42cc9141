//! What an administrator must have to get in, in the order in which it is hard to come by.

use cardea_policy::strength::Mode;
use cardea_prover::safety::{Factor, Factors, ways_in};
use cardea_tenant::journey::actor::{DeviceState, Form};

use super::Hinge;
use super::door::{Door, Equipment, Passes, Somebody, is_pass};

/// Something that an administrator must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Methods, registered already.
    Methods {
        /// What they amount to.
        assurance: Assurance,
        /// Some of them, in words.
        examples: Vec<String>,
    },
    /// A device in words.
    Device(&'static str),
    /// A network that the usual ones are not.
    Network,
    /// Membership of several excluded groups at once.
    Exclusions,
}

/// What methods amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// Multifactor authentication.
    Multifactor,
    /// Multifactor authentication that cannot be phished.
    PhishingResistant,
}

impl Need {
    /// The need in words.
    pub fn text(&self) -> String {
        match self {
            Self::Methods { assurance, examples } => match assurance {
                Assurance::Multifactor => "a second factor that is registered already".to_owned(),
                Assurance::PhishingResistant => {
                    let examples = examples.join("; ");
                    format!("a phishing-resistant method that is registered already ({examples})")
                }
            },
            Self::Device(device) => (*device).to_owned(),
            Self::Network => "a network that a policy makes an exception for".to_owned(),
            Self::Exclusions => "membership of several excluded groups at once".to_owned(),
        }
    }
}

/// What the person must have; `None` where nothing helps.
pub(super) fn of(door: &Door<'_, '_>, person: &Somebody) -> Option<Hinge> {
    let everything = person.with_everything();
    let (equipment, needed) = levels(door)
        .into_iter()
        .find(|(equipment, _)| door.opens(&everything, equipment, Passes::None))?;
    let methods = (!door.opens(person, &equipment, Passes::None))
        .then(|| methods(door, person, &equipment))
        .flatten();
    let bare = Equipment::bare(door.examination);
    let unmet = door.with_terrain(person, &bare, |fixpoint| {
        let unmet = fixpoint.terrain.goals.iter().flatten().map(|approach| {
            approach.gate.unmet(&fixpoint.at_resource(&fixpoint.start.held, approach))
        });
        unmet.min_by_key(Vec::len).unwrap_or_default()
    });
    let needs = methods.into_iter().chain(needed).collect();
    Some(Hinge { needs, memberships: Vec::new(), unmet })
}

/// Ever more equipment.
fn levels(door: &Door<'_, '_>) -> Vec<(Equipment, Option<Need>)> {
    const MANAGED: [(Form, DeviceState, &str); 3] = [
        (Form::Computer, DeviceState::Compliant, "a compliant computer"),
        (Form::Computer, DeviceState::HybridJoined, "a hybrid joined computer"),
        (Form::Phone, DeviceState::Compliant, "a compliant phone"),
    ];
    let examination = door.examination;
    let mut levels = vec![(Equipment::bare(examination), None)];
    levels.extend(MANAGED.map(|(form, state, text)| {
        (Equipment::managed(examination, form, state), Some(Need::Device(text)))
    }));
    let singled_out = Need::Device("a device that a policy makes an exception for");
    levels.push((Equipment::any_device(examination), Some(singled_out)));
    levels.push((Equipment::everything(examination), Some(Need::Network)));
    levels
}

/// The least methods that open the door, passes left out: other administrators issue them.
fn methods(door: &Door<'_, '_>, person: &Somebody, with: &Equipment) -> Option<Need> {
    let factors = Factors::new(&door.examination.book.means);
    let ways = door.with_terrain(person, with, |fixpoint| ways_in(fixpoint.terrain));
    let ways = ways.goals.iter().flat_map(|ways| ways.direct.iter().chain(&ways.by_registering));
    let mut ways: Vec<Vec<Factor>> =
        ways.map(|way| factors.of(*way)).filter(|list| list.iter().all(is_own)).collect();
    ways.sort_by_key(|list| (list.iter().map(|it| rarity(*it)).max(), list.len(), list.clone()));
    ways.dedup();
    let is_resistant = |list: &Vec<Factor>| list.iter().any(|it| resists_phishing(*it));
    let assurance = if ways.iter().all(is_resistant) {
        Assurance::PhishingResistant
    } else {
        ways.retain(|list| !is_resistant(list));
        Assurance::Multifactor
    };
    let words = |list: Vec<Factor>| {
        let words: Vec<String> = list.into_iter().filter_map(text).collect();
        words.join(" and ")
    };
    let mut examples: Vec<String> = ways.into_iter().map(words).collect();
    examples.dedup();
    examples.truncate(3);
    (!examples.is_empty()).then_some(Need::Methods { assurance, examples })
}

/// How rarely people hold a factor; the usual ones make the better examples.
fn rarity(factor: Factor) -> u8 {
    match factor {
        Factor::NothingRegistered | Factor::OneTimePass(_) => 0,
        Factor::Method(method) => match method.mode() {
            Mode::Password
            | Mode::MicrosoftAuthenticatorPush
            | Mode::SoftwareOath
            | Mode::Fido2
            | Mode::WindowsHelloForBusiness => 0,
            Mode::Sms | Mode::Voice | Mode::DeviceBasedPush | Mode::X509CertificateMultiFactor => 1,
            Mode::HardwareOath
            | Mode::TemporaryAccessPassOneTime
            | Mode::TemporaryAccessPassMultiUse
            | Mode::Email
            | Mode::X509CertificateSingleFactor
            | Mode::FederatedSingleFactor
            | Mode::FederatedMultiFactor
            | Mode::QrCodePin => 2,
        },
    }
}

fn resists_phishing(factor: Factor) -> bool {
    match factor {
        Factor::NothingRegistered | Factor::OneTimePass(_) => false,
        Factor::Method(method) => matches!(
            method.mode(),
            Mode::Fido2 | Mode::WindowsHelloForBusiness | Mode::X509CertificateMultiFactor
        ),
    }
}

fn is_own(factor: &Factor) -> bool {
    match factor {
        Factor::Method(method) => !is_pass(*method),
        Factor::NothingRegistered => true,
        Factor::OneTimePass(_) => false,
    }
}

/// The factor in words; `None` for what nobody has to bring.
fn text(factor: Factor) -> Option<String> {
    match factor {
        Factor::Method(method) => Some(method.text()),
        Factor::NothingRegistered | Factor::OneTimePass(_) => None,
    }
}
