//! The client between a relying party and an authenticator: options in, answers out.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may fail")]

use std::collections::VecDeque;

use cardea_authenticator::client::{
    self, Account, Authentication, ClientError, CreationOptions, Framing, Origin, OriginError,
    Owner, Page, Parties, Registration, RequestOptions,
};
use cardea_authenticator::{
    Attestation, Authenticator, Binding, Host, MemoryStore, PlatformCheck, PlatformVerified,
    Prompt, Refusal, State, SystemRandom, User,
};
use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    AuthenticationAnswer, Framing as RpFraming, Origin as RpOrigin, RegistrationAnswer,
    RelyingParty, Start, StoredCredential, Trust, UserEntity, UserHandle, UserVerification,
    authentication, registration,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use zeroize::Zeroizing;

const ORIGIN: &str = "https://login.example.org";

/// Somebody with a platform's check or without, who agrees or does not.
struct Holder {
    check: PlatformCheck,
    answer: Result<(), Refusal>,
}

impl User for Holder {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        self.answer
    }

    fn platform_check(&self) -> PlatformCheck {
        self.check
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        self.answer.map(|()| PlatformVerified::after_check_by_platform())
    }
}

/// Somebody who types these PINs one after the other, and takes the account with this name.
#[derive(Default)]
struct Typing {
    pins: VecDeque<&'static str>,
    account: &'static str,
    left: Vec<u8>,
}

impl Owner for Typing {
    fn pin(&mut self, retries: u8) -> Option<Zeroizing<String>> {
        self.left.push(retries);
        self.pins.pop_front().map(|pin| Zeroizing::new(pin.to_owned()))
    }

    fn choose(&mut self, accounts: &[Account]) -> Option<usize> {
        accounts.iter().position(|it| it.name.as_deref() == Some(self.account))
    }
}

struct Rig {
    authenticator: Authenticator<MemoryStore>,
    holder: Holder,
    owner: Typing,
    page: Page,
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

impl Rig {
    fn new(check: PlatformCheck) -> Self {
        let mut holder = Holder { check, answer: Ok(()) };
        let mut host = Host { now: now(), random: &mut SystemRandom, user: &mut holder };
        let store = MemoryStore(State::new(Binding::DeviceBound));
        let authenticator =
            Authenticator::power_up(store, Attestation::by_credentials(), &mut host).unwrap();
        let page = Page { origin: Origin::parse(ORIGIN).unwrap(), framing: Framing::Own };
        Self { authenticator, holder, owner: Typing::default(), page }
    }

    fn with<R>(&mut self, ceremony: impl FnOnce(&Page, &mut Parties<'_>) -> R) -> R {
        let Self { authenticator, holder, owner, page } = self;
        let mut wire = |request: &[u8]| {
            let mut host = Host { now: now(), random: &mut SystemRandom, user: holder };
            authenticator.handle(request, &mut host)
        };
        let mut parties = Parties { wire: &mut wire, owner, random: &mut SystemRandom };
        ceremony(page, &mut parties)
    }

    fn create(&mut self, options: &Value) -> Result<Registration, ClientError> {
        let options: CreationOptions = serde_json::from_value(options.clone()).unwrap();
        self.with(|page, parties| client::create(&options, page, parties))
    }

    fn get(&mut self, options: &Value) -> Result<Authentication, ClientError> {
        let options: RequestOptions = serde_json::from_value(options.clone()).unwrap();
        self.with(|page, parties| client::get(&options, page, parties))
    }

    /// Registers at a relying party, which checks every step of WebAuthn §7.1.
    fn register(&mut self, rp: &RelyingParty, name: &str) -> StoredCredential {
        let id = UserHandle::new(name.as_bytes()).unwrap();
        let user = UserEntity { id, name: name.into(), display_name: name.into() };
        let start = Start::random(now()).unwrap();
        let (options, pending) = registration::options(rp, user, &[], &Selection::default(), start);
        let answer = self.create(&serde_json::to_value(options.public_key).unwrap()).unwrap();
        let answer = RegistrationAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
        let made = registration::verify(rp, pending, &answer, now(), &Trust::nobody()).unwrap();
        assert_eq!(made.facts().user_verification, UserVerification::Verified);
        made.to_stored()
    }

    /// Signs in at a relying party, which checks every step of §7.2.
    fn sign_in(&mut self, rp: &RelyingParty, stored: &StoredCredential) {
        let start = Start::random(now()).unwrap();
        let (options, pending) =
            authentication::options(rp, &[], &authentication::Wish::default(), start);
        let answer = self.get(&serde_json::to_value(options.public_key).unwrap()).unwrap();
        let answer = AuthenticationAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
        authentication::verify(rp, pending, &answer, Some(stored), now()).unwrap();
    }
}

fn rp() -> RelyingParty {
    RelyingParty::new("example.org", "Example", &[ORIGIN]).unwrap()
}

fn creation() -> Value {
    json!({
        "rp": {"id": "example.org", "name": "Example"},
        "user": {"id": "YWRh", "name": "ada", "displayName": "Ada"},
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "authenticatorSelection": {"residentKey": "required"},
    })
}

fn request() -> Value {
    json!({"rpId": "example.org", "challenge": "AAAAAAAAAAAAAAAAAAAAAA"})
}

fn changed(mut value: Value, key: &str, to: Value) -> Value {
    value[key] = to;
    value
}

#[test]
fn a_passkey_registers_and_signs_in_after_the_platforms_check() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let stored = rig.register(&rp(), "ada");
    rig.sign_in(&rp(), &stored);
    assert!(rig.owner.left.is_empty(), "no PIN was asked for");
}

#[test]
fn a_page_in_a_frame_says_so_and_by_whom() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let framing = RpFraming::By(vec![RpOrigin::parse("https://portal.example").unwrap()]);
    let framed = rp().framed(framing);
    rig.page.framing = Framing::By(Origin::parse("https://portal.example").unwrap());
    let stored = rig.register(&framed, "ada");
    rig.sign_in(&framed, &stored);
}

