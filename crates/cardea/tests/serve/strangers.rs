//! Clients that nobody here has written, at a tenant that runs.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::database::{Database, Postgres};
use crate::demo::{App, Demo, Person};
use crate::prepared::Prepared;
use crate::programs::{Cast, Client, PROGRAMS, Program};
use crate::server::Server;

/// What an app asks for that acts by itself.
const EVERYTHING: &str = "https://graph.microsoft.com/.default";

/// Runs every program against a tenant on a database; panics with what each one that fails complains about.
pub(crate) async fn every_stranger_is_served(prepared: &Prepared, database: Database) {
    let server = Server::start(database).await.unwrap_or_else(|error| panic!("{error}"));
    let complaints = complaints(prepared, &server);
    assert!(complaints.is_empty(), "{}\nthe server said: {}", complaints.join("\n"), server.log());
}

/// What the programs complain about, a text for each that fails.
pub(crate) fn complaints(prepared: &Prepared, server: &Server) -> Vec<String> {
    // One after the other signs in, and nobody twice in a half minute: a code of an authenticator app works once.
    let mut signed_in = HashMap::new();
    let mut everyday = people(&server.demo, &EVERYDAY).into_iter().cycle();
    let mut with_devices = people(&server.demo, &WITH_DEVICES).into_iter().cycle();
    let mut complaints = Vec::new();
    for program in PROGRAMS {
        for app in apps(&server.demo, program.client) {
            let person = match program.client {
                Client::Device => with_devices.next(),
                Client::Web | Client::Daemon => everyday.next(),
            };
            let person = person.expect("the demo has people who sign in with a code");
            let signs_in = program.client != Client::Daemon;
            if signs_in && signed_in.get(&person.upn) == Some(&half_minute()) {
                std::thread::sleep(half_minute_left());
            }
            let outcome = run(prepared, server, program, (person, app));
            // A program may type its code in the half minute after the one that it began in.
            signed_in.insert(&person.upn, half_minute());
            if let Err(complaint) = outcome {
                complaints.push(format!(
                    "{} as {} in {}: {complaint}",
                    program.file, person.upn, app.name
                ));
            }
        }
    }
    complaints
}

/// The number of the half minute that it is, which is what a code of an authenticator app is made of (RFC 6238 §4.2).
fn half_minute() -> u64 {
    since_1970().as_secs() / 30
}

/// How long it lasts, and two seconds more: the server's clock and ours are one, but not what each of them does with it.
fn half_minute_left() -> Duration {
    Duration::from_secs(32 - since_1970().as_secs() % 30)
}

#[expect(clippy::disallowed_methods, reason = "codes are made of the clock that the server has")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970")
}

fn run(
    prepared: &Prepared,
    server: &Server,
    program: Program,
    (person, app): (&Person, &App),
) -> Result<(), String> {
    let scope = match program.client {
        Client::Web | Client::Device => "User.Read",
        Client::Daemon => EVERYTHING,
    };
    // The authentication context that a trusted network meets; the others ask for a passkey.
    let cast = Cast { person: &person.upn, app: &app.client_id, scope, context: "c2" };
    let demo = server.data().join("demo.json");
    program.run(prepared, &demo, &server.demo.ca_certificate, cast).map(drop)
}

/// Kinds of people who open everyday apps with a password and a code.
const EVERYDAY: [&str; 5] =
    ["password and code", "filter", "guest", "excluded from passkeys", "attested only"];

/// Kinds of people who may sign devices in.
const WITH_DEVICES: [&str; 2] = ["device code", "app owner"];

/// The people of some kinds who sign in with what they can type.
fn people<'a>(demo: &'a Demo, kinds: &[&str]) -> Vec<&'a Person> {
    let all = demo.people.iter().filter(|it| kinds.contains(&it.kind.as_str()));
    all.filter(|it| it.password.is_some() && it.totp.is_some()).collect()
}

/// The apps of the demo that suit a client: one of each kind of credential.
fn apps(demo: &Demo, client: Client) -> Vec<&App> {
    let names: &[&str] = match client {
        Client::Web => &["Crew Rota"],
        Client::Device => &["Pump Station Screen"],
        Client::Daemon => &["Meter Import", "Telemetry Bridge"],
    };
    let apps: Vec<&App> = demo.apps.iter().filter(|it| names.contains(&it.name.as_str())).collect();
    assert_eq!(apps.len(), names.len(), "the demo has no app for {client:?}");
    apps
}

#[tokio::test]
async fn clients_that_nobody_here_has_written_are_served_on_sqlite() {
    let Some(prepared) = Prepared::find() else { return };
    every_stranger_is_served(&prepared, Database::Sqlite).await;
}

#[tokio::test]
async fn clients_that_nobody_here_has_written_are_served_on_postgresql() {
    let Some(prepared) = Prepared::find() else { return };
    every_stranger_is_served(&prepared, Database::Postgres(Postgres::start())).await;
}
