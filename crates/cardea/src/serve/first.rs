//! The first start, and starts under another name.

use anyhow::{Context as _, Result, bail};
use cardea_idp::first_run::{self, Wish};
use cardea_idp::{Failure, Idp, Provisions, set_up};
use cardea_store::{Store, Tenant};
use serde::Deserialize;
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
    store: &Store,
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
    Ok(first_run::move_to(store, tenant, (&address, clock::timestamp())).await?)
}

/// Lets the guide to the demo, if there is one, name the address of this start.
///
/// # Errors
/// It cannot be read or written.
pub(super) fn tell_address(data: &Folder, address: &str) -> Result<()> {
    let guide = data.path(GUIDE);
    if !guide.exists() {
        return Ok(());
    }
    let text = data.secret(GUIDE)?;
    let told: Guide = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is not what --demo has written", guide.display()))?;
    if told.base_url == address {
        return Ok(());
    }
    let quoted = |address: &str| format!("\"base_url\": \"{address}\"");
    let text = Zeroizing::new(text.replacen(&quoted(&told.base_url), &quoted(address), 1));
    data.keep_secret(GUIDE, text.as_bytes())
}

/// What a start has to know of the guide.
#[derive(Deserialize)]
struct Guide {
    base_url: String,
}

/// The file that tells the secrets of a tenant which is being made.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) data: &'a Folder,
    pub(super) name: &'static str,
}

impl Told<'_> {
    /// Writes it, before there is a tenant.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn keep(self, text: &str) -> Result<()> {
        self.data.keep_secret(self.name, text.as_bytes())
    }

    /// What became of the making. Where somebody else was faster, as at another computer with the
    /// same database, it tells nothing that is true, and is removed.
    ///
    /// # Errors
    /// That of the making.
    pub(super) fn of<T>(self, made: Result<T>) -> Result<T> {
        if let Err(error) = &made
            && matches!(error.downcast_ref(), Some(Failure::TenantExists))
        {
            drop(std::fs::remove_file(self.data.path(self.name)));
        }
        made
    }
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
    let told = Told { data, name: SHEET };
    told.of(first_run::create(store, wish, now, |text| told.keep(text)).await)?;
    Ok(Idp::open(store.clone(), provisions, now).await?)
}

/// Says, as long as it lies there, where the sheet for emergencies is.
pub(super) fn remind(data: &Folder, output: &Output) {
    let sheet = data.path(SHEET);
    if sheet.exists() {
        output.say(&format!(
            "  emergency   {}   two accounts (mode 0600): print it, then delete it",
            sheet.display()
        ));
    }
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
