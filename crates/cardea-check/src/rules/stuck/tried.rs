//! The ways that were tried, and why each is shut.

use std::collections::BTreeMap;

use cardea_policy::strength::Mode;
use cardea_prover::liveness::Creation;
use cardea_tenant::journey::means::Method;

use super::{joined, names};
use crate::examine::Examination;
use crate::examine::trouble::{Missing, Trouble, Usable};
use crate::report::Tried;

/// The ways that were tried, one line for each kind of method.
pub(in crate::rules) fn tried(examination: &Examination<'_>, trouble: &Trouble) -> Vec<Tried> {
    let mut tried: BTreeMap<Mode, String> = BTreeMap::new();
    for method in trouble.held.iter().filter(|method| **method != Method::Mode(Mode::Password)) {
        tried.insert(method.mode(), "at hand, but not enough".to_owned());
    }
    let (with, without): (Vec<_>, Vec<_>) =
        trouble.sought.iter().partition(|missing| missing.way.is_some());
    // Nobody tries what only an administrator hands out while there is something to add.
    let without = if with.is_empty() { without } else { Vec::new() };
    for missing in without.into_iter().chain(with) {
        tried.insert(missing.method.mode(), why_not(examination, missing));
    }
    let line = |(mode, why_not): (Mode, String)| Tried { method: mode.name().to_owned(), why_not };
    tried.into_iter().map(line).collect()
}

fn why_not(examination: &Examination<'_>, missing: &Missing) -> String {
    if missing.usable == Usable::No {
        return "not enabled by the methods policy".to_owned();
    }
    let Some(way) = &missing.way else {
        return match missing.method.mode() {
            Mode::TemporaryAccessPassOneTime | Mode::TemporaryAccessPassMultiUse => {
                "nobody gives them one".to_owned()
            }
            Mode::Password
            | Mode::Voice
            | Mode::HardwareOath
            | Mode::SoftwareOath
            | Mode::Sms
            | Mode::Fido2
            | Mode::WindowsHelloForBusiness
            | Mode::MicrosoftAuthenticatorPush
            | Mode::DeviceBasedPush
            | Mode::Email
            | Mode::X509CertificateSingleFactor
            | Mode::X509CertificateMultiFactor
            | Mode::FederatedSingleFactor
            | Mode::FederatedMultiFactor
            | Mode::QrCodePin => "people cannot add it themselves here".to_owned(),
        };
    };
    if way.unmet.is_empty() && way.creation == Creation::TooWeak {
        return format!("{} needs multifactor authentication first", way.channel.text());
    }
    let guards = joined(&names(examination, &way.unmet));
    format!("{} is guarded by {guards}", way.channel.text())
}
