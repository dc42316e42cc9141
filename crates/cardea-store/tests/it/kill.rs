//! Killing a process that writes, again and again.

use cardea_store::{SignIn, Store};

use crate::beside::{Beside, answer};
use crate::both::{Fixture, at, run};

const KILLS: u32 = 60;
const WRITERS: u32 = 16;

/// When a writer says that a change lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// When `commit` has returned.
    After,
    /// Before: the lie that the test must notice.
    Before,
}

/// Writes until it is killed, and says of each change that it lasts.
pub(crate) async fn write_for_ever(store: &Store, told: Told) {
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.push(tokio::spawn(async move {
            for number in 0.. {
                let id = format!("{}-{writer}-{number}", std::process::id());
                write(&store, id, told).await;
            }
        }));
    }
    for writer in writers {
        writer.await.expect("a writer never ends");
    }
}

async fn write(store: &Store, id: String, told: Told) {
    let sign_in = SignIn {
        id: id.clone(),
        created: at(0),
        correlation: String::new(),
        person: None,
        app: None,
        json: "{}".to_owned(),
    };
    let mut transaction = store.write().await.expect("a turn");
    transaction.add_sign_in(&sign_in).await.expect("a row");
    if told == Told::Before {
        answer(&id);
    }
    transaction.commit().await.expect("a commit");
    if told == Told::After {
        answer(&id);
    }
}

/// Kills a writer after so many changes; the ids of changes that it called lasting and that are not there.
fn kill_once(fixture: &Fixture, role: &str, after: u32) -> Vec<String> {
    let mut beside = Beside::start(role, &fixture.location);
    let mut told: Vec<_> = (0..after).map(|_| beside.hear().expect("it writes")).collect();
    beside.kill();
    // What is still in the pipe was said too.
    told.extend(std::iter::from_fn(|| beside.hear()).filter(|id| id.split('-').count() == 3));
    run(async {
        let mut snapshot = fixture.open().await.read().await.unwrap();
        let mut missing = Vec::new();
        for id in told {
            if snapshot.sign_in(&id).await.unwrap().is_none() {
                missing.push(id);
            }
        }
        missing
    })
}

/// Numbers of changes after which to kill, spread between 1 and 400; the same in each run.
fn moments() -> impl Iterator<Item = u32> {
    let mut state = 20_261_201_u32;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        1 + (state >> 16) % 400
    })
}

#[test]
fn no_change_that_was_called_lasting_is_lost_when_the_process_is_killed() {
    let fixture = Fixture::sqlite();
    for after in moments().take(usize::try_from(KILLS).unwrap()) {
        let missing = kill_once(&fixture, "write", after);
        assert!(missing.is_empty(), "killed after {after}: {missing:?}");
    }
}

#[test]
fn a_writer_that_speaks_before_it_commits_is_caught() {
    let fixture = Fixture::sqlite();
    let caught = moments()
        .take(usize::try_from(KILLS).unwrap())
        .any(|after| !kill_once(&fixture, "lie", after).is_empty());
    assert!(caught, "the test above would notice nothing");
}
