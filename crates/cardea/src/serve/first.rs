//! The first start, and starts under another name.

use anyhow::{Result, bail};
use cardea_idp::first_run::{self, Wish};
use cardea_idp::{Idp, Provisions, set_up};
use cardea_store::{Store, Tenant};
use url::Url;
use zeroize::Zeroizing;

use super::settings::Settings;
use crate::clock;
use crate::folder::Folder;
use crate::output::{Output, is_watched};

/// Who and what is in the demo.
pub(super) const GUIDE: &str = "demo.json";
/// The sheet for emergencies.
const SHEET: &str = "breakglass.txt";
/// The link for administrators, where nobody watches.
const LINK: &str = "setup-link";

/// People read at once.
const PAGE: u32 = 1000;

/// Takes note of another address, and refuses to start under one whose host is not the one that
/// passkeys are tied to.
///
/// # Errors
/// There are passkeys for another host, or the database failed.
pub(super) async fn same_address(
    (data, store): (&Folder, &Store),
    tenant: &Tenant,
    settings: &Settings,
) -> Result<()> {
    let address = settings.address();
    if tenant.public_url == address {
        return Ok(());
    }
    let known = Url::parse(&tenant.public_url)?;
    let is_same_host = known.host() == settings.public_url.host();
    let passkeys = if is_same_host { 0 } else { passkeys(store).await? };
    if passkeys > 0 {
        bail!(
            "this tenant is at `{}`, and passkeys are tied to that name: at `{address}` {passkeys} \
             of them would never work again\n\
             help: start it with --public-url {}",
            tenant.public_url,
            tenant.public_url
        )
    }
    first_run::move_to(store, tenant, (&address, clock::timestamp())).await?;
    let guide = data.path(GUIDE);
    if guide.exists() {
        let text = Zeroizing::new(std::fs::read_to_string(&guide)?);
        let quoted = |address: &str| format!("\"base_url\": \"{address}\"");
        let text = text.replacen(&quoted(&tenant.public_url), &quoted(&address), 1);
        data.keep_secret(GUIDE, Zeroizing::new(text).as_bytes())?;
    }
    Ok(())
}

async fn passkeys(store: &Store) -> Result<usize> {
    let mut reader = store.read().await?;
    let (mut after, mut number) = (String::new(), 0);
    loop {
        let people = reader.people(&after, PAGE).await?;
        let Some(last) = people.last() else { return Ok(number) };
        after.clone_from(&last.id);
        for person in people {
            number += reader.passkeys(&person.id).await?.len();
        }
    }
}

/// Makes a tenant for two administrators, and the sheet for emergencies.
///
/// # Errors
/// It cannot be made.
pub(super) async fn run(
    settings: &Settings,
    (data, store): (&Folder, &Store),
    (provisions, output): (Provisions, &Output),
) -> Result<Idp> {
    output.say(&format!("No tenant in {}. Creating one.", data.shown()));
    let sheet = data.path(SHEET).display().to_string();
    let (public_url, now) = (settings.address(), clock::timestamp());
    let wish = Wish {
        public_url: &public_url,
        name: &settings.name,
        domain: &settings.domain,
        sheet: &sheet,
    };
    let text = first_run::create(store, wish, now).await?;
    data.keep_secret(SHEET, text.as_bytes())?;
    output.say(&format!(
        "  emergency   {sheet}   two accounts (mode 0600): print it, then delete it"
    ));
    Ok(Idp::open(store.clone(), provisions, now).await?)
}

/// Says where administrators who are awaited make their passkeys. Nobody else gets to see the link:
/// it goes to a terminal, or else into a file.
///
/// # Errors
/// The database failed, or the file cannot be written.
pub(crate) async fn invite(
    (data, store): (&Folder, &Store),
    address: &str,
    output: &Output,
) -> Result<()> {
    let Some(link) = set_up::link(store, clock::timestamp()).await? else {
        drop(std::fs::remove_file(data.path(LINK)));
        return Ok(());
    };
    let text = Zeroizing::new(format!("{address}/setup#{}\n", link.code.expose()));
    if is_watched() {
        output.say(&format!("  set up      {}   once, 15 minutes", text.trim_end()));
    } else {
        data.keep_secret(LINK, text.as_bytes())?;
        let path = data.path(LINK);
        output.say(&format!(
            "  set up      the link is in {} (mode 0600); it works once, for 15 minutes",
            path.display()
        ));
    }
    Ok(())
}
