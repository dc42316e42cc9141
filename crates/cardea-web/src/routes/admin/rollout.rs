//! The way from an invitation to enforcement.

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::outlook::Prospect;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{self, Json};
use serde_json::{Value, json};

use super::desk::{Admin, Ordered};
use super::drafted::{Attempt, Settled, make};
use super::known::{Known, json as parsed};
use super::methods::{policy, put};
use super::policies::or_answer;
use super::policy_form::{list, text};
use super::prospects::{prospects, readiness};
use crate::fields::admin as fields;
use crate::pages::admin::methods::Switch;
use crate::pages::admin::people;
use crate::pages::admin::policies::PolicyState;
use crate::pages::admin::rollout::{Campaign, GroupReady, Rollout, Stage};
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
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut waiting = Vec::new();
    let mut is_enforced = false;
    for policy in reader.objects(POLICY).await? {
        let json = parsed(&policy);
        for group in list(&json, "/conditions/users/includeGroups") {
            named.insert(group.to_owned(), Known::name(&known.groups, group).to_owned());
        }
        match PolicyState::from_word(text(&json, "/state")) {
            Some(PolicyState::ReportOnly) => waiting.push((policy.id, policy.name)),
            Some(PolicyState::On) => is_enforced = true,
            Some(PolicyState::Off) | None => {}
        }
    }
    let prospects: HashMap<&str, Prospect> = found
        .as_ref()
        .map(|it| it.iter().map(|(id, prospect)| (id.as_str(), *prospect)).collect())
        .unwrap_or_default();
    let mut groups = Vec::new();
    for (id, name) in named {
        let members = reader.members(&id).await?;
        let of = members.iter().filter_map(|it| prospects.get(it.member.as_str()));
        groups.push(GroupReady { readiness: readiness(of), id, name });
    }
    let all = readiness(prospects.values());
    let trapped = match all.trapped {
        0 => String::new(),
        1 => "1 person would be trapped.".to_owned(),
        more => format!("{} would be trapped.", people(more)),
    };
    let stage = match (campaign.state, waiting.is_empty(), is_enforced) {
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
        policies: waiting.into_iter().map(|(id, name)| (id, name, trapped.clone())).collect(),
    }))
}

fn campaign(methods: &Value, known: &Known, version: Option<String>) -> Campaign {
    let campaign = methods.pointer(CAMPAIGN).cloned().unwrap_or_default();
    let number = |name: &str| {
        campaign.get(name).and_then(Value::as_u64).map(|it| it.to_string()).unwrap_or_default()
    };
    let targets = campaign.get("includeTargets").and_then(Value::as_array).into_iter().flatten();
    let targets = targets.filter_map(|it| it.get("id")?.as_str()).filter(|id| *id != "all_users");
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

/// Turns a policy on, as it is.
async fn turn_on(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let Some(object) = reader.object(POLICY, &id).await? else {
        return admin.unknown("policy", paths::POLICIES).await;
    };
    drop(reader);
    let mut patch = Json::new();
    patch.insert("state".to_owned(), Value::from(PolicyState::On.word()));
    let Ok(after) = shape::patched(&object, &patch, admin.visit.now)? else {
        return admin.unknown("policy that can be turned on", paths::POLICIES).await;
    };
    let (name, mine) = (after.name.clone(), after.json.clone());
    let edits = Edits::one(Edit::Put(after), "Update conditional access policy");
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
        Settled::Done => Ok(admin.after(&back, "turned-on")),
        Settled::Not(response) => Ok(response),
    }
}
