//! The tenant's own attestation: certificates for installations of the app, and what they prove.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_idp::attestation::Revoked;
use cardea_store::Usable;
use cardea_web::authenticator as api;
use rcgen::{CertificateParams, KeyPair};
use serde_json::json;

use crate::authenticator::Key;
use crate::browser::Answer;
use crate::certificates::{AAGUID_OID, Authority, extension};
use crate::clock;
use crate::passkey::Passkey;
use crate::phone::{IPHONE_APP, LINUX_APP, Phone, refusal, state};
use crate::site::{Plan, Site};
use crate::tenant::{CARDEA_ANDROID, CARDEA_IOS, attested_only, id, methods_with, mfa};
use crate::totp;
use crate::wire::{cbor, der};

const PASSWORD: &str = "correct horse battery";

/// An installation: its key, and the certificates that it has got.
struct Installation {
    key: Key,
    chain: Vec<Vec<u8>>,
}

fn request(key: &Key) -> Vec<u8> {
    let pair = KeyPair::try_from(&key.pkcs8[..]).unwrap();
    CertificateParams::default().serialize_request(&pair).unwrap().der().to_vec()
}

async fn ask(phone: &Phone<'_>, request: &[u8]) -> Answer {
    let body = json!({ "request": URL_SAFE_NO_PAD.encode(request) });
    phone.post(api::ATTESTATION, &body).await
}

impl Installation {
    async fn certified(phone: &Phone<'_>) -> Self {
        let key = Key::new();
        let answer = ask(phone, &request(&key)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let certificates: api::Certificates = serde_json::from_str(&answer.body).unwrap();
        let chain = certificates.chain.iter().map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
        Self { key, chain: chain.collect() }
    }

    /// Makes a credential and attests it with the installation's key.
    fn attests(&self, passkey: &Passkey, options: &str) -> String {
        let (key, chain) = (self.key.again(), self.chain.clone());
        passkey.make_with(options, |making| {
            making.format = "packed";
            making.statement = Box::new(move |signable| {
                let signature = key.sign(&signable.message());
                let chain: Vec<_> = chain.iter().map(|der| cbor::bytes(der)).collect();
                let chain = cbor::array(&chain);
                vec![("alg", cbor::int(-7)), ("sig", cbor::bytes(&signature)), ("x5c", chain)]
            });
        })
    }
}

async fn attested_site() -> Site {
    Site::planned(Plan { methods: attested_only(), ..Plan::new(&[mfa()]) }).await
}

async fn signed_in<'s>(site: &'s Site, pass: &str) -> Phone<'s> {
    let phone = Phone::begin(site, "kim").await;
    phone.with_pass(pass).await;
    phone
}

fn android() -> Passkey {
    Passkey::of(CARDEA_ANDROID).for_account(&id("person", "kim"))
}

