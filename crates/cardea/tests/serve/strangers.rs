//! Clients that nobody here has written, at a tenant that runs.

use crate::database::Database;
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
    // One after the other signs in, so that no code of an authenticator app is needed twice in its half minute.
    let people = people(&server.demo);
    let mut turns = people.iter().copied().cycle();
    let mut complaints = Vec::new();
    for program in PROGRAMS {
        for app in apps(&server.demo, program.client) {
            let person = match program.client {
                Client::Web | Client::Device => turns.next(),
                // Nobody signs in.
                Client::Daemon => people.first().copied(),
            };
            let person = person.expect("the demo has people who sign in with a code");
            if let Err(complaint) = run(prepared, server, program, (person, app)) {
                complaints.push(format!(
                    "{} as {} in {}: {complaint}",
                    program.file, person.upn, app.name
                ));
            }
        }
    }
    complaints
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
    let cast = Cast { person: &person.upn, app: &app.client_id, scope, context: "c1" };
    let demo = server.data().join("demo.json");
    program.run(prepared, &demo, &server.demo.ca_certificate, cast).map(drop)
}

/// The people who can sign in strongly with what they can type, and again and again.
pub(crate) fn people(demo: &Demo) -> Vec<&Person> {
    demo.people.iter().filter(|it| it.password.is_some() && it.totp.is_some()).collect()
}

/// The apps of the demo that suit a client: one of each kind of credential.
pub(crate) fn apps(demo: &Demo, client: Client) -> Vec<&App> {
    let first = |suits: fn(&&App) -> bool| demo.apps.iter().find(suits);
    let with_a_key = first(|it| it.private_key.is_some());
    let apps: Vec<&App> = match client {
        Client::Web => first(|it| it.client_secret.is_some() && !it.redirect_uris.is_empty())
            .into_iter()
            .collect(),
        Client::Device => {
            first(|it| it.client_secret.is_none() && it.private_key.is_none()).into_iter().collect()
        }
        Client::Daemon => {
            first(|it| it.client_secret.is_some()).into_iter().chain(with_a_key).collect()
        }
    };
    assert!(!apps.is_empty(), "the demo has no app for {client:?}");
    apps
}
