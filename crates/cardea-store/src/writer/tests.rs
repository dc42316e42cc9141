use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Executor as _, Row as _};
use tokio::task::{JoinHandle, yield_now};

use super::{Queue, Turn};
use crate::StoreError;

/// A file with a table whose foreign key is looked at by `COMMIT` only.
struct Bench {
    queue: Queue,
    options: SqliteConnectOptions,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("file.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let queue = Queue::open(&options, Duration::ZERO).await.unwrap();
        let table = "CREATE TABLE item (id INTEGER PRIMARY KEY, \
                     of INTEGER REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)";
        options.connect().await.unwrap().execute(table).await.unwrap();
        Self { queue, options, _folder: folder }
    }

    /// What another connection sees.
    async fn seen(&self) -> Vec<i64> {
        let mut other = self.options.connect().await.unwrap();
        let rows = other.fetch_all("SELECT id FROM item ORDER BY id").await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
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

async fn insert(turn: &mut Turn, sql: &'static str) {
    turn.connection().unwrap().execute(sql).await.unwrap();
}

/// The first writer is done while a second one waits; the second one's turn, and the first one's answer to come.
async fn handed_over(bench: &Bench) -> (JoinHandle<Result<(), StoreError>>, Turn) {
    let mut first = bench.queue.begin().await.unwrap();
    insert(&mut first, "INSERT INTO item (id) VALUES (1)").await;
    let second = bench.next().await;
    let first = tokio::spawn(first.commit());
    (first, second.await.unwrap().unwrap())
}

#[tokio::test]
async fn nobody_is_told_before_the_commit_that_contains_them() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "INSERT INTO item (id) VALUES (2)").await;
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
    insert(&mut second, "INSERT INTO item (id, of) VALUES (2, 99)").await;
    let failed = second.commit().await;
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
    let mut next = bench.queue.begin().await.unwrap();
    insert(&mut next, "INSERT INTO item (id) VALUES (3)").await;
    next.commit().await.unwrap();
    assert_eq!(bench.seen().await, [3]);
}

#[tokio::test]
async fn a_turn_that_is_dropped_undoes_its_own_changes_only() {
    let bench = Bench::new().await;
    let (first, mut second) = handed_over(&bench).await;
    insert(&mut second, "INSERT INTO item (id) VALUES (2)").await;
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
    insert(&mut second, "ROLLBACK").await;
    let failed = second.commit().await;
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
    let mut third = bench.queue.begin().await.unwrap();
    insert(&mut third, "INSERT INTO item (id) VALUES (3)").await;
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
    insert(&mut second, "ROLLBACK").await;
    drop(second);
    let failed = first.await.unwrap();
    assert!(matches!(failed, Err(StoreError::NotDurable { .. })), "{failed:?}");
    assert_eq!(bench.seen().await, [0; 0]);
}
