//! Strengths on registering security info take the place of strengths on all resources.
//!
//! That makes demands fall as well as rise with a policy: doing without one may demand more. So
//! such policies stand in for their equals only. Entra, *How authentication strengths work*; the
//! `mfa` control is taken to do the same as the equal strength.

use cardea_policy::control::{Control, Grant};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;

/// Whether the policy's strength takes the place of others' while security info is registered.
pub fn displaces(index: &Index, policy: PolicyIndex) -> bool {
    let demands_strength = match index.grant(policy) {
        Some(Grant::Require { controls, .. }) => {
            controls.iter().any(|it| matches!(it, Control::Strength(_) | Control::Mfa))
        }
        Some(Grant::Block) | None => false,
    };
    demands_strength && index.on_registration().contains(policy)
}

/// Whether `one` may stand in for `other` as far as displacement goes.
pub fn allows(index: &Index, one: PolicyIndex, other: PolicyIndex) -> bool {
    !displaces(index, other) || (displaces(index, one) && index.grant(one) == index.grant(other))
}
