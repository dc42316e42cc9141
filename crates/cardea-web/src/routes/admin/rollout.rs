//! The way from an invitation to enforcement.

mod groups;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use cardea_idp::Rows;
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use serde_json::{Value, json};

use groups::Crowd;

use super::desk::{Admin, Ordered};
use super::drafted::{Attempt, Settled, make};
use super::known::{Known, json as parsed};
use super::methods::{policy, put};
use super::policies::or_answer;
use super::policy_form::{list, text};
use super::prospects::prospects;
use crate::fields::admin as fields;
use crate::pages::admin::methods::Switch;
use crate::pages::admin::policies::PolicyState;
use crate::pages::admin::rollout::{Campaign, Rollout, Stage, Waiting};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// The kind of policies.
const POLICY: &str = "conditionalAccessPolicy";
/// Where the campaign stands in the methods policy.
const CAMPAIGN: &str = "/registrationEnforcement/authenticationMethodsRegistrationCampaign";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::ROLLOUT, get(open).post(save))
        .route("/admin/policies/{id}/on", post(turn_on))
}

async fn open(admin: Admin) -> Answer {
    match page(&admin).await? {
        Ok(page) => Ok(admin.page(&page)),
        Err(response) => Ok(response),
    }
}

async fn page(admin: &Admin) -> Result<Result<Rollout, axum::response::Response>, Broken> {
    let mut reader = match admin.reader(Right::ReadPolicies).await? {
        Ok(reader) => reader,
        Err(response) => return Ok(Err(response)),
    };
    let found = match prospects(admin).await? {
        Ok(found) => found,
        Err(response) => return Ok(Err(response)),
    };
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let methods = policy(&mut reader).await?;
    let object = methods.as_ref().map(parsed).unwrap_or_default();
    let campaign = campaign(&object, &known, methods.as_ref().map(|it| tag(&it.json)));
    let crowd = Crowd::read(
        &snapshot,
        (&mut reader, admin.visit.now),
        found.as_ref().map(|it| it.as_slice()),
    )
    .await?;
    let (named, policies, is_enforced) = policies(&mut reader, (&known, &crowd), &object).await?;
    let groups = named.into_iter().map(|group| crowd.group(group, admin.visit.now)).collect();
    let all = crowd.all();
    let stage = match (campaign.state, policies.is_empty(), is_enforced) {
        (_, false, _) => Stage::Rehearse,
        (_, true, true) => Stage::Enforce,
        (Switch::On, true, false) => Stage::Invite,
        (Switch::Off, true, false) => Stage::Prepare,
    };
    Ok(Ok(Rollout {
        desk: admin.desk().await?,
        stage,
        ready_percent: (all.ready * 100).checked_div(all.all()).unwrap_or(0),
        campaign,
        groups,
        policies,
    }))
}

/// Groups by id, with their names; policies that wait; and whether one is on.
type Found = (BTreeMap<String, String>, Vec<Waiting>, bool);

