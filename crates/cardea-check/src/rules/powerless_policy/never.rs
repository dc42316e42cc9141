//! Policies that can never apply, and why.

use cardea_policy::conditions::principal::{Include, Membership, Principals, Users};
use cardea_policy::conditions::target::{IncludedResources, Target};
use cardea_policy::evaluate::Dimension;
use cardea_policy::place::{Field, Place, PolicyIndex};

use super::{RULE, SHOWN, first_names, together};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::rules::people::memberships;
use crate::rules::stuck::names;

/// Whether no resource is selected at all: so the admin center parks a policy.
pub(super) fn is_parked(examination: &Examination<'_>, policy: PolicyIndex) -> bool {
    examination.policy(policy).is_some_and(|policy| match &policy.conditions.target {
        Target::Resources(resources) => resources.include == IncludedResources::Nothing,
        Target::UserActions(_) | Target::Contexts(_) => false,
    })
}

/// All policies that are parked, as one remark.
pub(super) fn parked(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Option<Draft> {
    let names = names(examination, policies);
    let message = match names.as_slice() {
        [one] => format!("{one} never applies: it selects no resource"),
        names => format!(
            "{} policies never apply, for they select no resource: {}",
            names.len(),
            first_names(names)
        ),
    };
    let marks = policies.iter().map(|policy| {
        let place = Place::policy(*policy, Field::IncludeApplications);
        let none = examination.element(place, |text| text.eq_ignore_ascii_case("None"));
        Mark::at(place, none, "selects no resource")
    });
    together(message, marks, "name resources, or delete what is not needed any more")
}

/// A policy whose conditions contradict each other in one dimension.
pub(super) fn draft(
    examination: &Examination<'_>,
    policy: PolicyIndex,
    dimension: Dimension,
) -> Draft {
    let why = why(examination, policy, dimension);
    let message = format!("{} can never apply: {}", examination.name(policy), why.text);
    let first = Mark::new(Place::policy(policy, Field::Whole), "never applies");
    let first = why.marks.first().cloned().unwrap_or(first);
    let mut draft = Draft::new(RULE.name, RULE.severity, message, first);
    if !why.marks.is_empty() {
        draft.marks = why.marks;
    }
    draft.help = Some(why.help);
    draft
}

/// Why nothing matches.
struct Why {
    text: String,
    marks: Vec<Mark>,
    help: String,
}

fn why(examination: &Examination<'_>, policy: PolicyIndex, dimension: Dimension) -> Why {
    let mark = |field, text: &str| Mark::new(Place::policy(policy, field), text);
    let both = |what: &str, [include, exclude]: [Field; 2]| Why {
        text: format!("it leaves out every {what} that it includes"),
        marks: Vec::from([mark(include, "includes"), mark(exclude, "leaves out again")]),
        help: format!("take the {what}s out of one of the two lists"),
    };
    let one = |text: &str, field, help: &str| Why {
        text: text.to_owned(),
        marks: Vec::from([mark(field, "nothing matches this")]),
        help: help.to_owned(),
    };
    match dimension {
        Dimension::Principal => nobody(examination, policy),
        Dimension::Target => both("app", [Field::IncludeApplications, Field::ExcludeApplications]),
        Dimension::Platform => both("platform", [Field::IncludePlatforms, Field::ExcludePlatforms]),
        Dimension::Network => both("network", [Field::IncludeLocations, Field::ExcludeLocations]),
        Dimension::Device => {
            one("no device matches its filter", Field::DeviceFilter, "correct the filter")
        }
        Dimension::Client => {
            one("no client matches", Field::ClientAppTypes, "name the clients that are meant")
        }
        Dimension::Risk => one(
            "people never have such a risk",
            Field::ServicePrincipalRiskLevels,
            "policies on people look at sign-in, user or insider risk",
        ),
        Dimension::Flow => {
            one("no flow matches", Field::AuthenticationFlows, "name the flows that are meant")
        }
    }
}

/// Why nobody is meant: nobody is included, or all who are included are excluded.
fn nobody(examination: &Examination<'_>, policy: PolicyIndex) -> Why {
    let users = examination.policy(policy).and_then(|it| match &it.conditions.principals {
        Principals::Users(users) => Some(users),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    });
    match users {
        Some(Users { include: Include::Only(people), .. }) => {
            let twice: Vec<Membership> = people.memberships().collect();
            excluded(examination, policy, &twice)
        }
        Some(Users { include: Include::Nobody | Include::Everyone, .. }) | None => Why {
            text: "it includes nobody".to_owned(),
            marks: Vec::from([Mark::new(Place::policy(policy, Field::IncludeUsers), "nobody")]),
            help: "include somebody; a policy on workload identities needs its \
                   `clientApplications`, which this export does not have"
                .to_owned(),
        },
    }
}

fn excluded(examination: &Examination<'_>, policy: PolicyIndex, twice: &[Membership]) -> Why {
    let mut marks = Vec::new();
    for membership in twice.iter().take(SHOWN) {
        let (include, exclude) = match membership {
            Membership::User(_) => (Field::IncludeUsers, Field::ExcludeUsers),
            Membership::Group(_) => (Field::IncludeGroups, Field::ExcludeGroups),
            Membership::Role(_) => (Field::IncludeRoles, Field::ExcludeRoles),
        };
        for (field, text) in [(include, "included here"), (exclude, "and left out here")] {
            let place = Place::policy(policy, field);
            marks.push(Mark::at(place, examination.element_of(place, membership), text));
        }
    }
    let names = memberships(examination, twice);
    let text = match twice {
        [] => "it leaves out all guests that it includes".to_owned(),
        [_] => format!("it includes {names} and leaves it out again"),
        _ => format!("it includes {names} and leaves them out again"),
    };
    Why { text, marks, help: "take them out of one of the lists".to_owned() }
}
