use cardea_store::{SealingKey, Store, StoreError, Upn};

use crate::both::{Fixture, at, audited, key};
use crate::directory::{person, put_people};

pub(crate) async fn a_database_of_a_later_version_is_refused(fixture: &Fixture) {
    fixture.open().await;
    fixture.open().await;
    let insert = "INSERT INTO migration (number, checksum) SELECT 99, checksum FROM migration WHERE number = 1";
    fixture.tamper(insert).await;
    let refused = Store::open(&fixture.location, key()).await;
    assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99, known: 5 })), "{refused:?}");
}

pub(crate) async fn a_changed_migration_is_refused(fixture: &Fixture) {
    fixture.open().await;
    fixture.tamper("UPDATE migration SET checksum = (SELECT sealed FROM canary)").await;
    let refused = Store::open(&fixture.location, key()).await;
    assert!(matches!(refused, Err(StoreError::OtherMigration { number: 1 })), "{refused:?}");
}

pub(crate) async fn another_sealing_key_is_refused(fixture: &Fixture) {
    fixture.open().await;
    let other = SealingKey::generate().unwrap();
    let again = SealingKey::from_text(&other.to_text()).unwrap();
    for other in [other, again] {
        let refused = Store::open(&fixture.location, other).await;
        assert!(matches!(refused, Err(StoreError::WrongKey)), "{refused:?}");
    }
    fixture.open().await;
}

pub(crate) async fn a_row_that_cannot_be_read_is_named(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["ada", "grace"]).await;
    transaction.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().people("", 10).await.unwrap().len(), 2);

    fixture.tamper("UPDATE person SET changed = 9223372036854775807 WHERE id = 'grace'").await;
    let error = store.read().await.unwrap().people("", 10).await.unwrap_err();
    let StoreError::Row { table, column, row } = &error else { panic!("{error:?}") };
    assert_eq!((*table, *column, row.as_str()), ("person", "changed", "grace"));
    let shown = error.to_string();
    assert_eq!(
        shown,
        "table `person` has a row that cannot be read: column `changed` of row `grace`"
    );
    assert!(
        store.read().await.unwrap().person("ada").await.unwrap().is_some(),
        "others can be read"
    );

    fixture.tamper("UPDATE person SET upn = 'no name', changed = 0 WHERE id = 'grace'").await;
    let error = store.read().await.unwrap().person("grace").await.unwrap_err();
    assert!(matches!(&error, StoreError::Row { column: "upn", .. }), "{error:?}");
}

pub(crate) async fn many_processes_may_open_a_new_database_at_once(fixture: &Fixture) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let location = fixture.location.clone();
            tokio::spawn(async move { Store::open(&location, key()).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

pub(crate) async fn a_failed_statement_loses_the_transaction(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["ada"]).await;
    let refused = transaction.create_session(&crate::once::session("of nobody")).await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
    let lost = transaction.person("ada").await;
    assert!(matches!(lost, Err(StoreError::Lost)), "{lost:?}");
    let lost = transaction.commit().await;
    assert!(matches!(lost, Err(StoreError::Lost)), "{lost:?}");

    let mut next = store.write().await.unwrap();
    let audited = audited(&mut next).await;
    assert!(next.person("ada").await.unwrap().is_none());
    next.put_person(&audited, &person("1", "ada@example.com")).await.unwrap();
    next.commit().await.unwrap();
    let found = Upn::parse("ada@example.com").unwrap();
    let mut snapshot = store.read().await.unwrap();
    assert_eq!(snapshot.person_by_upn(&found).await.unwrap().unwrap().changed, at(0));
}
