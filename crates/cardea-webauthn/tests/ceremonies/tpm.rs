//! WebAuthn §8.3: statements of a TPM.

use cardea_webauthn::{Attestation, AttestationWish, Format};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
};

use crate::authenticator::{AAGUID, Entries, Key, Signable, sha256};
use crate::certificates::{AAGUID_OID, Authority, extension};
use crate::rig::Registering;
use crate::statements::{changed, x5c};
use crate::wire::{cbor, der};

const AIK_USAGE: &[u64] = &[2, 23, 133, 8, 3];

/// A TPM's statement before it is signed.
struct Tpm {
    magic: [u8; 4],
    kind: [u8; 2],
    extra_data: fn(Vec<u8>) -> Vec<u8>,
    name: fn(Vec<u8>) -> Vec<u8>,
    /// Changes `pubArea`.
    public_area: fn(Vec<u8>) -> Vec<u8>,
    /// After `certInfo`.
    after: Vec<u8>,
    certificate: fn(&mut CertificateParams),
    entries: fn(&mut Entries),
}

impl Default for Tpm {
    fn default() -> Self {
        Self {
            magic: [0xff, 0x54, 0x43, 0x47],
            kind: [0x80, 0x17],
            extra_data: |hash| hash,
            name: |name| name,
            public_area: |area| area,
            after: Vec::new(),
            certificate: |_| (),
            entries: |_| (),
        }
    }
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// `TPMT_PUBLIC` of a P-256 key.
fn public_area(key: &Key) -> Vec<u8> {
    let point = key.point();
    let head = [0, 0x23, 0, 0x0b, 0, 6, 0x04, 0x72, 0, 0, 0, 0x10, 0, 0x10, 0, 3, 0, 0x10];
    [&head[..], &sized(&point[1..33]), &sized(&point[33..])].concat()
}

/// §8.3.1 in every respect.
fn aik(params: &mut CertificateParams) {
    let attribute = |last: u8, text: &str| {
        let oid = der::value(&[6], &[0x67, 0x81, 0x05, 2, last]);
        der::set(&[der::sequence(&[oid, der::value(&[0x0c], text.as_bytes())])])
    };
    let name =
        der::sequence(&[attribute(1, "id:00000000"), attribute(2, "Model"), attribute(3, "id:1")]);
    let mut names = CustomExtension::from_oid_content(
        &[2, 5, 29, 17],
        der::sequence(&[der::value(&[0xa4], &name)]),
    );
    names.set_criticality(true);
    params.distinguished_name = DistinguishedName::new();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(AIK_USAGE.to_vec())];
    params.custom_extensions = vec![names, extension(AAGUID_OID, &der::octets(&AAGUID))];
}

impl Tpm {
    fn entries(&self, signable: &Signable<'_>, key: &Key, certificate: &[u8]) -> Entries {
        let area = (self.public_area)(public_area(signable.key));
        let name = (self.name)([&[0, 0x0b], &sha256(&area)[..]].concat());
        let cert_info = [
            &self.magic[..],
            &self.kind,
            &sized(b"signer"),
            &sized(&(self.extra_data)(sha256(&signable.message()))),
            &[7; 25],
            &sized(&name),
            &sized(b"qualified"),
            &self.after,
        ]
        .concat();
        let mut entries = vec![
            ("ver", cbor::text("2.0")),
            ("alg", cbor::int(-7)),
            ("x5c", x5c(&[certificate])),
            ("sig", cbor::bytes(&key.sign(&cert_info))),
            ("certInfo", cbor::bytes(&cert_info)),
            ("pubArea", cbor::bytes(&area)),
        ];
        (self.entries)(&mut entries);
        entries
    }

    fn run(self) -> Result<Attestation, &'static str> {
        let (root, key) = (Authority::root("TPM Root"), Key::new());
        let certificate = root.issue(&key, |params| {
            aik(params);
            (self.certificate)(params);
        });
        let mut registering = Registering::new();
        registering.trust = root.trust();
        registering.selection.attestation = AttestationWish::Required;
        let made = registering.run(|making| {
            making.format = "tpm";
            making.statement = Box::new(move |signable| self.entries(signable, &key, &certificate));
        });
        made.map(|made| made.facts().attestation.clone()).map_err(|refused| refused.code().as_str())
    }
}

/// The code with which a statement with this fault is refused; without it, it is a proof.
fn refused(fault: impl FnOnce(&mut Tpm)) -> &'static str {
    assert!(matches!(Tpm::default().run(), Ok(Attestation::Proven { format: Format::Tpm, .. })));
    let mut tpm = Tpm::default();
    fault(&mut tpm);
    tpm.run().unwrap_err()
}

