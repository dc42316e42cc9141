//! First starts that die in the middle: the next one goes on, and every secret that was told is one that works.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use cardea_store::{Location, SealingKey, SecretHash, Store, Upn};
use serde_json::Value;

use crate::child::{Running, until};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A tenant of one's own.
    Own,
    /// The demo.
    Demo,
}

impl Kind {
    /// The file that tells the secrets.
    fn told(self) -> &'static str {
        match self {
            Self::Own => "breakglass.txt",
            Self::Demo => "demo.json",
        }
    }

    fn start(self, data: &Path, stderr: Stdio) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--domain", "contoso.example"]);
        command.args(["--public-url", "https://localhost:8443", "--data"]).arg(data);
        if self == Self::Demo {
            command.arg("--demo");
        }
        Running::start(command.stdout(Stdio::null()).stderr(stderr), "-KILL")
    }

    /// Starts, waits until everything is there, and kills the server.
    fn start_to_the_end(self, data: &Path) {
        let mut server = self.start(data, Stdio::piped());
        server.complained("Ready.").unwrap_or_else(|said| panic!("{self:?}: {said}"));
    }

    /// Starts, and kills the server as soon as there is a file of this name.
    async fn start_until(self, data: &Path, file: &str) {
        let mut server = self.start(data, Stdio::null());
        let mut beat = tokio::time::interval(Duration::from_millis(1));
        for _ in 0..60_000 {
            beat.tick().await;
            if data.join(file).exists() {
                return;
            }
            assert_eq!(server.ended(), None, "it ends before there is {file}");
        }
        panic!("there is no {file} after a minute");
    }

    /// Whether the tenant is whole, and what the file tells is true.
    async fn is_whole(self, data: &Path, when: &str) {
        let text = fs::read_to_string(data.join(self.told())).unwrap();
        let store = store(data).await;
        match self {
            Self::Own => {
                assert_eq!(store.read().await.unwrap().people("", 10).await.unwrap().len(), 4);
                let lines = |word: &str| -> Vec<String> {
                    let all = text.lines().filter_map(|line| line.strip_prefix(word));
                    all.map(|rest| rest.trim().to_owned()).collect()
                };
                let [names, passwords, seeds] = ["Account", "Password", "Seed"].map(lines);
                assert_eq!((names.len(), passwords.len(), seeds.len()), (2, 2, 2), "{when}");
                for ((name, password), seed) in names.iter().zip(&passwords).zip(&seeds) {
                    proves(&store, name, (Some(password), Some(seed)), when).await;
                }
                let link = fs::read_to_string(data.join("setup-link")).unwrap();
                assert!(link.starts_with("https://localhost:8443/setup#"), "{when}");
            }
            Self::Demo => demo_is_whole(&store, &serde_json::from_str(&text).unwrap(), when).await,
        }
    }
}

async fn demo_is_whole(store: &Store, guide: &Value, when: &str) {
    let people = guide["people"].as_array().unwrap();
    // Checking a password is slow on purpose, so of those one is checked.
    let with_password = people.iter().position(|it| it["password"].is_string()).unwrap();
    for (at, person) in people.iter().enumerate() {
        let password = (at == with_password).then(|| person["password"].as_str().unwrap());
        let (name, seed) = (person["upn"].as_str().unwrap(), person["totp"].as_str());
        proves(store, name, (password, seed), when).await;
        let mut reader = store.read().await.unwrap();
        let pass = reader.pass(person["object_id"].as_str().unwrap()).await.unwrap();
        assert_eq!(pass.is_some(), person["pass"].is_string(), "{when}: {name}");
    }
    for app in guide["apps"].as_array().unwrap() {
        let Some(secret) = app["client_secret"].as_str() else { continue };
        let mut reader = store.read().await.unwrap();
        let known = reader.client_secrets(app["client_id"].as_str().unwrap()).await.unwrap();
        assert_eq!(known[0].hash, SecretHash::of(secret.as_bytes()), "{when}");
    }
}

