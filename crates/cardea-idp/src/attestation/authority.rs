//! The authority that certifies installations, and its certificates (WebAuthn section 8.2.1).

use cardea_store::AttestationAuthority;
use cardea_webauthn::Aaguid;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber, date_time_ymd,
};
use zeroize::Zeroizing;

use super::request::InstallationKey;
use crate::failure::Failure;
use crate::random;
use crate::sign_in::hex;
use crate::text;

/// How long a certificate of an installation lasts. The app asks for another one in time.
const CERTIFICATE: SignedDuration = SignedDuration::from_hours(24 * 365);
/// How long an authority lasts. Another one is made when it has less left than a certificate lasts.
const AUTHORITY: SignedDuration = SignedDuration::from_hours(24 * 365 * 10);
/// Clocks are not all right: a certificate begins a day before it is issued.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// The model of the authenticator (WebAuthn section 8.2.1): `id-fido-gen-ce-aaguid`.
const AAGUID: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];
/// Tag and length of an octet string of sixteen bytes.
const SIXTEEN_OCTETS: [u8; 2] = [4, 16];
/// Who makes the app is whoever runs the tenant, and no country is known of them: one of the codes that
/// ISO 3166 leaves to its users.
const COUNTRY: &str = "XX";
/// The most letters of an organisation's name (RFC 5280 appendix A.1, `ub-organization-name`).
const LONGEST_NAME: usize = 64;

/// An authority.
pub(super) struct Authority {
    id: String,
    key: KeyPair,
    certificate: Vec<u8>,
    created: Timestamp,
    ends: Timestamp,
}

/// A certificate that was just issued.
pub(super) struct Issued {
    pub(super) serial: String,
    pub(super) der: Vec<u8>,
    pub(super) ends: Timestamp,
}

/// Whether what an authority certifies now ends before it does.
pub(super) fn outlasts_its_certificates(row: &AttestationAuthority, now: Timestamp) -> bool {
    now.saturating_add(CERTIFICATE + BEFORE).is_ok_and(|ends| ends < row.ends)
}

impl Authority {
    /// A new authority.
    pub(super) fn generate(now: Timestamp) -> Result<Self, Failure> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(broken)?;
        let (id, ends) = (random::guid()?, later(now, AUTHORITY));
        let mut params = params(name(&id), (now, ends))?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).map_err(broken)?.der().to_vec();
        Ok(Self { id, key, certificate, created: now, ends })
    }

    /// The authority of a row.
    pub(super) fn parse(row: &AttestationAuthority) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id.clone(),
            key: KeyPair::try_from(row.pkcs8.as_slice()).map_err(broken)?,
            certificate: row.certificate.clone(),
            created: row.created,
            ends: row.ends,
        })
    }

    /// What is kept of it.
    pub(super) fn row(&self) -> AttestationAuthority {
        AttestationAuthority {
            id: self.id.clone(),
            certificate: self.certificate.clone(),
            pkcs8: Zeroizing::new(self.key.serialize_der()),
            created: self.created,
            ends: self.ends,
        }
    }

    /// Certifies that the key is an installation's of this model, for packed attestation.
    pub(super) fn issue(
        &self,
        key: &InstallationKey,
        (tenant, model): (&str, Aaguid),
        now: Timestamp,
    ) -> Result<Issued, Failure> {
        let serial = serial()?;
        let ends = later(now, CERTIFICATE);
        let mut params = params(subject(tenant)?, (now, ends))?;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.is_ca = IsCa::ExplicitNoCa;
        let value = [&SIXTEEN_OCTETS[..], model.as_bytes()].concat();
        params.custom_extensions = vec![CustomExtension::from_oid_content(AAGUID, value)];
        let authority = Issuer::new(self::params(name(&self.id), (now, ends))?, &self.key);
        let der = params.signed_by(key, &authority).map_err(broken)?.der().to_vec();
        Ok(Issued { serial: hex(&serial), der, ends })
    }
}

/// 127 bits of chance: positive, and never shorter than it looks (RFC 5280 section 4.1.2.2).
fn serial() -> Result<[u8; 16], Failure> {
    let mut serial: [u8; 16] = random::bytes()?;
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    Ok(serial)
}

/// The name of an authority. It must not change, because certificates say by it who signed them; so it
/// is made of nothing that can change.
fn name(id: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, format!("Cardea attestation {id}"));
    name
}

fn subject(tenant: &str) -> Result<DistinguishedName, Failure> {
    let organisation = text::plain(tenant, LONGEST_NAME);
    let country = COUNTRY.try_into().map_err(broken)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, DnValue::PrintableString(country));
    // The standard asks for a name; a tenant without one still has attestation.
    let nameless = organisation.is_empty();
    let organisation = if nameless { String::from("Cardea") } else { organisation };
    subject.push(DnType::OrganizationName, organisation);
    subject.push(DnType::OrganizationalUnitName, "Authenticator Attestation");
    subject.push(DnType::CommonName, "Cardea Authenticator");
    Ok(subject)
}

