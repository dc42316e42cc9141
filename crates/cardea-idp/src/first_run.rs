//! A tenant's beginning: two administrators without anything to sign in with, two accounts for
//! emergencies, and no policy.
//!
//! The accounts for emergencies get a password and the seed of an authenticator app. Both stand on
//! one sheet of paper, so that whoever holds it gets in with any phone, also where a policy asks
//! for MFA, in ten years and without a key that has to be found and charged; a pass would end after
//! hours. They are made with the tenant and not after the administrators' passkeys: there is no
//! moment in which an administrator can shut a door that nobody else can open, and the server never
//! holds their secrets.

use std::fmt::Write as _;

use cardea_graph::export::Reader;
use cardea_store as store;
use cardea_store::{AuditEntry, Password, Store, Totp};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use zeroize::Zeroizing;

use crate::admin::role::GLOBAL_ADMINISTRATOR;
use crate::beginning::{Beginning, Credential};
use crate::failure::Failure;
use crate::import::Import;
use crate::password::Hasher;
use crate::settings::{Awaited, Settings};
use crate::{random, totp};

/// Who makes the tenant, in the audit log.
const ACTOR: &str = "cardea serve";
/// How many administrators there are, and how many accounts for emergencies.
const EACH: usize = 2;

/// What a new tenant is to be.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The address under which browsers reach it.
    pub public_url: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// The domain of people's names.
    pub domain: &'a str,
    /// Where the sheet for emergencies will lie, to be told on the last page of the set-up.
    pub sheet: &'a str,
}

/// Somebody of the beginning.
struct Account {
    id: String,
    upn: String,
    name: String,
}

/// Makes the tenant in an empty database. Before that, `keep` gets the sheet for emergencies; it holds
/// secrets that nothing else knows.
///
/// # Errors
/// The database failed, the domain is none that names can have, or the sheet cannot be kept.
pub async fn create<E: From<Failure>>(
    store: &Store,
    wish: Wish<'_>,
    now: Timestamp,
    keep: impl FnOnce(&str) -> Result<(), E>,
) -> Result<(), E> {
    let administrators = accounts("admin", "Administrator", wish.domain)?;
    let emergency = accounts("emergency", "Emergency", wish.domain)?;
    let tenant = tenant(&wish, &administrators, &emergency)?;
    let import = objects(&administrators, &emergency, now)?;
    if import.people().len() < 2 * EACH {
        let reason = format!("nobody can be called `admin-1@{}`", wish.domain);
        return Err(Failure::Unreadable { what: "the domain of the new tenant", reason }.into());
    }
    let mut sheet = heading(&wish, now);
    let mut credentials = Vec::new();
    let hasher = Hasher::new(EACH)?;
    for account in &emergency {
        let password = Zeroizing::new(random::secret()?.expose().to_owned());
        let seed: Zeroizing<[u8; totp::SEED]> = Zeroizing::new(random::bytes()?);
        let in_base32 = Zeroizing::new(totp_rs::Secret::from(seed.to_vec()).to_base32());
        // Writing to a string cannot fail.
        let _ = write!(
            sheet,
            "\nAccount   {}\nPassword  {}\nSeed      {}\n",
            account.upn, *password, *in_base32
        );
        let phc = hasher.hash(password).await?;
        credentials.push(Credential::Password(account.id.clone(), Password { phc, changed: now }));
        credentials.push(Credential::App(app(account, &seed, now)?));
    }
    let new = Beginning { tenant: &tenant, import: &import, credentials: &credentials };
    new.make(store, (ACTOR, now), || keep(&sheet)).await
}

fn tenant(
    wish: &Wish<'_>,
    administrators: &[Account],
    emergency: &[Account],
) -> Result<store::Tenant, Failure> {
    let ids = |accounts: &[Account]| accounts.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    let settings = Settings {
        check: check_settings(&ids(emergency)),
        set_up: Some(Awaited {
            administrators: ids(administrators),
            made: 0,
            sheet: Some(wish.sheet.to_owned()),
        }),
        ..Settings::default()
    };
    Ok(store::Tenant {
        id: random::guid()?,
        display_name: wish.name.to_owned(),
        default_domain: wish.domain.to_owned(),
        help_desk: String::from("an administrator"),
        public_url: wish.public_url.to_owned(),
        settings: settings.to_text()?,
    })
}

