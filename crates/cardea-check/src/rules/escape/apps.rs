//! What escapes open, in words.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::{AppGroup, Scopes, UserAction};
use cardea_policy::id::AppId;
use cardea_prover::gap::Range;
use cardea_prover::universe::{Destination, What};

use crate::examine::Examination;
use crate::rules::stuck::joined;

/// All apps, which takes least.
pub(super) const ANY: &str = "any app";
/// How many apps a message has room for.
const BRIEF: usize = 3;

/// "any app", "any app but Office 365", "Microsoft Intune Enrollment".
pub(super) fn text(examination: &Examination<'_>, range: &Range<Destination>) -> String {
    let apps = |list: &[Destination]| -> Vec<Destination> {
        list.iter().filter(|it| is_app(&it.what)).cloned().collect()
    };
    let (inside, outside) = (apps(&range.inside), apps(&range.outside));
    let any = |list: &[Destination]| list.iter().any(|it| it.what == What::OtherApp);
    if any(&inside) {
        let but = names(examination, &outside);
        return match but.len() {
            0 => ANY.to_owned(),
            1..BRIEF if !any(&outside) => format!("any app but {}", joined(&but)),
            _ => "any app that no policy is about".to_owned(),
        };
    }
    if inside.is_empty() {
        return other(&range.inside);
    }
    let mut opened = names(examination, &inside);
    let groups = groups(&inside);
    let shut: Vec<Destination> =
        outside.into_iter().filter(|it| belongs(it, &groups) && is_one(it)).collect();
    let but = names(examination, &shut);
    let but = match but.len() {
        0 => String::new(),
        1..BRIEF => format!(" but {}", joined(&but)),
        many => format!(" but {many} of its apps"),
    };
    let more = opened.len().saturating_sub(BRIEF);
    if more > 0 {
        opened.truncate(BRIEF);
        opened.push(format!("{more} more apps"));
    }
    // Apps that policies exclude are opened by the request for a profile only.
    let profile = inside.iter().all(|it| it.request.scopes == Scopes::Baseline);
    let scopes = if profile { " (for basic profile scopes only)" } else { "" };
    format!("{}{but}{scopes}", joined(&opened))
}

fn is_app(what: &What) -> bool {
    match what {
        What::OtherApp | What::AppOf(_) | What::App(_) => true,
        What::Context(_) | What::Action(_) => false,
    }
}

/// What is asked for where it is no app.
fn other(inside: &[Destination]) -> String {
    let context = inside.iter().find_map(|it| match &it.what {
        What::Context(context) => Some(format!("any app that demands context {context}")),
        What::Action(UserAction::RegisterSecurityInfo) => Some("Security info".to_owned()),
        What::Action(UserAction::RegisterDevice) => Some("device registration".to_owned()),
        What::OtherApp | What::AppOf(_) | What::App(_) => None,
    });
    context.unwrap_or_else(|| "an app".to_owned())
}

/// The names of apps: groups of apps first, without the apps that belong to them.
fn names(examination: &Examination<'_>, destinations: &[Destination]) -> Vec<String> {
    let groups = groups(destinations);
    let apps: BTreeSet<String> = destinations
        .iter()
        .filter(|it| !belongs(it, &groups))
        .filter_map(|it| match &it.what {
            What::App(app) => Some(name(examination, app)),
            What::OtherApp | What::AppOf(_) | What::Context(_) | What::Action(_) => None,
        })
        .collect();
    groups.into_iter().map(group).chain(apps).collect()
}

/// The groups of which any app is among the destinations.
fn groups(destinations: &[Destination]) -> BTreeSet<AppGroup> {
    let groups = destinations.iter().filter_map(|it| match &it.what {
        What::AppOf(groups) => Some(groups),
        What::OtherApp | What::App(_) | What::Context(_) | What::Action(_) => None,
    });
    groups.flatten().copied().collect()
}

fn belongs(destination: &Destination, groups: &BTreeSet<AppGroup>) -> bool {
    let mut resources = destination.request.audiences.iter();
    resources.any(|resource| !resource.groups.is_disjoint(groups))
}

/// Whether it is one app and not any of a group.
fn is_one(destination: &Destination) -> bool {
    matches!(destination.what, What::App(_))
}

/// What policies write for a group of apps.
pub(super) fn words(group: AppGroup) -> [&'static str; 2] {
    match group {
        AppGroup::Office365 => ["Office365", "Office 365"],
        AppGroup::MicrosoftAdminPortals => ["MicrosoftAdminPortals", "Microsoft Admin Portals"],
        AppGroup::AllAgentIdResources => ["AllAgentIdResources", "All agent resources"],
    }
}

/// What people call a group of apps.
pub(super) fn group(group: AppGroup) -> String {
    match group {
        AppGroup::Office365 => "Office 365".to_owned(),
        AppGroup::MicrosoftAdminPortals => "the Microsoft admin portals".to_owned(),
        AppGroup::AllAgentIdResources => "the resources of agents".to_owned(),
    }
}

/// What people call an app.
pub(super) fn name(examination: &Examination<'_>, app: &AppId) -> String {
    examination.app(app).unwrap_or_else(|| format!("app {app}"))
}
