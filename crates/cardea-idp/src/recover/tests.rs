use super::*;
use crate::trial::{fill, now, store};
use crate::{demo, set_up};

const DRAFT: &str = "FW901 Draft: administrators from domain-joined workstations";

/// The demo with the draft on that locks out every administrator, as if it had come by another way
/// than through the gate.
async fn locked_out(store: &Store) {
    let mut import = demo::import(now());
    for policy in import.objects_mut(POLICY).filter(|policy| policy.name == DRAFT) {
        policy.json = policy.json.replace("enabledForReportingButNotEnforced", "enabled");
    }
    fill(store, &import).await;
}

#[tokio::test]
async fn the_policies_that_lock_out_every_administrator_are_found_and_opened() {
    let (_folder, store) = store().await;
    locked_out(&store).await;
    let found = walls(&store, now()).await.unwrap();
    assert_eq!(found.policies.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), [DRAFT]);
    assert!(!found.proof.report.findings.is_empty());
    open(&store, &found.policies, now()).await.unwrap();
    assert!(walls(&store, now()).await.unwrap().policies.is_empty());
    let records = store.read().await.unwrap().audit_records(None, 10).await.unwrap();
    assert!(records.iter().any(|record| record.entry.actor == ACTOR));
}

#[tokio::test]
async fn looking_for_policies_changes_nothing() {
    let (_folder, store) = store().await;
    locked_out(&store).await;
    let revision = store.read().await.unwrap().revision().await.unwrap();
    drop(walls(&store, now()).await.unwrap());
    assert_eq!(store.read().await.unwrap().revision().await.unwrap(), revision);
}

#[tokio::test]
async fn somebody_new_becomes_an_administrator_who_is_awaited() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    assert!(set_up::link(&store, now()).await.unwrap().is_none());
    let upn = Upn::parse("recovery@fernmoorwater.example").unwrap();
    let person = appoint(&store, &upn, now()).await.unwrap();
    assert!(is_administrator(&mut store.read().await.unwrap(), &person.id).await.unwrap());
    assert!(set_up::link(&store, now()).await.unwrap().is_some());
}

#[tokio::test]
async fn an_administrator_who_is_there_gets_no_second_role() {
    let (_folder, store) = store().await;
    fill(&store, &demo::import(now())).await;
    let roles =
        async || store.read().await.unwrap().objects("unifiedRoleAssignment").await.unwrap().len();
    let before = roles().await;
    let upn = Upn::parse("wren.abernathy@fernmoorwater.example").unwrap();
    drop(appoint(&store, &upn, now()).await.unwrap());
    assert_eq!(roles().await, before);
}