/// Writes down that the tenant is reached under another address. Whether its passkeys outlive that
/// is the caller's business.
///
/// # Errors
/// The database failed.
pub async fn move_to(
    store: &Store,
    tenant: &store::Tenant,
    (public_url, now): (&str, Timestamp),
) -> Result<(), Failure> {
    let entry = AuditEntry {
        actor: ACTOR.to_owned(),
        action: String::from("Update tenant address"),
        target: tenant.id.clone(),
        json: json!({"from": tenant.public_url, "to": public_url}).to_string(),
    };
    let mut transaction = store.write().await?;
    let audited = transaction.audit(now, &entry).await?;
    let moved = store::Tenant { public_url: public_url.to_owned(), ..tenant.clone() };
    transaction.put_tenant(&audited, &moved).await?;
    Ok(transaction.commit().await?)
}

fn accounts(upn: &str, name: &str, domain: &str) -> Result<Vec<Account>, Failure> {
    let account = |number: usize| {
        Ok(Account {
            id: random::guid()?,
            upn: format!("{upn}-{number}@{domain}"),
            name: format!("{name} {number}"),
        })
    };
    (1..=EACH).map(account).collect()
}

/// What the prover has to know: who is for emergencies, and with what.
fn check_settings(emergency: &[String]) -> String {
    let users: Vec<String> = emergency.iter().map(|id| format!("\"{id}\"")).collect();
    format!(
        "# The accounts of the sheet for emergencies.\n[breakglass]\nusers = [{}]\n\
         methods = [\"password\", \"softwareOath\"]\n",
        users.join(", ")
    )
}

/// Accounts, their role, and a methods policy with passkeys, passes and codes for everybody.
fn objects(
    administrators: &[Account],
    emergency: &[Account],
    now: Timestamp,
) -> Result<Import, Failure> {
    let everybody =
        json!([{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}]);
    let mut reader = Reader::default();
    let mut add = |path: &str, value: &serde_json::Value| {
        reader.add(path, value.to_string().into_bytes());
    };
    for account in administrators.iter().chain(emergency) {
        add("users.json", &user(account));
        add("roles.json", &role(&account.id)?);
    }
    add(
        "methods.json",
        &json!({
            "id": "authenticationMethodsPolicy",
            "displayName": "Authentication Methods Policy",
            "authenticationMethodConfigurations": [
                {
                    "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
                    "id": "Fido2", "state": "enabled",
                    "isSelfServiceRegistrationAllowed": true, "isAttestationEnforced": false,
                    "includeTargets": everybody, "excludeTargets": [],
                },
                {
                    "@odata.type":
                        "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
                    "id": "TemporaryAccessPass", "state": "enabled",
                    "defaultLifetimeInMinutes": 60, "defaultLength": 8,
                    "minimumLifetimeInMinutes": 60, "maximumLifetimeInMinutes": 480,
                    "isUsableOnce": false,
                    "includeTargets": everybody, "excludeTargets": [],
                },
                {
                    "@odata.type":
                        "#microsoft.graph.softwareOathAuthenticationMethodConfiguration",
                    "id": "SoftwareOath", "state": "enabled",
                    "includeTargets": everybody, "excludeTargets": [],
                },
            ],
        }),
    );
    Ok(Import::of(&reader.finish(), now))
}

fn user(account: &Account) -> serde_json::Value {
    json!({
        "id": account.id, "displayName": account.name, "userPrincipalName": account.upn,
        "userType": "Member", "accountEnabled": true,
    })
}

/// That somebody is a Global Administrator.
pub(crate) fn role(person: &str) -> Result<serde_json::Value, Failure> {
    Ok(json!({
        "id": random::guid()?, "principalId": person,
        "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/",
    }))
}

/// The app whose seed stands on the sheet.
fn app(account: &Account, seed: &[u8; totp::SEED], now: Timestamp) -> Result<Totp, Failure> {
    Ok(Totp {
        id: random::guid()?,
        person: account.id.clone(),
        name: String::from("The sheet for emergencies"),
        seed: Zeroizing::new(seed.to_vec()),
        created: now,
        last_step: None,
    })
}

fn heading(wish: &Wish<'_>, now: Timestamp) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "Sheet for emergencies\n\n\
         {} at {}\nmade on {}\n\n\
         For the day on which no administrator gets in. Print it, put it where two people get at it\n\
         together, and delete the file. Sign in with the password; where a code is asked for, type\n\
         the seed into any authenticator app (time-based, SHA-1, 6 digits, 30 seconds).\n\
         Leave both accounts out of every policy: `cardea check` says which one catches them.\n",
        wish.name,
        wish.public_url,
        now.to_zoned(TimeZone::UTC).date(),
    ))
}

#[cfg(test)]
mod tests;
