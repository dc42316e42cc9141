//! WebAuthn §7.1 steps 21 to 24 and §8 but for TPMs.

use cardea_webauthn::{Aaguid, Attestation, AttestationWish, Format, Trust, TrustError};
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, date_time_ymd};

use crate::authenticator::{AAGUID, Entries, Key, Making};
use crate::certificates::{AAGUID_OID, Authority, extension, subject};
use crate::rig::{Registering, registration_refused};
use crate::statements::{
    self, AndroidKey, all_applications, changed, fido_u2f, origin, packed, packed_self, purpose,
    x5c,
};
use crate::wire::{cbor, der};

/// A registration that asks for attestation and trusts this root.
fn trusting(root: &Authority, attestation: AttestationWish) -> Registering {
    let mut registering = Registering::new();
    registering.trust = root.trust();
    registering.selection.attestation = attestation;
    registering
}

/// Runs a registration with a packed statement under a root, its certificate changed.
fn packed_with(change: impl FnOnce(&mut CertificateParams)) -> Result<Attestation, &'static str> {
    let (root, key) = (Authority::root("Root"), Key::new());
    let certificate = root.issue(&key, change);
    let made = trusting(&root, AttestationWish::Required)
        .run(|making| packed(making, key, vec![certificate]));
    made.map(|made| made.facts().attestation.clone()).map_err(|refused| refused.code().as_str())
}

fn refused_packed(change: impl FnOnce(&mut CertificateParams)) -> &'static str {
    assert!(matches!(packed_with(|_| ()), Ok(Attestation::Proven { format: Format::Packed, .. })));
    packed_with(change).unwrap_err()
}

/// Runs a registration with this chain, of which the key is the first certificate's.
fn chain_under(trust: Trust, key: Key, chain: Vec<Vec<u8>>) -> Result<(), &'static str> {
    let mut registering = Registering::new();
    registering.trust = trust;
    registering.selection.attestation = AttestationWish::Required;
    let made = registering.run(|making| packed(making, key, chain));
    made.map(|_| ()).map_err(|refused| refused.code().as_str())
}

#[test]
fn step_21_the_format_is_compared_as_it_is_written() {
    for format in ["Packed", "android-safetynet", "compound", "", "none "] {
        assert_eq!(
            registration_refused(|making| making.format = format),
            "attestation_format",
            "{format}"
        );
    }
}

#[test]
fn step_22_a_statement_has_its_entries_and_no_other() {
    let none =
        |making: &mut Making| changed(making, |entries| entries.push(("sig", cbor::bytes(&[1]))));
    assert_eq!(registration_refused(none), "attestation_statement");
    let change = |change: fn(&mut Entries)| {
        registration_refused(move |making| {
            packed_self(making);
            changed(making, change);
        })
    };
    assert_eq!(change(|entries| drop(entries.pop())), "attestation_statement");
    assert_eq!(change(|entries| drop(entries.remove(0))), "attestation_statement");
    assert_eq!(change(|entries| entries[1].1 = cbor::text("sig")), "attestation_statement");
    assert_eq!(
        change(|entries| entries.push(("ecdaaKeyId", cbor::bytes(&[1])))),
        "attestation_statement"
    );
    assert_eq!(change(|entries| entries.push(("x5c", cbor::array(&[])))), "attestation_statement");
    assert_eq!(change(|entries| entries.push(("x5c", cbor::bytes(&[1])))), "attestation_statement");
    assert_eq!(
        change(|entries| entries.push(("x5c", x5c(&[&[1_u8][..]; 9])))),
        "attestation_statement"
    );
    assert_eq!(change(|entries| entries.push(("x5c", x5c(&[&[1]])))), "attestation_certificate");
}

