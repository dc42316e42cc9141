//! Against a relying party: what is made registers, and what is signed signs in.

use cardea_webauthn::registration::Selection;
use cardea_webauthn::{
    Aaguid, Attestation as Proven, AttestationWish, AuthenticationAnswer, BackupEligibility,
    Format, NewCredential, RegistrationAnswer, RelyingParty, ResidentKeyWish, Start,
    StoredCredential, Trust, UserEntity, UserHandle, UserVerification, UserVerificationWish,
    authentication, registration,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CustomExtension,
    DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};

use super::rig::*;
use crate::cbor::Map;
use crate::ceremony::sha256;
use crate::{
    Algorithm, Attestation, Binding, Enrolment, EnrolmentError, Platform, PlatformCheck,
    SigningKey, State, SystemRandom,
};

const ORIGIN: &str = "https://login.example.org";

fn rp() -> RelyingParty {
    RelyingParty::new(RP_ID, "Example", &[ORIGIN]).unwrap()
}

fn encoded(bytes: &[u8]) -> String {
    serde_json::to_value(cardea_webauthn::CredentialId::new(bytes).unwrap())
        .unwrap()
        .as_str()
        .unwrap()
        .into()
}

fn client_data(kind: &str, challenge: &[u8]) -> Vec<u8> {
    let challenge = encoded(challenge);
    format!(
        r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{ORIGIN}","crossOrigin":false}}"#
    )
    .into()
}

fn register(
    rig: &mut Rig,
    algorithm_number: i64,
    trust: &Trust,
    wish: AttestationWish,
) -> NewCredential {
    let selection = Selection {
        attachment: None,
        resident_key: ResidentKeyWish::Required,
        user_verification: UserVerificationWish::Required,
        attestation: wish,
    };
    let handle = UserHandle::new(&[7; 64]).unwrap();
    let user = UserEntity { id: handle, name: "ada".into(), display_name: "Ada".into() };
    let (asked, pending) =
        registration::options(&rp(), user, &[], &selection, Start::random(rig.now).unwrap());
    let data = client_data("webauthn.create", asked.public_key.challenge.as_bytes());
    let request = making(RP_ID, &[7; 64])
        .with(0x01, &sha256(&data)[..])
        .with(0x04, vec![algorithm(algorithm_number)])
        .with(0x07, options("rk", true).with("uv", true));
    let made = rig.send(0x01, &request).unwrap();
    let object = Map::new()
        .with("fmt", made.text(0x01).unwrap().unwrap())
        .with("authData", made.bytes(0x02).unwrap().unwrap())
        .with("attStmt", made.map(0x03).unwrap().unwrap().clone());
    let answer = serde_json::json!({
        "id": encoded(&credential_id(&made)),
        "response": {"clientDataJSON": encoded(&data), "attestationObject": encoded(&object.encode())},
    });
    let answer = RegistrationAnswer::parse(answer.to_string().as_bytes()).unwrap();
    registration::verify(&rp(), pending, &answer, rig.now, trust).unwrap()
}

fn sign_in(rig: &mut Rig, stored: &StoredCredential) -> authentication::AssertionFacts {
    let wish = authentication::Wish {
        user_verification: UserVerificationWish::Required,
        ..Default::default()
    };
    let start = Start::random(rig.now).unwrap();
    let (asked, pending) = authentication::options(&rp(), &[], &wish, start);
    let data = client_data("webauthn.get", asked.public_key.challenge.as_bytes());
    let request = using(RP_ID).with(0x02, &sha256(&data)[..]).with(0x05, options("uv", true));
    let made = rig.send(0x02, &request).unwrap();
    let bytes = |key: i64| encoded(made.bytes(key).unwrap().unwrap());
    let part = |key: i64| encoded(made.map(key).unwrap().unwrap().bytes("id").unwrap().unwrap());
    let answer = serde_json::json!({
        "id": part(0x01),
        "response": {
            "clientDataJSON": encoded(&data), "authenticatorData": bytes(0x02), "signature": bytes(0x03),
            "userHandle": part(0x04),
        },
    });
    let answer = AuthenticationAnswer::parse(answer.to_string().as_bytes()).unwrap();
    authentication::verify(&rp(), pending, &answer, Some(stored), rig.now).unwrap().facts().clone()
}

fn verified(attestation: Attestation, binding: Binding) -> Rig {
    let mut rig = Rig::with(State::new(binding), attestation);
    rig.person.check = PlatformCheck::Ready;
    rig
}

