use cardea_store::Chain;

use super::*;
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
    assert!(record.json.contains("2026-12-24") && record.json.contains(&proof.fingerprint));
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
    assert!(matches!(missing, Outcome::NoSuchPolicy));
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