#[test]
fn step_22_self_attestation_is_by_the_keys_own_algorithm() {
    let made = Registering::new().accepts(packed_self);
    assert_eq!(made.facts().attestation, Attestation::SelfSigned);
    let with = |number: i64| {
        registration_refused(move |making| {
            packed_self(making);
            changed(making, move |entries| entries[0].1 = cbor::int(number));
        })
    };
    assert_eq!(with(-8), "attestation_algorithm");
    assert_eq!(with(-65535), "attestation_algorithm");
}

#[test]
fn step_22_self_attestation_is_signed_by_the_key() {
    let refused = registration_refused(|making| {
        packed_self(making);
        let other = Key::new();
        changed(making, move |entries| entries[1].1 = cbor::bytes(&other.sign(b"something else")));
    });
    assert_eq!(refused, "attestation_signature");
}

#[test]
fn step_22_a_packed_statement_is_signed_by_its_certificate() {
    let (root, key) = (Authority::root("Root"), Key::new());
    let certificate = root.issue(&key, |_| ());
    assert_eq!(
        chain_under(root.trust(), Key::new(), vec![certificate.clone()]),
        Err("attestation_signature")
    );
    // AT-07: signed by the credential's key, under somebody's certificate.
    let refused = trusting(&root, AttestationWish::Required).refuses(|making| {
        packed_self(making);
        changed(making, move |entries| entries.push(("x5c", x5c(&[&certificate]))));
    });
    assert_eq!(refused, "attestation_signature");
}

#[test]
fn step_22_a_packed_certificate_is_for_the_model() {
    let aaguid = |content: Vec<u8>| {
        refused_packed(|params| params.custom_extensions = vec![extension(AAGUID_OID, &content)])
    };
    assert_eq!(aaguid(der::octets(&[9; 16])), "aaguid_mismatch");
    assert_eq!(aaguid(AAGUID.to_vec()), "aaguid_mismatch");
    assert_eq!(aaguid([der::octets(&AAGUID), vec![0]].concat()), "aaguid_mismatch");
    assert_eq!(
        refused_packed(|params| params.custom_extensions[0].set_criticality(true)),
        "aaguid_mismatch"
    );
    let twice = |params: &mut CertificateParams| {
        params.custom_extensions = vec![extension(AAGUID_OID, &der::octets(&AAGUID)); 2];
    };
    assert_eq!(refused_packed(twice), "attestation_certificate");
    assert!(packed_with(|params| params.custom_extensions.clear()).is_ok());
}

#[test]
fn step_22_a_packed_certificate_meets_the_requirements() {
    let no_ca = "attestation_certificate";
    assert_eq!(refused_packed(|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)), no_ca);
    assert_eq!(refused_packed(|p| p.is_ca = IsCa::NoCa), no_ca);
    assert_eq!(refused_packed(|p| p.distinguished_name = subject("Authenticator")), no_ca);
    let without = |left_out: DnType| {
        refused_packed(move |params| assert!(params.distinguished_name.remove(left_out)))
    };
    assert_eq!(without(DnType::CountryName), no_ca);
    assert_eq!(without(DnType::OrganizationName), no_ca);
    assert_eq!(without(DnType::OrganizationalUnitName), no_ca);
    assert_eq!(without(DnType::CommonName), no_ca);
}

#[test]
fn step_22_a_packed_certificate_is_of_version_3() {
    let (root, key) = (Authority::root("Root"), Key::new());
    for version in [0, 1] {
        let mut certificate = root.issue(&key, |_| ());
        let at = certificate.windows(5).position(|bytes| bytes == [0xa0, 3, 2, 1, 2]).unwrap();
        certificate[at + 4] = version;
        let refused = trusting(&root, AttestationWish::Required).refuses(|making| {
            packed(making, key.again(), vec![certificate]);
        });
        assert_eq!(refused, "attestation_certificate");
    }
}

