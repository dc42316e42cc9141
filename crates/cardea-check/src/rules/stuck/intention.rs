//! Whether a block keeps out those who were meant, in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Person, Principals};
use cardea_policy::place::{Field, Place, PolicyIndex};

use super::{joined, names, quoted};
use crate::examine::Examination;
use crate::examine::trouble::Intent;
use crate::finding::{Draft, Mark};
use crate::report::Severity;

/// What blocks were meant to do makes of a finding about people whom they keep out.
pub(in crate::rules) fn by_intent(
    examination: &Examination<'_>,
    draft: &mut Draft,
    intent: &Intent,
    (blamed, person): (&[PolicyIndex], &Person),
) {
    let open = draft.message.split_once(": ").map_or("", |(open, _)| open).to_owned();
    let blocks = quoted_names(examination, blamed);
    let perhaps = match intent {
        Intent::Everybody => return,
        Intent::Despite(policies) => {
            let others = quoted_names(examination, policies);
            let are = one_or_more(examination, policies, ("is", "are"));
            let do_not = one_or_more(examination, blamed, ("does", "do"));
            draft.message = format!(
                "{open}: {blocks} {do_not} not leave them out, although {others} {are} for them"
            );
            for policy in policies {
                if let Some(field) = named_in(examination, *policy, person) {
                    draft.marks.push(Mark::new(Place::policy(*policy, field), "is for them"));
                }
            }
            draft.help = Some("leave them out of the block as well".to_owned());
            return;
        }
        Intent::Named => "the policy names whom it keeps out",
        Intent::OtherApps => {
            let leave = one_or_more(examination, blamed, ("leaves", "leave"));
            draft.message = format!("{open} but what {blocks} {leave} out");
            "the policy keeps people to these apps"
        }
        Intent::OnSite => "they would get in from a trusted network, where guests are not",
        Intent::Unlisted => {
            "the policy keeps out whoever is in none of the groups that it leaves out"
        }
    };
    draft.severity = if *intent == Intent::Named { Severity::Note } else { Severity::Doubt };
    draft.help = (*intent == Intent::OtherApps).then(|| {
        "say in cardea.toml under [[goal]] what people must reach, or leave it out of the block"
            .to_owned()
    });
    draft.notes.push(format!("intended? {perhaps}"));
}

/// A verb behind the names of policies.
fn one_or_more(
    examination: &Examination<'_>,
    policies: &[PolicyIndex],
    (one, more): (&'static str, &'static str),
) -> &'static str {
    if names(examination, policies).len() == 1 { one } else { more }
}

/// How many policies a message names.
const SHOWN: usize = 2;

fn quoted_names(examination: &Examination<'_>, policies: &[PolicyIndex]) -> String {
    let names = names(examination, policies);
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| quoted(name)).collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    joined(&shown)
}

/// The list of the policy that names the person.
fn named_in(examination: &Examination<'_>, policy: PolicyIndex, person: &Person) -> Option<Field> {
    let Principals::Users(users) = &examination.policy(policy)?.conditions.principals else {
        return None;
    };
    users.deciding_field(&Person { roles: BTreeSet::new(), ..person.clone() })
}
