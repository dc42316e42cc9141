//! A tenant in operation, on a database of its own.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher as _};
use axum::Router;
use cardea_idp::countries::Countries;
use cardea_idp::first_run::{self, Wish};
use cardea_idp::pass::{Issuer, Wanted};
use cardea_idp::{Idp, Provisions};
use cardea_store::{
    Account, Attestation, AuditEntry, Backup, ClientSecret, Location, MemberKind, Object,
    Passkey as Row, Password, Person, PersonKind, SealingKey, SecretHash, Store, Tenant, Totp,
    Transaction, Upn, Usable,
};
use cardea_web::{Settings, Web, router};
use cardea_webauthn::Trust;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::app::App;
use crate::clock;
use crate::passkey::{Passkey, model};
use crate::tenant::{ORIGIN, Policy, TENANT, id, methods};

/// What of a tenant a test chooses.
pub(crate) struct Plan {
    pub(crate) policies: Vec<Policy>,
    pub(crate) methods: Value,
    /// Strengths, locations, terms of use and whatever else Graph has.
    pub(crate) objects: Vec<Value>,
    pub(crate) trust: Trust,
    pub(crate) trusted_proxies: Vec<&'static str>,
    pub(crate) url: &'static str,
}

impl Plan {
    pub(crate) fn new(policies: &[Policy]) -> Self {
        Self {
            policies: policies.to_vec(),
            methods: methods(),
            objects: Vec::new(),
            trust: Trust::nobody(),
            trusted_proxies: Vec::new(),
            url: ORIGIN,
        }
    }
}

/// A tenant in operation.
pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) store: Store,
    pub(crate) idp: Arc<Idp>,
    pub(crate) url: &'static str,
    folder: TempDir,
}

impl Site {
    /// A tenant with these policies, one person `kim` and the applications of [`App`].
    pub(crate) async fn new(policies: &[Policy]) -> Self {
        Self::planned(Plan::new(policies)).await
    }

    pub(crate) async fn planned(plan: Plan) -> Self {
        let folder = TempDir::new().unwrap();
        let store = open(&folder).await;
        write_tenant(&store, &plan).await;
        let site = Self::running(store, plan, folder).await;
        site.person("kim").await;
        site
    }

    async fn running(store: Store, plan: Plan, folder: TempDir) -> Self {
        let idp = Idp::open(store.clone(), provisions(plan.trust), clock::now()).await.unwrap();
        let idp = Arc::new(idp);
        let settings = Settings {
            public_url: plan.url.parse().unwrap(),
            trusted_proxies: plan.trusted_proxies.iter().map(|it| it.parse().unwrap()).collect(),
            clock: clock::now,
            metrics: None,
        };
        let router = router(Web::new(idp.clone(), settings), Router::new());
        Self { router, store, idp, url: plan.url, folder }
    }

    /// A new tenant, where nobody has anything yet.
    pub(crate) async fn at_first_run() -> Self {
        let folder = TempDir::new().unwrap();
        let store = open(&folder).await;
        let wish = Wish {
            public_url: ORIGIN,
            name: "Contoso",
            domain: "contoso.example",
            sheet: "a-sheet.txt",
        };
        let keep = |_: &str| Ok::<(), cardea_idp::Failure>(());
        first_run::create(&store, wish, clock::now(), keep).await.unwrap();
        Self::running(store, Plan::new(&[]), folder).await
    }

    /// Another process on the same database.
    pub(crate) async fn another(&self) -> Self {
        let store = open(&self.folder).await;
        let provisions = provisions(Trust::nobody());
        let idp = Arc::new(Idp::open(store.clone(), provisions, clock::now()).await.unwrap());
        let settings = Settings {
            public_url: self.url.parse().unwrap(),
            trusted_proxies: Vec::new(),
            clock: clock::now,
            metrics: None,
        };
        let router = router(Web::new(idp.clone(), settings), Router::new());
        // The folder of the first is in use until the first is gone.
        Self { router, store, idp, url: self.url, folder: TempDir::new().unwrap() }
    }

