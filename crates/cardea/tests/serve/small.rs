//! A small tenant that asks for a password or a pass and for nothing else, on a server of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use argon2::{Argon2, PasswordHasher as _};
use cardea_store::{
    Account, AuditEntry, Audited, Location, NewPass, Object, PassCode, Password, Person,
    PersonKind, SealingKey, SignInFilter, Store, Tenant, Transaction, Upn, Usable,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::child::{Running, until};
use crate::database::free_port;

/// The tenant's id.
pub(crate) const TENANT: &str = "10000000-0000-4000-8000-0000000000ad";
/// The one application, which runs on devices and has no secret.
pub(crate) const APP: &str = "a0000000-0000-4000-8000-0000000000ad";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

const DOMAIN: &str = "contoso.example";

/// A tenant in a folder, started and killed as often as wanted.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    port: u16,
    ids: BTreeMap<String, String>,
}

/// A server that answers. It is killed by SIGKILL when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    running: Running,
    /// How long it took until it was ready.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// The most memory that it has had, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.running.id());
        let status = fs::read_to_string(path).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kibibytes: u64 = line.trim_end_matches("kB").trim().parse().expect("a number");
        kibibytes * 1024
    }

    /// What stands in its environment.
    pub(crate) fn environment(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/environ", self.running.id())).expect("the process runs")
    }

    /// Ends the server at once, wherever it is.
    pub(crate) fn kill(self) {
        drop(self.running);
    }
}

impl Place {
    /// A tenant with these people, each with the password, and with a pass that works once for those who have a
    /// text for one.
    pub(crate) async fn new(people: &[(String, Option<String>)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder, port: free_port(), ids: numbered(people) };
        let store = place.store().await;
        let mut transaction = store.write().await.expect("a turn");
        let audited = audited(&mut transaction).await;
        for object in [application(), methods()] {
            transaction.put_object(&audited, &object).await.expect("an object");
        }
        transaction.put_tenant(&audited, &place.row()).await.expect("the tenant");
        let password = Password { phc: cheap(PASSWORD), changed: Timestamp::now() };
        for (name, pass) in people {
            let person = person(name, &place.ids[name]);
            transaction.put_person(&audited, &person).await.expect("a person");
            transaction.put_password(&audited, &person.id, &password).await.expect("a password");
            if let Some(text) = pass {
                let pass = one_time_pass(&person.id);
                let code = PassCode::typed(text);
                transaction.issue_pass(&audited, &pass, &code).await.expect("a pass");
            }
        }
        transaction.commit().await.expect("a commit");
        place
    }

    /// Where browsers find it.
    pub(crate) fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The name with which somebody signs in.
    pub(crate) fn upn(name: &str) -> String {
        format!("{name}@{DOMAIN}")
    }

    /// Somebody's object id.
    pub(crate) fn id(&self, name: &str) -> &str {
        &self.ids[name]
    }

    /// How many sign-ins of somebody are written down.
    pub(crate) async fn sign_ins(&self, name: &str) -> usize {
        let person = Some(self.ids[name].clone());
        let filter = SignInFilter { person, ..SignInFilter::default() };
        let mut reader = self.store().await.read().await.expect("a snapshot");
        reader.sign_ins(&filter, u32::MAX).await.expect("records").len()
    }

    /// Starts the command that was built with the tests, and waits until it is ready.
    pub(crate) async fn start(&self) -> Server {
        self.start_with(&["--log-level", "warn"]).await
    }

    /// As [`Self::start`], with more arguments.
    pub(crate) async fn start_with(&self, arguments: &[&str]) -> Server {
        let log = File::options().create(true).append(true).open(self.log()).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardea"));
        command.args(["serve", "--http-on-loopback", "--data"]).arg(self.data());
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.args(["--public-url", &self.address()]).args(arguments);
        command.stdout(log.try_clone().expect("a file")).stderr(log);
        #[expect(clippy::disallowed_methods, reason = "how long it takes is what is asked")]
        let begin = Instant::now();
        let mut running = Running::start(&mut command, "-KILL");
        let address = format!("http://127.0.0.1:{}/readyz", self.port);
        let client = reqwest::Client::new();
        let ready = until(300, async || {
            assert_eq!(running.ended(), None, "{}", self.said());
            let answer = client.get(&address).send().await;
            answer.is_ok_and(|answer| answer.status().is_success()).then_some(())
        });
        ready.await.unwrap_or_else(|| panic!("not ready after half a minute: {}", self.said()));
        Server { running, ready_after: begin.elapsed() }
    }

    /// What all servers have said.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Keeps a copy of the database, as it is while no server runs.
    pub(crate) fn remember(&self) {
        for (file, copy) in self.files() {
            if file.exists() {
                fs::copy(file, copy).expect("a copy");
            }
        }
    }

