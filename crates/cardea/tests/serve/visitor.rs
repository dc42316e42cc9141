//! A browser without scripts, and the application that it comes from.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

use crate::demo::Demo;
use crate::html::forms;
use crate::small::{APP, PASSWORD, Place, TENANT};

/// RFC 7636 Appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// No answer came: the server is gone, or was in the middle of something when it went.
#[derive(Debug)]
pub(crate) struct Gone(pub(crate) String);

impl From<reqwest::Error> for Gone {
    fn from(error: reqwest::Error) -> Self {
        Self(format!("{error:?}"))
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The path that answered; an application's own address, where it leads there.
    pub(crate) path: String,
    /// The page.
    pub(crate) body: String,
}

impl Answer {
    /// The code with which the browser goes back to the application.
    pub(crate) fn code(&self) -> Option<String> {
        let url = Url::parse(&self.path).ok()?;
        url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
    }
}

/// What the token endpoint said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tokens {
    /// A refresh token, with others.
    Refresh(String),
    /// A refusal: its word.
    Refused(String),
}

/// A browser of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    http: reqwest::Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// A new browser at a tenant.
    pub(crate) fn new(place: &Place) -> Self {
        let base = place.address();
        let port = Url::parse(&base).expect("an address").port().expect("a port");
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .resolve("localhost", ([127, 0, 0, 1], port).into())
            .build()
            .expect("a client");
        Self { http, base, cookies: BTreeMap::new() }
    }

    /// A new browser at the demo.
    pub(crate) fn at_demo(demo: &Demo) -> Self {
        let certificate = std::fs::read(&demo.ca_certificate).expect("a file");
        let certificate = reqwest::Certificate::from_pem(&certificate).expect("a certificate");
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .tls_certs_only([certificate])
            .build()
            .expect("a client");
        Self { http, base: demo.base_url.clone(), cookies: BTreeMap::new() }
    }

    /// Comes from the application and says who it is. With a session nothing is asked.
    pub(crate) async fn begin(&mut self, name: &str) -> Result<Answer, Gone> {
        let page = self.open_app().await?;
        self.submit(&page, "/signin", &[("username", &Place::upn(name))]).await
    }

    /// Comes from the application.
    pub(crate) async fn open_app(&mut self) -> Result<Answer, Gone> {
        let query = encoded(&[
            ("client_id", APP),
            ("redirect_uri", "http://localhost"),
            ("response_type", "code"),
            ("scope", "openid offline_access User.Read"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        self.get(&format!("/{TENANT}/oauth2/v2.0/authorize?{query}")).await
    }

    /// Types a password.
    pub(crate) async fn with_password(&mut self, password: &str) -> Result<Answer, Gone> {
        let page = self.get("/signin/password").await?;
        self.submit(&page, "/signin/password", &[("password", password)]).await
    }

    /// Types a pass.
    pub(crate) async fn with_pass(&mut self, pass: &str) -> Result<Answer, Gone> {
        let page = self.get("/signin/pass").await?;
        self.submit(&page, "/signin/pass", &[("pass", pass)]).await
    }

    /// Signs in with the password; the code for the application.
    pub(crate) async fn sign_in(&mut self, name: &str) -> Result<String, Gone> {
        self.begin(name).await?;
        let stay = self.with_password(PASSWORD).await?;
        assert_eq!(stay.path, "/signin/stay", "{}", stay.body);
        let back = self.submit(&stay, "/signin/stay", &[("choice", "no")]).await?;
        Ok(back.code().unwrap_or_else(|| panic!("no code: {back:?}")))
    }

    /// The application redeems a code.
    pub(crate) async fn redeem(&self, code: &str) -> Result<Tokens, Gone> {
        let grant = ("grant_type", "authorization_code");
        let address = ("redirect_uri", "http://localhost");
        self.token(&[grant, ("code", code), address, ("code_verifier", VERIFIER)]).await
    }

    /// The application exchanges a refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> Result<Tokens, Gone> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Tokens, Gone> {
        let json = self.endpoint("token", form).await?;
        Ok(match json["refresh_token"].as_str() {
            Some(token) => Tokens::Refresh(token.to_owned()),
            None => Tokens::Refused(json["error"].as_str().unwrap_or("no error").to_owned()),
        })
    }

    /// The application posts to an endpoint of the protocol; the JSON of the answer.
    pub(crate) async fn endpoint(&self, name: &str, form: &[(&str, &str)]) -> Result<Value, Gone> {
        let address = format!("{}/{TENANT}/oauth2/v2.0/{name}", self.base);
        let form: Vec<_> = form.iter().copied().chain([("client_id", APP)]).collect();
        Ok(self.http.post(address).form(&form).send().await?.json().await?)
    }

    /// What a bearer of a token is told; the status.
    pub(crate) async fn userinfo(&self, token: &str) -> Result<u16, Gone> {
        let request = self.http.get(format!("{}/oidc/userinfo", self.base)).bearer_auth(token);
        Ok(request.send().await?.status().as_u16())
    }

    /// The values of the cookies.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cookies.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Opens a page and goes where it leads.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer, Gone> {
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = self.send(request, path).await?;
        self.follow(answer).await
    }

    /// Fills in a form of a page and goes where it leads.
    pub(crate) async fn submit(
        &mut self,
        page: &Answer,
        action: &str,
        values: &[(&str, &str)],
    ) -> Result<Answer, Gone> {
        let form = forms(&page.body).into_iter().find(|form| form.action == action);
        let form = form.unwrap_or_else(|| panic!("no form for {action}: {page:?}"));
        let mut fields = form.fields;
        fields.retain(|(name, _)| values.iter().all(|(known, _)| known != name));
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = self.http.post(format!("{}{action}", self.base)).form(&fields);
        let answer = self.send(request.header(ORIGIN, &self.base), action).await?;
        self.follow(answer).await
    }

    /// The page to which an answer leads; an address of the application is one.
    async fn follow(&mut self, mut answer: (Answer, Option<String>)) -> Result<Answer, Gone> {
        for _ in 0..10 {
            let (page, Some(to)) = answer else { return Ok(answer.0) };
            if !to.starts_with('/') {
                return Ok(Answer { path: to, ..page });
            }
            let request = self.http.get(format!("{}{to}", self.base));
            answer = self.send(request, &to).await?;
        }
        panic!("the site leads in circles at {}", answer.0.path)
    }

    async fn send(
        &mut self,
        request: reqwest::RequestBuilder,
        path: &str,
    ) -> Result<(Answer, Option<String>), Gone> {
        let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let answer = request.header("cookie", cookies.join("; ")).send().await?;
        let status = answer.status();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().expect("text").split_once('=').expect("a cookie");
            let value = rest.split(';').next().expect("a value");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(LOCATION);
        let location = location.map(|it| it.to_str().expect("text").to_owned());
        let body = answer.text().await?;
        assert!(!status.is_server_error(), "{path}: {status}: {body}");
        Ok((Answer { status: status.as_u16(), path: path.to_owned(), body }, location))
    }
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
