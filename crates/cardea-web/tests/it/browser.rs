//! A browser: cookies, forms, redirects; and an application's own requests beside it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::app::{App, encoded};
use crate::html::{Form, forms, unescaped};
use crate::passkey::Passkey;
use crate::site::Site;
use crate::tenant::TENANT;

pub(crate) const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edge/140";
pub(crate) const ANDROID: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile";

/// An answer of the tenant.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The path that answered, with its query.
    pub(crate) path: String,
}

impl Answer {
    /// Where the answer sends the browser.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).map(|it| it.to_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|it| it.to_str().unwrap()).unwrap_or_default()
    }

    /// The cookies that are set, as they are set.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let all = self.headers.get_all(SET_COOKIE).iter();
        all.map(|it| it.to_str().unwrap().to_owned()).collect()
    }

    /// The page's heading.
    pub(crate) fn heading(&self) -> String {
        let start = self.body.split("<h1").nth(1).unwrap_or_default();
        let text = start.split_once('>').unwrap_or_default().1;
        unescaped(text.split("</h1>").next().unwrap_or_default())
    }

    /// Whether the page has this text.
    pub(crate) fn says(&self, text: &str) -> bool {
        unescaped(&self.body).contains(text)
    }

    pub(crate) fn forms(&self) -> Vec<Form> {
        forms(&self.body)
    }

    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form for {action} at {}:\n{}", self.path, self.body))
    }

    /// The options of the ceremony on the page.
    #[track_caller]
    pub(crate) fn options(&self) -> String {
        let form = self.forms().into_iter().find_map(|form| form.attribute("data-options"));
        form.unwrap_or_else(|| panic!("no ceremony at {}:\n{}", self.path, self.body))
    }

    /// What the page tells the browser about passkeys.
    pub(crate) fn signals(&self) -> Vec<Value> {
        let parts = self.body.split("data-signal=\"").skip(1);
        let texts = parts.filter_map(|part| part.split('"').next());
        texts.map(|text| serde_json::from_str(&unescaped(text)).unwrap()).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The number of an error of the protocol, and its word.
    pub(crate) fn error(&self) -> (u64, String) {
        let json = self.json();
        let number = json["error_codes"][0].as_u64().unwrap_or_else(|| panic!("{json}"));
        (number, json["error"].as_str().unwrap().to_owned())
    }

    /// The parameters with which the browser goes back to an application.
    #[track_caller]
    pub(crate) fn returned(&self) -> BTreeMap<String, String> {
        let location = self.location().unwrap_or_else(|| panic!("no redirect: {self:?}"));
        let url = url::Url::parse(location).unwrap_or_else(|_| panic!("stays here: {location}"));
        url.query_pairs().into_owned().collect()
    }

    /// The code with which the browser goes back to an application.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        let returned = self.returned();
        returned.get("code").unwrap_or_else(|| panic!("no code: {returned:?}")).clone()
    }

    /// The number of the error with which the browser goes back.
    #[track_caller]
    pub(crate) fn returned_error(&self) -> (String, String) {
        let returned = self.returned();
        let text = returned.get("error_description").unwrap_or_else(|| panic!("{returned:?}"));
        let code = text.split(':').next().unwrap();
        (returned["error"].clone(), code.to_owned())
    }
}

/// A browser of somebody.
pub(crate) struct Browser<'s> {
    pub(crate) site: &'s Site,
    pub(crate) cookies: RefCell<BTreeMap<String, String>>,
    pub(crate) agent: String,
    pub(crate) address: IpAddr,
    /// Headers that come on top.
    pub(crate) extra: Vec<(&'static str, String)>,
}

impl<'s> Browser<'s> {
    pub(crate) fn new(site: &'s Site) -> Self {
        Self {
            site,
            cookies: RefCell::default(),
            agent: WINDOWS.to_owned(),
            address: [203, 0, 113, 7].into(),
            extra: Vec::new(),
        }
    }

    /// The same browser as somebody has it who copied its cookies.
    pub(crate) fn copied(&self) -> Self {
        Self {
            cookies: self.cookies.clone(),
            agent: self.agent.clone(),
            extra: self.extra.clone(),
            ..Self::new(self.site)
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    fn request(&self, method: &Method, path: &str) -> axum::http::request::Builder {
        let url = url::Url::parse(self.site.url).unwrap();
        let host = url.host_str().unwrap();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .header(USER_AGENT, &self.agent)
            .extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let cookies = self.cookies.borrow();
        if !cookies.is_empty() {
            let pairs: Vec<String> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        for (name, value) in &self.extra {
            request = request.header(*name, value);
        }
        request
    }

    /// Sends a request as it is, and keeps the cookies of the answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let path = request.uri().to_string();
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            path,
        };
        for cookie in answer.cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens a page without following it anywhere.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(&Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Opens a page, and goes on to wherever it leads on this site.
    pub(crate) async fn open(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    pub(crate) async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let Some(to) = answer.location().map(str::to_owned) else { return answer };
            if !to.starts_with('/') {
                return answer;
            }
            answer = self.get(&to).await;
        }
        panic!("the site leads in circles at {}", answer.path)
    }

    /// Posts fields as one of the site's own pages does, and goes nowhere.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .request(&Method::POST, path)
            .header(ORIGIN, self.site.url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encoded(fields)))
            .unwrap();
        self.send(request).await
    }