#[test]
fn step_23_and_24_a_chain_leads_to_a_trusted_root() {
    let root = Authority::root("Root");
    let intermediate = root.below("Intermediate", |_| ());
    let key = Key::new();
    let leaf = intermediate.issue(&key, |_| ());
    let again = || key.again();
    let chain = |certificates: &[&Vec<u8>]| {
        certificates.iter().map(|der| (*der).clone()).collect::<Vec<_>>()
    };
    let under = |certificates: &[&Vec<u8>]| chain_under(root.trust(), again(), chain(certificates));
    assert_eq!(under(&[&leaf, &intermediate.der]), Ok(()));
    assert_eq!(under(&[&leaf, &intermediate.der, &root.der]), Ok(()));
    assert_eq!(under(&[&leaf]), Err("attestation_untrusted"));
    assert_eq!(under(&[&leaf, &root.der, &intermediate.der]), Err("attestation_untrusted"));
    assert_eq!(
        chain_under(Trust::nobody(), again(), chain(&[&leaf, &intermediate.der])),
        Err("attestation_untrusted")
    );
    let other = Authority::root("Root");
    let chain = chain(&[&leaf, &intermediate.der]);
    assert_eq!(chain_under(other.trust(), again(), chain), Err("attestation_untrusted"));
}

#[test]
fn step_24_the_attestation_certificate_may_be_trusted_itself() {
    let (root, key) = (Authority::root("Root"), Key::new());
    let leaf = root.issue(&key, |_| ());
    let trust = Trust::from_der(&[&leaf]).unwrap();
    assert_eq!(chain_under(trust, key.again(), vec![leaf]), Ok(()));
    let ended = root.issue(&key, |params| params.not_after = date_time_ymd(2026, 2, 1));
    let trust = Trust::from_der(&[&ended]).unwrap();
    assert_eq!(chain_under(trust, key, vec![ended]), Err("attestation_untrusted"));
}

#[test]
fn step_24_a_root_that_is_believed_about_some_models_proves_no_other() {
    let (root, key) = (Authority::root("Root"), Key::new());
    let leaf = root.issue(&key, |_| ());
    let about = |models: &[Aaguid]| {
        Trust::nobody().and_about(models, std::slice::from_ref(&root.der)).unwrap()
    };
    let (model, other) = (Aaguid::from_bytes(AAGUID), Aaguid::from_bytes([9; 16]));
    let under = |trust| chain_under(trust, key.again(), vec![leaf.clone()]);
    assert_eq!(under(about(&[other, model])), Ok(()));
    assert_eq!(under(about(&[other])), Err("attestation_untrusted"));
    assert_eq!(under(about(&[])), Err("attestation_untrusted"));
    // What it is trusted with beside that stays as it is, and a certificate that is itself the root is no way around.
    let beside = root.trust().and_about(&[other], std::slice::from_ref(&root.der)).unwrap();
    assert_eq!(under(beside), Ok(()));
    let itself = Trust::nobody().and_about(&[other], std::slice::from_ref(&leaf)).unwrap();
    assert_eq!(under(itself), Err("attestation_untrusted"));
    assert_eq!(
        Trust::nobody().and_about(&[model], &[vec![1]]).unwrap_err(),
        TrustError::Certificate(1)
    );
}

#[test]
fn step_24_every_certificate_of_the_chain_holds_at_the_time() {
    assert_eq!(
        refused_packed(|p| p.not_after = date_time_ymd(2026, 5, 31)),
        "attestation_untrusted"
    );
    assert_eq!(
        refused_packed(|p| p.not_before = date_time_ymd(2026, 6, 2)),
        "attestation_untrusted"
    );
    let root = Authority::root("Root");
    let ended = root.below("Intermediate", |params| params.not_after = date_time_ymd(2026, 1, 1));
    let key = Key::new();
    let leaf = ended.issue(&key, |_| ());
    assert_eq!(chain_under(root.trust(), key, vec![leaf, ended.der]), Err("attestation_untrusted"));
}

#[test]
fn step_24_a_certificate_below_another_leaf_is_worth_nothing() {
    let root = Authority::root("Root");
    let no_ca = root.below("Leaf", |params| params.is_ca = IsCa::ExplicitNoCa);
    let key = Key::new();
    let leaf = no_ca.issue(&key, |_| ());
    assert_eq!(chain_under(root.trust(), key, vec![leaf, no_ca.der]), Err("attestation_untrusted"));
}