/// Whether somebody's secrets are those that were told.
async fn proves(
    store: &Store,
    name: &str,
    (password, seed): (Option<&str>, Option<&str>),
    when: &str,
) {
    let mut reader = store.read().await.unwrap();
    let person = reader.person_by_upn(&Upn::parse(name).unwrap()).await.unwrap();
    let person = person.unwrap_or_else(|| panic!("{when}: there is no {name}"));
    if let Some(password) = password {
        let known = reader.password(&person.id).await.unwrap().expect("a password");
        let hash = PasswordHash::new(&known.phc).unwrap();
        let right = Argon2::default().verify_password(password.as_bytes(), &hash);
        assert!(right.is_ok(), "{when}: {name} has another password");
    }
    let seeds = reader.totps(&person.id).await.unwrap();
    let known = seeds.first().map(|it| totp_rs::Secret::from(it.seed.to_vec()).to_base32());
    assert_eq!(known.as_deref(), seed, "{when}: {name}");
}

async fn store(data: &Path) -> Store {
    let key = fs::read_to_string(data.join("sealing.key")).unwrap();
    let key = SealingKey::from_text(&key).unwrap();
    Store::open(&Location::Sqlite(data.join("cardea.db")), key).await.unwrap()
}

/// Kills a first start at each of these files, as soon as it is written, and starts again.
async fn dies_at(kind: Kind, files: &[&str]) {
    for file in files {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        kind.start_until(&data, file).await;
        kind.start_to_the_end(&data);
        kind.is_whole(&data, &format!("killed at {file}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_is_killed_at_any_file_is_made_up_for_by_the_next() {
    let files = [
        "start-lock",
        "ca-key.pem",
        "ca.pem",
        "sealing.key",
        "cardea.db",
        "breakglass.txt",
        "setup-link",
    ];
    dies_at(Kind::Own, &files).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_is_killed_before_it_is_whole_is_made_up_for_by_the_next() {
    dies_at(Kind::Demo, &["cardea.db", "demo.json"]).await;
}

/// Makes what a first start has written when it has come as far as each of these, and starts.
async fn goes_on_from(kind: Kind, states: &[&str]) {
    let old = tempfile::tempdir().unwrap();
    kind.start_to_the_end(&old.path().join("data"));
    let order = ["ca-key.pem", "ca.pem", "sealing.key", "schema", kind.told()];
    for reached in states {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let last = order.iter().position(|it| it == reached).unwrap();
        for state in &order[..=last] {
            match *state {
                // A database without a tenant.
                "schema" => drop(store(&data).await),
                // What it tells is of a tenant that there never was.
                file => {
                    let copied = fs::copy(old.path().join("data").join(file), data.join(file));
                    assert!(copied.is_ok(), "{file}");
                }
            }
        }
        kind.start_to_the_end(&data);
        kind.is_whole(&data, &format!("up to {reached}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_goes_on_from_every_state_that_a_first_start_goes_through() {
    let states = ["ca-key.pem", "ca.pem", "sealing.key", "schema", "breakglass.txt"];
    goes_on_from(Kind::Own, &states).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_goes_on_from_a_file_that_tells_of_no_tenant() {
    goes_on_from(Kind::Demo, &["demo.json"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_first_starts_at_once_in_one_folder_one_makes_the_tenant_and_both_serve_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut servers = [0, 1].map(|_| Kind::Own.start(&data, Stdio::piped()));
    for server in &mut servers {
        server.complained("Ready.").unwrap_or_else(|said| panic!("{said}"));
    }
    drop(servers);
    Kind::Own.is_whole(&data, "two at once").await;
}

#[test]
fn a_demo_whose_guide_was_lost_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Kind::Demo.start_to_the_end(&data);
    fs::remove_file(data.join("demo.json")).unwrap();
    let mut server = Kind::Demo.start(&data, Stdio::piped());
    let help = server.complained("help:").unwrap();
    assert!(help.contains("leave out --demo"), "{help}");
}

#[tokio::test]
async fn the_sheet_is_told_of_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let said = async || {
        let _server = Kind::Own.start(&data, File::create(&log).unwrap().into());
        let said = until(300, async || {
            let said = fs::read_to_string(&log).unwrap();
            said.contains("Ready.").then_some(said)
        });
        said.await.expect("it is ready within half a minute")
    };
    for _ in 0..2 {
        let said = said().await;
        assert!(said.contains("breakglass.txt") && said.contains("delete it"), "{said}");
    }
    fs::remove_file(data.join("breakglass.txt")).unwrap();
    let said = said().await;
    assert!(!said.contains("emergency"), "{said}");
}
