use cardea_store::{AuditEntry, Chain, StoreError, Tenant};

use crate::both::{Fixture, at, audited};

fn entry(action: &str) -> AuditEntry {
    let text = |text: &str| text.to_owned();
    AuditEntry {
        actor: text("someone"),
        action: text(action),
        target: text("policy"),
        json: text("{\"state\":\"enabled\"}"),
    }
}

pub(crate) async fn the_chain_of_audit_records_shows_tampering(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    for number in 1..=5 {
        transaction.audit(at(number), &entry("change")).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let chain = async || store.read().await.unwrap().verify_audit().await.unwrap();
    assert_eq!(chain().await, Chain::Whole { records: 5 });

    fixture.tamper("UPDATE audit SET json = '{}' WHERE number = 3").await;
    assert_eq!(chain().await, Chain::Broken { number: 3 });
    fixture.tamper("UPDATE audit SET json = '{\"state\":\"enabled\"}' WHERE number = 3").await;
    assert_eq!(chain().await, Chain::Whole { records: 5 });

    fixture.tamper("UPDATE audit SET previous = hash WHERE number = 2").await;
    assert_eq!(chain().await, Chain::Broken { number: 2 });
    fixture
        .tamper("UPDATE audit SET previous = (SELECT hash FROM audit WHERE number = 1) WHERE number = 2")
        .await;
    assert_eq!(chain().await, Chain::Whole { records: 5 });

    fixture.tamper("DELETE FROM audit WHERE number = 5").await;
    assert_eq!(chain().await, Chain::Broken { number: 5 });
    fixture.tamper("DELETE FROM audit WHERE number = 2").await;
    assert_eq!(chain().await, Chain::Broken { number: 2 });
}

pub(crate) async fn the_audit_record_of_another_transaction_is_refused(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut first = store.write().await.unwrap();
    let foreign = audited(&mut first).await;
    first.commit().await.unwrap();

    let text = |text: &str| text.to_owned();
    let tenant = Tenant {
        id: text("t"),
        display_name: text("Tenant"),
        default_domain: text("example.com"),
        help_desk: text(""),
        public_url: text("https://login.example.com"),
        settings: text("{}"),
    };
    let mut second = store.write().await.unwrap();
    let refused = second.put_tenant(&foreign, &tenant).await;
    assert!(matches!(refused, Err(StoreError::Unaudited)), "{refused:?}");
    let own = audited(&mut second).await;
    second.put_tenant(&own, &tenant).await.unwrap();
    second.commit().await.unwrap();
}

pub(crate) async fn audit_records_come_back_in_pages(fixture: &Fixture) {
    let store = fixture.open().await;
    for action in ["a", "b", "c"] {
        let mut transaction = store.write().await.unwrap();
        transaction.audit(at(0), &entry(action)).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let mut snapshot = store.read().await.unwrap();
    let actions = |records: Vec<cardea_store::AuditRecord>| -> String {
        records.into_iter().map(|record| record.entry.action).collect()
    };
    assert_eq!(actions(snapshot.audit_records(None, 2).await.unwrap()), "cb");
    assert_eq!(actions(snapshot.audit_records(Some(2), 2).await.unwrap()), "a");
}