/// The groups that policies and the campaign name, and the policies that are report-only.
async fn policies(
    reader: &mut Rows,
    (known, crowd): (&Known, &Crowd<'_>),
    methods: &Value,
) -> Result<Found, Broken> {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut name = |group: &str| {
        named.insert(group.to_owned(), Known::name(&known.groups, group).to_owned());
    };
    targets(methods).for_each(&mut name);
    let mut waiting = Vec::new();
    let mut is_enforced = false;
    for policy in reader.objects(POLICY).await? {
        let json = parsed(&policy);
        list(&json, "/conditions/users/includeGroups").for_each(&mut name);
        match PolicyState::from_word(text(&json, "/state")) {
            Some(PolicyState::ReportOnly) => waiting.push((policy, json)),
            Some(PolicyState::On) => is_enforced = true,
            Some(PolicyState::Off) | None => {}
        }
    }
    let policies = waiting.iter().map(|(policy, json)| Waiting {
        id: policy.id.clone(),
        name: policy.name.clone(),
        shut: crowd.shut_of(json),
        groups: named
            .iter()
            .filter(|(id, _)| is_for(json, id))
            .map(|(id, name)| (id.clone(), name.clone(), crowd.shut_for(id)))
            .collect(),
    });
    let policies: Vec<Waiting> = policies.collect();
    Ok((named, policies, is_enforced))
}

/// Whether a policy can be enforced for a group alone: it is for the group or for everybody, and does
/// not leave it out.
fn is_for(policy: &Value, group: &str) -> bool {
    let has = |list_of: &str, it: &str| {
        list(policy, &format!("/conditions/users/{list_of}")).any(|id| id.eq_ignore_ascii_case(it))
    };
    (has("includeGroups", group) || has("includeUsers", "All")) && !has("excludeGroups", group)
}

/// The groups that the campaign asks.
fn targets(methods: &Value) -> impl Iterator<Item = &str> {
    let targets = methods.pointer(CAMPAIGN).and_then(|it| it.get("includeTargets")?.as_array());
    let targets = targets.into_iter().flatten().filter_map(|it| it.get("id")?.as_str());
    targets.filter(|id| *id != "all_users")
}

fn campaign(methods: &Value, known: &Known, version: Option<String>) -> Campaign {
    let campaign = methods.pointer(CAMPAIGN).cloned().unwrap_or_default();
    let number = |name: &str| {
        campaign.get(name).and_then(Value::as_u64).map(|it| it.to_string()).unwrap_or_default()
    };
    let targets = targets(methods);
    let limited = campaign.get("enforceRegistrationAfterAllowedSnoozes").and_then(Value::as_bool);
    Campaign {
        state: if text(&campaign, "/state") == "enabled" { Switch::On } else { Switch::Off },
        days: number("snoozeDurationInDays"),
        snoozes: if limited == Some(true) { "3".to_owned() } else { "0".to_owned() },
        groups: targets.map(|id| Known::name(&known.groups, id)).collect::<Vec<_>>().join("\n"),
        version: version.unwrap_or_default(),
        wrong: Vec::new(),
    }
}

async fn save(Ordered { admin, form }: Ordered) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WriteMethodsPolicy) {
        return admin.denied(&denied).await;
    }
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let Some(object) = policy(&mut reader).await? else {
        return admin.unknown("methods policy", paths::METHODS).await;
    };
    drop(reader);
    if let word @ ("pause" | "resume") = form.one(crate::fields::CHOICE) {
        let state = if word == "pause" { "disabled" } else { "enabled" };
        let campaign = json!({ "authenticationMethodsRegistrationCampaign": { "state": state } });
        let mut patch = Json::new();
        patch.insert("registrationEnforcement".to_owned(), campaign);
        return put(&admin, &form, (&object, patch, paths::ROLLOUT)).await;
    }
    let days = form.one("days").parse::<u32>().ok().filter(|it| *it <= 14);
    let groups = Known::ids(&known.groups, "group", form.lines("groups"));
    let mut wrong = Vec::new();
    if days.is_none() {
        wrong.push(("days", "Say 0 to 14 days.".to_owned()));
    }
    if let Err(why) = &groups {
        wrong.push(("groups", why.clone()));
    }
    let (Some(days), Ok(groups)) = (days, groups) else {
        let mut page = or_answer!(page(&admin).await?);
        form.one("days").clone_into(&mut page.campaign.days);
        form.one("groups").clone_into(&mut page.campaign.groups);
        page.campaign.wrong = wrong;
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let everybody = if groups.is_empty() { vec!["all_users".to_owned()] } else { groups };
    let method = text(
        &parsed(&object),
        &format!("{CAMPAIGN}/includeTargets/0/targetedAuthenticationMethod"),
    )
    .to_owned();
    let method = if method.is_empty() { "fido2".to_owned() } else { method };
    let target = |id: &String| json!({ "id": id, "targetType": "group", "targetedAuthenticationMethod": method });
    let campaign = json!({
        "state": if form.one(fields::STATE) == "enabled" { "enabled" } else { "disabled" },
        "snoozeDurationInDays": days,
        "enforceRegistrationAfterAllowedSnoozes": form.one("snoozes") != "0",
        "includeTargets": everybody.iter().map(target).collect::<Vec<_>>(),
    });
    let mut patch = Json::new();
    patch.insert(
        "registrationEnforcement".to_owned(),
        json!({ "authenticationMethodsRegistrationCampaign": campaign }),
    );
    put(&admin, &form, (&object, patch, paths::ROLLOUT)).await
}