#[test]
fn the_page_gets_its_passkeys_and_no_others() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    for (rp_id, name) in [("co.uk", "SecurityError"), ("other.example", "SecurityError")] {
        let asked = changed(creation(), "rp", json!({"id": rp_id, "name": "x"}));
        let refused = rig.create(&asked).unwrap_err();
        assert_eq!(refused.dom_name(), name, "{refused}");
        let refused = rig.get(&changed(request(), "rpId", json!(rp_id))).unwrap_err();
        assert!(matches!(refused, ClientError::Origin(OriginError::Unrelated { .. })));
    }
    rig.create(&creation()).unwrap();
    rig.page.origin = Origin::parse("https://evil.example").unwrap();
    assert_eq!(rig.get(&request()).unwrap_err().dom_name(), "SecurityError");
    let own = rig.get(&changed(request(), "rpId", Value::Null)).unwrap_err();
    assert_eq!(own, ClientError::NoPasskey("evil.example".into()));
    assert_eq!(own.dom_name(), "NotAllowedError");
}

#[test]
fn where_nothing_verifies_a_page_that_wants_it_is_refused_and_others_are_not() {
    let mut rig = Rig::new(PlatformCheck::Missing);
    let wanting = json!({"residentKey": "required", "userVerification": "required"});
    let refused = rig.create(&changed(creation(), "authenticatorSelection", wanting));
    assert_eq!(refused.unwrap_err(), ClientError::NothingVerifies);
    rig.create(&creation()).unwrap();
    rig.get(&request()).unwrap();
    let refused = rig.get(&changed(request(), "userVerification", json!("required")));
    assert_eq!(refused.unwrap_err(), ClientError::NothingVerifies);
}

#[test]
fn an_account_that_has_a_passkey_gets_no_second_one() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let made = rig.create(&creation()).unwrap();
    let known = json!([{"type": "public-key", "id": made.id}]);
    let again = rig.create(&changed(creation(), "excludeCredentials", known)).unwrap_err();
    assert_eq!((&again, again.dom_name()), (&ClientError::AlreadyHere, "InvalidStateError"));
    let other = json!([{"type": "other", "id": made.id}]);
    assert!(rig.create(&changed(creation(), "excludeCredentials", other)).is_ok());
}

#[test]
fn a_list_longer_than_a_request_is_looked_through_in_parts() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let made = rig.create(&creation()).unwrap();
    let other = |number: u32| json!({"type": "public-key", "id": format!("AAAA{number:04}")});
    let mut list: Vec<Value> = (0..150).map(other).collect();
    let asking = |list: &[Value]| changed(creation(), "excludeCredentials", json!(list));
    assert!(rig.create(&asking(&list)).is_ok(), "none of them is here");
    let here = rig.get(&request()).unwrap();
    assert_ne!(here.id, made.id, "the account has a new passkey");
    list.push(json!({"type": "public-key", "id": here.id}));
    assert_eq!(rig.create(&asking(&list)).unwrap_err(), ClientError::AlreadyHere);
    let used = rig.get(&changed(request(), "allowCredentials", json!(list))).unwrap();
    assert_eq!(used.id, here.id);
}

#[test]
fn a_list_of_which_nothing_can_be_here_does_not_allow_everything() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let made = rig.create(&creation()).unwrap();
    let mut refused = |list: Value| {
        rig.get(&changed(request(), "allowCredentials", list)).map(|it| it.id).unwrap_err()
    };
    let nobody = ClientError::NoPasskey("example.org".into());
    assert_eq!(refused(json!([{"type": "password", "id": made.id}])), nobody);
    assert_eq!(refused(json!([{"type": "public-key", "id": "A".repeat(400)}])), nobody);
    assert_eq!(refused(json!([{"type": "public-key", "id": "AAAA"}])), nobody);
}