#[test]
fn passkeys_of_every_algorithm_register_and_sign_in() {
    for algorithm in Algorithm::ALL {
        let mut rig = verified(Attestation::by_credentials(), Binding::DeviceBound);
        let made =
            register(&mut rig, algorithm.number(), &Trust::nobody(), AttestationWish::IfOffered);
        let facts = made.facts();
        assert_eq!(facts.attestation, Proven::SelfSigned);
        assert_eq!(facts.aaguid, Aaguid::from_bytes(Platform::Desktop.aaguid()));
        assert_eq!(facts.backup_eligibility, BackupEligibility::NotEligible);
        assert_eq!(facts.user_verification, UserVerification::Verified);
        let mut stored = made.to_stored();
        for count in 1..=2 {
            let used = sign_in(&mut rig, &stored);
            assert_eq!(used.sign_count, count, "{algorithm:?}");
            stored.sign_count = used.sign_count;
        }
    }
}

#[test]
fn a_synced_passkey_registers_as_one_and_signs_in_without_counting() {
    let mut rig = verified(Attestation::by_credentials(), Binding::Synced);
    let made = register(&mut rig, -7, &Trust::nobody(), AttestationWish::IfOffered);
    assert_eq!(made.facts().attestation, Proven::None);
    assert_eq!(made.facts().backup_eligibility, BackupEligibility::Eligible);
    let stored = made.to_stored();
    assert_eq!(sign_in(&mut rig, &stored).sign_count, 0);
    assert_eq!(sign_in(&mut rig, &stored).sign_count, 0);
}

/// An authority of a relying party.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let (key, mut params) = (KeyPair::generate().unwrap(), CertificateParams::default());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Root");
        Self { params, key }
    }

    fn trust(&self) -> Trust {
        Trust::from_der(&[self.params.self_signed(&self.key).unwrap().der()]).unwrap()
    }

    /// A certificate for the key of a request, as WebAuthn §8.2.1 wants it.
    fn certify(&self, request: Vec<u8>) -> Vec<u8> {
        let mut request = CertificateSigningRequestParams::from_der(&request.into()).unwrap();
        let leaf = &mut request.params;
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.distinguished_name = DistinguishedName::new();
        for (kind, value) in [
            (DnType::CountryName, "XX"),
            (DnType::OrganizationName, "Example"),
            (DnType::OrganizationalUnitName, "Authenticator Attestation"),
            (DnType::CommonName, "Installation 1"),
        ] {
            leaf.distinguished_name.push(kind, value);
        }
        let content = [&[4, 16][..], &Platform::Desktop.aaguid()].concat();
        let oid = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];
        leaf.custom_extensions = vec![CustomExtension::from_oid_content(oid, content)];
        let issuer = Issuer::from_params(&self.params, &self.key);
        request.signed_by(&issuer).unwrap().der().to_vec()
    }
}

#[test]
fn an_installations_attestation_is_proved_where_its_authority_is_trusted() {
    let (authority, enrolment) = (Authority::new(), Enrolment::begin(&mut SystemRandom).unwrap());
    let certificate = authority.certify(enrolment.request().unwrap());
    let key = enrolment.complete(vec![certificate]).unwrap();
    let mut rig =
        verified(Attestation::by_credentials().issued_by(RP_ID, key), Binding::DeviceBound);
    let made = register(&mut rig, -7, &authority.trust(), AttestationWish::Required);
    let Proven::Proven { format: Format::Packed, chain } = &made.facts().attestation else {
        panic!("not proved: {:?}", made.facts().attestation);
    };
    assert_eq!(chain.len(), 1);
    assert_eq!(sign_in(&mut rig, &made.to_stored()).sign_count, 1);
}

#[test]
fn a_certificate_for_another_key_is_not_taken() {
    let enrolment = || Enrolment::begin(&mut SystemRandom).unwrap();
    let refused = |chain| enrolment().complete(chain).unwrap_err();
    let other = Authority::new().certify(enrolment().request().unwrap());
    assert!(matches!(refused(vec![other]), EnrolmentError::AnotherKey));
    assert!(matches!(refused(vec![vec![0x30, 0]]), EnrolmentError::Malformed));
    assert!(matches!(refused(vec![]), EnrolmentError::Nothing(_)));
}

#[test]
fn a_key_is_known_again_by_its_secret_and_shown_nowhere() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut SystemRandom).unwrap();
        let again = SigningKey::from_secret(algorithm, key.secret()).unwrap();
        assert_eq!(again.public().unwrap(), key.public().unwrap());
        assert_eq!(format!("{key:?}"), format!("SigningKey({algorithm:?}, …)"));
        assert!(SigningKey::from_secret(algorithm, &[1; 31]).is_err());
    }
}
