//! Databases that tests fill.

use std::path::{Path, PathBuf};

use cardea_graph::export::Reader;
use cardea_store::{Location, SealingKey, Store, Tenant};
use cardea_webauthn::Trust;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::beginning::Beginning;
use crate::gate::{self, Change, Outcome, Proposal};
use crate::idp::Provisions;
use crate::import::Import;

pub(crate) const ADDRESS: &str = "https://localhost:8443";

pub(crate) fn now() -> Timestamp {
    "2026-11-30T09:00:00Z".parse().unwrap()
}

/// An empty database in a folder of its own.
pub(crate) async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("test.db"));
    let store = Store::open(&location, SealingKey::from_bytes([7; 32])).await.unwrap();
    (folder, store)
}

pub(crate) fn provisions() -> Provisions {
    Provisions::new(&SealingKey::from_bytes([7; 32]), Trust::nobody(), 2)
}

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: String::from("11111111-2222-4333-8444-555555555555"),
        display_name: String::from("Test"),
        default_domain: String::from("contoso.example"),
        help_desk: String::from("the help desk"),
        public_url: ADDRESS.to_owned(),
        settings: String::from("{}"),
    }
}

pub(crate) fn import<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Import {
    let mut reader = Reader::default();
    for (path, text) in files {
        reader.add(path, text.as_bytes().to_vec());
    }
    Import::of(&reader.finish(), now())
}

/// A tenant of these objects, whatever the prover says of them.
pub(crate) async fn fill(store: &Store, import: &Import) {
    let tenant = tenant();
    let mut transaction = store.write().await.unwrap();
    let entry = cardea_store::AuditEntry {
        actor: String::from("test"),
        action: String::from("Create tenant"),
        target: tenant.id.clone(),
        json: String::from("{}"),
    };
    let audited = transaction.audit(now(), &entry).await.unwrap();
    let change = Change::Create(Beginning { tenant: &tenant, import, credentials: &[] });
    change.apply(&mut transaction, &audited, now()).await.unwrap().unwrap();
    transaction.commit().await.unwrap();
}

pub(crate) async fn admit(store: &Store, change: Change<'_>) -> Outcome {
    let proposal = Proposal { change, accepted: &[], actor: "test" };
    gate::admit(store, &proposal, now()).await.unwrap()
}

/// All JSON files of a tenant among the examples.
pub(crate) fn example(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants").join(name);
    let mut files = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "json") {
                let shown = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
                files.push((shown, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
