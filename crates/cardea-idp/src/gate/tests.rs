use std::collections::BTreeSet;

use cardea_check::fix::Effort;
use cardea_store::Chain;

use super::*;
use crate::admin::edit::Edit;
use crate::settings::Settings;
use crate::trial::{admit, fill, now, store, tenant};
use crate::{demo, trial};

const DRAFT_FOR_ADMINISTRATORS: &str =
    "FW901 Draft: administrators from domain-joined workstations";
const DRAFT_FOR_ALL: &str = "FW902 Draft: passkey in Authenticator for all people";

async fn state_of(store: &Store, policy: &str) -> String {
    let mut reader = store.read().await.unwrap();
    let policy = policy_named(&mut reader, policy).await.unwrap().unwrap();
    let value: serde_json::Value = serde_json::from_str(&policy.json).unwrap();
    value["state"].as_str().unwrap().to_owned()
}

async fn last_record(store: &Store) -> AuditEntry {
    let mut reader = store.read().await.unwrap();
    assert!(matches!(reader.verify_audit().await.unwrap(), Chain::Whole { .. }));
    reader.audit_records(None, 1).await.unwrap().remove(0).entry
}

fn on(policy: &str) -> Change<'_> {
    Change::Policy { policy, state: State::Enabled }
}

#[tokio::test]
async fn a_policy_that_leaves_nobody_who_can_change_policies_cannot_be_turned_on() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    let before = state_of(&store, DRAFT_FOR_ADMINISTRATORS).await;
    let Outcome::Refused { why, proof } = admit(&store, on(DRAFT_FOR_ADMINISTRATORS)).await else {
        panic!("it was turned on")
    };
    assert_eq!(why, Refusal::LastAdmin);
    assert!(proof.report.findings.iter().all(|finding| finding.rule == "last-admin"));
    assert_eq!(state_of(&store, DRAFT_FOR_ADMINISTRATORS).await, before);
    let record = last_record(&store).await;
    assert_eq!(record.action, "Update conditional access policy (refused)");
    assert!(record.json.contains("last-admin") && record.json.contains(&proof.fingerprint));
}

#[tokio::test]
async fn an_import_cannot_bring_what_a_command_cannot_turn_on() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    let mut policy = store.read().await.unwrap().objects(POLICY).await.unwrap();
    policy.retain(|it| it.name == DRAFT_FOR_ADMINISTRATORS);
    let enabled = policy[0].json.replace("enabledForReportingButNotEnforced", "enabled");
    assert_ne!(enabled, policy[0].json);
    let import = trial::import([("p.json", enabled.as_str())]);
    let outcome = admit(&store, Change::Import(&import)).await;
    assert!(matches!(outcome, Outcome::Refused { why: Refusal::LastAdmin, .. }));
}

#[tokio::test]
async fn other_lockouts_need_a_rule_a_reason_and_an_end_and_are_kept_with_the_proof() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    let Outcome::Refused { why, proof } = admit(&store, on(DRAFT_FOR_ALL)).await else {
        panic!("it was turned on")
    };
    assert_eq!(why, Refusal::Lockout);
    let rules: BTreeSet<&str> = proof.report.findings.iter().map(|it| it.rule).collect();
    let accepted: Vec<Acceptance> = rules
        .iter()
        .map(|rule| Acceptance {
            rule: (*rule).to_owned(),
            reason: String::from("a \"trial\""),
            until: Date::new(2026, 12, 24).unwrap(),
        })
        .collect();
    let proposal = Proposal { change: on(DRAFT_FOR_ALL), accepted: &accepted, actor: "test" };
    let Outcome::Done { accepted, proof, .. } =
        super::admit(&store, &proposal, now()).await.unwrap()
    else {
        panic!("it was refused")
    };
    assert!(!accepted.is_empty());
    assert_eq!(state_of(&store, DRAFT_FOR_ALL).await, "enabled");
    let record = last_record(&store).await;
    assert!(
        record.json.contains("2026-12-24") && record.json.contains(&proof.unwrap().fingerprint)
    );
    let row = store.read().await.unwrap().tenant().await.unwrap().unwrap();
    let config = Settings::of(&row).unwrap().config(now()).unwrap();
    assert!(config.accepted.iter().any(|it| it.reason == "a \"trial\""));
}

