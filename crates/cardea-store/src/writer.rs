//! The one connection that writes an SQLite file, and how writers share a flush to disk.
//!
//! Writers take turns at the connection. Each works in a savepoint of an outer transaction. Whoever is done
//! while others wait leaves the outer transaction open for them, and is told that its change lasts only
//! when the `COMMIT` has returned that contains it. The first of such a batch queues up again, behind those
//! who waited when it was done, and commits for all: one flush serves everybody who came in between.
//!
//! What begins and ends transactions runs in tasks of its own. A caller that is cancelled can therefore
//! never leave the connection between two states.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use crate::StoreError;

/// The connection that writes, and what is open on it.
pub(crate) struct Writer {
    connection: SqliteConnection,
    outer: Outer,
}

/// The outer transaction.
enum Outer {
    /// There is none.
    Closed,
    /// It is open, with an open savepoint, and holds the changes of all who wait for this to become known.
    Open(Batch),
    /// The disk failed to confirm a write. Nothing is written any more.
    Unsynced,
}

/// Those whose changes are in one outer transaction.
struct Batch {
    outcome: watch::Sender<Outcome>,
    members: usize,
}

/// What became of a batch.
#[derive(Clone, Debug)]
enum Outcome {
    Pending,
    Durable,
    Failed(String),
}

/// The queue for the connection.
#[derive(Clone)]
pub(crate) struct Queue {
    writer: Arc<Mutex<Writer>>,
    waiting: Arc<AtomicUsize>,
}

/// A turn at the connection, inside a savepoint.
pub(crate) struct Turn {
    /// Nothing after the turn was given back.
    writer: Option<OwnedMutexGuard<Writer>>,
    queue: Queue,
}

/// How many changes one flush serves at most.
const BATCH: usize = 256;

/// How long to wait before a file that was busy is opened again.
const AGAIN: Duration = Duration::from_millis(20);

/// SQLite's extended codes for a flush that failed: of the file, and of its folder.
const UNSYNCED: [&str; 2] = ["1034", "1290"];

impl Queue {
    /// Opens the connection; a file that is busy is tried again for as long as `patience`.
    pub(crate) async fn open(
        options: &SqliteConnectOptions,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        let writer = Writer { connection: connect(options, patience).await?, outer: Outer::Closed };
        Ok(Self { writer: Arc::new(Mutex::new(writer)), waiting: Arc::new(AtomicUsize::new(0)) })
    }

    /// Waits for a turn and opens a savepoint.
    pub(crate) async fn begin(&self) -> Result<Turn, StoreError> {
        let mut turn = {
            let _waiting = Waiting::of(&self.waiting);
            let writer = self.writer.clone().lock_owned().await;
            Turn { writer: Some(writer), queue: self.clone() }
        };
        match turn.writer()?.outer {
            Outer::Open(_) => Ok(turn),
            Outer::Unsynced => Err(StoreError::Unsynced),
            Outer::Closed => {
                let opened = tokio::spawn(async move {
                    turn.writer()?.open().await?;
                    Ok(turn)
                });
                opened.await.unwrap_or_else(|_| Err(stopped()))
            }
        }
    }
}

/// Connects. SQLite does not wait by itself where a file is about to get its write-ahead log: two processes
/// that wait for each other there would wait for ever, so it says at once that the file is busy.
async fn connect(
    options: &SqliteConnectOptions,
    patience: Duration,
) -> Result<SqliteConnection, StoreError> {
    let mut left = patience;
    loop {
        match options.connect().await.map_err(|error| StoreError::of(&error)) {
            Err(StoreError::Busy) if !left.is_zero() => {
                tokio::time::sleep(AGAIN).await;
                left = left.saturating_sub(AGAIN);
            }
            connected => return connected,
        }
    }
}

/// Counts as somebody in the queue until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Turn {
    fn writer(&mut self) -> Result<&mut Writer, StoreError> {
        self.writer.as_deref_mut().ok_or(StoreError::Lost)
    }

    /// The connection, to work on in the savepoint.
    pub(crate) fn connection(&mut self) -> Option<&mut SqliteConnection> {
        self.writer.as_deref_mut().map(|writer| &mut writer.connection)
    }

    /// Gives the turn back and waits until the changes made in it last.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let Some(writer) = self.writer.take() else { return Err(StoreError::Lost) };
        let finished = tokio::spawn(finish(writer, self.queue.clone()));
        finished.await.unwrap_or_else(|_| Err(stopped()))
    }
}

