//! A relying party that checks every step of WebAuthn, §7.1 and §7.2.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::Algorithm;
use cardea_webauthn::authentication::{self, Wish};
use cardea_webauthn::registration::{self, Selection};
use cardea_webauthn::{
    AuthenticationAnswer, BackupEligibility, RegistrationAnswer, RelyingParty, Start,
    StoredCredential, Trust, UserEntity, UserHandle, UserVerification,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::programs::{ORIGIN, Program};

pub(crate) struct Party(RelyingParty);

impl Default for Party {
    fn default() -> Self {
        Self(RelyingParty::new("example.org", "Example", &[ORIGIN]).unwrap())
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

impl Party {
    /// Has a program make a passkey.
    pub(crate) fn register(
        &self,
        program: &mut dyn Program,
        algorithm: Algorithm,
    ) -> StoredCredential {
        let id = UserHandle::new(b"ada").unwrap();
        let user = UserEntity { id, name: "ada".into(), display_name: "Ada".into() };
        let start = Start::random(now()).unwrap();
        let selection = Selection::default();
        let (asked, pending) = registration::options(&self.0, user, &[], &selection, start);
        let mut options = serde_json::to_value(asked.public_key).unwrap();
        options["pubKeyCredParams"] = json!([{"type": "public-key", "alg": algorithm.number()}]);
        options["extensions"] = json!({"prf": {}});
        let answer = program.create(&options).unwrap();
        assert_eq!(answer["clientExtensionResults"]["prf"]["enabled"], true);
        let answer = RegistrationAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
        let made = registration::verify(&self.0, pending, &answer, now(), &Trust::nobody());
        let made = made.unwrap();
        assert_eq!(made.facts().user_verification, UserVerification::Verified);
        assert_eq!(made.facts().backup_eligibility, BackupEligibility::Eligible);
        made.to_stored()
    }

    /// The options of a sign-in with an input for `prf`.
    pub(crate) fn request(&self, input: &[u8]) -> (Value, authentication::Pending) {
        let start = Start::random(now()).unwrap();
        let (asked, pending) = authentication::options(&self.0, &[], &Wish::default(), start);
        let mut options = serde_json::to_value(asked.public_key).unwrap();
        options["extensions"] = json!({"prf": {"eval": {"first": URL_SAFE_NO_PAD.encode(input)}}});
        (options, pending)
    }

    /// Has a program sign in without naming a passkey, and gives what it derives from the input.
    pub(crate) fn sign_in(
        &self,
        program: &mut dyn Program,
        stored: &StoredCredential,
        input: &[u8],
    ) -> Vec<u8> {
        let (options, pending) = self.request(input);
        let answer = program.get(&options).unwrap();
        let text = serde_json::to_vec(&answer).unwrap();
        let parsed = AuthenticationAnswer::parse(&text).unwrap();
        let used = authentication::verify(&self.0, pending, &parsed, Some(stored), now()).unwrap();
        assert_eq!(used.facts().user_verification, UserVerification::Verified);
        let first = &answer["clientExtensionResults"]["prf"]["results"]["first"];
        URL_SAFE_NO_PAD.decode(first.as_str().unwrap()).unwrap()
    }
}
