//! Making a passkey and having the tenant take it, once somebody is signed in.

use anyhow::{Result, anyhow, bail};
use cardea_authenticator::client::{ClientError, CreationOptions, Page};
use cardea_authenticator::vault::Vault;
use cardea_authenticator::{AttestationKey, Enrolment, Note, Platform, SystemRandom};
use cardea_web::authenticator::{
    self as wire, Code, Device, LONGEST_DEVICE_NAME, NewPasskey, Person, Problem, Registered,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use zeroize::Zeroizing;

use super::super::ceremony::{AtWork, Open};
use super::super::manage::is_one;
use super::super::profiles;
use super::super::sign_in::{failed, refused};
use super::super::tenant::Tenant;
use super::Wanted;
use super::added::{Added, proven};
use crate::clock;

/// How long before its end a certificate is replaced.
const BEFORE_ITS_END: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What came of one try.
enum Tried {
    Added(Added),
    /// The tenant does not know who has certified this installation, and the certificate is forgotten.
    Outdated(Problem),
}

impl Wanted<'_> {
    /// Makes a passkey and registers it.
    ///
    /// # Errors
    /// The tenant cannot be reached or refuses, or the passkey cannot be made.
    pub(super) fn register(
        &self,
        tenant: &Tenant,
        vault: &mut Vault,
        (page, person): (&Page, &Person),
    ) -> Result<Added> {
        let options = new_options(tenant)?;
        let rp_id = page.origin.rp_id(options.rp.id.as_deref())?;
        self.certified(tenant, vault, rp_id.as_str())?;
        let pin = self.pin(vault)?;
        let first = self.tried(tenant, vault, (page, person), (&options, &pin))?;
        let Tried::Outdated(_) = first else { return first.settled() };
        // Whoever may add a passkey now may have a certificate as well, mostly. Without one it is as for a new
        // installation.
        self.certified(tenant, vault, rp_id.as_str())?;
        let options = new_options(tenant)?;
        self.tried(tenant, vault, (page, person), (&options, &pin))?.settled()
    }

    fn tried(
        &self,
        tenant: &Tenant,
        vault: &mut Vault,
        (page, person): (&Page, &Person),
        (options, pin): (&CreationOptions, &Zeroizing<String>),
    ) -> Result<Tried> {
        let rp_id = page.origin.rp_id(options.rp.id.as_deref())?;
        let unlocked = vault.unlock(self.profile, Some(pin))?;
        let mut open = Open::new(unlocked, self.platform)?;
        let mut owner = AtWork::new(pin.clone(), None);
        let made = open.create(options, page, &mut owner).map_err(|error| {
            if error == ClientError::AlreadyHere {
                already(&options.user.name, self.profile)
            } else {
                failed(error)
            }
        })?;
        let mut profile = open.into_profile();
        let device = self.device(tenant)?;
        let name = device.name.clone();
        let new =
            NewPasskey { credential: serde_json::to_value(&made)?, name: name.clone(), device };
        // What the tenant has not taken stays here only where nobody knows whether it has.
        let registered: Registered = match tenant.post(wire::PASSKEYS, &new) {
            Ok(Ok(registered)) => registered,
            Ok(Err(problem)) => {
                profile.remove(&made.id.0)?;
                if matches!(problem.code, Code::Unproven | Code::Outdated) {
                    vault.forget_attestation(rp_id.as_str(), self.platform)?;
                }
                if problem.code == Code::Outdated {
                    return Ok(Tried::Outdated(problem));
                }
                return Err(not_taken(&problem));
            }
            Err(error) => {
                let note = self.note(tenant, name);
                profile.note(&made.id.0, note)?;
                bail!(
                    "the passkey was made, but it is not known whether the tenant has taken it\n\
                     help: `cardea authenticator mend` finds out, and removes it if not\n{error:#}"
                );
            }
        };
        let note = self.note(tenant, name);
        profile.note(&made.id.0, note)?;
        let account = person.user_principal_name.clone();
        let model = proven(tenant, &registered, options)?;
        let profile = self.profile.to_owned();
        Ok(Tried::Added(Added { id: registered.id, profile, account, model }))
    }

    /// Gets a certificate for this installation where there is none, or none that lasts. A tenant that gives none gets
    /// a passkey all the same, whose model is this program's word.
    fn certified(&self, tenant: &Tenant, vault: &mut Vault, rp_id: &str) -> Result<()> {
        let now = clock::timestamp();
        if vault.certified(rp_id, self.platform).is_some_and(|key| lasts(key, now)) {
            return Ok(());
        }
        let enrolment = Enrolment::begin(&mut SystemRandom)?;
        if let Ok(chain) = tenant.certify(&enrolment.request()?)? {
            vault.keep_attestation(rp_id, self.platform, enrolment.complete(chain)?)?;
        }
        Ok(())
    }

    /// The PIN of the profile, which is made with a new one where it is not there.
    fn pin(&self, vault: &mut Vault) -> Result<Zeroizing<String>> {
        if vault.profiles().iter().any(|it| it.name == self.profile) {
            let question = format!("PIN of profile {}: ", self.profile);
            return self.pin.read(&question, "--pin-file or --pin-fd");
        }
        let pin = profiles::new_pin(self.pin, self.profile)?;
        let binding = cardea_authenticator::Binding::DeviceBound;
        vault.add_profile(self.profile, binding, Some(&pin))?;
        Ok(pin)
    }

    fn note(&self, tenant: &Tenant, name: String) -> Note {
        Note {
            name: Some(name),
            address: Some(tenant.address()),
            platform: self.platform,
            roots: self.roots.map(str::to_owned),
        }
    }

    /// The device, as it is called or as the tenant knows it by the passkey beside.
    fn device(&self, tenant: &Tenant) -> Result<Device> {
        let short = |text: &str| text.chars().take(LONGEST_DEVICE_NAME).collect();
        let called = |name: &str| Device { name: short(name), profile: short(self.profile) };
        if let (None, Some(beside)) = (self.device_name, self.beside) {
            let there = tenant.passkeys()?.map_err(|problem| refused(&problem))?.value;
            let known = there.into_iter().find(|it| is_one(it, &beside.id));
            if let Some(device) = known.and_then(|it| it.device) {
                return Ok(called(&device.name));
            }
        }
        Ok(called(self.device_name.unwrap_or(match self.platform {
            Platform::Android => "Android phone",
            Platform::Ios => "iPhone",
            Platform::Desktop => "Computer",
        })))
    }
}

