//! Other processes with the same database open: this test binary once more, with a role.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use cardea_store::{Location, Store};

use crate::both::{key, run};
use crate::{kill, races};

const ROLE: &str = "CARDEA_STORE_TEST_ROLE";
const PLACE: &str = "CARDEA_STORE_TEST_PLACE";

/// A process beside this one. It is killed when this is dropped.
pub(crate) struct Beside {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Beside {
    /// Starts a process that does what the role says.
    pub(crate) fn start(role: &str, location: &Location) -> Self {
        let place = match location {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Postgres(url) => url.clone(),
        };
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "beside::a_process_beside_does_what_its_role_says", "--nocapture"])
            .env(ROLE, role)
            .env(PLACE, place)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let orders = process.stdin.take().expect("its input");
        let answers = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { process, orders, answers }
    }

    /// Gives it a line to read.
    pub(crate) fn tell(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("it reads");
    }

    /// The next line that it wrote for us; nothing when it has ended.
    pub(crate) fn hear(&mut self) -> Option<String> {
        // The test harness writes lines of its own.
        let mut ours =
            self.answers.by_ref().map_while(Result::ok).filter_map(|line| {
                line.split_once("beside: ").map(|(_, answer)| answer.to_owned())
            });
        ours.next()
    }

    /// Ends it at once, wherever it is.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says something to the process that started this one.
pub(crate) fn answer(text: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "beside: {text}").expect("it listens");
    output.flush().expect("it listens");
}

/// Orders from the process that started this one, until it hangs up.
pub(crate) fn orders() -> impl Iterator<Item = String> {
    std::io::stdin().lines().map_while(Result::ok)
}

/// Without a role there is nothing to do, and nothing to prove.
#[test]
fn a_process_beside_does_what_its_role_says() {
    let (Ok(role), Ok(place)) = (std::env::var(ROLE), std::env::var(PLACE)) else { return };
    let location = if place.starts_with("postgres:") {
        Location::Postgres(place)
    } else {
        Location::Sqlite(place.into())
    };
    run(async {
        let store = Store::open(&location, key()).await.expect("the database opens");
        match role.as_str() {
            "race" => races::race_beside(&store).await,
            "write" => kill::write_for_ever(&store, kill::Told::After).await,
            "lie" => kill::write_for_ever(&store, kill::Told::Before).await,
            other => panic!("no such role: {other}"),
        }
    });
}
