//! The demo: a tenant that shows every situation that this product is about, with people to be.
//!
//! Its content is `examples/tenants/demo`. Secrets are made when the tenant is, and are told once,
//! in the text that [`create`] has kept.

mod apps;
mod files;
mod secrets;

use std::collections::BTreeMap;

use cardea_graph::export::Reader;
use cardea_store as store;
use cardea_store::{NewPass, PassCode, Password, Store, Totp, Usable};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::beginning::{Beginning, Credential};
use crate::failure::Failure;
use crate::idp::{Idp, Provisions};
use crate::import::Import;
use crate::password::Hasher;
use crate::{pass, random, totp};

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
    credential: Proof,
    shows: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Proof {
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

/// Fills an empty database with the demo and takes it into operation. Before that, `keep` gets
/// `demo.json`; it holds secrets that nothing else knows.
///
/// # Errors
/// The database failed or holds a tenant, the demo is broken, or the text cannot be kept.
pub async fn create<E: From<Failure>>(
    store: &Store,
    (site, provisions): (Site<'_>, Provisions),
    now: Timestamp,
    keep: impl FnOnce(&str) -> Result<(), E>,
) -> Result<Idp, E> {
    let show: Show = toml::from_str(files::PEOPLE_TO_SHOW).map_err(|error| broken(&error))?;
    let mut import = import(now);
    let mut credentials = Vec::new();
    let apps = apps::give_credentials(&mut import, &show, (now, &mut credentials))?;
    let people = give_credentials(&import, &show, (now, &mut credentials)).await?;
    let tenant = store::Tenant {
        id: show.tenant.id.clone(),
        display_name: show.tenant.name.clone(),
        default_domain: show.tenant.domain.clone(),
        help_desk: String::from("the service desk, extension 4040"),
        public_url: site.public_url.to_owned(),
        settings: String::from("{}"),
    };
    let guide = Guide {
        base_url: site.public_url,
        tenant_id: &tenant.id,
        ca_certificate: site.ca_certificate,
        people,
        apps,
    };
    let text = serde_json::to_string_pretty(&guide).map_err(|error| broken(&error))?;
    let text = Zeroizing::new(text + "\n");
    let new = Beginning { tenant: &tenant, import: &import, credentials: &credentials };
    new.make(store, (ACTOR, now), || keep(&text)).await?;
    Ok(Idp::open(store.clone(), provisions, now).await?)
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

/// Passwords, seeds and passes. Hashing is done side by side.
async fn give_credentials<'a>(
    import: &Import,
    show: &'a Show,
    (now, credentials): (Timestamp, &mut Vec<Credential>),
) -> Result<Vec<GuidePerson<'a>>, Failure> {
    let hasher = Hasher::new(std::thread::available_parallelism().map_or(1, usize::from))?;
    let ids: BTreeMap<&str, &str> =
        import.people().iter().map(|it| (it.upn.key(), it.id.as_str())).collect();
    let ends = now.saturating_add(longest_pass(import)?).unwrap_or(now);
    let (mut people, mut hashing) = (Vec::new(), Vec::new());
    for shown in &show.people {
        let id = ids.get(shown.upn.as_str());
        let id = id.ok_or_else(|| broken(&format!("there is no `{}`", shown.upn)))?;
        let password = if shown.password { Some(secrets::password()?) } else { None };
        if let Some(password) = password.clone() {
            let hasher = hasher.clone();
            let hash = tokio::spawn(async move { hasher.hash(password).await });
            hashing.push(((*id).to_owned(), hash));
        }
        let mut person = GuidePerson {
            upn: &shown.upn,
            object_id: (*id).to_owned(),
            password: password.map(Told),
            pass: None,
            totp: None,
            kind: &shown.kind,
            shows: &shown.shows,
        };
        if shown.code {
            credentials.push(person.give_app(now)?);
        }
        match shown.pass {
            ShownPass::None => {}
            ShownPass::Once => credentials.push(person.give_pass(Usable::Once, (now, ends))?),
            ShownPass::Many => credentials.push(person.give_pass(Usable::Many, (now, ends))?),
        }
        people.push(person);
    }
    for (id, hash) in hashing {
        let phc = hash.await.map_err(|_| Failure::Hashing)??;
        credentials.push(Credential::Password(id, Password { phc, changed: now }));
    }
    Ok(people)
}

/// As long as the methods policy has passes.
fn longest_pass(import: &Import) -> Result<SignedDuration, Failure> {
    let policy = import.objects("authenticationMethodsPolicy").next();
    let policy = policy.ok_or_else(|| broken(&"there is no methods policy"))?;
    let policy: serde_json::Value =
        serde_json::from_str(&policy.json).map_err(|error| broken(&error))?;
    let all = policy.get("authenticationMethodConfigurations").and_then(|it| it.as_array());
    let pass = all
        .into_iter()
        .flatten()
        .find(|it| it.get("id").and_then(serde_json::Value::as_str) == Some("TemporaryAccessPass"));
    let minutes = pass.and_then(|it| it.get("maximumLifetimeInMinutes")?.as_i64());
    minutes.map(SignedDuration::from_mins).ok_or_else(|| broken(&"passes have no longest lifetime"))
}

impl GuidePerson<'_> {
    /// A new authenticator app.
    fn give_app(&mut self, now: Timestamp) -> Result<Credential, Failure> {
        let seed: Zeroizing<[u8; totp::SEED]> = Zeroizing::new(random::bytes()?);
        let text = totp_rs::Secret::from(seed.to_vec()).to_base32();
        self.totp = Some(Told(Zeroizing::new(text)));
        Ok(Credential::App(Totp {
            id: random::guid()?,
            person: self.object_id.clone(),
            name: String::from("Authenticator app"),
            seed: Zeroizing::new(seed.to_vec()),
            created: now,
            last_step: None,
        }))
    }

    /// A new pass.
    fn give_pass(
        &mut self,
        usable: Usable,
        (starts, ends): (Timestamp, Timestamp),
    ) -> Result<Credential, Failure> {
        let text = pass::text()?;
        let code = PassCode::typed(&text);
        self.pass = Some(Told(text));
        let pass = NewPass {
            id: random::guid()?,
            person: self.object_id.clone(),
            starts,
            ends,
            usable,
            issued_by: ACTOR.to_owned(),
            created: starts,
        };
        Ok(Credential::Pass(pass, code))
    }
}

#[cfg(test)]
mod tests;
