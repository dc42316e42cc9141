//! The settings of a server: arguments, and a file for what is not among them.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use ipnet::IpNet;
use serde::Deserialize;
use url::{Host, Url};

use crate::arguments::HELP;

/// The file of settings in the data folder.
const FILE: &str = "cardea-serve.toml";

const EXAMPLES: &str = "\
Examples:
  cardea serve --demo          a company to try everything on, at https://localhost:8443
  cardea serve --data /var/lib/cardea --public-url https://id.example.com --listen [::]:443 \\
      --certificate chain.pem --key key.pem
  cardea serve --public-url https://id.example.com --trusted-proxy 127.0.0.1/32

Every setting but --data and --config can stand in the file, by the same name:
  public-url = \"https://id.example.com\"
  trusted-proxy = [\"10.0.0.0/8\"]

The key that seals secrets in the database is in the environment variable CARDEA_SEALING_KEY, in
--key-file, or in sealing.key of the data folder, where the first start makes it.";

/// Runs the tenant: people sign in, apps get tokens
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// The folder of the tenant; the first start makes it
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// More settings; without, cardea-serve.toml in the folder of the tenant
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
}

/// What an argument or the file can say.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Given {
    /// Where to listen [default: 127.0.0.1:8443]
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// The address that browsers see; passkeys are tied to it [default: https://localhost:PORT]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Fill an empty folder with a company to try everything on
    #[arg(long)]
    demo: bool,
    /// Speak HTTP without TLS, on addresses of this computer only
    #[arg(long)]
    http_on_loopback: bool,
    /// A PostgreSQL database instead of a file in the folder of the tenant
    #[arg(long, value_name = "postgres://…")]
    database: Option<String>,
    /// Networks of proxies whose word on addresses of clients is believed; can be repeated
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<String>,
    /// The server's certificate and those between it and its root, PEM; without, a local authority
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// The key that seals secrets in the database
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Roots that makers of authenticators sign with, PEM; without, no passkey proves its model
    #[arg(long, value_name = "FILE")]
    attestation_roots: Option<PathBuf>,
    /// Which country addresses are in: a database in MaxMind's format (.mmdb) of countries or cities;
    /// without, every country is unknown
    #[arg(long, value_name = "FILE")]
    countries: Option<PathBuf>,
    /// What a new tenant is called [default: the host of the public address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The domain of people's names in a new tenant [default: the host of the public address]
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// How many passwords are checked at a time [default: one for every two processors]
    #[arg(long, value_name = "N")]
    hashers: Option<usize>,
    /// How to write the log to standard error [default: text]
    #[arg(long, value_name = "FORMAT")]
    log: Option<LogFormat>,
    /// What to log: error, warn, info, debug, or by module as in tower=warn [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// Where to send traces, in the protocol of OpenTelemetry over HTTP
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LogFormat {
    Text,
    Json,
}

/// How browsers are spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// Without TLS, on this computer.
    Plain,
    /// With a certificate of the local authority.
    LocalAuthority,
    /// With a certificate from elsewhere.
    Certificate { certificate: PathBuf, key: PathBuf },
}

/// The settings of a run, complete and found possible.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) data: PathBuf,
    pub(super) listen: SocketAddr,
    pub(super) public_url: Url,
    pub(super) demo: bool,
    pub(super) transport: Transport,
    pub(super) database: Option<String>,
    pub(super) trusted_proxies: Vec<IpNet>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) attestation_roots: Option<PathBuf>,
    pub(super) countries: Option<PathBuf>,
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) hashers: usize,
    pub(super) log: LogFormat,
    pub(super) log_level: String,
    pub(super) otlp: Option<String>,
}

impl Settings {
    /// The settings of these arguments and of the file.
    ///
    /// # Errors
    /// The file cannot be read, or the settings do not go together.
    pub(super) fn of(arguments: &Arguments) -> Result<Self> {
        let file = read(arguments.config.as_deref(), &arguments.data)?;
        Self::complete(arguments.data.clone(), arguments.given.clone().over(file))
    }