fn params(
    name: DistinguishedName,
    (now, ends): (Timestamp, Timestamp),
) -> Result<CertificateParams, Failure> {
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(broken)?;
    params.distinguished_name = name;
    let day = |at: Timestamp| {
        let day = at.to_zoned(TimeZone::UTC).date();
        let part = |part: i8| u8::try_from(part).unwrap_or(1);
        date_time_ymd(i32::from(day.year()), part(day.month()), part(day.day()))
    };
    params.not_before = day(now.checked_sub(BEFORE).unwrap_or(now));
    params.not_after = day(ends);
    Ok(params)
}

/// The beginning of a day, as certificates have it.
fn later(now: Timestamp, lifetime: SignedDuration) -> Timestamp {
    let ends = now.saturating_add(lifetime).unwrap_or(now).to_zoned(TimeZone::UTC);
    ends.start_of_day().map_or(now, |day| day.timestamp())
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Key(error.to_string())
}

#[cfg(test)]
mod tests {
    use cardea_webauthn::Trust;
    use rcgen::PublicKeyData as _;
    use x509_parser::certificate::X509Certificate;
    use x509_parser::prelude::FromDer as _;

    use super::*;

    const MODEL: Aaguid = Aaguid::from_bytes([7; 16]);

    fn now() -> Timestamp {
        "2026-11-03T09:14:00Z".parse().unwrap()
    }

    fn installation() -> InstallationKey {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let request = CertificateParams::default().serialize_request(&key).unwrap();
        InstallationKey::of(request.der()).unwrap()
    }

    #[test]
    fn a_certificate_meets_the_requirements_of_packed_attestation() {
        let authority = Authority::parse(&Authority::generate(now()).unwrap().row()).unwrap();
        let key = installation();
        let issued = authority.issue(&key, ("Contoso", MODEL), now()).unwrap();
        let (rest, certificate) = X509Certificate::from_der(&issued.der).unwrap();
        assert!(rest.is_empty());
        let expected = "C=XX, O=Contoso, OU=Authenticator Attestation, CN=Cardea Authenticator";
        assert_eq!(certificate.subject().to_string(), expected);
        assert_eq!(certificate.version().0, 2, "version 3 is written as 2");
        assert!(!certificate.basic_constraints().unwrap().unwrap().value.ca);
        let extensions = certificate.extensions().iter();
        let found: Vec<_> =
            extensions.filter(|it| it.oid.to_id_string() == "1.3.6.1.4.1.45724.1.1.4").collect();
        assert_eq!((found.len(), found[0].critical), (1, false));
        assert_eq!(found[0].value, [&[4, 16][..], &[7; 16]].concat());
        assert_eq!(certificate.public_key().subject_public_key.data.as_ref(), key.der_bytes());
        assert_eq!(certificate.validity().not_after.timestamp(), issued.ends.as_second());
        assert_eq!(format!("{:032x}", certificate.serial), issued.serial);
    }

    #[test]
    fn a_certificate_leads_to_its_authority_for_its_time_and_about_the_model() {
        let (authority, other) =
            (Authority::generate(now()).unwrap(), Authority::generate(now()).unwrap());
        let issued = authority.issue(&installation(), ("Contoso", MODEL), now()).unwrap();
        let trust = |authority: &Authority, models: &[Aaguid]| {
            Trust::nobody().and_about(models, std::slice::from_ref(&authority.certificate)).unwrap()
        };
        let vouches = |trust: Trust, at: Timestamp| {
            trust.vouches_for(MODEL, std::slice::from_ref(&issued.der), at)
        };
        assert!(vouches(trust(&authority, &[MODEL]), now()));
        assert!(vouches(trust(&authority, &[MODEL]), issued.ends));
        let second = SignedDuration::from_secs(1);
        assert!(!vouches(trust(&authority, &[MODEL]), issued.ends + second));
        assert!(!vouches(trust(&authority, &[Aaguid::ZERO]), now()));
        assert!(!vouches(trust(&other, &[MODEL]), now()));
    }

    #[test]
    fn an_authority_is_replaced_before_its_certificates_outlast_it() {
        let row = Authority::generate(now()).unwrap().row();
        let year = SignedDuration::from_hours(24 * 365);
        assert!(outlasts_its_certificates(&row, now()));
        assert!(outlasts_its_certificates(&row, now() + year * 8));
        assert!(!outlasts_its_certificates(&row, now() + year * 9));
    }

    #[test]
    fn a_tenant_with_a_long_name_or_none_can_certify() {
        let authority = Authority::generate(now()).unwrap();
        for name in ["", "ä".repeat(300).as_str(), "\u{202e}"] {
            let issued = authority.issue(&installation(), (name, MODEL), now()).unwrap();
            let (_, certificate) = X509Certificate::from_der(&issued.der).unwrap();
            let name = certificate.subject().iter_organization().next().unwrap();
            let letters = name.as_str().unwrap().chars().count();
            assert!((1..=64).contains(&letters), "{letters}");
        }
    }
}
