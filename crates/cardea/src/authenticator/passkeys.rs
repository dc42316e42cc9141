//! The passkeys of a profile, and how commands say which one they mean.

use anyhow::{Result, anyhow, bail};
use cardea_authenticator::client::{ClientError, Page, RequestOptions};
use cardea_authenticator::vault::{UnlockedProfile, Vault};
use cardea_authenticator::{Credential, Note, Platform};
use serde_json::Value;
use zeroize::Zeroizing;

use super::ceremony::{AtWork, Open, same};
use super::profiles;
use super::secrets::{PinFrom, Source};
use super::sign_in::{Means, Showing, failed};
use super::terminal::plain;

/// A passkey that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) id: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) account: String,
    /// What its owner calls it.
    pub(super) name: Option<String>,
    /// The tenant at which it was registered; missing for those of websites, which browsers have brought.
    pub(super) address: Option<String>,
    /// What this installation appeared as.
    pub(super) platform: Platform,
    /// The certificates that are believed at the tenant besides the system's, in PEM.
    pub(super) roots: Option<String>,
    /// When it was made and last used, in seconds of Unix time.
    pub(super) made: i64,
    pub(super) used: Option<i64>,
}

impl Kept {
    fn of(credential: &Credential) -> Self {
        let note = credential.note();
        Self {
            id: credential.id().to_vec(),
            rp_id: credential.rp().id.clone(),
            account: plain(credential.user().label().unwrap_or("no name")),
            name: note.name.clone(),
            address: note.address.clone(),
            platform: note.platform,
            roots: note.roots.clone(),
            made: credential.made(),
            used: credential.used(),
        }
    }

    /// What is noted beside it.
    pub(super) fn note(&self) -> Note {
        Note {
            name: self.name.clone(),
            address: self.address.clone(),
            platform: self.platform,
            roots: self.roots.clone(),
        }
    }

    /// Where it signs in.
    pub(super) fn place(&self) -> &str {
        self.address.as_deref().unwrap_or(&self.rp_id)
    }
}

/// The passkeys of a profile, the oldest first.
pub(super) fn kept(profile: &UnlockedProfile<'_>) -> Vec<Kept> {
    profile.state().credentials().iter().map(Kept::of).collect()
}

/// The passkey that a command is about.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Which {
    /// The account, as it signs in
    #[arg(value_name = "ACCOUNT")]
    pub(super) account: String,
    /// The website or the tenant, where the account has the same name at several
    #[arg(long, value_name = "WEBSITE")]
    pub(super) at: Option<String>,
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    #[command(flatten)]
    pub(super) pin: PinFrom,
}

/// A profile that a command works with, and its PIN, which was right.
pub(super) struct Chosen {
    pub(super) profile: String,
    pub(super) pin: Zeroizing<String>,
}

impl Chosen {
    /// Asks for the PIN of the profile that is meant, and sees whether it is right.
    ///
    /// # Errors
    /// There is no such profile, or the PIN is wrong.
    pub(super) fn new(vault: &mut Vault, name: Option<&str>, pin: Source<'_>) -> Result<Self> {
        let profile = profiles::meant(vault, name)?;
        let pin = pin.read(&format!("PIN of profile {profile}: "), "--pin-file or --pin-fd")?;
        vault.unlock(&profile, Some(&pin))?;
        Ok(Self { profile, pin })
    }

    /// The profile, opened.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn open<'v>(&self, vault: &'v mut Vault) -> Result<UnlockedProfile<'v>> {
        Ok(vault.unlock(&self.profile, Some(&self.pin))?.profile)
    }
}

/// The passkey of an account.
///
/// # Errors
/// There is none, or it is not clear which one is meant.
pub(super) fn meant(kept: Vec<Kept>, which: &Which, profile: &str) -> Result<Kept> {
    let fits = |it: &Kept| {
        let at = which.at.as_deref();
        let there = |at: &str| {
            same(at, &it.rp_id) || it.address.as_deref().is_some_and(|address| same(at, address))
        };
        same(&it.account, &which.account) && at.is_none_or(there)
    };
    let mut fitting: Vec<Kept> = kept.into_iter().filter(fits).collect();
    match (fitting.pop(), fitting.as_slice()) {
        (None, _) => bail!(
            "no passkey for {} in profile {profile}\n\
             help: `cardea authenticator list` shows what there is; another profile has passkeys of its own",
            which.account
        ),
        (Some(only), []) => Ok(only),
        (Some(last), others) => {
            let places: Vec<&str> = others.iter().chain([&last]).map(Kept::place).collect();
            bail!(
                "{} has several passkeys in profile {profile}\nhelp: say which with --at: {}",
                which.account,
                places.join(", ")
            )
        }
    }
}