    fn complete(data: PathBuf, given: Given) -> Result<Self> {
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8443");
        let listen = address(listen)?;
        let scheme = if given.http_on_loopback { "http" } else { "https" };
        let public_url = match given.public_url {
            Some(url) => url,
            None => format!("{scheme}://localhost:{}", listen.port()),
        };
        let public_url =
            Url::parse(&public_url).with_context(|| format!("`{public_url}` is no address"))?;
        let host = public_url.host().map(|host| host.to_owned());
        let host = host.with_context(|| format!("`{public_url}` has no host"))?;
        if public_url.scheme() != scheme {
            bail!(
                "the public address `{public_url}` does not begin with `{scheme}:`\n\
                 help: {}",
                if given.http_on_loopback {
                    "leave out --http-on-loopback, or give an address with http"
                } else {
                    "give an address with https; http is spoken with --http-on-loopback only"
                }
            );
        }
        if given.http_on_loopback && !(listen.ip().is_loopback() && is_loopback(&host)) {
            bail!(
                "--http-on-loopback is for addresses of this computer, and `{listen}` with \
                 `{public_url}` is not only that\n\
                 help: listen at 127.0.0.1 and let browsers go to http://localhost"
            );
        }
        let transport = match (given.http_on_loopback, given.certificate, given.key) {
            (true, None, None) => Transport::Plain,
            (false, Some(certificate), Some(key)) => Transport::Certificate { certificate, key },
            (false, None, None) => Transport::LocalAuthority,
            (true, _, _) => bail!("--http-on-loopback has no use for --certificate and --key"),
            (false, _, _) => bail!("--certificate and --key go together"),
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            data,
            listen,
            demo: given.demo,
            transport,
            database: given.database,
            trusted_proxies: networks(&given.trusted_proxy)?,
            key_file: given.key_file,
            attestation_roots: given.attestation_roots,
            countries: given.countries,
            name: given.name.unwrap_or_else(|| host.to_string()),
            domain: given.domain.unwrap_or_else(|| host.to_string()),
            hashers: given.hashers.unwrap_or(processors / 2).max(1),
            log: given.log.unwrap_or(LogFormat::Text),
            log_level: given.log_level.unwrap_or_else(|| String::from("info")),
            otlp: given.otlp,
            public_url,
        })
    }

    /// The public address without a slash at its end, as it is printed and kept.
    pub(super) fn address(&self) -> String {
        self.public_url.as_str().trim_end_matches('/').to_owned()
    }
}

impl Given {
    /// What is given here, and where nothing is, what is given there.
    fn over(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            demo: self.demo || other.demo,
            http_on_loopback: self.http_on_loopback || other.http_on_loopback,
            database: self.database.or(other.database),
            trusted_proxy: if self.trusted_proxy.is_empty() {
                other.trusted_proxy
            } else {
                self.trusted_proxy
            },
            certificate: self.certificate.or(other.certificate),
            key: self.key.or(other.key),
            key_file: self.key_file.or(other.key_file),
            attestation_roots: self.attestation_roots.or(other.attestation_roots),
            countries: self.countries.or(other.countries),
            name: self.name.or(other.name),
            domain: self.domain.or(other.domain),
            hashers: self.hashers.or(other.hashers),
            log: self.log.or(other.log),
            log_level: self.log_level.or(other.log_level),
            otlp: self.otlp.or(other.otlp),
        }
    }
}

fn networks(texts: &[String]) -> Result<Vec<IpNet>> {
    let parse = |text: &String| {
        text.parse().with_context(|| format!("`{text}` is no network\nhelp: as in 10.0.0.0/8"))
    };
    texts.iter().map(parse).collect()
}

/// A file of settings; nothing, where none is named and none is there.
fn read(named: Option<&Path>, data: &Path) -> Result<Given> {
    let path = named.map_or_else(|| data.join(FILE), Path::to_owned);
    let shown = path.display();
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => {
            return Ok(Given::default());
        }
        read => read.with_context(|| format!("cannot read `{shown}`"))?,
    };
    toml::from_str(&text).with_context(|| format!("`{shown}` has settings that cannot be used"))
}

/// An address to listen at; a name is looked up.
fn address(text: &str) -> Result<SocketAddr> {
    use std::net::ToSocketAddrs as _;
    let mut found = text.to_socket_addrs().with_context(|| {
        format!("`{text}` is no address to listen at\nhelp: as in 127.0.0.1:8443 or [::]:443")
    })?;
    found.next().with_context(|| format!("`{text}` is no address"))
}

fn is_loopback(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests;