#[tokio::test]
async fn a_policy_can_always_be_turned_off() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    let policy = "FW102 Everybody: MFA everywhere";
    for state in [State::ReportOnly, State::Disabled] {
        let outcome = admit(&store, Change::Policy { policy, state }).await;
        assert!(matches!(outcome, Outcome::Done { .. }));
        assert_eq!(state_of(&store, policy).await, state.name());
    }
    let missing = admit(&store, on("no such policy")).await;
    assert!(matches!(missing, Outcome::Stopped(Stop::NoSuchPolicy)));
}

#[tokio::test]
async fn the_demo_passes_the_gate() {
    let (_folder, store) = store().await;
    let (tenant, import) = (tenant(), demo::import(now()));
    let new = Beginning { tenant: &tenant, import: &import, credentials: &[] };
    let outcome = admit(&store, Change::Create(new)).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
}

#[test]
fn an_acceptance_names_a_rule_and_a_reason_and_ends_within_ninety_days() {
    let fault = |rule: &str, reason: &str, until: (u16, u8, u8)| {
        let until = Date::new(until.0, until.1, until.2).unwrap();
        Acceptance { rule: rule.to_owned(), reason: reason.to_owned(), until }.fault(now())
    };
    assert_eq!(fault("stale-sign-in", "trial", (2026, 11, 30)), None);
    assert_eq!(fault("stale-sign-in", "trial", (2027, 2, 28)), None);
    assert_eq!(
        fault("stale-sign-in", "trial", (2027, 3, 1)),
        Some(Unacceptable::End(String::from("2027-03-01")))
    );
    assert_eq!(
        fault("stale-sign-in", "trial", (2026, 11, 29)),
        Some(Unacceptable::End(String::from("2026-11-29")))
    );
    assert_eq!(fault("stale-sign-in", " ", (2026, 12, 1)), Some(Unacceptable::NoReason));
    assert_eq!(fault("last-admin", "trial", (2026, 12, 1)), Some(Unacceptable::LastAdmin));
    assert_eq!(
        fault("no-such-rule", "trial", (2026, 12, 1)),
        Some(Unacceptable::NoSuchRule(String::from("no-such-rule")))
    );
}

/// A tenant of Alice, Bob and an administrator, with a group of one of them and a policy.
async fn tenant_of(store: &Store, (group, member): (&str, &str), policy: &str) {
    let user = |id: &str, name: &str| {
        json!({
            "@odata.type": "#microsoft.graph.user", "id": id, "displayName": name,
            "userPrincipalName": format!("{name}@contoso.example"), "accountEnabled": true,
        })
    };
    let people = json!([user(ALICE, "alice"), user(BOB, "bob"), user(ADMIN, "admin")]).to_string();
    let group = json!({
        "@odata.type": "#microsoft.graph.group", "id": GROUP_OF_ONE, "displayName": group,
        "members": [member],
    });
    let group = group.to_string();
    let role = crate::first_run::role(ADMIN).unwrap().to_string();
    let files = [
        ("users.json", people.as_str()),
        ("group.json", &group),
        ("role.json", &role),
        ("policy.json", policy),
    ];
    fill(store, &trial::import(files)).await;
}

/// A tenant in which whoever is in the group is in a loop, and Alice is.
async fn with_a_loop(store: &Store) {
    let policy = r##"{"@odata.type":"#microsoft.graph.conditionalAccessPolicy",
        "id":"11111111-0000-4000-8000-000000000001","displayName":"CA010","state":"enabled",
        "conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},
        "users":{"includeGroups":["33333333-0000-4000-8000-000000000001"]}},
        "grantControls":{"operator":"OR","authenticationStrength":{
        "id":"22222222-0000-4000-8000-000000000002","displayName":"in Authenticator",
        "allowedCombinations":["fido2"],"combinationConfigurations":[{
        "@odata.type":"#microsoft.graph.fido2CombinationConfiguration",
        "appliesToCombinations":["fido2"],
        "allowedAAGUIDs":["de1e552d-db1d-4423-a619-566b625cdc84"]}]}}}"##;
    tenant_of(store, ("trapped", ALICE), policy).await;
}

const ALICE: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const BOB: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const ADMIN: &str = "aaaaaaaa-0000-4000-8000-000000000003";
const GROUP_OF_ONE: &str = "33333333-0000-4000-8000-000000000001";

fn joins(member: &str) -> Edit {
    let membership = store::Membership {
        group: GROUP_OF_ONE.to_owned(),
        member: member.to_owned(),
        kind: store::MemberKind::Person,
    };
    Edit::AddMember(membership)
}

