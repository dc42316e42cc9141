//! The demo: a tenant that shows every situation that this product is about, with people to be.
//!
//! Its content is `examples/tenants/demo`. Secrets are made when the tenant is, and are told once,
//! in the text that [`create`] returns.

mod apps;
mod files;
mod secrets;

use std::collections::BTreeMap;

use cardea_graph::export::Reader;
use cardea_store as store;
use cardea_store::{AuditEntry, Password, Store, Totp, Upn, Usable};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::gate::{self, Change, Outcome, Proposal};
use crate::idp::{Idp, Provisions};
use crate::import::Import;
use crate::pass::{Issuer, Wanted};
use crate::password::Hasher;
use crate::{random, totp};

/// Who makes the demo, in the audit log.
const ACTOR: &str = "cardea serve --demo";

/// Where the demo is going to be.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The address under which browsers reach it.
    pub public_url: &'a str,
    /// The path of the certificate that its visitors have to trust; `None` where there is none.
    pub ca_certificate: Option<&'a str>,
}

/// `people-to-show.toml`.
#[derive(Debug, Deserialize)]
struct Show {
    tenant: ShownTenant,
    #[serde(rename = "person")]
    people: Vec<ShownPerson>,
    #[serde(rename = "app")]
    apps: Vec<ShownApp>,
}

#[derive(Debug, Deserialize)]
struct ShownTenant {
    id: String,
    name: String,
    domain: String,
}

#[derive(Debug, Deserialize)]
struct ShownPerson {
    upn: String,
    password: bool,
    code: bool,
    pass: ShownPass,
    kind: String,
    shows: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ShownPass {
    None,
    Once,
    Many,
}

#[derive(Debug, Deserialize)]
struct ShownApp {
    name: String,
    client_id: String,
    credential: Credential,
    shows: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Credential {
    None,
    Secret,
    Key,
}

/// `demo.json`. It is a secret.
#[derive(Serialize)]
struct Guide<'a> {
    base_url: &'a str,
    tenant_id: &'a str,
    ca_certificate: Option<&'a str>,
    people: Vec<GuidePerson<'a>>,
    apps: Vec<GuideApp<'a>>,
}

#[derive(Serialize)]
struct GuidePerson<'a> {
    upn: &'a str,
    object_id: String,
    password: Option<Told>,
    pass: Option<Told>,
    /// The seed of an authenticator app, base 32.
    totp: Option<Told>,
    kind: &'a str,
    shows: &'a str,
}

#[derive(Serialize)]
struct GuideApp<'a> {
    client_id: &'a str,
    client_secret: Option<Told>,
    private_key: Option<Told>,
    /// Of the private key, for clients that want one.
    certificate: Option<String>,
    redirect_uris: Vec<String>,
    name: &'a str,
    shows: &'a str,
}

/// A secret that is told this once.
struct Told(Zeroizing<String>);