    /// A request that no page of the site makes.
    pub(crate) async fn craft(
        &self,
        (method, path): (Method, &str),
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = self.request(&method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Fills in a form of a page without following where it leads.
    #[track_caller]
    pub(crate) fn fill(
        &self,
        page: &Answer,
        action: &str,
        values: &[(&str, &str)],
    ) -> impl Future<Output = Answer> {
        let mut fields = page.form(action).fields;
        for (name, value) in values {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let action = action.to_owned();
        async move {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            self.post(&action, &fields).await
        }
    }

    /// Fills in a form of a page and goes where it leads.
    pub(crate) async fn submit(
        &self,
        page: &Answer,
        action: &str,
        values: &[(&str, &str)],
    ) -> Answer {
        let answer = self.fill(page, action, values).await;
        self.follow(answer).await
    }

    /// Opens an application's request and types a name.
    pub(crate) async fn start(&self, app: App, name: &str) -> Answer {
        let page = self.open(&app.request(&[])).await;
        self.name(&page, name).await
    }

    pub(crate) async fn name(&self, page: &Answer, name: &str) -> Answer {
        let name = format!("{name}@contoso.example");
        self.submit(page, "/signin", &[("username", &name)]).await
    }

    /// Answers the ceremony of a page.
    pub(crate) async fn with_passkey(&self, page: &Answer, passkey: &Passkey) -> Answer {
        let answer = passkey.answer(&page.options());
        self.submit(page, "/signin/passkey", &[("credential", &answer)]).await
    }

    pub(crate) async fn with_password(&self, password: &str) -> Answer {
        let page = self.open("/signin/password").await;
        self.submit(&page, "/signin/password", &[("password", password)]).await
    }

    pub(crate) async fn with_pass(&self, pass: &str) -> Answer {
        let page = self.open("/signin/pass").await;
        self.submit(&page, "/signin/pass", &[("pass", pass)]).await
    }

    pub(crate) async fn with_code(&self, code: &str) -> Answer {
        let page = self.open("/signin/code").await;
        self.submit(&page, "/signin/code", &[("code", code)]).await
    }

    /// Answers whether to stay signed in, and goes back to the application.
    pub(crate) async fn stay(&self, page: &Answer, choice: &str) -> Answer {
        self.submit(page, "/signin/stay", &[("choice", choice)]).await
    }

    /// Signs in to an application with a passkey; the code.
    pub(crate) async fn code_with_passkey(
        &self,
        app: App,
        name: &str,
        passkey: &Passkey,
    ) -> String {
        let page = self.start(app, name).await;
        let page = self.with_passkey(&page, passkey).await;
        self.stay(&page, "no").await.code()
    }

    /// Signs in to an application with a password; the code.
    pub(crate) async fn code_with_password(&self, app: App, name: &str, password: &str) -> String {
        self.start(app, name).await;
        let page = self.with_password(password).await;
        self.stay(&page, "no").await.code()
    }

    /// Makes the passkey that a registration page asks for.
    pub(crate) async fn register(&self, page: &Answer, passkey: &Passkey) -> Answer {
        let answer = passkey.make(&page.options());
        self.submit(page, "/register/passkey", &[("credential", &answer), ("nickname", "Mine")])
            .await
    }
}

impl Site {
    /// What an application posts to an endpoint, from its own address.
    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        self.post_from(endpoint, form, WINDOWS).await
    }

    pub(crate) async fn post_from(
        &self,
        endpoint: &str,
        form: &[(&str, &str)],
        agent: &str,
    ) -> Answer {
        let server = Browser {
            agent: agent.to_owned(),
            address: [198, 51, 100, 20].into(),
            ..Browser::new(self)
        };
        let path = format!("/{TENANT}/oauth2/v2.0/{endpoint}");
        let request = server
            .request(&Method::POST, &path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encoded(form)))
            .unwrap();
        server.send(request).await
    }

    /// Redeems a code; the answer's JSON.
    pub(crate) async fn redeem(&self, app: App, code: &str) -> Value {
        let answer = self.post("token", &app.redemption(code)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    /// Redeems a code from a device that calls itself like this.
    pub(crate) async fn redeem_from(&self, app: App, code: &str, agent: &str) -> Value {
        let answer = self.post_from("token", &app.redemption(code), agent).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    pub(crate) async fn refresh(&self, app: App, token: &Value) -> Answer {
        self.post("token", &app.refresh(token["refresh_token"].as_str().unwrap())).await
    }

    pub(crate) async fn userinfo(&self, token: &Value) -> Answer {
        let token = token["access_token"].as_str().unwrap();
        let bearer = format!("Bearer {token}");
        let browser = Browser::new(self);
        browser.craft((Method::GET, "/oidc/userinfo"), &[("authorization", &bearer)], "").await
    }
}
