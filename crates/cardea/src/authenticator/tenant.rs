//! A tenant over HTTPS, as the app sees it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use cardea_authenticator::Platform;
use cardea_authenticator::client::{Framing, Origin, Page};
use cardea_web::authenticator::{
    self as wire, Begin, Begun, Certificates, Hidden, Passkeys, Problem, Refusal, State,
};
use reqwest::{Certificate, Client, Method, RequestBuilder, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use url::Url;
use zeroize::Zeroizing;

/// The longest answer that is read. A list of passkeys has a few KiB.
const LONGEST: usize = 256 * 1024;

/// How much of certificates is kept with a passkey. One has two KiB at most.
const LONGEST_ROOTS: usize = 16 * 1024;

/// How a tenant is reached.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Reach {
    /// A certificate to believe besides the system's, as `cardea serve` says where it is; it is kept
    /// with the passkey
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
}

impl Reach {
    /// The certificates that are believed besides the system's, in PEM: those of the file that was named, or else those
    /// that were kept with the passkey.
    ///
    /// # Errors
    /// The file cannot be read, has no certificate in it, or is too long to be kept.
    pub(super) fn roots(&self, kept: Option<&str>) -> Result<Option<String>> {
        let Some(path) = &self.ca else { return Ok(kept.map(str::to_owned)) };
        let shown = path.display();
        let pem =
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
        if certificates(&pem).with_context(|| format!("`{shown}`"))?.is_empty() {
            bail!("`{shown}` has no certificate in it");
        }
        if pem.len() > LONGEST_ROOTS {
            bail!(
                "`{shown}` has more certificates than are kept with a passkey\n\
                 help: name a file with the one that has certified the tenant"
            );
        }
        Ok(Some(pem))
    }
}

/// What comes of a request: the answer, or why the tenant refuses.
pub(super) type Outcome<T> = Result<T, Problem>;

/// A tenant, and the sign-in that the app has there.
pub(super) struct Tenant {
    runtime: Runtime,
    client: Client,
    address: Url,
    handle: Option<Hidden>,
}

