//! What is asked for: resources, user actions, authentication contexts.

use super::conditions::filter_mode;
use super::ledger::{Fields, Texts};
use super::names::Names;
use super::principals::named;
use cardea_policy::conditions::target::{
    AppGroup, AppList, IncludedResources, ResourceFilter, Resources, Target, UserAction,
};
use cardea_policy::filter::AppFilter;
use cardea_policy::place::Field;
use std::collections::BTreeSet;

const ACTIONS: [(&str, UserAction); 2] = [
    ("urn:user:registersecurityinfo", UserAction::RegisterSecurityInfo),
    ("urn:user:registerdevice", UserAction::RegisterDevice),
];

const GROUPS: [(&str, AppGroup); 4] = [
    ("Office365", AppGroup::Office365),
    ("Office 365", AppGroup::Office365),
    ("MicrosoftAdminPortals", AppGroup::MicrosoftAdminPortals),
    ("AllAgentIdResources", AppGroup::AllAgentIdResources),
];

/// The target of `conditions`.
pub(super) fn target(fields: &mut Fields<'_, '_>, names: &Names) -> Target {
    let target = fields.object("applications", Field::Applications, |apps| read(apps, names));
    target.unwrap_or_else(|| {
        let head = fields.value().head();
        let message = "the policy says nothing about resources, which Entra demands";
        let help = "name the resources, such as `\"includeApplications\": [\"All\"]`";
        fields.ledger().not_understood(head, Field::Applications, message, Some(help));
        Target::Resources(Resources::default())
    })
}

fn read(fields: &mut Fields<'_, '_>, names: &Names) -> Target {
    let include = named(fields, "includeApplications");
    let exclude = named(fields, "excludeApplications");
    let filter = filter(fields);
    for traffic in ["networkAccess", "globalSecureAccess"] {
        let why = "is about Global Secure Access traffic, which is not modelled";
        fields.left_out(traffic, Field::Applications, why);
    }
    let mut actions = BTreeSet::new();
    for item in fields.texts("includeUserActions").iter() {
        actions.extend(fields.choose(&item, Field::IncludeUserActions, &ACTIONS));
    }
    let contexts: BTreeSet<_> = fields
        .texts("includeAuthenticationContextClassReferences")
        .iter()
        .map(|item| names.contexts.resolve(&item.text))
        .collect();
    let resources =
        Resources { include: included(include, names), exclude: list(exclude, names), filter };
    let kinds = [
        resources.include != IncludedResources::Nothing,
        !actions.is_empty(),
        !contexts.is_empty(),
    ];
    if kinds.into_iter().filter(|is_there| *is_there).count() > 1 {
        let head = fields.value().head();
        let message = "resources, user actions and authentication contexts exclude each other";
        let help = "make a policy of each";
        fields.ledger().not_understood(head, Field::Applications, message, Some(help));
    }
    if !actions.is_empty() {
        return Target::UserActions(actions);
    }
    if !contexts.is_empty() {
        return Target::Contexts(contexts);
    }
    Target::Resources(resources)
}

fn included(items: Texts<'_>, names: &Names) -> IncludedResources {
    if items.iter().any(|item| item.text.eq_ignore_ascii_case("All")) {
        return IncludedResources::All;
    }
    let list = list(items, names);
    if list.is_empty() {
        return IncludedResources::Nothing;
    }
    IncludedResources::Only(list)
}

fn list(items: Texts<'_>, names: &Names) -> AppList {
    let mut list = AppList::default();
    for item in items.iter().filter(|item| !item.text.eq_ignore_ascii_case("None")) {
        match GROUPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&item.text)) {
            Some((_, group)) => drop(list.groups.insert(*group)),
            None => drop(list.apps.insert(names.apps.resolve(&item.text))),
        }
    }
    list
}

fn filter(fields: &mut Fields<'_, '_>) -> Option<ResourceFilter> {
    fields.object("applicationFilter", Field::ApplicationFilter, |fields| {
        let mode = filter_mode(fields);
        let rule = fields.text("rule")?;
        match AppFilter::parse(&rule.text) {
            Ok(parsed) => Some(ResourceFilter { mode: mode?, rule: parsed }),
            Err(error) => super::conditions::bad_rule(fields, &rule, &error),
        }
    })?
}
