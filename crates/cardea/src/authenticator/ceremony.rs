//! Ceremonies on a profile that is open: whoever is asked, whatever the page.

use std::cell::RefCell;

use anyhow::Result;
use cardea_authenticator::client::{
    self, Account, Authentication, ClientError, CreationOptions, Owner, Page, Parties,
    Registration, RequestOptions,
};
use cardea_authenticator::vault::{Unlocked, UnlockedProfile};
use cardea_authenticator::{
    Authenticator, Credential, Host, Platform, PlatformCheck, PlatformVerified, Prompt, Refusal,
    SystemRandom, User,
};
use zeroize::Zeroizing;

use crate::clock;

/// Whoever answers for the owner of a profile.
pub(super) trait Asked {
    /// The PIN, or nothing to decline. Whoever gives it agrees to the ceremony. `retries` is how many wrong ones
    /// there may be.
    fn pin(&mut self, retries: u8) -> Option<Zeroizing<String>>;

    /// Whether they agree, where no PIN is needed or none was given.
    ///
    /// # Errors
    /// They do not.
    fn agree(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal>;

    /// Which of several accounts, by index, or nothing to decline.
    fn choose(&mut self, accounts: &[Account]) -> Option<usize>;

    /// Whether the page still waits. What nobody waits for is not signed.
    fn is_awaited(&self) -> bool {
        true
    }
}

/// An authenticator on a profile that is open.
#[derive(Debug)]
pub(super) struct Open<'v> {
    authenticator: Authenticator<UnlockedProfile<'v>>,
    /// What opening the profile has proved. It is good for the first ceremony, if that follows at once.
    proof: Option<PlatformVerified>,
}

impl<'v> Open<'v> {
    /// An authenticator on a profile that was opened just now.
    ///
    /// # Errors
    /// There is no randomness.
    pub(super) fn new(unlocked: Unlocked<'v>, platform: Platform) -> Result<Self> {
        let attestation = unlocked.profile.attestation(platform);
        let mut nobody = Seat(&RefCell::new(Attending { asked: None, proof: None, agreed: false }));
        let mut host =
            Host { now: clock::timestamp(), random: &mut SystemRandom, user: &mut nobody };
        let authenticator = Authenticator::power_up(unlocked.profile, attestation, &mut host)?;
        Ok(Self { authenticator: authenticator.on(platform), proof: unlocked.verified })
    }

    /// The same, where ceremonies come later: each asks anew.
    pub(super) fn waiting(self) -> Self {
        Self { proof: None, ..self }
    }

    /// The passkeys.
    pub(super) fn passkeys(&self) -> &[Credential] {
        self.authenticator.state().credentials()
    }

    /// Makes a passkey.
    ///
    /// # Errors
    /// Those of [`client::create`].
    pub(super) fn create(
        &mut self,
        options: &CreationOptions,
        page: &Page,
        asked: &mut dyn Asked,
    ) -> Result<Registration, ClientError> {
        self.ceremony(asked, |parties| client::create(options, page, parties))
    }

    /// Uses a passkey.
    ///
    /// # Errors
    /// Those of [`client::get`].
    pub(super) fn get(
        &mut self,
        options: &RequestOptions,
        page: &Page,
        asked: &mut dyn Asked,
    ) -> Result<Authentication, ClientError> {
        self.ceremony(asked, |parties| client::get(options, page, parties))
    }

    /// Gives the profile back.
    pub(super) fn into_profile(self) -> UnlockedProfile<'v> {
        self.authenticator.into_store()
    }

    fn ceremony<R>(
        &mut self,
        asked: &mut dyn Asked,
        run: impl FnOnce(&mut Parties<'_>) -> Result<R, ClientError>,
    ) -> Result<R, ClientError> {
        let attending = Attending { asked: Some(asked), proof: self.proof.take(), agreed: false };
        let attending = RefCell::new(attending);
        let authenticator = &mut self.authenticator;
        let mut wire = |request: &[u8]| {
            let mut user = Seat(&attending);
            let now = clock::timestamp();
            let mut host = Host { now, random: &mut SystemRandom, user: &mut user };
            authenticator.handle(request, &mut host)
        };
        let mut owner = Seat(&attending);
        run(&mut Parties { wire: &mut wire, owner: &mut owner, random: &mut SystemRandom })
    }
}

#[cfg(all(feature = "uhid", target_os = "linux"))]
impl Open<'_> {
    /// The same as a security key: not part of the platform, and without what opening the profile has proved.
    pub(super) fn plugged_in(self) -> Self {
        let authenticator = self.authenticator.attached(cardea_authenticator::Attachment::Usb);
        Self { authenticator, proof: None }
    }

    /// Answers a request of CTAP2.
    pub(super) fn handle(&mut self, request: &[u8], user: &mut dyn User) -> Vec<u8> {
        let mut host = Host { now: clock::timestamp(), random: &mut SystemRandom, user };
        self.authenticator.handle(request, &mut host)
    }
}

/// The owner during one ceremony.
struct Attending<'a> {
    asked: Option<&'a mut dyn Asked>,
    proof: Option<PlatformVerified>,
    /// Whether they have agreed, by a PIN that was right or by opening the profile just now.
    agreed: bool,
}

/// The owner as the authenticator and the client see them; the two never ask at the same time.
struct Seat<'a, 'b>(&'a RefCell<Attending<'b>>);

impl User for Seat<'_, '_> {
    fn confirm(&mut self, prompt: &Prompt<'_>) -> Result<(), Refusal> {
        let mut it = self.0.borrow_mut();
        let agreed = it.agreed;
        let asked = it.asked.as_mut().ok_or(Refusal::Declined)?;
        if !agreed {
            asked.agree(prompt)?;
        }
        // They may have taken long. What the browser has given up meanwhile comes to nothing.
        if !asked.is_awaited() {
            return Err(Refusal::Cancelled);
        }
        it.agreed = true;
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        match self.0.borrow().proof {
            Some(_) => PlatformCheck::Ready,
            None => PlatformCheck::NotSetUp,
        }
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        let mut it = self.0.borrow_mut();
        let proof = it.proof.take().ok_or(Refusal::Mismatch)?;
        it.agreed = true;
        Ok(proof)
    }
}

impl Owner for Seat<'_, '_> {
    fn pin(&mut self, retries: u8) -> Option<Zeroizing<String>> {
        let mut it = self.0.borrow_mut();
        let pin = it.asked.as_mut()?.pin(retries)?;
        // A wrong one ends without a token, and nothing is confirmed.
        it.agreed = true;
        Some(pin)
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        let mut it = self.0.borrow_mut();
        it.asked.as_mut()?.choose(accounts)
    }
}

/// The person who has just started a command and typed the PIN for it.
pub(super) struct AtWork {
    pin: Option<Zeroizing<String>>,
    /// The account that is meant, where there are several.
    account: Option<String>,
}

impl AtWork {
    pub(super) fn new(pin: Zeroizing<String>, account: Option<String>) -> Self {
        Self { pin: Some(pin), account }
    }
}

impl Asked for AtWork {
    /// It is given once: a second question means that it is wrong.
    fn pin(&mut self, _: u8) -> Option<Zeroizing<String>> {
        self.pin.take()
    }

    fn agree(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        let meant = self.account.as_deref()?;
        accounts.iter().position(|it| it.name.as_deref().is_some_and(|name| same(name, meant)))
    }
}

/// Whether two names are one person's, as tenants compare them.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
