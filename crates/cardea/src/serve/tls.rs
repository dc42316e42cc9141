//! TLS: with the owner's certificate, or with one of an authority that the first start makes.
//!
//! The local authority may sign for the tenant's host and for this computer only, so that nobody
//! who trusts it trusts it with anything else. The server's own certificate is made at each start,
//! with a key that is never written down.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use anyhow::{Context as _, Result};
use axum_server::tls_rustls::RustlsConfig;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::Host;

use super::settings::{Settings, Transport};
use crate::clock;
use crate::folder::Folder;

/// How long a certificate of the server counts, in days; a server is started anew more often.
const LEAF: i32 = 397;
/// How long the authority counts, in days.
const AUTHORITY: i32 = 3650;

/// What browsers are spoken to with.
#[derive(Clone, Debug)]
pub(super) enum Security {
    /// Nothing.
    Plain,
    /// TLS.
    Tls {
        /// The server's certificate and key.
        config: RustlsConfig,
        /// The path of the local authority's certificate.
        authority: Option<String>,
    },
}

impl Security {
    /// The certificate that visitors have to trust, if it is not one that they trust already.
    pub(super) fn authority(&self) -> Option<&str> {
        match self {
            Self::Plain => None,
            Self::Tls { authority, .. } => authority.as_deref(),
        }
    }
}

/// What the settings ask for.
///
/// # Errors
/// A file cannot be read or written, or holds something else.
pub(super) fn security(settings: &Settings, data: &Folder) -> Result<Security> {
    match &settings.transport {
        Transport::Plain => Ok(Security::Plain),
        Transport::Certificate { certificate, key } => {
            let chain = read(certificate)?;
            let key_text = read(key)?;
            let config = config(&chain, &key_text).with_context(|| {
                format!("`{}` and `{}` cannot be used", certificate.display(), key.display())
            })?;
            Ok(Security::Tls { config, authority: None })
        }
        Transport::LocalAuthority => {
            let host = settings.public_url.host().map(|host| host.to_owned());
            let host = host.context("the public address has no host")?;
            let authority = Authority::of(data, &host, clock::timestamp())?;
            let (chain, key) = authority.leaf(&host, clock::timestamp())?;
            let config = config(chain.as_bytes(), key.as_bytes())?;
            let path = fs::canonicalize(data.path("ca.pem"))?.display().to_string();
            Ok(Security::Tls { config, authority: Some(path) })
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn config(chain: &[u8], key: &[u8]) -> Result<RustlsConfig> {
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_slice_iter(chain).collect();
    let key = PrivateKeyDer::from_pem_slice(key).context("there is no private key in PEM")?;
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let chain = chain.context("there is no certificate in PEM")?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(std::sync::Arc::new(config)))
}

/// The authority of a data folder.
struct Authority {
    certificate: String,
    key: KeyPair,
}

impl Authority {
    /// The authority that is there, or a new one for this host.
    fn of(data: &Folder, host: &Host<String>, now: Timestamp) -> Result<Self> {
        let [certificate, key] = ["ca.pem", "ca-key.pem"].map(|name| data.path(name));
        if certificate.exists() && key.exists() {
            let text = fs::read_to_string(&certificate)?;
            let key = KeyPair::from_pem(&data.secret("ca-key.pem")?);
            let key = key.context("`ca-key.pem` holds no key; remove it and `ca.pem`")?;
            return Ok(Self { certificate: text, key });
        }
        let key = KeyPair::generate()?;
        let mut params = params(host, (now, AUTHORITY))?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: names(host).into_iter().filter_map(subtree).collect(),
            excluded_subtrees: Vec::new(),
        });
        let text = params.self_signed(&key)?.pem();
        data.keep_secret("ca-key.pem", key.serialize_pem().as_bytes())?;
        data.keep_open("ca.pem", text.as_bytes())?;
        Ok(Self { certificate: text, key })
    }

    /// A new certificate with its chain, and its key, in PEM.
    fn leaf(&self, host: &Host<String>, now: Timestamp) -> Result<(String, String)> {
        let issuer = Issuer::new(params(host, (now, AUTHORITY))?, &self.key);
        let key = KeyPair::generate()?;
        let mut leaf = params(host, (now, LEAF))?;
        leaf.distinguished_name.push(DnType::CommonName, host.to_string());
        leaf.subject_alt_names = names(host);
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let certificate = leaf.signed_by(&key, &issuer)?.pem();
        Ok((format!("{certificate}{}", self.certificate), key.serialize_pem()))
    }
}

/// What the authority and its certificates have in common. The name of the authority must not
/// change, because certificates say by it who signed them.
fn params(host: &Host<String>, (now, days): (Timestamp, i32)) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Cardea at {host}"));
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (year, month, day) = parts(today.checked_sub(Span::new().days(1))?)?;
    params.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = parts(today.checked_add(Span::new().days(days))?)?;
    params.not_after = date_time_ymd(year, month, day);
    Ok(params)
}

/// A day as the certificates' library takes it.
fn parts(day: Date) -> Result<(i32, u8, u8)> {
    Ok((i32::from(day.year()), u8::try_from(day.month())?, u8::try_from(day.day())?))
}

/// The names that the server answers to.
fn names(host: &Host<String>) -> Vec<SanType> {
    let mut names = vec![
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    let hosts = [host.clone(), Host::Domain(String::from("localhost"))];
    for host in hosts {
        let name = match host {
            Host::Domain(name) => match name.try_into() {
                Ok(name) => SanType::DnsName(name),
                Err(_) => continue,
            },
            Host::Ipv4(address) => SanType::IpAddress(IpAddr::V4(address)),
            Host::Ipv6(address) => SanType::IpAddress(IpAddr::V6(address)),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library may come to know more names")]
fn subtree(name: SanType) -> Option<GeneralSubtree> {
    match name {
        SanType::DnsName(name) => Some(GeneralSubtree::DnsName(name.to_string())),
        SanType::IpAddress(address) => {
            let whole = if address.is_ipv4() { 32 } else { 128 };
            Some(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, whole)))
        }
        _ => None,
    }
}

/// The command by which this computer trusts the authority.
pub(super) fn command(path: &str) -> String {
    if cfg!(target_os = "macos") {
        format!("sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain '{path}'")
    } else if cfg!(windows) {
        format!("certutil -addstore -user Root \"{path}\"")
    } else {
        format!(
            "sudo install -m 644 '{path}' /usr/local/share/ca-certificates/cardea.crt && \
             sudo update-ca-certificates"
        )
    }
}