#[test]
fn step_24_an_unknown_critical_extension_is_not_ignored() {
    let critical = |params: &mut CertificateParams| {
        let mut unknown = extension(&[1, 2, 3, 4], &[5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
    };
    assert_eq!(refused_packed(critical), "attestation_untrusted");
}

#[test]
fn step_24_none_and_self_do_where_attestation_is_not_required() {
    let root = Authority::root("Root");
    for wish in [AttestationWish::None, AttestationWish::IfOffered] {
        assert_eq!(trusting(&root, wish).accepts(|_| ()).facts().attestation, Attestation::None);
        assert_eq!(
            trusting(&root, wish).accepts(packed_self).facts().attestation,
            Attestation::SelfSigned
        );
    }
    assert_eq!(trusting(&root, AttestationWish::Required).refuses(|_| ()), "attestation_required");
    assert_eq!(
        trusting(&root, AttestationWish::Required).refuses(packed_self),
        "attestation_required"
    );
}

#[test]
fn step_24_a_statement_that_nobody_asked_for_is_right_but_may_lead_anywhere() {
    let (root, key) = (Authority::root("Root"), Key::new());
    let leaf = root.issue(&key, |_| ());
    let registering = Registering::new();
    let made = registering.accepts(|making| packed(making, key.again(), vec![leaf.clone()]));
    assert_eq!(made.facts().attestation, Attestation::Unproven(Format::Packed));
    assert_eq!(
        registering.refuses(|m| packed(m, Key::new(), vec![leaf.clone()])),
        "attestation_signature"
    );
    let mut asking = Registering::new();
    asking.selection.attestation = AttestationWish::IfOffered;
    assert_eq!(asking.refuses(|making| packed(making, key, vec![leaf])), "attestation_untrusted");
}

#[test]
fn a_proof_keeps_its_chain() {
    let (root, key) = (Authority::root("Root"), Key::new());
    let leaf = root.issue(&key, |_| ());
    let made =
        trusting(&root, AttestationWish::IfOffered).accepts(|m| packed(m, key, vec![leaf.clone()]));
    let expected = Attestation::Proven { format: Format::Packed, chain: vec![leaf] };
    assert_eq!(made.facts().attestation, expected);
}

#[test]
fn a_pem_bundle_is_read_with_the_text_between() {
    use base64::Engine;
    let pem = |root: &Authority| {
        let text = base64::engine::general_purpose::STANDARD.encode(&root.der);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    };
    let bundle = format!("one\n{}two\n{}", pem(&Authority::root("1")), pem(&Authority::root("2")));
    assert_eq!(Trust::from_pem(bundle.as_bytes()).unwrap().len(), 2);
    assert_eq!(Trust::from_pem(b"nothing").unwrap_err(), TrustError::Empty);
    assert_eq!(
        Trust::from_der(&[&Authority::root("1").der, &[1]]).unwrap_err(),
        TrustError::Certificate(2)
    );
    let broken = bundle.replacen("MII", "!!!", 1);
    assert_eq!(Trust::from_pem(broken.as_bytes()).unwrap_err(), TrustError::Pem);
}

fn refused_u2f(change: impl FnOnce(&mut Making)) -> &'static str {
    let (root, key) = (Authority::root("Root"), Key::new());
    let certificate = root.issue(&key, |_| ());
    let registering = trusting(&root, AttestationWish::Required);
    let made = registering.accepts(|making| fido_u2f(making, key.again(), certificate.clone()));
    assert!(matches!(
        made.facts().attestation,
        Attestation::Proven { format: Format::FidoU2f, .. }
    ));
    registering.refuses(|making| {
        fido_u2f(making, key, certificate);
        change(making);
    })
}

#[test]
fn step_22_a_u2f_statement_has_no_model_and_one_certificate() {
    assert_eq!(refused_u2f(|making| making.data.aaguid = AAGUID), "u2f_aaguid");
    let two = |making: &mut Making| changed(making, |entries| entries[1].1 = x5c(&[&[1], &[1]]));
    assert_eq!(refused_u2f(two), "attestation_statement");
    let other = |making: &mut Making| {
        changed(making, |entries| entries[0].1 = cbor::bytes(&Key::new().sign(b"")));
    };
    assert_eq!(refused_u2f(other), "attestation_signature");
    let extra =
        |making: &mut Making| changed(making, |entries| entries.push(("alg", cbor::int(-7))));
    assert_eq!(refused_u2f(extra), "attestation_statement");
}

#[test]
fn step_22_a_u2f_certificate_is_for_a_p256_key() {
    let refused = refused_u2f(|making| {
        let root = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let certificate = params.self_signed(&root).unwrap().der().to_vec();
        changed(making, move |entries| entries[1].1 = x5c(&[&certificate]));
    });
    assert_eq!(refused, "u2f_key");
}

fn apple(nonce: fn(Vec<u8>) -> Vec<u8>, other: Option<Key>) -> Result<Attestation, &'static str> {
    let root = Authority::root("Root");
    let registering = trusting(&root, AttestationWish::Required);
    let made = registering.run(|making| statements::apple(making, root, nonce, other));
    made.map(|made| made.facts().attestation.clone()).map_err(|refused| refused.code().as_str())
}

