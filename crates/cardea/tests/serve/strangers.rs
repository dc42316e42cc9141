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
    let mut people = people(&server.demo).into_iter().cycle();
    let mut complaints = Vec::new();
    for program in PROGRAMS {
        let person = people.next().expect("the demo has people who sign in without a ceremony");
        if let Err(complaint) = run(prepared, server, program, person) {
            complaints.push(format!("{} as {}: {complaint}", program.file, person.upn));
        }
    }
    complaints
}

fn run(
    prepared: &Prepared,
    server: &Server,
    program: Program,
    person: &Person,
) -> Result<(), String> {
    let app = app(&server.demo, program.client);
    let scope = match program.client {
        Client::Web | Client::Device => "User.Read",
        Client::Daemon => EVERYTHING,
    };
    let cast = Cast { person: &person.upn, app: &app.client_id, scope, context: "c1" };
    let demo = server.data().join("demo.json");
    program.run(prepared, &demo, &server.demo.ca_certificate, cast).map(drop)
}

/// The people who can sign in with what they can type, strongly where they can.
pub(crate) fn people(demo: &Demo) -> Vec<&Person> {
    let strong = demo.people.iter().filter(|it| it.password.is_some() && it.totp.is_some());
    let passes = demo.people.iter().filter(|it| it.password.is_none() && it.pass.is_some());
    strong.chain(passes).collect()
}

/// The app of the demo that suits a client.
pub(crate) fn app(demo: &Demo, client: Client) -> &App {
    let suits = |app: &&App| match client {
        Client::Web => app.client_secret.is_some() && !app.redirect_uris.is_empty(),
        Client::Device => app.client_secret.is_none(),
        Client::Daemon => app.client_secret.is_some() && app.private_key.is_some(),
    };
    demo.apps.iter().find(suits).unwrap_or_else(|| panic!("the demo has no app for {client:?}"))
}
