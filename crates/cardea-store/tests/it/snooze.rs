use cardea_store::{Change, Snoozed};

use crate::both::{Fixture, at};
use crate::directory::put_people;

pub(crate) async fn snoozes_are_counted_and_survive_a_restart(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1", "2"]).await;
    assert_eq!(transaction.take_snooze_back("1", at(0)).await.unwrap(), Change::Absent);
    transaction.count_snooze("1", at(10)).await.unwrap();
    transaction.count_snooze("1", at(20)).await.unwrap();
    transaction.commit().await.unwrap();
    drop(store);
    let store = fixture.open().await;
    let snoozed = async |person: &str| store.read().await.unwrap().snoozed(person).await.unwrap();
    assert_eq!(snoozed("1").await, Some(Snoozed { times: 2, until: at(20) }));
    assert_eq!(snoozed("2").await, None);
    for expected in [(1, Change::Done), (0, Change::Done), (0, Change::Absent)] {
        let mut transaction = store.write().await.unwrap();
        assert_eq!(transaction.take_snooze_back("1", at(5)).await.unwrap(), expected.1);
        transaction.commit().await.unwrap();
        assert_eq!(snoozed("1").await, Some(Snoozed { times: expected.0, until: at(5) }));
    }
}
