//! Policies at risk do more than ask: whoever satisfies one clears the risk that it looks at, and
//! whoever has registered nothing is refused and cannot register there. A demand that is made
//! without regard to risk does neither, so such policies stand in for each other only.
//!
//! Entra, *Risk-based access policies* and *Self-remediation*. Agents and workload identities
//! cannot satisfy anything, and insider risk is not cleared by signing in.

use cardea_policy::conditions::risk::RiskLevels;
use cardea_policy::control::Grant;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;

/// Whether satisfying the policy clears a risk.
pub fn remediates(index: &Index, policy: PolicyIndex) -> bool {
    let [sign_in, user] = cleared(index, policy);
    sign_in || user
}

/// Whether `one` may stand in for `other` as far as clearing risks goes.
pub fn allows(index: &Index, one: PolicyIndex, other: PolicyIndex) -> bool {
    let (given, wanted) = (cleared(index, one), cleared(index, other));
    wanted.into_iter().zip(given).all(|(wanted, given)| given || !wanted)
}

/// Whether satisfying the policy clears the risk of the sign-in, and that of the user.
fn cleared(index: &Index, policy: PolicyIndex) -> [bool; 2] {
    match (index.policy(policy), index.grant(policy)) {
        (Some(found), Some(Grant::Require { .. })) => {
            let RiskLevels { sign_in, user, .. } = &found.conditions.risks;
            [sign_in.is_configured(), user.is_configured()]
        }
        (_, Some(Grant::Block | Grant::Require { .. }) | None) => [false, false],
    }
}