#[test]
fn step_22_an_apple_certificate_is_about_this_key_and_registration() {
    assert!(matches!(
        apple(|nonce| nonce, None),
        Ok(Attestation::Proven { format: Format::Apple, .. })
    ));
    assert_eq!(apple(|mut nonce| (nonce[0] ^= 1, nonce).1, None), Err("apple_nonce"));
    assert_eq!(apple(|nonce| nonce[1..].to_vec(), None), Err("apple_nonce"));
    assert_eq!(apple(|nonce| nonce, Some(Key::new())), Err("apple_key"));
}

fn android(change: impl FnOnce(&mut AndroidKey)) -> Result<Attestation, &'static str> {
    let root = Authority::root("Root");
    let mut says = AndroidKey::default();
    change(&mut says);
    let registering = trusting(&root, AttestationWish::Required);
    let made = registering.run(|making| statements::android_key(making, root, says));
    made.map(|made| made.facts().attestation.clone()).map_err(|refused| refused.code().as_str())
}

#[test]
fn step_22_an_android_certificate_is_about_this_key_and_registration() {
    assert!(matches!(android(|_| ()), Ok(Attestation::Proven { format: Format::AndroidKey, .. })));
    assert!(android(|says| std::mem::swap(&mut says.software, &mut says.hardware)).is_ok());
    assert_eq!(android(|says| says.other_key = true), Err("android_key"));
    assert_eq!(android(|says| says.challenge = |_| vec![0; 32]), Err("android_challenge"));
    assert_eq!(android(|says| says.after = vec![5, 0]), Err("attestation_certificate"));
}

#[test]
fn step_22_an_android_key_is_for_this_app_generated_and_for_signing() {
    let refused = Err("android_authorization");
    assert_eq!(android(|says| says.hardware.push(all_applications())), refused);
    assert_eq!(android(|says| says.software.push(all_applications())), refused);
    assert_eq!(android(|says| says.hardware = vec![purpose(&[2]), origin(2)]), refused);
    assert_eq!(android(|says| says.hardware = vec![purpose(&[3]), origin(0)]), refused);
    assert_eq!(android(|says| says.hardware = vec![purpose(&[2, 3]), origin(0)]), refused);
    assert_eq!(android(|says| says.hardware = vec![purpose(&[2])]), refused);
    assert_eq!(android(|says| says.hardware = Vec::new()), refused);
    assert_eq!(android(|says| says.software.push(origin(1))), refused);
}