#[test]
fn options_that_cannot_be_met_are_refused_by_name() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let mut refused =
        |key: &str, to: Value| rig.create(&changed(creation(), key, to)).unwrap_err().dom_name();
    let algorithms = json!([{"type": "public-key", "alg": -36}]);
    assert_eq!(refused("pubKeyCredParams", algorithms), "NotSupportedError");
    let selection = json!({"authenticatorAttachment": "cross-platform"});
    assert_eq!(refused("authenticatorSelection", selection), "TypeError");
    let user = json!({"id": "", "name": "", "displayName": ""});
    assert_eq!(refused("user", user), "TypeError");
    rig.holder.answer = Err(Refusal::Declined);
    assert_eq!(rig.create(&creation()).unwrap_err(), ClientError::GivenUp);
}

#[test]
fn an_account_is_chosen_where_there_are_several() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    for (id, name) in [("YWRh", "ada"), ("ZXZl", "eve"), ("Z3JhY2U", "grace")] {
        let user = json!({"id": id, "name": name, "displayName": name});
        rig.create(&changed(creation(), "user", user)).unwrap();
    }
    let mut chosen = |name| {
        rig.owner.account = name;
        rig.get(&request()).map(|it| it.response.user_handle.unwrap().0)
    };
    assert_eq!(chosen("ada"), Ok(b"ada".to_vec()));
    assert_eq!(chosen("grace"), Ok(b"grace".to_vec()));
    assert_eq!(chosen("nobody"), Err(ClientError::GivenUp));
}

#[test]
fn attestation_goes_no_further_than_it_was_asked_for() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let mut format = |wish: &str| {
        let made = rig.create(&changed(creation(), "attestation", json!(wish))).unwrap();
        let object = made.response.attestation_object.0;
        let has = |name: &[u8]| object.windows(name.len()).any(|part| part == name);
        (has(b"dnone"), has(b"fpacked"))
    };
    assert_eq!(format("none"), (true, false));
    assert_eq!(format("unheard-of"), (true, false));
    assert_eq!(format("direct"), (false, true));
    assert_eq!(format("enterprise"), (false, true));
}

#[test]
fn secrets_are_derived_from_what_a_page_says_and_by_credential() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let asking = changed(creation(), "extensions", json!({"credProps": true, "prf": {}}));
    let made = rig.create(&asking).unwrap();
    let told = serde_json::to_value(&made.client_extension_results).unwrap();
    assert_eq!(told, json!({"credProps": {"rk": true}, "prf": {"enabled": true}}));
    let mut derived = |prf: Value, allow: Value| {
        let asked = changed(request(), "extensions", json!({"prf": prf}));
        let got = rig.get(&changed(asked, "allowCredentials", allow))?;
        Ok(serde_json::to_value(&got.client_extension_results).unwrap()["prf"].clone())
    };
    let one = derived(json!({"eval": {"first": "AQ"}}), json!([])).unwrap();
    assert_eq!(one["results"]["first"].as_str().unwrap().len(), 43);
    assert!(one["results"].get("second").is_none());
    let two = derived(json!({"eval": {"first": "Ag", "second": "AQ"}}), json!([])).unwrap();
    assert_eq!(two["results"]["second"], one["results"]["first"]);
    assert_ne!(two["results"]["first"], one["results"]["first"]);
    let id = serde_json::to_value(&made.id).unwrap();
    let missing = json!({"type": "public-key", "id": "AAAA"});
    let allow = json!([missing, {"type": "public-key", "id": id}]);
    let mut by = json!({"eval": {"first": "Ag"}, "evalByCredential": {"AAAA": {"first": "Aw"}}});
    by["evalByCredential"][id.as_str().unwrap()] = json!({"first": "AQ"});
    assert_eq!(derived(by.clone(), allow.clone()).unwrap(), one);
    assert_eq!(
        derived(by.clone(), json!([])).map_err(|it: ClientError| it.dom_name()),
        Err("TypeError")
    );
    let nobody = derived(json!({"evalByCredential": {"AAAA": {"first": "Aw"}}}), json!([missing]));
    assert_eq!(nobody, Err(ClientError::NoPasskey("example.org".into())));
    assert_eq!(derived(json!({}), json!([])).unwrap(), json!({}));
}

#[test]
fn a_blob_that_was_kept_comes_back() {
    let mut rig = Rig::new(PlatformCheck::Ready);
    let asking =
        json!({"credBlob": "Ymxvbg", "credentialProtectionPolicy": "userVerificationRequired"});
    let made = rig.create(&changed(creation(), "extensions", asking)).unwrap();
    assert_eq!(made.client_extension_results.cred_blob, Some(true));
    let got = rig.get(&changed(request(), "extensions", json!({"getCredBlob": true}))).unwrap();
    assert_eq!(got.client_extension_results.get_cred_blob.unwrap().0, b"blon");
    let silent = changed(request(), "userVerification", json!("discouraged"));
    assert_eq!(rig.get(&silent).unwrap_err(), ClientError::NoPasskey("example.org".into()));
}
