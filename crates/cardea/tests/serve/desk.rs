//! Somebody at a browser with the demo before them: what they do there, a line each.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::browser::{Browser, Scripts, Trust};
use crate::database::Database;
use crate::demo::{App, Person};
use crate::server::Server;

/// A computer. Chromium itself runs on Linux here, where Entra never invites anybody.
pub(crate) const WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140";
/// A phone.
pub(crate) const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140 Mobile";

/// Somebody at a browser with a tenant before them.
pub(crate) struct Desk {
    pub(crate) server: Server,
    pub(crate) browser: Browser,
}

/// What is done at the browser is done at the desk.
impl Deref for Desk {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Desk {
    /// At the demo, with a browser that runs scripts or does not.
    pub(crate) async fn new(scripts: Scripts) -> Self {
        Self::at(scripts, &[]).await
    }

    /// As [`Self::new`], with more arguments for the server.
    pub(crate) async fn at(scripts: Scripts, arguments: &[&str]) -> Self {
        let server = Server::start_with(Database::Sqlite, arguments).await;
        let server = server.unwrap_or_else(|it| panic!("{it}"));
        let browser = Self::another_browser(&server, scripts).await;
        Self { server, browser }
    }

    /// A browser of somebody else, or another one of the same person.
    pub(crate) async fn another_browser(server: &Server, scripts: Scripts) -> Browser {
        Browser::start(Trust::Authority(server.demo.ca_certificate.clone()), scripts).await
    }

    pub(crate) fn person(&self, upn: &str) -> &Person {
        self.server.demo.person(&format!("{upn}@fernmoorwater.example"))
    }

    pub(crate) fn app(&self, name: &str) -> &App {
        self.server.demo.apps.iter().find(|it| it.name == name).unwrap()
    }

    /// From now on the browser says that it is another one, as on a phone.
    pub(crate) async fn call_itself(&self, user_agent: &str) {
        self.browser
            .chromium("Emulation.setUserAgentOverride", json!({ "userAgent": user_agent }))
            .await;
    }

    /// From now on the requests come through a proxy from an address. The server has to trust the proxy, which is
    /// this computer.
    pub(crate) async fn comes_from(&self, address: &str) {
        self.browser.chromium("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "x-forwarded-for": address } });
        self.browser.chromium("Network.setExtraHTTPHeaders", headers).await;
    }

    /// Opens an app, which sends the browser here with a request of its own.
    pub(crate) async fn open_app(&self, name: &str) {
        self.open_app_with(name, "").await;
    }

    /// As [`Self::open_app`], with more parameters.
    pub(crate) async fn open_app_with(&self, name: &str, more: &str) {
        let (demo, app) = (&self.server.demo, self.app(name));
        let address = format!(
            "{}/{}/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri={}&scope=openid%20profile\
             &state=here&nonce=once&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256{more}",
            demo.base_url, demo.tenant_id, app.client_id, app.redirect_uris[0]
        );
        // Nobody listens where apps would, and an answer that is given at once leads there.
        if let Err(error) = self.browser.open(&address).await {
            assert!(error.contains("ERR_CONNECTION_REFUSED"), "{error}");
        }
    }

    pub(crate) async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.server.demo.base_url)).await.unwrap();
    }

    /// Waits until the browser is back at the app with a code.
    pub(crate) async fn is_in(&self, app: &str) {
        let uri = self.app(app).redirect_uris[0].clone();
        self.comes_to(&uri).await;
        let address = self.at_address().await;
        assert!(address.contains("code="), "{address}");
    }

    pub(crate) async fn name(&self, person: &Person) {
        self.fill("input[name=username]", &person.upn).await;
        self.press("main form:has(input[name=username]) button[type=submit]").await;
        self.comes_to("/signin/passkey").await;
    }

    pub(crate) async fn with_pass(&self, person: &Person) {
        self.open("/signin/pass").await;
        self.fill("input[name=pass]", person.pass.as_deref().unwrap()).await;
        self.press("main form:has(input[name=pass]) button[type=submit]").await;
    }

    /// Types the password and then the code of the app. A code works once, so nobody does this twice in a half minute.
    pub(crate) async fn with_password_and_code(&self, person: &Person) {
        self.open("/signin/password").await;
        self.fill("input[name=password]", person.password.as_deref().unwrap()).await;
        self.press("main form:has(input[name=password]) button[type=submit]").await;
        self.comes_to("/signin/code").await;
        self.fill("input[name=code]", &code(person.totp.as_deref().unwrap())).await;
        self.press("main form:has(input[name=code]) button[type=submit]").await;
    }

    /// Goes on to the app, without being remembered.
    pub(crate) async fn goes_on_to(&self, app: &str) {
        self.comes_to("/signin/stay").await;
        self.press("button[name=choice][value=no]").await;
        self.is_in(app).await;
    }

    pub(crate) async fn sign_out(&self) {
        self.open("/signout").await;
        self.press("main form button").await;
        self.there("main p.row a[href='/signin']").await;
    }

    /// Makes the passkey that the page is about.
    pub(crate) async fn makes_the_passkey(&self) {
        self.comes_to("/register/passkey").await;
        self.press("#passkey-start").await;
        self.comes_to("/register/done").await;
    }

    /// As [`Server::change`].
    pub(crate) fn change(&self, change: impl FnOnce(&Path)) {
        self.server.change(change);
    }

    /// As [`Server::change_although`].
    pub(crate) fn change_although(&self, rules: &[&str], change: impl FnOnce(&Path)) {
        self.server.change_although(rules, change);
    }

    /// As [`Server::move_to`].
    pub(crate) fn move_to(&self, person: &Person, groups: (&str, &str)) {
        self.server.move_to(person, groups);
    }

    /// The help desk issues a pass; its text.
    pub(crate) fn pass(&self, person: &Person, arguments: &[&str]) -> String {
        let command = [&["pass", "issue", &person.upn, "--json"], arguments].concat();
        let issued: Value = serde_json::from_str(&self.server.command(&command)).unwrap();
        issued["pass"].as_str().unwrap().to_owned()
    }
}

/// Changes the one object of an export whose path begins so.
pub(crate) fn edit(export: &Path, prefix: &str, change: impl FnOnce(&mut Value)) {
    let (folder, name) = prefix.split_once('/').unwrap();
    let files = fs::read_dir(export.join(folder)).unwrap().map(|it| it.unwrap().path());
    let is_it =
        |path: &PathBuf| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with(name));
    let files: Vec<PathBuf> = files.filter(is_it).collect();
    let [path] = files.as_slice() else { panic!("{prefix}: {files:?}") };
    let mut value: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// The code that an app with this seed, in base 32, shows now.
#[expect(clippy::disallowed_methods, reason = "codes are made of the clock that the server has")]
pub(crate) fn code(seed: &str) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let app = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(seed).unwrap());
    app.build().unwrap().generate(seconds).to_string()
}
