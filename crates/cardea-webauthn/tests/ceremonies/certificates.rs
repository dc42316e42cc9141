//! A certificate authority for attestation.

use cardea_webauthn::Trust;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::authenticator::{AAGUID, Key};
use crate::wire::der;

pub(crate) const AAGUID_OID: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];

/// An authority and its certificate.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub(crate) der: Vec<u8>,
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2035, 1, 1);
    params
}

impl Authority {
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (authority_params(name), KeyPair::generate().unwrap());
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// An authority below this one.
    pub(crate) fn below(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (mut params, key) = (authority_params(name), KeyPair::generate().unwrap());
        change(&mut params);
        let der = params.signed_by(&key, &self.issuer()).unwrap().der().to_vec();
        Self { params, key, der }
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// A certificate for an authenticator's key: §8.2.1 in every respect, then changed.
    pub(crate) fn issue(&self, key: &Key, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject("Authenticator Attestation");
        params.is_ca = IsCa::ExplicitNoCa;
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params.custom_extensions = vec![extension(AAGUID_OID, &der::octets(&AAGUID))];
        change(&mut params);
        let key = KeyPair::try_from(&key.pkcs8[..]).unwrap();
        params.signed_by(&key, &self.issuer()).unwrap().der().to_vec()
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::from_der(&[&self.der]).unwrap()
    }
}

pub(crate) fn subject(unit: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "XX");
    name.push(DnType::OrganizationName, "Example");
    name.push(DnType::OrganizationalUnitName, unit);
    name.push(DnType::CommonName, "Example Key");
    name
}

pub(crate) fn extension(oid: &[u64], content: &[u8]) -> CustomExtension {
    CustomExtension::from_oid_content(oid, content.to_vec())
}
