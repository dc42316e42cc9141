//! Ways out that let a pass in.

use cardea_graph::edit::{Change, Json};
use cardea_policy::conditions::platform::{IncludedPlatforms, Platform, Platforms};
use cardea_policy::place::{Object, PolicyIndex, StrengthIndex};
use cardea_policy::strength::{Combination, Strength};
use cardea_tenant::methods::{MethodKind, MethodState, PassUse};

use super::{Plan, off_trusted, on_trusted};
use crate::fix::parts::{
    PASSES, STRENGTH, demanding, for_registration, grant, platform, strength_of, with_passes,
    without_passes,
};
use crate::fix::recipe::{Copied, Recipe, Step, find};

const PHONES: [Platform; 2] = [Platform::Android, Platform::Ios];

/// The policies of the finding with a strength that accepts no pass.
fn strict<'a>(plan: &Plan<'a>) -> Vec<(PolicyIndex, StrengthIndex, &'a Strength)> {
    let policies = plan.policies().into_iter();
    policies
        .filter_map(|policy| {
            let index = strength_of(plan.policy(policy)?)?;
            let strength = plan.strength(index)?;
            let lacks = !PASSES.iter().all(|pass| strength.lists(*pass));
            (lacks && !strength.combinations.is_empty()).then_some((policy, index, strength))
        })
        .collect()
}

/// A demand for what the strength accepts or a pass.
fn or_pass(
    plan: &Plan<'_>,
    policy: PolicyIndex,
    (index, strength): (StrengthIndex, &Strength),
) -> (Json, Option<Step>) {
    let name = format!("{} or Temporary Access Pass", strength.name);
    demanding(plan.lowered, policy, (Some(index), &name), &with_passes(strength))
}

/// The demand is left as it is, except on trusted networks, where a pass does as well.
pub(super) fn on_trusted_networks(plan: &Plan<'_>) -> Vec<Recipe> {
    if !plan.has_trusted_network() {
        return Vec::new();
    }
    let recipe = |(index, at, strength): (PolicyIndex, StrengthIndex, &Strength)| {
        let policy = plan.policy(index)?;
        let (off, on) = (off_trusted(policy)?, on_trusted(policy)?);
        let (demand, add) = or_pass(plan, index, (at, strength));
        let name = plan.name(index);
        let copy = Copied {
            word: "trusted-networks",
            name: format!("{name} (trusted networks: or pass)"),
            changes: on.into_iter().chain([Change::set(STRENGTH, demand)]).collect(),
        };
        let mut steps =
            vec![Step::CopyPolicy(index, copy), Step::Change(Object::Policy(index), off)];
        steps.extend(add);
        let mut notes = enabling_note(plan);
        notes.push("people register on a trusted network; a phone joins it, too".to_owned());
        Some(Recipe {
            title: format!("let passes in through {name} on trusted networks only"),
            notes,
            steps: with_passes_enabled(plan, steps),
        })
    };
    strict(plan).into_iter().filter_map(recipe).collect()
}

/// Phones get a policy of their own, which accepts a pass as well.
pub(super) fn split_by_platform(plan: &Plan<'_>) -> Vec<Recipe> {
    let recipe = |(index, at, strength): (PolicyIndex, StrengthIndex, &Strength)| {
        let policy = plan.policy(index)?;
        let (rest, phones) = split(policy.conditions.platforms.as_ref())?;
        let (demand, add) = or_pass(plan, index, (at, strength));
        let name = plan.name(index);
        let copy = Copied {
            word: "phones",
            name: format!("{name} (phones: or pass)"),
            changes: phones.into_iter().chain([Change::set(STRENGTH, demand)]).collect(),
        };
        let mut steps =
            vec![Step::CopyPolicy(index, copy), Step::Change(Object::Policy(index), rest)];
        steps.extend(add);
        let mut notes = enabling_note(plan);
        notes.push(
            "a tablet that asks for desktop sites counts as a computer: use the app there"
                .to_owned(),
        );
        Some(Recipe {
            title: format!("split {name} into computers and phones, and let passes in on phones"),
            notes,
            steps: with_passes_enabled(plan, steps),
        })
    };
    strict(plan).into_iter().filter_map(recipe).collect()
}

/// Changes that take phones out of a platform condition, and those that leave nothing else in.
fn split(platforms: Option<&Platforms>) -> Option<(Vec<Change>, Vec<Change>)> {
    const INCLUDE: &str = "conditions.platforms.includePlatforms";
    const EXCLUDE: &str = "conditions.platforms.excludePlatforms";
    let covered: Vec<&str> = PHONES
        .into_iter()
        .filter(|phone| platforms.is_none_or(|platforms| platforms.matches(*phone)))
        .map(platform)
        .collect();
    if covered.is_empty() {
        return None;
    }
    let phones = vec![
        Change::set(INCLUDE, Json::texts(covered.iter().copied())),
        Change::set(EXCLUDE, Json::texts::<&str>([])),
    ];
    let rest = match platforms.map(|platforms| &platforms.include) {
        None => vec![
            Change::set(INCLUDE, Json::texts(["all"])),
            Change::set(EXCLUDE, Json::texts(covered)),
        ],
        Some(IncludedPlatforms::All) => vec![Change::append(EXCLUDE, covered)],
        Some(IncludedPlatforms::Only(only)) => {
            if only.iter().all(|platform| PHONES.contains(platform)) {
                return None;
            }
            vec![Change::remove(INCLUDE, covered)]
        }
    };
    Some((rest, phones))
}

