//! Somebody at a browser: cookies, forms, redirects. And the application that sent them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use url::Url;

use super::connection::{Answer, Connection, encoded};
use super::html::{Form, forms};
use super::passkey::Passkey;

/// RFC 7636 Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where the application on this device waits for the answer.
const REDIRECT: &str = "http://localhost";

/// An application on a device, without a secret.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// The tenant's id.
    pub(crate) tenant: String,
    /// The client id.
    pub(crate) client: String,
    /// How its tokens are signed.
    pub(crate) algorithm: &'static str,
}

/// What an application got.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    /// Works once.
    pub(crate) refresh: String,
    /// How many signed tokens the answer holds.
    pub(crate) signatures: usize,
}

/// The cookies of a browser; new at first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Gets a page and goes where it leads.
    pub(crate) fn open(&mut self, connection: &mut Connection, path: &str) -> Result<Answer> {
        let answer = connection.get(path, &self.cookies())?;
        self.follow(connection, answer)
    }

    /// Fills in the form of a page and goes where it leads.
    pub(crate) fn submit(
        &mut self,
        connection: &mut Connection,
        page: &Answer,
        (action, values): (&str, &[(&str, &str)]),
    ) -> Result<Answer> {
        let form = filled(&form(page, action)?, values);
        self.post(connection, action, &form)
    }

    /// Posts what was filled in before and goes where it leads.
    pub(crate) fn post(
        &mut self,
        connection: &mut Connection,
        action: &str,
        form: &str,
    ) -> Result<Answer> {
        let answer = connection.post(action, &self.cookies(), form)?;
        self.follow(connection, answer)
    }

    /// The page to which an answer leads; where that is not this site, the redirect itself.
    fn follow(&mut self, connection: &mut Connection, mut answer: Answer) -> Result<Answer> {
        for _ in 0..10 {
            for cookie in answer.headers("set-cookie") {
                let (name, rest) = cookie.split_once('=').context("a cookie without a name")?;
                let value = rest.split(';').next().unwrap_or_default();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let to = answer.header("location").filter(|to| to.starts_with('/'));
            let Some(to) = to.map(str::to_owned) else { return Ok(answer) };
            answer = connection.get(&to, &self.cookies())?;
        }
        bail!("the site leads in circles at {}", answer.path)
    }

    fn cookies(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Comes from an application to the page that asks for a name.
    pub(crate) fn begin(&mut self, connection: &mut Connection, app: &App) -> Result<Answer> {
        let query = encoded(&[
            ("client_id", &app.client),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid profile offline_access User.Read"),
            ("state", "here"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let path = format!("/{}/oauth2/v2.0/authorize?{query}", app.tenant);
        self.open(connection, &path)?.expect(200)
    }
}

/// A whole code flow of a browser without cookies: authorize, a passkey out of the field for the
/// name, "stay signed in?" with no, the code, the tokens.
pub(crate) fn sign_in(connection: &mut Connection, app: &App, passkey: &Passkey) -> Result<Tokens> {
    let mut browser = Browser::default();
    let page = browser.begin(connection, app)?;
    let credential = passkey.answer(&options(&page)?)?;
    let values = [("credential", credential.as_str())];
    let page = browser.submit(connection, &page, ("/signin/passkey", &values))?.expect(200)?;
    let back = browser.submit(connection, &page, ("/signin/stay", &[("choice", "no")]))?;
    let code = code(&back)?;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &app.client),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    tokens(connection, app, &form)
}

/// Exchanges a refresh token for the next.
pub(crate) fn refresh(connection: &mut Connection, app: &App, token: &str) -> Result<Tokens> {
    let grant = ("grant_type", "refresh_token");
    tokens(connection, app, &[grant, ("client_id", &app.client), ("refresh_token", token)])
}

/// Makes a passkey on the Security info page, to which a pass opens the way.
pub(crate) fn register(
    connection: &mut Connection,
    passkey: &mut Passkey,
    (upn, pass): (&str, &str),
) -> Result<()> {
    let mut browser = Browser::default();
    let page = browser.open(connection, "/security-info")?.expect(200)?;
    browser.submit(connection, &page, ("/signin", &[("username", upn)]))?.expect(200)?;
    let page = browser.open(connection, "/signin/pass")?.expect(200)?;
    let page = browser.submit(connection, &page, ("/signin/pass", &[("pass", pass)]))?;
    let choice = [("kind", "passkey-here")];
    let page = browser.submit(connection, &page.expect(200)?, ("/register", &choice))?;
    let credential = passkey.make(&options(&page)?)?;
    let values = [("credential", credential.as_str()), ("nickname", "Bench")];
    let done = browser.submit(connection, &page, ("/register/passkey", &values))?.expect(200)?;
    ensure!(done.path.starts_with("/register/done"), "no passkey was made: {done:?}");
    Ok(())
}

fn tokens(connection: &mut Connection, app: &App, form: &[(&str, &str)]) -> Result<Tokens> {
    let path = format!("/{}/oauth2/v2.0/token", app.tenant);
    let answer = connection.post(&path, "", &encoded(form))?.expect(200)?;
    let json: Value = serde_json::from_str(&answer.body)?;
    let refresh = json["refresh_token"].as_str().context("no refresh token")?.to_owned();
    let signed: Vec<_> =
        ["access_token", "id_token"].iter().filter_map(|it| json[it].as_str()).collect();
    ensure!(!signed.is_empty(), "no token is signed");
    for token in &signed {
        let algorithm = algorithm(token)?;
        ensure!(algorithm == app.algorithm, "signed with {algorithm}, not {}", app.algorithm);
    }
    Ok(Tokens { refresh, signatures: signed.len() })
}

/// What the header of a token says that it is signed with (RFC 7515 section 4.1.1).
pub(crate) fn algorithm(token: &str) -> Result<String> {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap_or_default();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header)?;
    let header: Value = serde_json::from_slice(&header)?;
    Ok(header["alg"].as_str().context("a token without an algorithm")?.to_owned())
}

/// The form of a page that goes there.
pub(crate) fn form(page: &Answer, action: &str) -> Result<Form> {
    let found = forms(&page.body).into_iter().find(|form| form.action == action);
    found.with_context(|| format!("no form for {action} at {}:\n{}", page.path, page.body))
}

/// What a form sends with these values.
pub(crate) fn filled(form: &Form, values: &[(&str, &str)]) -> String {
    let kept = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let kept = kept.filter(|(name, _)| values.iter().all(|(known, _)| known != name));
    encoded(&kept.chain(values.iter().copied()).collect::<Vec<_>>())
}

/// The options of the ceremony on a page.
fn options(page: &Answer) -> Result<String> {
    let found = forms(&page.body).into_iter().find_map(|form| form.attribute("data-options"));
    found.with_context(|| format!("no ceremony at {}:\n{}", page.path, page.body))
}

/// The code with which a browser goes back to the application.
fn code(back: &Answer) -> Result<String> {
    let to = back.header("location").with_context(|| format!("no way back: {back:?}"))?;
    let url = Url::parse(to)?;
    let code = url.query_pairs().find(|(name, _)| name == "code");
    Ok(code.with_context(|| format!("no code: {to}"))?.1.into_owned())
}