impl Tenant {
    /// A tenant at an address, for an app on a platform, which believes these certificates besides the system's. Nothing is
    /// sent yet.
    ///
    /// # Errors
    /// The address is none of a tenant, or the certificates cannot be read.
    pub(super) fn at(address: &str, platform: Platform, roots: Option<&str>) -> Result<Self> {
        let address = parsed(address)?;
        let mut client = Client::builder()
            .user_agent(wire::user_agent(env!("CARGO_PKG_VERSION"), word(platform)))
            .https_only(true)
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30));
        if let Some(pem) = roots {
            client = client.tls_certs_merge(certificates(pem)?);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = client.build().context("this program cannot speak TLS")?;
        Ok(Self { runtime, client, address, handle: None })
    }

    /// The address, as it is kept and shown.
    pub(super) fn address(&self) -> String {
        self.address.origin().ascii_serialization()
    }

    /// The page as which the app does ceremonies: the tenant's own.
    ///
    /// # Errors
    /// The address is one that cannot have passkeys.
    pub(super) fn page(&self) -> Result<Page> {
        Ok(Page { origin: Origin::parse(&self.address())?, framing: Framing::Own })
    }

    /// The handle of the sign-in.
    pub(super) fn handle(&self) -> Option<&Hidden> {
        self.handle.as_ref()
    }

    /// Begins a sign-in. `before` is the handle of one that came to a wall.
    ///
    /// # Errors
    /// The tenant cannot be reached.
    pub(super) fn begin(
        &mut self,
        username: &str,
        before: Option<Hidden>,
    ) -> Result<Outcome<State>> {
        self.handle = before;
        let begin = Begin { username: username.to_owned() };
        let begun: Begun = match self.post(wire::SIGN_INS, &begin)? {
            Ok(begun) => begun,
            Err(problem) => return Ok(Err(problem)),
        };
        self.handle = Some(begun.handle);
        Ok(Ok(begun.state))
    }

    /// Sends something, and reads what comes back.
    ///
    /// # Errors
    /// The tenant cannot be reached, or answers otherwise than tenants do.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Outcome<T>> {
        self.ask(Method::POST, path, body)?.map_or_else(|it| Ok(Err(it)), |it| Ok(Ok(read(&it)?)))
    }

    /// As [`Self::post`], where nothing comes back.
    ///
    /// # Errors
    /// As for [`Self::post`].
    pub(super) fn change(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Outcome<()>> {
        Ok(self.ask(method, path, body)?.map(drop))
    }

    /// The passkeys that the tenant knows.
    ///
    /// # Errors
    /// As for [`Self::post`].
    pub(super) fn passkeys(&self) -> Result<Outcome<Passkeys>> {
        let answer = self.send(self.request(Method::GET, wire::PASSKEYS)?)?;
        answer.map_or_else(|it| Ok(Err(it)), |it| Ok(Ok(read(&it)?)))
    }

    /// A certificate for a key of this installation.
    ///
    /// # Errors
    /// As for [`Self::post`].
    pub(super) fn certify(&self, request: &[u8]) -> Result<Outcome<Vec<Vec<u8>>>> {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
        let request = wire::CertificateRequest { request: BASE64.encode(request) };
        let certificates: Certificates = match self.post(wire::ATTESTATION, &request)? {
            Ok(certificates) => certificates,
            Err(problem) => return Ok(Err(problem)),
        };
        let chain: Result<Vec<_>, _> =
            certificates.chain.iter().map(|it| BASE64.decode(it)).collect();
        Ok(Ok(chain.map_err(|_| strange(&self.address))?))
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Outcome<Zeroizing<Vec<u8>>>> {
        self.send(self.request(method, path)?.json(body))
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        let request = self.client.request(method, self.address.join(path)?);
        Ok(match &self.handle {
            Some(handle) => request.bearer_auth(handle.expose()),
            None => request,
        })
    }

    /// The body of an answer, or why the tenant refuses.
    fn send(&self, request: RequestBuilder) -> Result<Outcome<Zeroizing<Vec<u8>>>> {
        self.runtime.block_on(async {
            let answer = request.send().await.map_err(|error| self.unreachable(error))?;
            let (status, mut answer) = (answer.status(), answer);
            let mut body = Zeroizing::new(Vec::new());
            while let Some(part) = answer.chunk().await.map_err(|error| self.unreachable(error))? {
                if body.len().saturating_add(part.len()) > LONGEST {
                    return Err(strange(&self.address));
                }
                body.extend_from_slice(&part);
            }
            if status.is_success() {
                return Ok(Ok(body));
            }
            let refusal = serde_json::from_slice::<Refusal>(&body);
            match refusal {
                Ok(refusal) => Ok(Err(refusal.error)),
                Err(_) => Err(strange(&self.address).context(format!("the answer was {status}"))),
            }
        })
    }

    fn unreachable(&self, error: reqwest::Error) -> anyhow::Error {
        // What went wrong, with TLS for instance, is at the end of the chain.
        let error = anyhow!(error.without_url());
        anyhow!(
            "{} cannot be reached: {}\n\
             help: check the address, and where the tenant has a certificate of its own, name it with --ca",
            self.address(),
            error.root_cause()
        )
    }
}

/// An address: https with a name, and nothing behind it that matters.
fn parsed(text: &str) -> Result<Url> {
    let url = Url::parse(text).or_else(|_| Url::parse(&format!("https://{text}")));
    let url = url.with_context(|| format!("`{text}` is no address"))?;
    if url.scheme() != "https" || url.host_str().is_none() || !url.username().is_empty() {
        bail!("`{text}` is no address of a tenant; it looks like https://id.contoso.example");
    }
    url.join("/").with_context(|| format!("`{text}` is no address"))
}

fn certificates(pem: &str) -> Result<Vec<Certificate>> {
    Certificate::from_pem_bundle(pem.as_bytes()).context("these are no certificates")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body)
        .context("the tenant's answer is of a kind that this version does not know")
}

fn strange(address: &Url) -> anyhow::Error {
    anyhow!(
        "{} does not answer as a tenant of Cardea does\nhelp: check the address",
        address.origin().ascii_serialization()
    )
}

/// The word of a platform in what the app calls itself.
const fn word(platform: Platform) -> &'static str {
    match platform {
        Platform::Android => "Android",
        Platform::Ios => "iPhone",
        Platform::Desktop if cfg!(target_os = "macos") => "Macintosh",
        Platform::Desktop if cfg!(windows) => "Windows NT",
        Platform::Desktop => "Linux",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_with_a_name() {
        let read = |text: &str| parsed(text).map(|it| it.to_string()).ok();
        assert_eq!(read("https://id.contoso.example"), Some("https://id.contoso.example/".into()));
        assert_eq!(read("id.contoso.example"), Some("https://id.contoso.example/".into()));
        assert_eq!(
            read("https://id.contoso.example:8443/signin?x#y"),
            Some("https://id.contoso.example:8443/".into())
        );
        for text in
            ["http://id.contoso.example", "https://kim@id.contoso.example", "", "file:///etc"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
