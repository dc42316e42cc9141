use std::time::Duration;

use tokio::task::{JoinHandle, yield_now};

use super::{Queue, Turn};
use crate::StoreError;
use crate::sqlite::File;

/// A file with a table whose foreign key is looked at by `COMMIT` only.
struct Bench {
    queue: Queue,
    file: File,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.db");
        let file = File { path, patience: Duration::from_secs(10) };
        let queue = Queue::open(&file).await.unwrap();
        let table = "CREATE TABLE item (id INTEGER PRIMARY KEY, \
                     of INTEGER REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)";
        file.connect().await.unwrap().execute_batch(table).unwrap();
        Self { queue, file, _folder: folder }
    }

    /// What another connection sees.
    async fn seen(&self) -> Vec<i64> {
        let other = self.file.connect().await.unwrap();
        let mut query = other.prepare("SELECT id FROM item ORDER BY id").unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// A task that waits for a turn, and is in the queue already.
    async fn next(&self) -> JoinHandle<Result<Turn, StoreError>> {
        let queue = self.queue.clone();
        let next = tokio::spawn(async move { queue.begin().await });
        while self.queue.waiting.load(std::sync::atomic::Ordering::Relaxed) == 0 {
            yield_now().await;
        }
        next
    }
}

fn insert(turn: &mut Turn, sql: &'static str) {
    turn.connection().unwrap().execute_batch(sql).unwrap();
}

/// The first writer is done while a second one waits; the second one's turn, and the first one's answer to come.
async fn handed_over(bench: &Bench) -> (JoinHandle<Result<(), StoreError>>, Turn) {
    let mut first = bench.queue.begin().await.unwrap();
    insert(&mut first, "INSERT INTO item (id) VALUES (1)");
    let second = bench.next().await;
    let first = tokio::spawn(first.commit());
    (first, second.await.unwrap().unwrap())
}

#[tokio::test]
async fn nobody_is_told_before_the_commit_that_contains_them() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "INSERT INTO item (id) VALUES (2)");
    assert!(!first.is_finished());
    assert_eq!(bench.seen().await, [0; 0], "nothing lasts yet");
    second.commit().await.unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(bench.seen().await, [1, 2]);
}

#[tokio::test]
async fn a_commit_that_fails_fails_for_all_who_are_in_it() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "INSERT INTO item (id, of) VALUES (2, 99)");
    let failed = second.commit().await;
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
    let mut next = bench.queue.begin().await.unwrap();
    insert(&mut next, "INSERT INTO item (id) VALUES (3)");
    next.commit().await.unwrap();
    assert_eq!(bench.seen().await, [3]);
}

#[tokio::test]
async fn a_turn_that_is_dropped_undoes_its_own_changes_only() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "INSERT INTO item (id) VALUES (2)");
    drop(second);
    first.await.unwrap().unwrap();
    assert_eq!(bench.seen().await, [1]);
}

#[tokio::test]
async fn a_change_lasts_though_its_writer_went_away() {
    let bench = Bench::new().await;
    let (first, second) = handed_over(&bench).await;
    first.abort();
    second.commit().await.unwrap();
    assert_eq!(bench.seen().await, [1]);
}

#[tokio::test]
async fn an_outer_transaction_that_sqlite_undid_by_itself_fails_for_all() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    // As after a full disk: there is no savepoint any more.
    insert(&mut second, "ROLLBACK");
    let failed = second.commit().await;
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
    let mut third = bench.queue.begin().await.unwrap();
    insert(&mut third, "INSERT INTO item (id) VALUES (3)");
    third.commit().await.unwrap();
    assert_eq!(bench.seen().await, [3]);
}

#[tokio::test]
async fn a_writer_that_gives_up_waiting_leaves_the_queue() {
    let bench = Bench::new().await;
    let first = bench.queue.begin().await.unwrap();
    let second = bench.next().await;
    second.abort();
    assert!(second.await.is_err());
    first.commit().await.unwrap();
    bench.queue.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_turn_whose_savepoint_sqlite_undid_by_itself_fails_for_all() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "ROLLBACK");
    drop(second);
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
}