/// The passkey with which an account signs in to this tenant; where none is named, to the only one that there is.
pub(super) fn at_tenant(kept: Vec<Kept>, account: &str, tenant: Option<&str>) -> Option<Kept> {
    let fits = |it: &Kept| {
        let address = it.address.as_deref();
        same(&it.account, account)
            && address.is_some_and(|address| tenant.is_none_or(|tenant| same(address, tenant)))
    };
    let mut fitting: Vec<Kept> = kept.into_iter().filter(fits).collect();
    let last = fitting.pop()?;
    fitting.iter().all(|it| it.address == last.address).then_some(last)
}

/// The passkeys of a profile as something to show to a tenant.
pub(super) struct Keys<'a> {
    pub(super) vault: &'a mut Vault,
    /// The profile; nothing where no passkey is to be used.
    pub(super) chosen: Option<&'a Chosen>,
    pub(super) page: Page,
    pub(super) account: &'a str,
    pub(super) platform: Platform,
    pub(super) showing: Showing<'a>,
}

impl Means for Keys<'_> {
    fn passkey(&mut self, options: &RequestOptions) -> Result<Option<Value>> {
        let Some(chosen) = self.chosen else { return Ok(None) };
        let unlocked = self.vault.unlock(&chosen.profile, Some(&chosen.pin))?;
        let mut open = Open::new(unlocked, self.platform)?;
        let mut owner = AtWork::new(chosen.pin.clone(), Some(self.account.to_owned()));
        match open.get(options, &self.page, &mut owner) {
            Ok(answer) => Ok(Some(serde_json::to_value(answer)?)),
            Err(ClientError::NoPasskey(_)) => Err(none_here(&self.page, &chosen.profile)),
            Err(error) => Err(failed(error)),
        }
    }

    fn has_passkey(&self) -> bool {
        self.chosen.is_some()
    }

    fn showing(&self) -> Showing<'_> {
        self.showing
    }
}

/// A profile does not see whether another has the passkey, so nothing is claimed about others.
pub(super) fn none_here(page: &Page, profile: &str) -> anyhow::Error {
    anyhow!(
        "no passkey for {} in profile {profile}\n\
         help: a passkey is used only from the profile that has it: try another with --profile, or add one \
         here with `cardea authenticator add --profile {profile}`",
        page.origin.as_str().trim_start_matches("https://")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(account: &str, rp_id: &str) -> Kept {
        Kept {
            id: vec![1],
            rp_id: rp_id.into(),
            account: account.into(),
            name: None,
            address: Some(format!("https://{rp_id}:8443")),
            platform: Platform::Android,
            roots: None,
            made: 0,
            used: None,
        }
    }

    fn found(account: &str, at: Option<&str>) -> Result<String, String> {
        let pin = PinFrom { pin_file: None, pin_fd: None };
        let at = at.map(str::to_owned);
        let which = Which { account: account.into(), at, profile: None, pin };
        let all = ["a.example", "b.example"].map(|it| one("kim@contoso.example", it));
        let all = [&all[..], &[one("ada", "a.example")]].concat();
        meant(all, &which, "work").map(|it| it.rp_id).map_err(|error| error.to_string())
    }

    #[test]
    fn an_account_is_found_by_its_name_and_where_it_signs_in() {
        assert_eq!(found("ADA", None), Ok("a.example".into()));
        assert_eq!(found("kim@contoso.example", Some("b.example")), Ok("b.example".into()));
        let by_address = found("kim@contoso.example", Some("https://a.example:8443"));
        assert_eq!(by_address, Ok("a.example".into()));
        let unclear = found("kim@contoso.example", None).unwrap_err();
        assert!(
            unclear.contains("--at: https://a.example:8443, https://b.example:8443"),
            "{unclear}"
        );
        assert!(found("bob", None).unwrap_err().starts_with("no passkey for bob in profile work"));
    }

    #[test]
    fn an_account_of_one_tenant_needs_no_address_and_one_of_two_does() {
        let at = |account: &str, tenant| {
            let all = ["a.example", "b.example"].map(|it| one("kim@contoso.example", it));
            let website = Kept { address: None, ..one("ada", "c.example") };
            let all = [&all[..], &[one("ada", "a.example"), website]].concat();
            at_tenant(all, account, tenant).map(|it| it.rp_id)
        };
        assert_eq!(at("ada", None).as_deref(), Some("a.example"));
        assert_eq!(at("kim@contoso.example", None), None);
        let named = at("kim@contoso.example", Some("https://a.example:8443"));
        assert_eq!(named.as_deref(), Some("a.example"));
        assert_eq!(at("bob", None), None);
    }
}