impl Serialize for Told {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Fills an empty database with the demo and takes it into operation. The text is `demo.json`; it
/// holds secrets that nothing else knows.
///
/// # Errors
/// The database failed or holds a tenant, or the demo is broken.
pub async fn create(
    store: &Store,
    (site, provisions): (Site<'_>, Provisions),
    now: Timestamp,
) -> Result<(Idp, Zeroizing<String>), Failure> {
    let show: Show = toml::from_str(files::PEOPLE_TO_SHOW).map_err(|error| broken(&error))?;
    let mut import = import(now);
    let apps = apps::give_credentials(&mut import, &show, now)?;
    let tenant = store::Tenant {
        id: show.tenant.id.clone(),
        display_name: show.tenant.name.clone(),
        default_domain: show.tenant.domain.clone(),
        help_desk: String::from("the service desk, extension 4040"),
        public_url: site.public_url.to_owned(),
        settings: String::from("{}"),
    };
    let proposal =
        Proposal { change: Change::Create(&tenant, &import), accepted: &[], actor: ACTOR };
    match gate::admit(store, &proposal, now).await? {
        Outcome::Done { .. } => {}
        refused @ (Outcome::Refused { .. }
        | Outcome::Unacceptable(_)
        | Outcome::NoSuchPolicy
        | Outcome::Overtaken) => return Err(broken(&format!("{refused:?}"))),
    }
    let people = give_secrets(store, (&import, &show), now).await?;
    apps::keep_secrets(store, &apps, now).await?;
    let idp = Idp::open(store.clone(), provisions, now).await?;
    let people = give_passes(&idp, people, now).await?;
    let guide = Guide {
        base_url: site.public_url,
        tenant_id: &tenant.id,
        ca_certificate: site.ca_certificate,
        people,
        apps: apps.into_iter().map(|app| app.guide).collect(),
    };
    let text = serde_json::to_string_pretty(&guide).map_err(|error| broken(&error))?;
    Ok((idp, Zeroizing::new(text + "\n")))
}

/// The demo as rows.
pub(crate) fn import(now: Timestamp) -> Import {
    let mut reader = Reader::default();
    for (path, text) in files::EXPORT {
        reader.add(*path, text.as_bytes().to_vec());
    }
    let mut import = Import::of(&reader.finish(), now);
    import.settings = Some(files::SETTINGS.to_owned());
    import
}

fn broken(error: &impl std::fmt::Display) -> Failure {
    Failure::Unreadable { what: "the demo", reason: error.to_string() }
}

/// Passwords and seeds; the hashes are made before the transaction, which holds all others up.
async fn give_secrets<'a>(
    store: &Store,
    (import, show): (&Import, &'a Show),
    now: Timestamp,
) -> Result<Vec<(GuidePerson<'a>, ShownPass)>, Failure> {
    let hasher = Hasher::new(std::thread::available_parallelism().map_or(1, usize::from))?;
    let ids: BTreeMap<&str, &str> =
        import.people().iter().map(|it| (it.upn.key(), it.id.as_str())).collect();
    let (mut people, mut hashing) = (Vec::new(), Vec::new());
    for shown in &show.people {
        let id = ids.get(shown.upn.as_str());
        let id = id.ok_or_else(|| broken(&format!("there is no `{}`", shown.upn)))?;
        let password = if shown.password { Some(secrets::password()?) } else { None };
        if let Some(password) = password.clone() {
            let hasher = hasher.clone();
            hashing
                .push(((*id).to_owned(), tokio::spawn(async move { hasher.hash(password).await })));
        }
        let person = GuidePerson {
            upn: &shown.upn,
            object_id: (*id).to_owned(),
            password: password.map(Told),
            pass: None,
            totp: None,
            kind: &shown.kind,
            shows: &shown.shows,
        };
        people.push((person, shown.pass));
    }
    let mut hashes = Vec::new();
    for (id, hash) in hashing {
        let phc = hash.await.map_err(|_| Failure::Hashing)??;
        hashes.push((id, Password { phc, changed: now }));
    }
    let mut transaction = store.write().await?;
    for (id, password) in &hashes {
        let audited = transaction.audit(now, &entry("Reset password", id)).await?;
        transaction.put_password(&audited, id, password).await?;
    }
    for ((person, _), shown) in people.iter_mut().zip(&show.people) {
        if shown.code {
            let seed: Zeroizing<[u8; totp::SEED]> = Zeroizing::new(random::bytes()?);
            person.totp =
                Some(Told(Zeroizing::new(totp_rs::Secret::from(seed.to_vec()).to_base32())));
            let app = Totp {
                id: random::guid()?,
                person: person.object_id.clone(),
                name: String::from("Authenticator app"),
                seed: Zeroizing::new(seed.to_vec()),
                created: now,
                last_step: None,
            };
            let entry = entry("Admin registered security info", &app.person);
            let audited = transaction.audit(now, &entry).await?;
            transaction.add_totp(&audited, &app).await?;
        }
    }
    transaction.commit().await?;
    Ok(people)
}

/// Passes as long as the methods policy has them.
async fn give_passes<'a>(
    idp: &Idp,
    people: Vec<(GuidePerson<'a>, ShownPass)>,
    now: Timestamp,
) -> Result<Vec<GuidePerson<'a>>, Failure> {
    let snapshot = idp.snapshot().await?;
    let minutes = snapshot.tenant().methods.as_ref().map(|it| it.pass.maximum_lifetime);
    let mut done = Vec::new();
    for (mut person, pass) in people {
        let usable = match pass {
            ShownPass::None => None,
            ShownPass::Once => Some(Usable::Once),
            ShownPass::Many => Some(Usable::Many),
        };
        if let Some(usable) = usable {
            let upn = Upn::parse(person.upn).map_err(|error| broken(&error))?;
            let row = idp.store().read().await?.person_by_upn(&upn).await?;
            let row = row.ok_or_else(|| broken(&format!("there is no `{}`", person.upn)))?;
            let wanted = Wanted { minutes, usable };
            let issued = idp.issue_pass(Issuer::Command, (row, wanted), now).await?;
            person.pass = Some(Told(issued.map_err(|refused| broken(&refused))?.text));
        }
        done.push(person);
    }
    Ok(done)
}

fn entry(action: &str, target: &str) -> AuditEntry {
    AuditEntry {
        actor: ACTOR.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        json: String::from("{}"),
    }
}

#[cfg(test)]
mod tests;
