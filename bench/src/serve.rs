//! P6 to P9: the demo tenant as it is served, over TLS on loopback.
//!
//! The driver shares the processors with the server. What the cryptography alone allows is measured
//! on the same processors, in turns with the load, so that a busy moment hits both alike.

mod browser;
mod connection;
mod crypto;
mod flood;
#[path = "../../crates/cardea-web/tests/it/html.rs"]
mod html;
mod load;
mod passkey;
mod server;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use self::browser::{App, Tokens, algorithm, refresh, register, sign_in};
use self::connection::{Address, encoded};
use self::crypto::{Crypto, Work};
pub use self::flood::Manner;
use self::flood::{Guesser, Tally};
use self::load::{Load, Worker, load, until_stopped};
use self::passkey::Passkey;
use self::server::{Place, Server};
use crate::measure::Times;
use crate::whole_run;

/// Restarts of which the middle one is told.
pub const RESTARTS: usize = 9;
/// Connections that are kept, each with one request at a time.
pub const CONNECTIONS: usize = 4;
/// People who sign in one time after the other while passwords are guessed.
pub const VISITORS: usize = 2;
/// Passwords that are guessed at the same time.
pub const GUESSERS: usize = 200;
/// Sign-ins before memory is looked at again.
pub const SIGN_INS: usize = 100;

/// A load and what the cryptography alone allows take turns.
const TURNS: usize = 3;
const TURN: Duration = Duration::from_millis(1_200);
const ALONE: Duration = Duration::from_millis(300);
/// How long a server is left in peace before its memory is looked at.
const PEACE: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(5);
const FLOOD: Duration = Duration::from_secs(10);

/// Somebody of the demo with a pass that works more than once, and nothing else.
const NEWCOMER: &str = "nikhil.raghunathan@fernmoorwater.example";
/// An app of the demo on a device, without a secret.
const ON_A_DEVICE: &str = "Fernmoor Console";
/// An app of the demo that is a program with a secret.
const PROGRAM: &str = "Meter Import";
/// What the program is for.
const FOR: &str = "api://b26195cf-86dc-5924-8543-9986243e9885/.default";
/// The client id of an app that is brought along, whose tokens are signed with ES256.
const BROUGHT: &str = "0be4c400-0000-4000-8000-0000000000e5";

/// A name and a number for everything that was measured.
pub type Figures = Vec<(String, f64)>;

/// Measures all of it, with this release binary.
pub fn run(cardea: &Path) -> Result<Figures> {
    let place = Place::new(cardea)?;
    let mut figures = Figures::new();
    let passkey = first_start(&place, &mut figures)?;
    bring_app(cardea, &place)?;
    restarts(&place, &mut figures)?;
    let server = place.start()?;
    let bench = Bench::new(&place, &server, &passkey)?;
    bench.memory(&mut figures)?;
    bench.tokens(&mut figures)?;
    for app in &bench.apps {
        bench.sign_ins(app, &mut figures)?;
    }
    bench.floods(&mut figures)?;
    figures.push(("peak".into(), server.peak()?));
    server.stop()?;
    Ok(figures)
}

/// The first start, which makes the tenant; and a passkey for a newcomer.
fn first_start(place: &Place, figures: &mut Figures) -> Result<Passkey> {
    let server = place.start()?;
    figures.push(("first-start".into(), server.ready_after));
    thread::sleep(PEACE);
    figures.push(("first-memory".into(), server.resident()?));
    let guide = place.guide()?;
    let newcomer = named(&guide["people"], "upn", NEWCOMER)?;
    let pass = newcomer["pass"].as_str().context("the newcomer has no pass")?;
    let mut passkey = Passkey::new(&server.address.base)?;
    register(&mut server.address.connect()?, &mut passkey, (NEWCOMER, pass))?;
    server.stop()?;
    Ok(passkey)
}

/// Brings an application along whose tokens are signed with ES256, as an export says it.
fn bring_app(cardea: &Path, place: &Place) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let app = json!({
        "@odata.type": "#microsoft.graph.application",
        "id": "0be4c400-0000-4000-8000-0000000001e5", "appId": BROUGHT,
        "displayName": "Console with short signatures", "identifierUris": [],
        "isFallbackPublicClient": false, "publicClient": { "redirectUris": ["http://localhost"] },
        "accessTokenSigningAlgorithm": "ES256",
    });
    let file = folder.path().join("applications.json");
    std::fs::write(&file, json!({ "value": [app] }).to_string())?;
    let mut command = Command::new(cardea);
    command.arg("import").arg(file).arg("--data").arg(place.data());
    whole_run::run(&mut command)?.expect(&[0])?;
    Ok(())
}