/// Turns a policy on: as it is, or a copy of it for one of its groups.
async fn turn_on(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let Some(object) = reader.object(POLICY, &id).await? else {
        return admin.unknown("policy", paths::POLICIES).await;
    };
    let group = form.one("group");
    let page = or_answer!(page(&admin).await?);
    let shut = page.policies.iter().find(|it| it.id == id).map(|it| {
        let of_group = it.groups.iter().find(|(id, ..)| id == group);
        of_group.map_or(it.shut.as_str(), |(_, _, why)| why.as_str())
    });
    // The page has said why.
    if shut.is_some_and(|why| !why.is_empty()) {
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let after = if group.is_empty() || is_only_for(&parsed(&object), group) {
        let mut patch = Json::new();
        patch.insert("state".to_owned(), Value::from(PolicyState::On.word()));
        shape::patched(&object, &patch, admin.visit.now)?
    } else {
        let Some(group) = reader.object("group", group).await? else {
            return admin.unknown("group", paths::GROUPS).await;
        };
        let copy = copy_for(&parsed(&object), (&group.id, &group.name));
        shape::created(POLICY, copy, admin.visit.now)?
    };
    drop(reader);
    let Ok(after) = after else {
        return admin.unknown("policy that can be turned on", paths::POLICIES).await;
    };
    let (name, mine, new) = (after.name.clone(), after.json.clone(), after.id.clone());
    let activity = if new == id {
        "Update conditional access policy"
    } else {
        "Add conditional access policy"
    };
    let edits = Edits::one(Edit::Put(after), activity);
    let edits = edits.expecting(POLICY, &id, Some(&tag(&object.json)));
    let action = paths::of(paths::POLICIES, &id, "on");
    let back = paths::one(paths::POLICIES, &id);
    let attempt = Attempt {
        what: &name,
        action: &action,
        form: &form,
        fix_action: "",
        back: &back,
        mine: &mine,
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(&paths::one(paths::POLICIES, &new), "turned-on")),
        Settled::Not(response) => Ok(response),
    }
}

/// Whether a policy is for this group and for nobody else.
fn is_only_for(policy: &Value, group: &str) -> bool {
    let of = |name: &str| list(policy, &format!("/conditions/users/{name}"));
    let others = of("includeUsers").filter(|it| *it != "None").chain(of("includeRoles")).count();
    let groups: Vec<&str> = of("includeGroups").collect();
    others == 0 && matches!(groups.as_slice(), [only] if only.eq_ignore_ascii_case(group))
}

/// A policy that is on for one group, and otherwise the same.
fn copy_for(policy: &Value, (group, name): (&str, &str)) -> Json {
    let mut copy = policy.as_object().cloned().unwrap_or_default();
    for own in ["id", "createdDateTime", "modifiedDateTime", "templateId"] {
        copy.remove(own);
    }
    let title = format!("{}, for {name}", text(policy, "/displayName"));
    copy.insert("displayName".to_owned(), Value::from(title));
    copy.insert("state".to_owned(), Value::from(PolicyState::On.word()));
    if let Some(Value::Object(users)) =
        copy.get_mut("conditions").and_then(|it| it.get_mut("users"))
    {
        users.insert("includeUsers".to_owned(), json!([]));
        users.insert("includeRoles".to_owned(), json!([]));
        users.insert("includeGroups".to_owned(), json!([group]));
        users.remove("includeGuestsOrExternalUsers");
    }
    copy
}
