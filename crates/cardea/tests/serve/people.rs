//! The tenant as people meet it: a real browser, real ceremonies, the pages of the demo.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::elements::Element;

use crate::browser::look::{Colours, Look};
use crate::browser::passkeys::Transport;
use crate::browser::{Browser, Scripts, Trust};
use crate::database::Database;
use crate::demo::{App, Person};
use crate::prepared::Prepared;
use crate::server::Server;

/// Somebody at a browser with a tenant before them.
struct Desk {
    server: Server,
    browser: Browser,
}

impl Desk {
    async fn new(scripts: Scripts) -> Self {
        let server = Server::start(Database::Sqlite).await.unwrap_or_else(|it| panic!("{it}"));
        let trust = Trust::Authority(server.demo.ca_certificate.clone());
        Self { browser: Browser::start(trust, scripts).await, server }
    }

    fn person(&self, upn: &str) -> &Person {
        self.server.demo.person(&format!("{upn}@fernmoorwater.example"))
    }

    fn app(&self, name: &str) -> &App {
        self.server.demo.apps.iter().find(|it| it.name == name).unwrap()
    }

    /// Opens an app, which sends the browser here with a request of its own.
    async fn open_app(&self, name: &str) {
        let (demo, app) = (&self.server.demo, self.app(name));
        let address = format!(
            "{}/{}/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri={}&scope=openid%20profile\
             &state=here&nonce=once&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            demo.base_url, demo.tenant_id, app.client_id, app.redirect_uris[0]
        );
        self.browser.open(&address).await.unwrap();
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.server.demo.base_url)).await.unwrap();
    }

    async fn at(&self) -> String {
        self.browser.page.current_url().await.unwrap().to_string()
    }

    /// Waits, bounded, until the address has this in it.
    async fn comes_to(&self, part: &str) {
        for _ in 0..100 {
            if self.at().await.contains(part) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("came to {} and not to {part}: {}", self.at().await, self.text().await);
    }

    /// Waits, bounded, until the page has this, which tells it from one at the same address.
    async fn there(&self, css: &str) -> Element {
        let element = self.browser.page.wait().for_element(Locator::Css(css)).await;
        match element {
            Ok(element) => element,
            Err(error) => panic!("no {css} at {}: {error}: {}", self.at().await, self.text().await),
        }
    }

    async fn text(&self) -> String {
        self.browser
            .script("return document.body.innerText")
            .await
            .as_str()
            .unwrap_or("")
            .to_owned()
    }

    async fn fill(&self, name: &str, value: &str) {
        let field = self.there(name).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    async fn press(&self, css: &str) {
        self.there(css).await.click().await.unwrap();
    }

    async fn name(&self, person: &Person) {
        self.fill("input[name=username]", &person.upn).await;
        self.press("main form:has(input[name=username]) button[type=submit]").await;
        self.comes_to("/signin/passkey").await;
    }

    async fn with_pass(&self, person: &Person) {
        self.open("/signin/pass").await;
        self.fill("input[name=pass]", person.pass.as_deref().unwrap()).await;
        self.press("main form:has(input[name=pass]) button[type=submit]").await;
    }
}

#[tokio::test]
async fn a_newcomer_with_a_pass_makes_a_passkey_and_opens_an_app_with_it() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let device = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("jacinta.barros");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    desk.browser.look(Look { colours: Colours::Light, width: 1280 }).await;
    desk.browser.picture("register").await;
    desk.press("form[action='/register'] button").await;
    desk.comes_to("/register/passkey").await;
    desk.press("#passkey-start").await;
    desk.comes_to("/register/done").await;
    desk.browser.picture("register-done").await;
    desk.open("/signin/stay").await;
    desk.press("button[name=choice][value=no]").await;
    desk.comes_to("localhost:8410").await;
    assert!(desk.at().await.contains("code="), "{}", desk.at().await);

    // The passkey is all it takes from now on: it is offered in the field for the name, and the device answers.
    let used = desk.browser.credentials(&device).await[0].sign_count;
    desk.open("/signout").await;
    desk.press("main form button").await;
    desk.there("main p.row a[href='/signin']").await;
    desk.open_app("Crew Rota").await;
    desk.comes_to("/signin/stay").await;
    desk.press("button[name=choice][value=no]").await;
    desk.comes_to("localhost:8410").await;
    assert!(desk.browser.credentials(&device).await[0].sign_count > used);
}

#[tokio::test]
async fn the_loop_traps_somebody_and_the_second_lap_says_so() {
    let Some(prepared) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let person = desk.person("tevita.fonoti");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/signin/blocked").await;
    let first = desk.text().await;
    assert!(first.contains("You can't sign in yet"), "{first}");
    assert!(!first.contains("FW401"), "a policy is named: {first}");
    let faults = desk.browser.faults(&prepared, "blocked").await;
    assert_eq!(faults, [""; 0], "{faults:?}");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/signin/blocked").await;
    let second = desk.text().await;
    assert!(second.contains("You've been here before"), "{second}");
    desk.browser.picture("second-lap").await;
}

#[tokio::test]
async fn the_pages_of_a_sign_in_have_no_faults_in_any_look() {
    let Some(prepared) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let person = desk.person("owain.bevan");
    desk.open_app("Crew Rota").await;
    let mut faults = desk.browser.faults(&prepared, "sign-in").await;
    desk.name(person).await;
    faults.extend(desk.browser.faults(&prepared, "passkey").await);
    for (path, name) in
        [("/signin/ways", "ways"), ("/signin/password", "password"), ("/signin/pass", "pass")]
    {
        desk.open(path).await;
        faults.extend(desk.browser.faults(&prepared, name).await);
    }
    desk.open("/error?code=53003").await;
    faults.extend(desk.browser.faults(&prepared, "error").await);
    assert_eq!(faults, [""; 0], "{faults:?}");
}

#[tokio::test]
async fn without_scripts_a_password_and_a_pass_still_work() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::Off).await;
    let person = desk.person("nikhil.raghunathan");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/signin/stay").await;
    desk.press("button[name=choice][value=no]").await;
    desk.comes_to("localhost:8410").await;
}