fn restarts(place: &Place, figures: &mut Figures) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..RESTARTS {
        let server = place.start()?;
        times.push(server.ready_after);
        server.stop()?;
    }
    let times = Times::new(times);
    figures.push(("restart-least".into(), times.least()));
    figures.push(("restart-median".into(), times.median()));
    Ok(())
}

/// The object of a list with this name.
fn named<'v>(list: &'v Value, field: &str, name: &str) -> Result<&'v Value> {
    let found = list.as_array().and_then(|list| list.iter().find(|it| it[field] == name));
    found.with_context(|| format!("the demo has no `{name}`"))
}

/// A server that has been restarted, and who talks to it.
struct Bench<'b> {
    server: &'b Server,
    guide: Value,
    passkey: &'b Passkey,
    apps: [App; 2],
    crypto: Crypto,
}

impl<'b> Bench<'b> {
    fn new(place: &Place, server: &'b Server, passkey: &'b Passkey) -> Result<Self> {
        let guide = place.guide()?;
        let tenant = guide["tenant_id"].as_str().context("no tenant")?;
        let client = named(&guide["apps"], "name", ON_A_DEVICE)?["client_id"].as_str();
        let app = |client: &str, algorithm| App {
            tenant: tenant.to_owned(),
            client: client.to_owned(),
            algorithm,
        };
        let apps = [app(client.context("no client id")?, "RS256"), app(BROUGHT, "ES256")];
        Ok(Self { server, passkey, apps, crypto: Crypto::new()?, guide })
    }

    fn address(&self) -> &Address {
        &self.server.address
    }

    fn memory(&self, figures: &mut Figures) -> Result<()> {
        thread::sleep(PEACE);
        figures.push(("memory".into(), self.server.resident()?));
        let mut connection = self.address().connect()?;
        for _ in 0..SIGN_INS {
            sign_in(&mut connection, &self.apps[0], self.passkey)?;
        }
        thread::sleep(PEACE);
        figures.push(("memory-after".into(), self.server.resident()?));
        Ok(())
    }

    /// P7: the token endpoint, and discovery.
    fn tokens(&self, figures: &mut Figures) -> Result<()> {
        let one = Work { assertions: 0, signatures: 1, algorithm: "RS256" };
        let mut workers = (0..CONNECTIONS).map(|_| self.program()).collect::<Result<Vec<_>>>()?;
        self.beside("program", &mut workers, &[("alone", one)], figures)?;
        let (mut workers, mut signatures) = (Vec::new(), 0);
        for _ in 0..CONNECTIONS {
            let (worker, tokens) = self.refresher()?;
            workers.push(worker);
            signatures = tokens.signatures;
        }
        figures.push(("refresh-signatures".into(), signatures as f64));
        let all = Work { signatures, ..one };
        self.beside("refresh", &mut workers, &[("alone", one), ("all-alone", all)], figures)?;
        let mut workers = (0..CONNECTIONS).map(|_| self.reader()).collect::<Result<Vec<_>>>()?;
        self.beside("discovery", &mut workers, &[], figures)
    }