/// A strength for registering security info that lists passes.
pub(super) fn at_registration(plan: &Plan<'_>) -> Vec<Recipe> {
    let index = plan.examination.index();
    let on_registration = index.on_registration().and(index.enabled());
    let strict = strict(plan);
    let (mut steps, mut names) = (Vec::new(), Vec::new());
    for policy in on_registration.iter().filter(|policy| plan.is_understood(*policy)) {
        let Some(at) = plan.policy(policy).and_then(strength_of) else { continue };
        let Some(strength) = plan.strength(at) else { continue };
        if PASSES.iter().all(|pass| strength.lists(*pass)) {
            continue;
        }
        let (demand, add) = or_pass(plan, policy, (at, strength));
        steps.push(Step::Change(Object::Policy(policy), vec![Change::set(STRENGTH, demand)]));
        steps.extend(add.filter(|add| !steps.contains(add)));
        names.push(plan.name(policy));
    }
    if !names.is_empty() {
        return vec![Recipe {
            title: format!("let passes in through {} to register security info", names.join(", ")),
            notes: enabling_note(plan),
            steps: with_passes_enabled(plan, steps),
        }];
    }
    if !on_registration.is_empty() {
        return Vec::new();
    }
    let Some((policy, at, strength)) = strict.into_iter().next() else { return Vec::new() };
    vec![registering(plan, policy, (at, strength))]
}

/// A new policy for registering security info, which demands a pass or what another one demands.
pub(super) fn registering(
    plan: &Plan<'_>,
    policy: PolicyIndex,
    (at, strength): (StrengthIndex, &Strength),
) -> Recipe {
    let (demand, add) = or_pass(plan, policy, (at, strength));
    let mut changes = for_registration();
    changes.push(grant(&[], Some(demand)));
    let copy = Copied {
        word: "security-info",
        name: format!("{} (security info: or pass)", plan.name(policy)),
        changes,
    };
    let mut steps = vec![Step::CopyPolicy(policy, copy)];
    steps.extend(add);
    Recipe {
        title: format!("demand {} or a pass to register security info", strength.name),
        notes: enabling_note(plan),
        steps: with_passes_enabled(plan, steps),
    }
}

/// Passes only on trusted networks, where a policy lets them in everywhere.
pub(super) fn on_trusted_networks_only(plan: &Plan<'_>) -> Vec<Recipe> {
    if !plan.has_trusted_network() {
        return Vec::new();
    }
    let recipe = |index: PolicyIndex| {
        let policy = plan.policy(index)?;
        let at = strength_of(policy)?;
        let strength = plan.strength(at)?;
        let rest: Vec<Combination> = without_passes(strength);
        if rest.is_empty() || rest.len() == strength.combinations.len() {
            return None;
        }
        let (off, on) = (off_trusted(policy)?, on_trusted(policy)?);
        let name = plan.name(index);
        let title = format!("{} without passes", strength.name);
        let (demand, add) = demanding(plan.lowered, index, (Some(at), &title), &rest);
        let copy = Copied {
            word: "other-networks",
            name: format!("{name} (other networks: no pass)"),
            changes: off.into_iter().chain([Change::set(STRENGTH, demand)]).collect(),
        };
        let mut steps =
            vec![Step::CopyPolicy(index, copy), Step::Change(Object::Policy(index), on)];
        steps.extend(add);
        Some(Recipe {
            title: format!("let passes in through {name} on trusted networks only"),
            notes: Vec::new(),
            steps,
        })
    };
    plan.policies().into_iter().filter_map(recipe).collect()
}

/// Passes that can be used more than once, for longer, and at all.
pub(super) fn usable(plan: &Plan<'_>) -> Vec<Recipe> {
    let Some(methods) = &plan.lowered.tenant.methods else { return Vec::new() };
    let recipe = |title: &str, changes: Vec<Change>| Recipe {
        title: title.to_owned(),
        notes: Vec::new(),
        steps: vec![Step::Change(Object::MethodsPolicy, changes)],
    };
    let mut recipes = Vec::new();
    if is_disabled(plan) {
        recipes.push(recipe("enable passes", vec![enabled()]));
    }
    if methods.pass.usable == PassUse::OnceOnly {
        let again = Change::set("isUsableOnce", Json::Bool(false));
        recipes.push(recipe("let passes be used more than once", vec![again]));
    }
    if methods.pass.default_lifetime < 60 || methods.pass.maximum_lifetime < 60 {
        let minutes = |path, minutes: u32| Change::set(path, Json::Number(minutes.to_string()));
        let longest = methods.pass.maximum_lifetime.max(60);
        let longer = vec![
            minutes("defaultLifetimeInMinutes", 60),
            minutes("maximumLifetimeInMinutes", longest),
        ];
        recipes.push(recipe("let passes live for an hour", longer));
    }
    recipes
}

fn enabled() -> Change {
    Change::set("state", Json::text("enabled"))
}

/// Whether the input says that passes are disabled, in a place that can be changed.
fn is_disabled(plan: &Plan<'_>) -> bool {
    let methods = plan.lowered.tenant.methods.as_ref();
    let passes = methods.and_then(|it| it.configurations.get(&MethodKind::TemporaryAccessPass));
    passes.is_some_and(|passes| passes.state == MethodState::Disabled)
        && find(plan.lowered, Object::MethodsPolicy).is_some()
}

fn with_passes_enabled(plan: &Plan<'_>, mut steps: Vec<Step>) -> Vec<Step> {
    if is_disabled(plan) {
        steps.push(Step::Change(Object::MethodsPolicy, vec![enabled()]));
    }
    steps
}

fn enabling_note(plan: &Plan<'_>) -> Vec<String> {
    if is_disabled(plan) { vec!["passes are enabled, too".to_owned()] } else { Vec::new() }
}
