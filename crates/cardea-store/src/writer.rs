//! The one connection that writes an SQLite file, and how writers share a flush to disk.
//!
//! Writers take turns at the connection. Each works in a savepoint of an outer transaction. Whoever is done
//! while others wait leaves the outer transaction open for them, and is told that its change lasts only
//! when the `COMMIT` has returned that contains it. The first of such a batch queues up again, behind those
//! who waited when it was done, and commits for all: one flush serves everybody who came in between.
//!
//! Statements run on the thread that asks; a `COMMIT`, which waits for the disk, runs on a thread for what
//! blocks, and takes the connection along. A caller that is cancelled can therefore never leave the connection
//! between two states.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::task::spawn_blocking;

use crate::StoreError;
use crate::sqlite::{File, patiently};

/// The connection that writes, and what is open on it.
pub(crate) struct Writer {
    connection: Connection,
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
    patience: Duration,
}

/// A turn at the connection, inside a savepoint.
pub(crate) struct Turn {
    /// Nothing after the turn was given back.
    writer: Option<OwnedMutexGuard<Writer>>,
    queue: Queue,
}

/// How many changes one flush serves at most.
const BATCH: usize = 256;

/// SQLite's extended codes for a flush that failed: of the file, and of its folder.
const UNSYNCED: [i32; 2] = [1034, 1290];

impl Queue {
    /// Opens the connection.
    pub(crate) async fn open(file: &File) -> Result<Self, StoreError> {
        let writer = Writer { connection: file.connect().await?, outer: Outer::Closed };
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            waiting: Arc::new(AtomicUsize::new(0)),
            patience: file.patience,
        })
    }

    /// Waits for a turn, and for other processes, and opens a savepoint.
    pub(crate) async fn begin(&self) -> Result<Turn, StoreError> {
        let mut writer = {
            let _waiting = Waiting::of(&self.waiting);
            self.writer.clone().lock_owned().await
        };
        match writer.outer {
            Outer::Open(_) => {}
            Outer::Unsynced => return Err(StoreError::Unsynced),
            Outer::Closed => patiently(self.patience, || writer.open()).await?,
        }
        Ok(Turn { writer: Some(writer), queue: self.clone() })
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
    /// The connection, to work on in the savepoint.
    pub(crate) fn connection(&mut self) -> Option<&mut Connection> {
        self.writer.as_deref_mut().map(|writer| &mut writer.connection)
    }

    /// Gives the turn back and waits until the changes made in it last: joins the batch, and either commits it
    /// or leaves it to those who wait.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let Some(mut writer) = self.writer.take() else { return Err(StoreError::Lost) };
        let Outer::Open(batch) = &mut writer.outer else { return Err(StoreError::Lost) };
        batch.members += 1;
        let (members, mut outcome) = (batch.members, batch.outcome.subscribe());
        if self.queue.waiting.load(Ordering::Relaxed) == 0 || members >= BATCH {
            spawn_blocking(move || writer.commit());
        } else {
            writer.keep();
            drop(writer);
            if members == 1 {
                tokio::spawn(lead(self.queue.clone(), outcome.clone()));
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
}

/// A turn that is not committed is undone.
impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(writer) = &mut self.writer {
            writer.undo();
        }
    }
}

/// Queues up again and commits the batch, unless somebody does so before.
async fn lead(queue: Queue, mut outcome: watch::Receiver<Outcome>) {
    tokio::select! {
        mut writer = queue.writer.clone().lock_owned() => {
            // A batch whose outcome is open is the one that is open.
            if matches!(*outcome.borrow(), Outcome::Pending) {
                spawn_blocking(move || writer.commit());
            }
        }
        _ = outcome.changed() => {}
    }
}

impl Writer {
    /// Opens the outer transaction, and the savepoint of the first turn.
    fn open(&mut self) -> rusqlite::Result<()> {
        self.run("BEGIN IMMEDIATE")?;
        if let Err(error) = self.run("SAVEPOINT turn") {
            self.fail(&error.to_string());
            return Err(error);
        }
        let (outcome, _) = watch::channel(Outcome::Pending);
        self.outer = Outer::Open(Batch { outcome, members: 0 });
        Ok(())
    }

    /// Makes the changes of the savepoint part of the outer transaction, and opens one for the next turn.
    fn keep(&mut self) {
        let kept = self.run("RELEASE turn").and_then(|()| self.run("SAVEPOINT turn"));
        if let Err(error) = kept {
            self.fail(&error.to_string());
        }
    }

    /// Undoes the savepoint, which stays open, or all of the outer transaction if nobody else has changes in it.
    fn undo(&mut self) {
        let shared = matches!(&self.outer, Outer::Open(batch) if batch.members > 0);
        if !shared {
            return self.fail("nobody has changes in it");
        }
        // SQLite undoes everything by itself after some errors, as a full disk; then there is no savepoint.
        if let Err(error) = self.run("ROLLBACK TO turn") {
            self.fail(&error.to_string());
        }
    }

    /// Makes the outer transaction last with the savepoint that is open, and says so to everybody who is in it.
    fn commit(&mut self) {
        let Err(error) = self.run("COMMIT") else {
            return self.close(Outcome::Durable, Outer::Closed);
        };
        let code = error.sqlite_error().map(|error| error.extended_code);
        let unsynced = code.is_some_and(|code| UNSYNCED.contains(&code));
        self.fail(&StoreError::of_sqlite(&error).to_string());
        if unsynced {
            // What the system forgot after a failed flush it does not write again, whatever it says.
            self.outer = Outer::Unsynced;
        }
    }

    /// Undoes the outer transaction, and says so to everybody who is in it.
    fn fail(&mut self, reason: &str) {
        // An error here says that SQLite has undone it already.
        let _ = self.run("ROLLBACK");
        self.close(Outcome::Failed(reason.to_owned()), Outer::Closed);
    }

    fn close(&mut self, outcome: Outcome, outer: Outer) {
        if let Outer::Open(batch) = std::mem::replace(&mut self.outer, outer) {
            batch.outcome.send_replace(outcome);
        }
    }

    fn run(&self, sql: &'static str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }
}

fn stopped() -> StoreError {
    StoreError::NotDurable { reason: "the process is stopping".to_owned() }
}

#[cfg(test)]
mod tests;
