//! All parts together, as a program on a computer uses them: a vault with two profiles, an authenticator on the
//! one that is open, and a client for the page.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests may fail")]

use cardea_authenticator::client::{
    self, Account, ClientError, CreationOptions, Framing, Origin, Owner, Page, Parties,
    RequestOptions,
};
use cardea_authenticator::vault::{InstallationKey, NoAnchor, Unlocked, Vault};
use cardea_authenticator::{
    Authenticator, Binding, Host, Platform, PlatformCheck, PlatformVerified, Prompt, Refusal,
    SystemRandom, User,
};
use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    AuthenticationAnswer, RegistrationAnswer, RelyingParty, Start, StoredCredential, Trust,
    UserEntity, UserHandle, UserVerification, authentication, registration,
};
use jiff::Timestamp;
use zeroize::Zeroizing;

const PIN: &str = "2468";

/// Somebody at a terminal. The PIN that has opened the profile verifies them once.
struct Terminal {
    proof: Option<PlatformVerified>,
}

impl User for Terminal {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        match self.proof {
            Some(_) => PlatformCheck::Ready,
            None => PlatformCheck::NotSetUp,
        }
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        self.proof.take().ok_or(Refusal::Declined)
    }
}

/// The same person, asked by the client: they type the PIN, and count how often.
#[derive(Default)]
struct Typing {
    typed: u32,
}

impl Owner for Typing {
    fn pin(&mut self, _: u8) -> Option<Zeroizing<String>> {
        self.typed += 1;
        Some(Zeroizing::new(PIN.to_owned()))
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        panic!("there is one account: {accounts:?}");
    }
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// Runs ceremonies on a profile, and says how often the PIN was typed to the client.
fn on<R>(
    unlocked: Unlocked<'_>,
    ceremonies: impl FnOnce(&Page, &mut Parties<'_>) -> R,
) -> (R, u32) {
    let mut terminal = Terminal { proof: unlocked.verified };
    let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut terminal };
    let attestation = unlocked.profile.attestation(Platform::Desktop);
    let mut authenticator =
        Authenticator::power_up(unlocked.profile, attestation, &mut host).unwrap();
    let mut wire = |request: &[u8]| {
        let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut terminal };
        authenticator.handle(request, &mut host)
    };
    let mut owner = Typing::default();
    let mut parties = Parties { wire: &mut wire, owner: &mut owner, random: &mut SystemRandom };
    let origin = Origin::parse("https://login.example.org").unwrap();
    let result = ceremonies(&Page { origin, framing: Framing::Own }, &mut parties);
    (result, owner.typed)
}

fn rp() -> RelyingParty {
    RelyingParty::new("example.org", "Example", &["https://login.example.org"]).unwrap()
}

fn register(page: &Page, parties: &mut Parties<'_>) -> StoredCredential {
    let id = UserHandle::new(b"ada").unwrap();
    let user = UserEntity { id, name: "ada".into(), display_name: "Ada".into() };
    let start = Start::random(now()).unwrap();
    let (asked, pending) = registration::options(&rp(), user, &[], &Selection::default(), start);
    let options: CreationOptions =
        serde_json::from_value(serde_json::to_value(asked.public_key).unwrap()).unwrap();
    let answer = client::create(&options, page, parties).unwrap();
    let answer = RegistrationAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
    let made = registration::verify(&rp(), pending, &answer, now(), &Trust::nobody()).unwrap();
    assert_eq!(made.facts().user_verification, UserVerification::Verified);
    made.to_stored()
}

fn sign_in(
    page: &Page,
    parties: &mut Parties<'_>,
    stored: &StoredCredential,
) -> Result<(), ClientError> {
    let start = Start::random(now()).unwrap();
    let wish = authentication::Wish::default();
    let (asked, pending) = authentication::options(&rp(), &[], &wish, start);
    let options: RequestOptions =
        serde_json::from_value(serde_json::to_value(asked.public_key).unwrap()).unwrap();
    let answer = client::get(&options, page, parties)?;
    let answer = AuthenticationAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
    let used = authentication::verify(&rp(), pending, &answer, Some(stored), now()).unwrap();
    assert_eq!(used.facts().user_verification, UserVerification::Verified);
    Ok(())
}

#[test]
fn a_passkey_of_one_profile_signs_in_after_a_restart_and_from_no_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("vault");
    let key = || InstallationKey::from_bytes([7; 32]);
    let mut vault = Vault::create(&path, key(), Box::new(NoAnchor)).unwrap();
    vault.add_profile("work", Binding::DeviceBound, Some(PIN)).unwrap();
    vault.add_profile("personal", Binding::DeviceBound, Some(PIN)).unwrap();

    let work = vault.unlock("work", Some(PIN)).unwrap();
    let (stored, typed) = on(work, register);
    assert_eq!(typed, 0, "the PIN that has opened the profile is enough");
    drop(vault);

    let mut vault = Vault::open(&path, key(), Box::new(NoAnchor)).unwrap();
    let work = vault.unlock("work", Some(PIN)).unwrap();
    let (signed_in, typed) = on(work, |page, parties| {
        sign_in(page, parties, &stored)?;
        let mut later = stored.clone();
        later.sign_count = 1;
        sign_in(page, parties, &later)
    });
    assert_eq!((signed_in, typed), (Ok(()), 1), "one verification is good for one sign-in");

    let personal = vault.unlock("personal", Some(PIN)).unwrap();
    let (refused, _) = on(personal, |page, parties| sign_in(page, parties, &stored));
    assert_eq!(refused, Err(ClientError::NoPasskey("example.org".into())));
}
