//! What an administrator must have to get in, in the order in which it is hard to come by.

use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::Mode;
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{Factor, Factors};
use cardea_tenant::journey::actor::{DeviceState, Form};

use super::door::{Door, Equipment, Passes, Somebody, is_pass};

/// Something that an administrator must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Methods, registered already.
    Methods {
        /// What they amount to.
        assurance: Assurance,
        /// What is asked for in the end; if it is more, it can be added with these.
        demanded: Assurance,
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
    pub fn text(&self) -> &'static str {
        match self {
            Self::Methods { assurance: Assurance::PhishingResistant, .. } => {
                "a phishing-resistant method that is registered already"
            }
            Self::Methods { assurance: Assurance::Multifactor, .. } => {
                "a second factor that is registered already"
            }
            Self::Device(device) => device,
            Self::Network => "a network that a policy makes an exception for",
            Self::Exclusions => "membership of several excluded groups at once",
        }
    }
}

impl Need {
    /// A remark on it.
    pub fn note(&self) -> Option<&'static str> {
        match self {
            Self::Methods {
                assurance: Assurance::Multifactor,
                demanded: Assurance::PhishingResistant,
            } => Some(
                "a phishing-resistant method is demanded, and whoever has a second factor can add one",
            ),
            Self::Methods { .. } | Self::Device(_) | Self::Network | Self::Exclusions => None,
        }
    }
}

/// What the person must have, and the policies that ask for it; `None` where nothing helps.
pub(super) fn of(door: &Door<'_, '_>, person: &Somebody) -> Option<(Vec<Need>, Vec<PolicyIndex>)> {
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
    Some((methods.into_iter().chain(needed).collect(), unmet))
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
    let scene = door.examination.memory.scene(&door.examination.book, &with.0);
    let ways = door.with_terrain(person, with, |fixpoint| scene.ways_in(fixpoint.terrain));
    let own = |way: &FactorSet| {
        let factors = factors.of(*way);
        factors.iter().all(is_own).then_some(factors)
    };
    let direct: Vec<Vec<Factor>> =
        ways.goals.iter().flat_map(|ways| ways.direct.iter().filter_map(own)).collect();
    let all = ways.goals.iter().flat_map(|ways| ways.by_registering.iter().filter_map(own));
    let all: Vec<Vec<Factor>> = all.chain(direct.iter().cloned()).collect();
    let assurance = |ways: &[Vec<Factor>]| {
        if ways.iter().all(|list| list.iter().any(|it| resists_phishing(*it))) {
            Assurance::PhishingResistant
        } else {
            Assurance::Multifactor
        }
    };
    let (assurance, demanded) = (assurance(&all), assurance(&direct));
    (!all.is_empty()).then_some(Need::Methods { assurance, demanded })
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