    /// A program that gets tokens with its secret.
    fn program(&self) -> Result<Worker<'_>> {
        let app = named(&self.guide["apps"], "name", PROGRAM)?;
        let text = |name: &str| app[name].as_str().context("an app without a secret");
        let form = encoded(&[
            ("grant_type", "client_credentials"),
            ("client_id", text("client_id")?),
            ("client_secret", text("client_secret")?),
            ("scope", FOR),
        ]);
        let path = format!("/{}/oauth2/v2.0/token", self.apps[0].tenant);
        let mut connection = self.address().connect()?;
        Ok(Box::new(move || {
            let answer = connection.post(&path, "", &form)?.expect(200)?;
            let json: Value = serde_json::from_str(&answer.body)?;
            let algorithm = algorithm(json["access_token"].as_str().context("no token")?)?;
            ensure!(algorithm == "RS256", "signed with {algorithm}");
            Ok(())
        }))
    }

    /// An app that uses each refresh token once, for the next.
    fn refresher(&self) -> Result<(Worker<'_>, Tokens)> {
        let app = &self.apps[0];
        let mut connection = self.address().connect()?;
        let tokens = sign_in(&mut connection, app, self.passkey)?;
        let mut token = tokens.refresh.clone();
        let signatures = tokens.signatures;
        let worker = move || {
            let next = refresh(&mut connection, app, &token)?;
            ensure!(next.refresh != token, "a refresh token came back");
            ensure!(next.signatures == signatures, "{} signatures", next.signatures);
            token = next.refresh;
            Ok(())
        };
        Ok((Box::new(worker), tokens))
    }

    /// Somebody who reads the metadata.
    fn reader(&self) -> Result<Worker<'_>> {
        let path = format!("/{}/v2.0/.well-known/openid-configuration", self.apps[0].tenant);
        let mut connection = self.address().connect()?;
        Ok(Box::new(move || {
            let answer = connection.get(&path, "")?.expect(200)?;
            ensure!(answer.body.contains("\"token_endpoint\""), "no metadata: {}", answer.body);
            Ok(())
        }))
    }

    /// P6: whole sign-ins with a passkey.
    fn sign_ins(&self, app: &App, figures: &mut Figures) -> Result<()> {
        let key = format!("sign-in-{}", app.algorithm);
        let tokens = sign_in(&mut self.address().connect()?, app, self.passkey)?;
        figures.push((format!("{key}-signatures"), tokens.signatures as f64));
        let one = Work { assertions: 1, signatures: 1, algorithm: app.algorithm };
        let all = Work { signatures: tokens.signatures, ..one };
        let visitors = (0..CONNECTIONS).map(|_| self.visitor(app)).collect::<Result<Vec<_>>>();
        self.beside(&key, &mut visitors?, &[("alone", one), ("all-alone", all)], figures)
    }

    /// Somebody who signs in with the passkey, each time as if for the first.
    fn visitor<'w>(&'w self, app: &'w App) -> Result<Worker<'w>> {
        let mut connection = self.address().connect()?;
        Ok(Box::new(move || sign_in(&mut connection, app, self.passkey).map(drop)))
    }

    /// P9: sign-ins with a passkey while nobody else is there, and while passwords are guessed.
    fn floods(&self, figures: &mut Figures) -> Result<()> {
        let visitors =
            (0..VISITORS).map(|_| self.visitor(&self.apps[0])).collect::<Result<Vec<_>>>();
        let mut visitors = visitors?;
        told("idle", &load(&mut visitors, IDLE)?, figures)?;
        for manner in Manner::ALL {
            self.flood(manner, &mut visitors, figures)?;
        }
        Ok(())
    }

    fn flood(
        &self,
        manner: Manner,
        visitors: &mut [Worker<'_>],
        figures: &mut Figures,
    ) -> Result<()> {
        let tally = Tally::default();
        let mut crowd = Vec::new();
        for number in 0..GUESSERS {
            let to = (self.address(), &self.apps[0]);
            let mut guesser = Guesser::new(to, &tally, (manner, number))?;
            crowd.push(Box::new(move || guesser.guess()) as Worker<'_>);
        }
        let stop = AtomicBool::new(false);
        let (guesses, flooded) = until_stopped(&mut crowd, &stop, |_| {
            let flooded = load(visitors, FLOOD)?;
            // Otherwise these sign-ins met no flood.
            ensure!(!stop.load(Ordering::Relaxed), "the guessing ended early");
            Ok(flooded)
        })?;
        let name = manner.name();
        told(&format!("{name}-flooded"), &flooded, figures)?;
        told(&format!("{name}-guess"), &guesses, figures)?;
        let counts = [("checked", &tally.checked), ("turned-away", &tally.turned_away)];
        for (what, count) in counts {
            figures.push((format!("{name}-{what}"), count.load(Ordering::Relaxed) as f64));
        }
        Ok(())
    }

    /// A load in turns with what the cryptography alone allows.
    fn beside(
        &self,
        name: &str,
        workers: &mut [Worker<'_>],
        works: &[(&str, Work)],
        figures: &mut Figures,
    ) -> Result<()> {
        let mut done = Load::default();
        let mut alone = vec![Load::default(); works.len()];
        let mut processor = 0.0;
        for _ in 0..TURNS {
            for (alone, (_, work)) in alone.iter_mut().zip(works) {
                let turn = self.crypto.on_all(*work, ALONE)?;
                *alone = std::mem::take(alone).and(turn);
            }
            let before = self.server.processor()?;
            done = done.and(load(workers, TURN)?);
            processor += self.server.processor()? - before;
        }
        told(name, &done, figures)?;
        figures.push((format!("{name}-server"), processor / done.count()));
        for (alone, (which, work)) in alone.iter().zip(works) {
            figures.push((format!("{name}-{which}"), alone.rate()));
            figures.push((format!("{name}-{which}-processor"), self.crypto.processor(*work)?));
        }
        Ok(())
    }
}

fn told(name: &str, load: &Load, figures: &mut Figures) -> Result<()> {
    figures.push((format!("{name}-count"), load.count()));
    figures.push((format!("{name}-rate"), load.rate()));
    figures.push((format!("{name}-p50"), load.within(0.5)?));
    figures.push((format!("{name}-p99"), load.within(0.99)?));
    Ok(())
}