    /// Puts the copy back, and so forgets what has happened since.
    pub(crate) fn forget(&self) {
        for (file, copy) in self.files() {
            drop(fs::remove_file(&file));
            if copy.exists() {
                fs::copy(copy, file).expect("a copy");
            }
        }
    }

    /// The files of the database, each with where its copy is.
    fn files(&self) -> [(PathBuf, PathBuf); 3] {
        ["cardea.db", "cardea.db-wal", "cardea.db-shm"]
            .map(|name| (self.data().join(name), self.folder.path().join(name)))
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    pub(crate) async fn store(&self) -> Store {
        let key = sealing_key(&self.data());
        let location = Location::Sqlite(self.data().join("cardea.db"));
        Store::open(&location, key).await.expect("the database opens")
    }

    fn row(&self) -> Tenant {
        Tenant {
            id: TENANT.to_owned(),
            display_name: "Contoso".to_owned(),
            default_domain: DOMAIN.to_owned(),
            help_desk: "extension 12".to_owned(),
            public_url: self.address(),
            settings: "{}".to_owned(),
        }
    }
}

/// The key of the folder, which is made with it.
fn sealing_key(data: &Path) -> SealingKey {
    let path = data.join("sealing.key");
    if let Ok(text) = fs::read_to_string(&path) {
        return SealingKey::from_text(&text).expect("a key");
    }
    fs::create_dir_all(data).expect("a folder");
    let key = SealingKey::generate().expect("a key");
    fs::write(&path, key.to_text().as_str()).expect("a file");
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("mine");
    key
}

fn numbered(people: &[(String, Option<String>)]) -> BTreeMap<String, String> {
    let ids = (1..).map(|number| format!("b0000000-0000-4000-8000-{number:012x}"));
    people.iter().map(|(name, _)| name.clone()).zip(ids).collect()
}

fn person(name: &str, id: &str) -> Person {
    let upn = Place::upn(name);
    let json = json!({
        "@odata.type": "#microsoft.graph.user", "id": id, "userPrincipalName": upn,
        "displayName": name, "userType": "Member", "accountEnabled": true,
    });
    Person {
        id: id.to_owned(),
        upn: Upn::parse(&upn).expect("a name"),
        display_name: name.to_owned(),
        account: Account::Enabled,
        kind: PersonKind::Member,
        json: json.to_string(),
        changed: Timestamp::now(),
        sessions_valid_from: None,
    }
}

fn one_time_pass(person: &str) -> NewPass {
    NewPass {
        id: person.replacen('b', "c", 1),
        person: person.to_owned(),
        starts: Timestamp::now(),
        ends: Timestamp::now() + SignedDuration::from_hours(8),
        usable: Usable::Once,
        issued_by: "test".to_owned(),
        created: Timestamp::now(),
    }
}

/// A hash with the least effort there is: what is tried here is not how slow guessing is.
fn cheap(password: &str) -> String {
    let params = argon2::Params::new(8, 1, 1, None).expect("parameters");
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).expect("a hash").to_string()
}

pub(crate) async fn audited(transaction: &mut Transaction) -> Audited {
    let entry = AuditEntry {
        actor: "test".to_owned(),
        action: "arrange".to_owned(),
        target: TENANT.to_owned(),
        json: "{}".to_owned(),
    };
    transaction.audit(Timestamp::now(), &entry).await.expect("an audit record")
}

fn object(json: &Value) -> Object {
    let text = |name: &str| json[name].as_str().expect("text").to_owned();
    Object {
        kind: text("@odata.type").trim_start_matches("#microsoft.graph.").to_owned(),
        id: text("id"),
        name: text("displayName"),
        position: 0,
        json: json.to_string(),
        changed: Timestamp::now(),
    }
}

fn application() -> Object {
    object(&json!({
        "@odata.type": "#microsoft.graph.application",
        "id": "d0000000-0000-4000-8000-0000000000ad",
        "appId": APP, "displayName": "Terminal", "identifierUris": [],
        "publicClient": { "redirectUris": ["http://localhost"] }, "isFallbackPublicClient": true,
    }))
}

fn methods() -> Object {
    let everybody = json!([{ "targetType": "group", "id": "all_users" }]);
    object(&json!({
        "@odata.type": "#microsoft.graph.authenticationMethodsPolicy",
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "policyMigrationState": "migrationComplete",
        "authenticationMethodConfigurations": [{
            "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
            "id": "TemporaryAccessPass", "state": "enabled",
            "defaultLifetimeInMinutes": 60, "defaultLength": 8,
            "minimumLifetimeInMinutes": 10, "maximumLifetimeInMinutes": 480,
            "isUsableOnce": false, "excludeTargets": [], "includeTargets": everybody,
        }],
    }))
}