    /// The bytes of the database and of what stands beside it.
    pub(crate) fn bytes_at_rest(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    async fn change<R>(
        &self,
        change: impl AsyncFnOnce(&mut Transaction, &cardea_store::Audited) -> R,
    ) -> R {
        let mut transaction = self.store.write().await.unwrap();
        let entry = AuditEntry {
            actor: String::from("test"),
            action: String::from("arrange"),
            target: String::from("tenant"),
            json: String::from("{}"),
        };
        let audited = transaction.audit(clock::now(), &entry).await.unwrap();
        let result = change(&mut transaction, &audited).await;
        transaction.commit().await.unwrap();
        result
    }

    /// Adds a person, or changes whether they may sign in.
    pub(crate) async fn person(&self, name: &str) {
        self.account(name, Account::Enabled).await;
    }

    pub(crate) async fn account(&self, name: &str, account: Account) {
        self.named_person(name, &format!("{name} of Contoso"), account).await;
    }

    pub(crate) async fn named_person(&self, name: &str, shown: &str, account: Account) {
        let upn = format!("{name}@contoso.example");
        let id = id("person", name);
        let json = json!({
            "@odata.type": "#microsoft.graph.user", "id": id, "userPrincipalName": upn,
            "displayName": shown, "userType": "Member", "mail": upn,
            "accountEnabled": account == Account::Enabled,
        });
        let person = Person {
            id,
            upn: Upn::parse(&upn).unwrap(),
            display_name: shown.to_owned(),
            account,
            kind: PersonKind::Member,
            json: json.to_string(),
            changed: clock::now(),
            sessions_valid_from: None,
        };
        self.change(async |store, audited| store.put_person(audited, &person).await.unwrap()).await;
    }

    /// Gives somebody a password. It is hashed with the least effort there is.
    pub(crate) async fn password(&self, name: &str, password: &str) {
        let params = argon2::Params::new(8, 1, 1, None).unwrap();
        let cheap = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let phc = cheap.hash_password(password.as_bytes()).unwrap().to_string();
        self.hashed_password(name, phc).await;
    }

    /// Gives somebody a password, by its hash.
    pub(crate) async fn hashed_password(&self, name: &str, phc: String) {
        let password = Password { phc, changed: clock::now() };
        let id = id("person", name);
        self.change(async |store, audited| {
            store.put_password(audited, &id, &password).await.unwrap();
        })
        .await;
    }

    /// Gives somebody a registered passkey.
    pub(crate) async fn passkey(&self, name: &str) -> Passkey {
        self.has_passkey(name, Passkey::new()).await
    }

    pub(crate) async fn has_passkey(&self, name: &str, passkey: Passkey) -> Passkey {
        let passkey = passkey.for_account(&id("person", name));
        let row = Row {
            id: id("passkey", &passkey.cose()),
            person: id("person", name),
            credential_id: passkey.inner.id.clone(),
            public_key: passkey.cose(),
            sign_count: passkey.count.get(),
            aaguid: model(&passkey.aaguid),
            attestation: Attestation::Unproven,
            backup: if passkey.synced { Backup::BackedUp } else { Backup::DeviceBound },
            transports: String::from("[]"),
            name: String::from("Key"),
            created: clock::now(),
            last_used: None,
            flagged: None,
            device: None,
            certificate: None,
        };
        self.change(async |store, audited| {
            assert_eq!(
                store.add_passkey(audited, &row).await.unwrap(),
                cardea_store::AddedPasskey::Stored
            );
        })
        .await;
        passkey
    }

    /// Gives somebody an authenticator app; its seed.
    pub(crate) async fn app(&self, name: &str) -> Vec<u8> {
        let seed = b"a seed of twenty byt".to_vec();
        let totp = Totp {
            id: id("totp", name),
            person: id("person", name),
            name: String::from("Authenticator app"),
            seed: Zeroizing::new(seed.clone()),
            created: clock::now(),
            last_step: None,
        };
        self.change(async |store, audited| store.add_totp(audited, &totp).await.unwrap()).await;
        seed
    }

    /// Issues a pass for an hour; its text.
    pub(crate) async fn pass(&self, name: &str, usable: Usable) -> String {
        self.pass_for(name, usable, 60).await
    }

    pub(crate) async fn pass_for(&self, name: &str, usable: Usable, minutes: u32) -> String {
        let person = self.row(name).await;
        let wanted = Wanted { minutes: Some(minutes), usable, starts: None };
        let issued = self.idp.issue_pass(Issuer::Command, (person, wanted), clock::now()).await;
        issued.unwrap().unwrap().text.to_string()
    }

    /// Takes somebody's first passkey away.
    pub(crate) async fn delete_passkey(&self, name: &str) {
        let row = self.passkeys(name).await.remove(0);
        self.change(async |store, audited| {
            store.delete_passkey(audited, &row.person, &row.id).await.unwrap();
        })
        .await;
    }

    pub(crate) async fn delete_passkeys(&self, name: &str) {
        while !self.passkeys(name).await.is_empty() {
            self.delete_passkey(name).await;
        }
    }

    /// Takes somebody's pass away.
    pub(crate) async fn delete_pass(&self, name: &str) {
        let id = id("person", name);
        self.change(async |store, audited| {
            store.delete_pass(audited, &id).await.unwrap();
        })
        .await;
    }

    /// Somebody's row.
    pub(crate) async fn row(&self, name: &str) -> Person {
        let mut reader = self.store.read().await.unwrap();
        reader.person(&id("person", name)).await.unwrap().unwrap()
    }

    /// The passkeys that somebody has.
    pub(crate) async fn passkeys(&self, name: &str) -> Vec<Row> {
        let mut reader = self.store.read().await.unwrap();
        reader.passkeys(&id("person", name)).await.unwrap()
    }

    /// Writes policies; those of the same name are replaced.
    pub(crate) async fn policies(&self, policies: &[Policy]) {
        for policy in policies {
            self.object(&policy.0).await;
        }
    }

    /// Writes an object of Graph.
    pub(crate) async fn object(&self, json: &Value) {
        let object = object(json);
        self.change(async |store, audited| store.put_object(audited, &object).await.unwrap()).await;
    }

    /// Makes somebody a member of a group, which is made too.
    pub(crate) async fn group(&self, group: &str, members: &[&str]) {
        let group_id = id("group", group);
        self.object(&json!({
            "@odata.type": "#microsoft.graph.group", "id": group_id, "displayName": group,
            "securityEnabled": true,
        }))
        .await;
        let members: Vec<_> =
            members.iter().map(|name| (id("person", name), MemberKind::Person)).collect();
        self.change(async |store, audited| {
            store.set_members(audited, &group_id, &members).await.unwrap();
        })
        .await;
    }

    /// Graph's records of sign-ins, the latest first.
    pub(crate) async fn sign_ins(&self) -> Vec<Value> {
        let mut reader = self.store.read().await.unwrap();
        let records = reader.sign_ins(&cardea_store::SignInFilter::default(), 100).await.unwrap();
        records.iter().map(|record| serde_json::from_str(&record.json).unwrap()).collect()
    }

    /// How many audit records there are.
    pub(crate) async fn audit_length(&self) -> usize {
        let mut reader = self.store.read().await.unwrap();
        reader.audit_records(None, 1000).await.unwrap().len()
    }

    /// How often something was done, by audit records.
    pub(crate) async fn audited(&self, action: &str) -> usize {
        let mut reader = self.store.read().await.unwrap();
        let records = reader.audit_records(None, 1000).await.unwrap();
        records.iter().filter(|record| record.entry.action == action).count()
    }
}

async fn open(folder: &TempDir) -> Store {
    let location = Location::Sqlite(folder.path().join("cardea.db"));
    Store::open(&location, SealingKey::from_bytes([7; 32])).await.unwrap()
}

fn provisions(trust: Trust) -> Provisions {
    Provisions {
        secret: Zeroizing::new([5; 32]),
        trust,
        hashers: 2,
        countries: Countries::unknown(),
    }
}

fn object(json: &Value) -> Object {
    let kind = json["@odata.type"].as_str().unwrap().trim_start_matches("#microsoft.graph.");
    Object {
        kind: kind.to_owned(),
        id: json["id"].as_str().unwrap().to_owned(),
        name: json["displayName"].as_str().unwrap_or_default().to_owned(),
        position: 0,
        json: json.to_string(),
        changed: clock::now(),
    }
}

async fn write_tenant(store: &Store, plan: &Plan) {
    let mut transaction = store.write().await.unwrap();
    let entry = AuditEntry {
        actor: String::from("test"),
        action: String::from("arrange"),
        target: TENANT.to_owned(),
        json: String::from("{}"),
    };
    let audited = transaction.audit(clock::now(), &entry).await.unwrap();
    let tenant = Tenant {
        id: TENANT.to_owned(),
        display_name: String::from("Contoso"),
        default_domain: String::from("contoso.example"),
        help_desk: String::from("extension 12"),
        public_url: plan.url.to_owned(),
        settings: String::from("{}"),
    };
    transaction.put_tenant(&audited, &tenant).await.unwrap();
    let policies = plan.policies.iter().map(|policy| &policy.0);
    let apps = App::ALL.map(App::json);
    let all = policies.chain([&plan.methods]).chain(&plan.objects).chain(&apps);
    for json in all {
        transaction.put_object(&audited, &object(json)).await.unwrap();
    }
    for app in App::ALL {
        let Some(secret) = app.secret() else { continue };
        let secret = ClientSecret {
            id: id("secret", app.id()),
            client: app.id().to_owned(),
            hash: SecretHash::of(secret.as_bytes()),
            hint: secret.chars().take(3).collect(),
            name: String::from("test"),
            starts: clock::now(),
            ends: clock::now() + SignedDuration::from_hours(1000),
        };
        transaction.add_client_secret(&audited, &secret).await.unwrap();
    }
    transaction.commit().await.unwrap();
}