#[tokio::test]
async fn an_attested_profile_takes_a_passkey_whose_installation_is_certified() {
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    let passkey = android();
    let made = phone.register(|options| installation.attests(&passkey, options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(phone.passkeys().await[0].attested);
    let row = site.passkeys("kim").await.remove(0);
    let [certificate] = &site.idp.certificates().await.unwrap()[..] else { panic!("one") };
    assert_eq!(row.certificate.as_deref(), Some(certificate.record.serial.as_str()));
    assert_eq!(certificate.person, "kim@contoso.example");
    assert_eq!(
        (certificate.record.platform.as_str(), certificate.record.revoked),
        ("Android", None)
    );
    let again = Phone::begin(&site, "kim").await;
    state(&again.with_passkey(&passkey).await);
}

#[tokio::test]
async fn an_attested_profile_refuses_whoever_only_claims_the_model() {
    // AT-01, AT-05
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    let refused = |made: &Answer, code: &str| assert_eq!(refusal(made), (400, code.to_owned()));
    refused(&phone.register(|options| android().make(options)).await, "unproven");
    // A certificate of somebody's own authority for another model, one of another installation, and one that does not
    // fit the platform.
    let stranger = Authority::root("Cardea attestation");
    refused(
        &phone.register(|options| android().make_attested(options, &stranger)).await,
        "refused",
    );
    let mixed = Installation { key: Key::new(), chain: installation.chain.clone() };
    refused(&phone.register(|options| mixed.attests(&android(), options)).await, "refused");
    let iphone = Phone::begin_as(&site, IPHONE_APP, "kim").await;
    iphone.with_pass(&pass).await;
    let ios = Passkey::of(CARDEA_IOS);
    refused(&iphone.register(|options| installation.attests(&ios, options)).await, "refused");
    assert_eq!(site.passkeys("kim").await.len(), 0);
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_revoked_certificate_registers_nothing_and_what_it_made_is_told() {
    // AT-13
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    let passkey = android();
    phone.register(|options| installation.attests(&passkey, options)).await;
    let serial = site.idp.certificates().await.unwrap()[0].record.serial.clone();
    let revoked = site.idp.revoke_certificate(&serial, clock::now()).await.unwrap();
    let name = String::from("Cardea Authenticator for Android");
    let passkeys = vec![(String::from("kim@contoso.example"), name)];
    assert_eq!(revoked, Revoked::Done { passkeys });
    assert_eq!(site.idp.revoke_certificate("00", clock::now()).await.unwrap(), Revoked::Absent);
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(refusal(&made), (400, "unproven".to_owned()));
    assert!(made.body.contains("revoked"), "{}", made.body);
    // The passkey that it made goes on, and so does a new certificate.
    let again = Phone::begin(&site, "kim").await;
    state(&again.with_passkey(&passkey).await);
    let another = Installation::certified(&again).await;
    let made = again.register(|options| another.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(site.audited("Revoke Attestation Certificate").await, 1);
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_where_nobody_asked_for_proof_too() {
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    let serial = site.idp.certificates().await.unwrap()[0].record.serial.clone();
    site.idp.revoke_certificate(&serial, clock::now()).await.unwrap();
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(refusal(&made), (400, "unproven".to_owned()));
    let made = phone.register(|options| android().make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_certificate_takes_a_pass_or_a_passkey_that_was_just_shown() {
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let seed = site.app("kim").await;
    let passkey = site.has_passkey("kim", android()).await;
    let pass = site.pass("kim", Usable::Many).await;
    let wanted = request(&Key::new());
    let not_now = |answer: &Answer| assert_eq!(refusal(answer), (403, "notNow".to_owned()));
    let phone = Phone::begin(&site, "kim").await;
    not_now(&ask(&phone, &wanted).await);
    state(&phone.post(api::SHOW_PASSWORD, &json!({ "password": PASSWORD })).await);
    not_now(&ask(&phone, &wanted).await);
    let code = totp::code(&seed);
    let with_code = Phone::begin(&site, "kim").await;
    state(&with_code.post(api::SHOW_PASSWORD, &json!({ "password": PASSWORD })).await);
    with_code.post(api::SHOW_CODE, &json!({ "code": code })).await;
    not_now(&ask(&with_code, &wanted).await);
    let phone = Phone::begin(&site, "kim").await;
    state(&phone.with_passkey(&passkey).await);
    clock::seconds(300);
    assert_eq!(ask(&phone, &wanted).await.status, 201);
    clock::seconds(1);
    not_now(&ask(&phone, &wanted).await);
    let phone = signed_in(&site, &pass).await;
    assert_eq!(ask(&phone, &wanted).await.status, 201);
    let mut nobody = Phone::calling_itself(&site, LINUX_APP);
    assert_eq!(refusal(&ask(&nobody, &wanted).await), (401, "signInGone".to_owned()));
    nobody.handle = "A".repeat(43);
    assert_eq!(refusal(&ask(&nobody, &wanted).await), (401, "signInGone".to_owned()));
}

#[tokio::test]
async fn requests_for_certificates_are_signed_and_counted() {
    // AT-13
    let site = Site::new(&[mfa()]).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let mut changed = request(&Key::new());
    let last = changed.len() - 1;
    changed[last] ^= 1;
    for wrong in [changed.as_slice(), b"", b"request", &[0x30; 100]] {
        let refused = ask(&phone, wrong).await;
        assert_eq!(refusal(&refused), (400, "badCertificateRequest".to_owned()));
    }
    let refused = phone.post(api::ATTESTATION, &json!({ "request": "+/=" })).await;
    assert_eq!(refusal(&refused), (400, "badCertificateRequest".to_owned()));
    for _ in 0..20 {
        assert_eq!(ask(&phone, &request(&Key::new())).await.status, 201);
    }
    let refused = ask(&phone, &request(&Key::new())).await;
    assert_eq!(refusal(&refused), (429, "tooManyTries".to_owned()));
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(site.idp.certificates().await.unwrap().len(), 20);
    assert_eq!(site.audited("Issue Attestation Certificate").await, 20);
}

#[tokio::test]
async fn what_a_request_asks_for_beside_its_key_is_not_certified() {
    // AT-13
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let key = Key::new();
    let pair = KeyPair::try_from(&key.pkcs8[..]).unwrap();
    let mut params = CertificateParams::new(vec!["login.contoso.example".to_owned()]).unwrap();
    let ios = Passkey::of(CARDEA_IOS);
    params.custom_extensions = vec![extension(AAGUID_OID, &der::octets(&ios.aaguid))];
    let wanted = params.serialize_request(&pair).unwrap().der().to_vec();
    let mut chains = Vec::new();
    for _ in 0..2 {
        let answer = ask(&phone, &wanted).await;
        let certificates: api::Certificates = serde_json::from_str(&answer.body).unwrap();
        chains.push(vec![URL_SAFE_NO_PAD.decode(&certificates.chain[0]).unwrap()]);
    }
    assert_ne!(chains[0], chains[1], "a request that comes twice gets a certificate of its own");
    let name = b"login.contoso.example";
    assert!(!chains[0][0].windows(name.len()).any(|window| window == name));
    let installation = Installation { key, chain: chains.remove(0) };
    let iphone = Phone::begin_as(&site, IPHONE_APP, "kim").await;
    iphone.with_pass(&pass).await;
    let refused = iphone.register(|options| installation.attests(&ios, options)).await;
    assert_eq!(refusal(&refused), (400, "refused".to_owned()));
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn another_process_believes_the_same_certificates() {
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let other = site.another().await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    let there = signed_in(&other, &pass).await;
    let made = there.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_certificate_counts_for_a_year() {
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let installation = Installation::certified(&phone).await;
    clock::pass(jiff::SignedDuration::from_hours(24 * 366));
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(refusal(&made), (400, "outdated".to_owned()));
    let another = Installation::certified(&phone).await;
    let made = phone.register(|options| another.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn where_another_authority_certifies_the_app_is_told_and_goes_on_with_the_same_sign_in() {
    let before = attested_site().await;
    let pass = before.pass("kim", Usable::Many).await;
    let installation = Installation::certified(&signed_in(&before, &pass).await).await;
    // The same tenant, set up anew.
    let site = attested_site().await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(refusal(&made), (400, "outdated".to_owned()));
    assert_eq!(site.passkeys("kim").await.len(), 0);
    let another = Installation::certified(&phone).await;
    let made = phone.register(|options| another.attests(&android(), options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(phone.passkeys().await[0].attested);
}

#[tokio::test]
async fn where_proof_is_asked_for_and_no_must_an_outdated_certificate_is_told_and_none_is_fine() {
    let profile = |name: &str, attestation: &str| {
        json!({
            "id": id("profile", name), "name": name, "passkeyTypes": "deviceBound",
            "attestationEnforcement": attestation,
            "keyRestrictions": { "isEnforced": false, "enforcementType": "allow", "aaGuids": [] },
        })
    };
    let profiles = json!([profile("Proven", "registrationOnly"), profile("Any", "disabled")]);
    let allowed = json!([id("profile", "Proven"), id("profile", "Any")]);
    let methods = methods_with(
        "Fido2",
        &[
            ("/passkeyProfiles", profiles),
            ("/defaultPasskeyProfile", json!(id("profile", "Any"))),
            ("/includeTargets/0/allowedPasskeyProfiles", allowed),
        ],
    );
    let before = attested_site().await;
    let pass = before.pass("kim", Usable::Many).await;
    let installation = Installation::certified(&signed_in(&before, &pass).await).await;
    let site = Site::planned(Plan { methods, ..Plan::new(&[mfa()]) }).await;
    let pass = site.pass("kim", Usable::Many).await;
    let phone = signed_in(&site, &pass).await;
    let made = phone.register(|options| installation.attests(&android(), options)).await;
    assert_eq!(refusal(&made), (400, "outdated".to_owned()));
    let made = phone.register(|options| android().make(options)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(!phone.passkeys().await[0].attested);
}
