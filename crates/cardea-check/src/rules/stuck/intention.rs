//! Whether a block says who should not get in.

use cardea_policy::conditions::principal::{Include, Principals, Users};
use cardea_policy::place::PolicyIndex;

use crate::examine::Examination;

/// What blocks were probably meant to do; `None` where nothing says that they were meant.
pub(in crate::rules) fn intention(
    examination: &Examination<'_>,
    blocks: &[PolicyIndex],
) -> Option<&'static str> {
    let users = || blocks.iter().filter_map(|policy| users(examination, *policy));
    if blocks.is_empty() || users().count() < blocks.len() {
        return None;
    }
    if users().all(names_people) {
        Some("the policy names whom it keeps out")
    } else if users().all(|users| names_people(users) || keeps_a_list(examination, users)) {
        Some("the policy keeps out whoever is in none of the groups that other policies are for")
    } else {
        None
    }
}

fn users<'e>(examination: &'e Examination<'_>, policy: PolicyIndex) -> Option<&'e Users> {
    match &examination.policy(policy)?.conditions.principals {
        Principals::Users(users) => Some(users),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    }
}

/// Whether the block names the people whom it keeps out.
fn names_people(users: &Users) -> bool {
    match &users.include {
        Include::Only(_) => true,
        Include::Everyone | Include::Nobody => false,
    }
}

/// Whether the block leaves out groups that other policies are for: whoever belongs to none of the
/// tenant's kinds of people is refused.
fn keeps_a_list(examination: &Examination<'_>, users: &Users) -> bool {
    let index = examination.index();
    users.exclude.memberships().any(|membership| {
        let row = index.memberships().iter().find(|row| row.membership == membership);
        row.is_some_and(|row| row.include.meets(index.enabled()))
    })
}