#[test]
fn step_22_a_tpms_key_is_the_credentials() {
    let area = |change: fn(Vec<u8>) -> Vec<u8>| refused(|tpm| tpm.public_area = change);
    assert_eq!(area(|_| public_area(&Key::new())), "tpm_public_area");
    assert_eq!(area(|area| area[..area.len() - 1].to_vec()), "tpm_public_area");
    assert_eq!(area(|area| [area, vec![0]].concat()), "tpm_public_area");
    assert_eq!(area(|mut area| (area[15] = 4, area).1), "tpm_public_area");
    assert_eq!(area(|mut area| (area[3] = 4, area).1), "tpm_public_area");
    assert_eq!(area(|mut area| (area[1] = 8, area).1), "tpm_public_area");
    assert_eq!(area(|mut area| (area[11] = 6, area).1), "tpm_public_area");
    assert_eq!(area(|_| Vec::new()), "tpm_public_area");
}

#[test]
fn step_22_a_tpm_says_that_it_made_the_statement() {
    assert_eq!(refused(|tpm| tpm.magic = *b"\xff\x54\x43\x48"), "tpm_magic");
    assert_eq!(refused(|tpm| tpm.kind = [0x80, 0x18]), "tpm_type");
}

#[test]
fn step_22_a_tpms_statement_is_about_this_registration() {
    assert_eq!(refused(|tpm| tpm.extra_data = |mut hash| (hash[0] ^= 1, hash).1), "tpm_extra_data");
    assert_eq!(refused(|tpm| tpm.extra_data = |hash| hash[..20].to_vec()), "tpm_extra_data");
}

#[test]
fn step_22_a_tpms_statement_is_about_this_key() {
    assert_eq!(refused(|tpm| tpm.name = |mut name| (name[9] ^= 1, name).1), "tpm_name");
    assert_eq!(refused(|tpm| tpm.name = |mut name| (name[1] = 12, name).1), "tpm_name");
    assert_eq!(refused(|tpm| tpm.after = vec![0]), "attestation_statement");
}

#[test]
fn step_22_a_tpms_statement_is_signed_by_its_certificate() {
    let other = |entries: &mut Entries| entries[3].1 = cbor::bytes(&Key::new().sign(b""));
    assert_eq!(refused(|tpm| tpm.entries = other), "attestation_signature");
    assert_eq!(
        refused(|tpm| tpm.entries = |entries| entries[1].1 = cbor::int(-65535)),
        "attestation_algorithm"
    );
    assert_eq!(
        refused(|tpm| tpm.entries = |entries| entries[0].1 = cbor::text("1.2")),
        "attestation_statement"
    );
    assert_eq!(
        refused(|tpm| tpm.entries = |entries| drop(entries.remove(5))),
        "attestation_statement"
    );
    assert_eq!(
        refused(|tpm| tpm.entries = |entries| drop(entries.remove(2))),
        "attestation_statement"
    );
}

#[test]
fn step_22_a_tpms_certificate_meets_the_requirements() {
    let certificate = |change: fn(&mut CertificateParams)| refused(|tpm| tpm.certificate = change);
    let named =
        |params: &mut CertificateParams| params.distinguished_name.push(DnType::CommonName, "TPM");
    assert_eq!(certificate(named), "attestation_certificate");
    assert_eq!(
        certificate(|params| drop(params.custom_extensions.remove(0))),
        "attestation_certificate"
    );
    let empty = |params: &mut CertificateParams| {
        params.custom_extensions[0] = extension(&[2, 5, 29, 17], &der::sequence(&[]));
    };
    assert_eq!(certificate(empty), "attestation_certificate");
    assert_eq!(certificate(|params| params.extended_key_usages.clear()), "attestation_certificate");
    let client = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    assert_eq!(certificate(client), "attestation_certificate");
    assert_eq!(certificate(|params| params.is_ca = rcgen::IsCa::NoCa), "attestation_certificate");
    let model = |params: &mut CertificateParams| {
        params.custom_extensions[1] = extension(AAGUID_OID, &der::octets(&[9; 16]));
    };
    assert_eq!(certificate(model), "aaguid_mismatch");
}

#[test]
fn a_tpm_with_the_same_entries_in_another_order_is_fine() {
    let mut registering = Registering::new();
    let (root, key) = (Authority::root("TPM Root"), Key::new());
    let certificate = root.issue(&key, aik);
    registering.trust = root.trust();
    registering.accepts(|making| {
        making.format = "tpm";
        making.statement =
            Box::new(move |signable| Tpm::default().entries(signable, &key, &certificate));
        changed(making, |entries| entries.reverse());
    });
}