fn leaves(member: &str) -> Edit {
    Edit::RemoveMember { group: GROUP_OF_ONE.to_owned(), member: member.to_owned() }
}

fn edits(edits: Vec<Edit>) -> Edits {
    Edits { edits, ..Edits::one(joins(BOB), "Update group") }
}

#[tokio::test]
async fn nobody_can_be_put_where_they_would_be_locked_out() {
    let (_folder, store) = store().await;
    with_a_loop(&store).await;
    let outcome = admit(&store, Change::Edits(&edits(vec![joins(BOB)]))).await;
    let Outcome::Refused { why: Refusal::Lockout, proof } = outcome else { panic!("{outcome:?}") };
    let roll = proof.roll();
    let directory = &proof.lowered.tenant.directory;
    let people: BTreeSet<&str> = proof
        .report
        .findings
        .iter()
        .flat_map(|finding| roll.people(&finding.who))
        .map(|person| directory.id(person))
        .collect();
    assert_eq!(people, BTreeSet::from([ALICE, BOB]), "both are named");
    let members = store.read().await.unwrap().members(GROUP_OF_ONE).await.unwrap();
    assert_eq!(members.len(), 1);
}

#[tokio::test]
async fn one_person_in_and_another_out_is_not_the_same_as_before() {
    let (_folder, store) = store().await;
    with_a_loop(&store).await;
    let swap = edits(vec![leaves(ALICE), joins(BOB)]);
    let outcome = admit(&store, Change::Edits(&swap)).await;
    assert!(matches!(outcome, Outcome::Refused { why: Refusal::Lockout, .. }), "{outcome:?}");
    let out = admit(&store, Change::Edits(&edits(vec![leaves(ALICE)]))).await;
    assert!(matches!(out, Outcome::Done { .. }), "letting somebody out is no lockout: {out:?}");
}

#[tokio::test]
async fn of_two_who_change_an_object_the_second_is_told() {
    let (_folder, store) = store().await;
    with_a_loop(&store).await;
    let seen = store.read().await.unwrap().objects(POLICY).await.unwrap().remove(0);
    let tag = crate::admin::edit::tag(&seen.json);
    let write = |name: &str| {
        let json = seen.json.replace("CA010", name);
        let edit = Edit::Put(store::Object { json, ..seen.clone() });
        Edits::one(edit, "Update conditional access policy").expecting(POLICY, &seen.id, Some(&tag))
    };
    let first = admit(&store, Change::Edits(&write("first"))).await;
    assert!(matches!(first, Outcome::Done { .. }), "{first:?}");
    let second = admit(&store, Change::Edits(&write("second"))).await;
    let Outcome::Stopped(Stop::Conflict { current, .. }) = second else { panic!("{second:?}") };
    assert!(current.contains("first"));
    let record: serde_json::Value = serde_json::from_str(&last_record(&store).await.json).unwrap();
    let object = &record["objects"][0];
    assert_eq!(object["before"]["displayName"], "CA010");
    assert_eq!(object["after"]["displayName"], "first");
    assert!(record["proof"].as_str().unwrap().starts_with("sha256:"));
}

#[tokio::test]
async fn a_draft_says_what_a_change_would_do_and_does_nothing() {
    let (_folder, store) = store().await;
    with_a_loop(&store).await;
    let edits = edits(vec![joins(BOB)]);
    let proposal = Proposal { change: Change::Edits(&edits), accepted: &[], actor: "test" };
    let told = draft(&store, &proposal, (Effort::default(), now())).await.unwrap().unwrap();
    assert_eq!(told.refusal, Some(Refusal::Lockout));
    assert!(!told.brings.is_empty());
    let mended = Edits { edits: vec![leaves(ALICE)], ..edits.clone() };
    let proposal = Proposal { change: Change::Edits(&mended), ..proposal };
    let told = draft(&store, &proposal, (Effort::NONE, now())).await.unwrap().unwrap();
    assert_eq!(told.refusal, None);
    assert!(!told.mends.is_empty(), "Alice is out of the loop");
    assert_eq!(store.read().await.unwrap().members(GROUP_OF_ONE).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_only_describes_is_made_without_a_proof() {
    let (_folder, store) = store().await;
    with_a_loop(&store).await;
    let bob = store.read().await.unwrap().person(BOB).await.unwrap().unwrap();
    let named = store::Person { display_name: String::from("Robert"), ..bob };
    let edits = Edits {
        effect: Effect::Describes,
        ..Edits::one(Edit::PutPerson(Box::new(named)), "Update user")
    };
    let outcome = admit(&store, Change::Edits(&edits)).await;
    assert!(matches!(outcome, Outcome::Done { proof: None, .. }), "{outcome:?}");
    let bob = store.read().await.unwrap().person(BOB).await.unwrap().unwrap();
    assert_eq!(bob.display_name, "Robert");
}

/// A tenant that asks everybody for a second factor, but for whoever is in the group, and Bob is.
async fn well_kept(store: &Store) {
    let policy = asks_for_a_second_factor(&[GROUP_OF_ONE]);
    tenant_of(store, ("left out", BOB), &policy).await;
}

const EVERYBODY: &str = "11111111-0000-4000-8000-000000000002";

/// A policy on everybody and everything, but for these groups.
fn asks_for_a_second_factor(left_out: &[&str]) -> String {
    json!({
        "@odata.type": "#microsoft.graph.conditionalAccessPolicy", "id": EVERYBODY,
        "displayName": "CA001", "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"], "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeGroups": left_out},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    })
    .to_string()
}

