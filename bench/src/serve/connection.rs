//! HTTP/1.1 over TLS on one connection that is kept: as little of it as the tenant's answers need, so
//! that the driver takes little of the processors that it shares with the server.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// How long an answer may take. Under a flood somebody waits, and nobody waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);
/// No page and no answer of the tenant is longer.
const LONGEST: usize = 1 << 20;

/// Where the tenant listens, and whom to believe that it is the tenant.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// `https://localhost:PORT`.
    pub(crate) base: String,
    port: u16,
    config: Arc<ClientConfig>,
}

impl Address {
    /// The tenant at this port, whose certificate this authority has signed.
    pub(crate) fn new(port: u16, authority: &Path) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(authority)? {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { base: format!("https://localhost:{port}"), port, config: Arc::new(config) })
    }

    /// Connects. Names of the machine are not looked up.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from("localhost")?;
        let session = ClientConnection::new(Arc::clone(&self.config), name)?;
        let host = format!("localhost:{}", self.port);
        Ok(Connection {
            stream: StreamOwned::new(session, stream),
            host,
            origin: self.base.clone(),
        })
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What was asked for: the path with its query.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The first header of a name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// All headers of a name in small letters.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Itself, if this is its status.
    pub(crate) fn expect(self, status: u16) -> Result<Self> {
        ensure!(self.status == status, "{} answered {}: {}", self.path, self.status, self.body);
        Ok(self)
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: StreamOwned<ClientConnection, TcpStream>,
    host: String,
    origin: String,
}

impl Connection {
    /// Gets a path.
    pub(crate) fn get(&mut self, path: &str, cookies: &str) -> Result<Answer> {
        self.ask("GET", path, cookies, None)
    }

    /// Posts a form as a page of the tenant does.
    pub(crate) fn post(&mut self, path: &str, cookies: &str, form: &str) -> Result<Answer> {
        self.ask("POST", path, cookies, Some(form))
    }

    fn ask(&mut self, verb: &str, path: &str, cookies: &str, form: Option<&str>) -> Result<Answer> {
        let mut request = format!(
            "{verb} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)\r\n",
            self.host
        );
        if !cookies.is_empty() {
            write!(request, "cookie: {cookies}\r\n")?;
        }
        if let Some(form) = form {
            write!(
                request,
                "origin: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
                self.origin,
                form.len()
            )?;
        }
        request += "\r\n";
        request += form.unwrap_or_default();
        self.stream.write_all(request.as_bytes())?;
        self.stream.flush()?;
        self.answer(path).with_context(|| format!("{verb} {path}"))
    }

    fn answer(&mut self, path: &str) -> Result<Answer> {
        let mut read = Vec::with_capacity(16 << 10);
        let end = loop {
            if let Some(at) = read.windows(4).position(|it| it == b"\r\n\r\n") {
                break at;
            }
            self.more(&mut read)?;
        };
        let head = std::str::from_utf8(&read[..end])?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?;
        let status = status.parse()?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length: usize = length.context("an answer of unknown length")?.1.parse()?;
        ensure!(length <= LONGEST, "an answer of {length} bytes");
        let all = end + 4 + length;
        while read.len() < all {
            self.more(&mut read)?;
        }
        ensure!(read.len() == all, "an answer that nobody asked for");
        let body = String::from_utf8(read.split_off(end + 4))?;
        Ok(Answer { status, path: path.to_owned(), headers, body })
    }

    fn more(&mut self, read: &mut Vec<u8>) -> Result<()> {
        let mut part = [0; 16 << 10];
        match self.stream.read(&mut part)? {
            0 => bail!("the server has closed the connection"),
            count => read.extend_from_slice(&part[..count]),
        }
        ensure!(read.len() <= 2 * LONGEST, "an answer without an end");
        Ok(())
    }
}

/// Pairs as a form, or as the query of an address.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