impl Tried {
    fn settled(self) -> Result<Added> {
        match self {
            Self::Added(added) => Ok(added),
            Self::Outdated(problem) => Err(not_taken(&problem)),
        }
    }
}

/// Options for another passkey. Each are good for one.
fn new_options(tenant: &Tenant) -> Result<CreationOptions> {
    tenant.post(wire::NEW_PASSKEY_OPTIONS, &json!({}))?.map_err(|problem| refused(&problem))
}

/// Whether a certificate need not be replaced yet.
fn lasts(key: &AttestationKey, now: Timestamp) -> bool {
    key.ends().is_some_and(|ends| ends.duration_since(now) > BEFORE_ITS_END)
}

fn already(account: &str, profile: &str) -> anyhow::Error {
    anyhow!(
        "profile {profile} has a passkey for {account} already\n\
         help: sign in with it, or if the tenant does not know it, run `cardea authenticator mend`"
    )
}

fn not_taken(problem: &Problem) -> anyhow::Error {
    let none_came = matches!(problem.code, Code::AlreadyThere | Code::TooMany);
    let error = refused(problem);
    if none_came {
        return error.context("nothing was added");
    }
    let removed = "the tenant does not take this passkey, and it was removed here";
    if problem.code == Code::Unproven {
        let help = "help: the same command once more asks for another certificate first";
        return anyhow!("{removed}: {error}\n{help}");
    }
    error.context(removed)
}
