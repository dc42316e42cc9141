use cardea_store::{Limit, Store, Verdict};
use jiff::SignedDuration;

use crate::both::{Fixture, at};

/// Three within a minute, then none for 100 seconds.
pub(crate) const LIMIT: Limit = Limit {
    attempts: 3,
    window: SignedDuration::from_secs(60),
    lock: SignedDuration::from_secs(100),
};

async fn count(store: &Store, key: &str, seconds: i64) -> Verdict {
    let mut transaction = store.write().await.unwrap();
    let verdict = transaction.count_attempt(key, &LIMIT, at(seconds)).await.unwrap();
    transaction.commit().await.unwrap();
    verdict
}

pub(crate) async fn attempts_beyond_the_limit_are_refused_until_the_lock_is_over(
    fixture: &Fixture,
) {
    let store = fixture.open().await;
    for (seconds, left) in [(0, 2), (1, 1), (2, 0)] {
        assert_eq!(count(&store, "a", seconds).await, Verdict::Go { left });
    }
    assert_eq!(count(&store, "a", 3).await, Verdict::Locked { until: at(102) });
    assert_eq!(count(&store, "b", 3).await, Verdict::Go { left: 2 }, "another key");
    assert_eq!(count(&store, "a", 101).await, Verdict::Locked { until: at(102) });
    assert_eq!(count(&store, "a", 102).await, Verdict::Go { left: 2 });
    assert_eq!(count(&store, "a", 161).await, Verdict::Go { left: 1 });
    assert_eq!(count(&store, "a", 162).await, Verdict::Go { left: 2 }, "a new window");
    let mut transaction = store.write().await.unwrap();
    transaction.clear_attempts("a").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(count(&store, "a", 163).await, Verdict::Go { left: 2 });
}

pub(crate) async fn a_clock_that_goes_back_neither_shortens_a_lock_nor_makes_it_last(
    fixture: &Fixture,
) {
    let day = 86_400;
    let store = fixture.open().await;
    for _ in 0..3 {
        count(&store, "a", day).await;
    }
    assert_eq!(count(&store, "a", day).await, Verdict::Locked { until: at(day + 100) });
    assert_eq!(count(&store, "a", 0).await, Verdict::Locked { until: at(100) }, "it begins anew");
    assert_eq!(count(&store, "a", 99).await, Verdict::Locked { until: at(100) });
    assert_eq!(count(&store, "a", 100).await, Verdict::Go { left: 2 });
    // Attempts that were counted in the future count on.
    count(&store, "b", day).await;
    count(&store, "b", day).await;
    assert_eq!(count(&store, "b", 0).await, Verdict::Go { left: 0 });
    assert_eq!(count(&store, "b", 1).await, Verdict::Locked { until: at(100) });
}

pub(crate) async fn counts_survive_a_restart(fixture: &Fixture) {
    count(&fixture.open().await, "a", 0).await;
    count(&fixture.open().await, "a", 0).await;
    assert_eq!(count(&fixture.open().await, "a", 0).await, Verdict::Go { left: 0 });
    assert_eq!(count(&fixture.open().await, "a", 0).await, Verdict::Locked { until: at(100) });
}