/// A turn that is not committed is undone.
impl Drop for Turn {
    fn drop(&mut self) {
        // Without a runtime the process is at its end, and SQLite undoes what is open.
        let (Some(mut writer), Ok(runtime)) =
            (self.writer.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(async move { writer.undo().await });
    }
}

/// Joins the batch, and either commits it or leaves it to those who wait.
async fn finish(mut writer: OwnedMutexGuard<Writer>, queue: Queue) -> Result<(), StoreError> {
    let Outer::Open(batch) = &mut writer.outer else { return Err(StoreError::Lost) };
    batch.members += 1;
    let (members, mut outcome) = (batch.members, batch.outcome.subscribe());
    if queue.waiting.load(Ordering::Relaxed) == 0 || members >= BATCH {
        writer.commit().await;
    } else {
        writer.keep().await;
        drop(writer);
        if members == 1 {
            lead(&queue, &mut outcome).await;
        }
    }
    // The sender is dropped only after it has said what became of the batch.
    let known = outcome.wait_for(|outcome| !matches!(outcome, Outcome::Pending)).await;
    match known.map(|outcome| outcome.clone()) {
        Ok(Outcome::Durable) => Ok(()),
        Ok(Outcome::Failed(reason)) => Err(StoreError::NotDurable { reason }),
        Ok(Outcome::Pending) | Err(_) => Err(stopped()),
    }
}

/// Queues up again and commits the batch, unless somebody does so before.
async fn lead(queue: &Queue, outcome: &mut watch::Receiver<Outcome>) {
    tokio::select! {
        mut writer = queue.writer.clone().lock_owned() => {
            // A batch whose outcome is open is the one that is open.
            if matches!(*outcome.borrow(), Outcome::Pending) {
                writer.commit().await;
            }
        }
        _ = outcome.changed() => {}
    }
}

impl Writer {
    /// Opens the outer transaction, and the savepoint of the first turn.
    async fn open(&mut self) -> Result<(), StoreError> {
        let opened = self.run("BEGIN IMMEDIATE; SAVEPOINT turn").await;
        match &opened {
            Ok(()) => {
                let (outcome, _) = watch::channel(Outcome::Pending);
                self.outer = Outer::Open(Batch { outcome, members: 0 });
            }
            Err(error) => self.fail(&error.to_string()).await,
        }
        opened
    }

    /// Makes the changes of the savepoint part of the outer transaction, and opens one for the next turn.
    async fn keep(&mut self) {
        if let Err(error) = self.run("RELEASE turn; SAVEPOINT turn").await {
            self.fail(&error.to_string()).await;
        }
    }

    /// Undoes the savepoint, which stays open, or all of the outer transaction if nobody else has changes in it.
    async fn undo(&mut self) {
        let shared = matches!(&self.outer, Outer::Open(batch) if batch.members > 0);
        if !shared {
            return self.fail("nobody has changes in it").await;
        }
        // SQLite undoes everything by itself after some errors, as a full disk; then there is no savepoint.
        if let Err(error) = self.run("ROLLBACK TO turn").await {
            self.fail(&error.to_string()).await;
        }
    }

    /// Makes the outer transaction last with the savepoint that is open, and says so to everybody who is in it.
    async fn commit(&mut self) {
        let Err(error) = self.connection.execute("COMMIT").await else {
            return self.close(Outcome::Durable, Outer::Closed);
        };
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let unsynced = code.is_some_and(|code| UNSYNCED.contains(&code.as_ref()));
        self.fail(&StoreError::of(&error).to_string()).await;
        if unsynced {
            // What the system forgot after a failed flush it does not write again, whatever it says.
            self.outer = Outer::Unsynced;
        }
    }

    /// Undoes the outer transaction, and says so to everybody who is in it.
    async fn fail(&mut self, reason: &str) {
        // An error here says that SQLite has undone it already.
        let _ = self.connection.execute("ROLLBACK").await;
        self.close(Outcome::Failed(reason.to_owned()), Outer::Closed);
    }

    fn close(&mut self, outcome: Outcome, outer: Outer) {
        if let Outer::Open(batch) = std::mem::replace(&mut self.outer, outer) {
            batch.outcome.send_replace(outcome);
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.connection.execute(sql).await.map(drop).map_err(|error| StoreError::of(&error))
    }
}

fn stopped() -> StoreError {
    StoreError::NotDurable { reason: "the process is stopping".to_owned() }
}

#[cfg(test)]
mod tests;
