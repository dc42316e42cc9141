//! Chromium, driven by its `ChromeDriver`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use axum::http::Method;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use crate::child::{Running, finish};

pub(crate) mod axe;
mod hands;
pub(crate) mod keys;
pub(crate) mod look;
pub(crate) mod passkeys;

/// Without a sandbox, because tests may run as root, and without the calls home that Chromium makes by itself.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
];

/// Whose certificates the browser believes, besides those that Debian believes.
#[derive(Debug, Clone)]
pub(crate) enum Trust {
    /// Nobody's.
    Nobody,
    /// Those of the authority whose certificate is in the file.
    Authority(PathBuf),
}

/// Whether pages may run scripts. The driver's own scripts run in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// They may.
    On,
    /// As with people who have switched them off.
    Off,
}

/// A browser with a profile of its own.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The page and everything that can be done with it.
    pub(crate) page: Client,
    port: u16,
    session: String,
    // Dropped in this order: the driver ends before its files go.
    _driver: Running,
    _home: TempDir,
}

impl Browser {
    /// Starts a browser.
    pub(crate) async fn start(trust: Trust, scripts: Scripts) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        Self::at(home, trust, scripts, &[]).await
    }

    /// Starts a browser with an extension. `install` is told where the browser keeps its data, and says where the
    /// extension is.
    pub(crate) async fn with_extension(
        trust: Trust,
        install: impl FnOnce(&Path) -> PathBuf,
    ) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let extension = install(&home.path().join("profile"));
        let load = format!("--load-extension={}", extension.display());
        // Chrome, but not Chromium, has switched the other flag off by a feature.
        let features = "--disable-features=DisableLoadExtensionCommandLineSwitch".to_owned();
        Self::at(home, trust, Scripts::On, &[load, features]).await
    }

    async fn at(home: TempDir, trust: Trust, scripts: Scripts, more: &[String]) -> Self {
        if let Trust::Authority(certificate) = trust {
            believe(home.path(), &certificate);
        }
        let mut driver = Command::new("chromedriver");
        driver
            .arg("--port=0")
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut driver = Running::start(&mut driver, "-TERM");
        let said = driver.said("was started successfully on port").expect("ChromeDriver starts");
        let port = said.trim_end_matches('.').rsplit(' ').next().and_then(|it| it.parse().ok());
        let port: u16 = port.expect("ChromeDriver says its port");
        let mut builder = ClientBuilder::rustls().expect("a TLS library");
        builder.capabilities(capabilities(home.path(), scripts, more));
        let page = builder.connect(&format!("http://127.0.0.1:{port}")).await;
        let page = page.expect("Chromium starts");
        let session = page.session_id().await.expect("a session").expect("a session");
        Self { page, port, session, _driver: driver, _home: home }
    }

    /// Goes to an address; an error where the browser does not show the page, as with a certificate that it does
    /// not believe.
    pub(crate) async fn open(&self, address: &str) -> Result<(), String> {
        self.page.goto(address).await.map_err(|error| error.to_string())?;
        // ChromeDriver takes Chromium's own page about a bad certificate for a success.
        let shown = self.script("return [document.URL, document.body.textContent]").await;
        let [url, text] = [0, 1].map(|it| shown[it].as_str().unwrap_or_default());
        if url.starts_with("chrome-error:") { Err(text.to_owned()) } else { Ok(()) }
    }

    /// Runs a script, the body of a function, on the page.
    pub(crate) async fn script(&self, body: &str) -> Value {
        self.page.execute(body, Vec::new()).await.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// Runs a script that evaluates to a promise, and waits for what it is resolved or rejected with.
    pub(crate) async fn promise(&self, expression: &str) -> Result<Value, String> {
        let body = format!(
            "const done = arguments[0]; Promise.resolve({expression})
                .then(value => done({{ value }}), error => done({{ error: String(error) }}));"
        );
        let told = self.page.execute_async(&body, Vec::new()).await.expect("the script runs");
        match told.get("error").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => Ok(told["value"].clone()),
        }
    }

    /// A command of Chromium's own protocol.
    pub(crate) async fn chromium(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.wire(Method::POST, "goog/cdp/execute", Some(body)).await
    }

    /// A command of `WebDriver` that the client library has no words for.
    async fn wire(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let wire = Wire { method, path: path.to_owned(), body };
        self.page.issue_cmd(wire).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Drop for Browser {
    /// Ends the session, with which Chromium ends; the driver alone would leave it running.
    fn drop(&mut self) {
        let Ok(mut driver) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.session, self.port
        );
        let _ = driver.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = driver.write_all(request.as_bytes());
        let _ = driver.read(&mut [0; 1024]);
    }
}

/// One command on the wire, relative to the session.
#[derive(Debug)]
struct Wire {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Wire {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}

fn capabilities(home: &Path, scripts: Scripts, more: &[String]) -> Capabilities {
    let mut flags: Vec<String> = FLAGS.iter().map(|it| (*it).to_owned()).collect();
    flags.push(format!("--user-data-dir={}", home.join("profile").display()));
    flags.extend_from_slice(more);
    let scripts = match scripts {
        Scripts::On => 1,
        Scripts::Off => 2,
    };
    let preferences = json!({ "profile.managed_default_content_settings.javascript": scripts });
    let capabilities = json!({
        "goog:chromeOptions": { "args": flags, "prefs": preferences },
        "webauthn:virtualAuthenticators": true,
    });
    capabilities.as_object().cloned().unwrap_or_default()
}

/// Puts an authority into the database in which Chromium looks for those of its user.
fn believe(home: &Path, certificate: &Path) {
    let folder = home.join(".pki/nssdb");
    fs::create_dir_all(&folder).expect("a folder");
    let database = format!("sql:{}", folder.display());
    let certificate = certificate.to_str().expect("a path that is text");
    let add = ["-A", "-d", &database, "-n", "authority", "-t", "C,,", "-i", certificate];
    for arguments in [&["-N", "-d", &database, "--empty-password"][..], &add] {
        let output = finish(Command::new("certutil").args(arguments), Duration::from_secs(30));
        let output =
            output.unwrap_or_else(|error| panic!("{error}; `apt-get install libnss3-tools`"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "certutil failed: {complaint}");
    }
}
