//! The risks of people's sign-ins.

use std::collections::BTreeSet;

use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::policy::Policy;

use super::axis::Facts;

/// Every combination of the levels of sign-in, user and insider risk, as far as some policy looks
/// at them; those with fewer kinds of risk first.
pub(super) fn risks(policies: &[&Policy]) -> Facts<Risks> {
    let looked_at = |holds: fn(&Policy) -> bool| policies.iter().any(|policy| holds(policy));
    let sign_in = levels(looked_at(|p| p.conditions.risks.sign_in.is_configured()));
    let user = levels(looked_at(|p| p.conditions.risks.user.is_configured()));
    let insider: &[InsiderRisk] = if looked_at(|p| p.conditions.risks.insider.is_configured()) {
        &InsiderRisk::ALL
    } else {
        &[InsiderRisk::None]
    };
    let mut all = BTreeSet::new();
    for sign_in in sign_in {
        for user in user {
            for insider in insider {
                let risks =
                    Risks { sign_in: *sign_in, user: *user, insider: *insider, ..Risks::default() };
                all.insert((kinds(risks), risks));
            }
        }
    }
    all.remove(&(0, Risks::default()));
    Facts { ordinary: Risks::default(), others: all.into_iter().map(|(_, risks)| risks).collect() }
}

fn levels(looked_at: bool) -> &'static [RiskLevel] {
    if looked_at { &RiskLevel::ALL } else { &[RiskLevel::None] }
}

/// How many kinds of risk there are.
fn kinds(risks: Risks) -> usize {
    usize::from(risks.sign_in != RiskLevel::None)
        + usize::from(risks.user != RiskLevel::None)
        + usize::from(risks.insider != InsiderRisk::None)
}