async fn put(store: &Store, change: impl FnOnce(&str) -> String) -> Outcome {
    let object = store.read().await.unwrap().object(POLICY, EVERYBODY).await.unwrap().unwrap();
    let edit = Edit::Put(store::Object { json: change(&object.json), ..object });
    admit(store, Change::Edits(&Edits::one(edit, "Update conditional access policy"))).await
}

fn refused_for(outcome: &Outcome) -> BTreeSet<&'static str> {
    let Outcome::Refused { why: Refusal::Weakness, proof } = outcome else { panic!("{outcome:?}") };
    proof.report.findings.iter().map(|it| it.rule).collect()
}

#[tokio::test]
async fn who_is_put_where_no_policy_asks_gets_in_more_cheaply_and_that_needs_a_reason() {
    let (_folder, store) = store().await;
    well_kept(&store).await;
    let joining = edits(vec![joins(ALICE)]);
    let outcome = admit(&store, Change::Edits(&joining)).await;
    let rules = refused_for(&outcome);
    let accepted: Vec<Acceptance> = rules
        .iter()
        .map(|rule| Acceptance {
            rule: (*rule).to_owned(),
            reason: String::from("a week without a phone"),
            until: Date::new(2026, 12, 7).unwrap(),
        })
        .collect();
    let proposal = Proposal { change: Change::Edits(&joining), accepted: &accepted, actor: "test" };
    let outcome = super::admit(&store, &proposal, now()).await.unwrap();
    let Outcome::Done { accepted, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(accepted.iter().map(|it| it.rule).collect::<BTreeSet<_>>(), rules);
    let out = admit(&store, Change::Edits(&edits(vec![leaves(ALICE)]))).await;
    assert!(matches!(out, Outcome::Done { .. }), "back under the policy: {out:?}");
}

#[tokio::test]
async fn a_policy_that_asks_less_is_refused_and_one_that_asks_more_is_not() {
    let (_folder, store) = store().await;
    well_kept(&store).await;
    let of_computers = |json: &str| {
        let mut policy: serde_json::Value = serde_json::from_str(json).unwrap();
        policy["conditions"]["platforms"] = json!({"includePlatforms": ["windows"]});
        policy.to_string()
    };
    assert!(!refused_for(&put(&store, of_computers).await).is_empty());
    let renamed = put(&store, |json| json.replace("CA001", "CA002")).await;
    assert!(matches!(renamed, Outcome::Done { .. }), "{renamed:?}");
    let more = put(&store, |_| asks_for_a_second_factor(&[])).await;
    assert!(matches!(more, Outcome::Done { .. }), "{more:?}");
}

#[tokio::test]
async fn somebody_new_is_no_weakness_where_everybody_has_the_same() {
    let (_folder, store) = store().await;
    well_kept(&store).await;
    let bob = store.read().await.unwrap().person(BOB).await.unwrap().unwrap();
    let new = store::Person {
        id: String::from("aaaaaaaa-0000-4000-8000-000000000009"),
        upn: store::Upn::parse("dora@contoso.example").unwrap(),
        ..bob
    };
    let outcome =
        admit(&store, Change::Edits(&Edits::one(Edit::PutPerson(Box::new(new)), "Add user"))).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
}
