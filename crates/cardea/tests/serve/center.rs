//! The mission's story in the admin center: from an empty tenant to passkeys that are asked for, by an administrator
//! who has a browser and nothing else. What the newcomer does, `cardea authenticator` does.

use std::fs;

use crate::browser::look::{Colours, Look};
use crate::browser::passkeys::Transport;
use crate::browser::{Browser, Scripts, Trust};
use crate::demo::Person;
use crate::handset::{Handset, words};
use crate::own::Own;
use crate::prepared::Prepared;

/// Somebody at a browser, in front of a tenant of their own.
struct Center {
    own: Own,
    browser: Browser,
}

impl Center {
    /// The tenant as the first start makes it, with the passkeys of both administrators.
    async fn new() -> Self {
        let own = Own::start().await;
        let browser = Browser::start(Trust::Authority(own.ca()), Scripts::On).await;
        let _key = browser.plug_in(Transport::Internal).await;
        let link = fs::read_to_string(own.data().join("setup-link")).unwrap();
        browser.open(link.trim()).await.unwrap();
        browser.press("main form button[type=submit]").await;
        browser.comes_to("/setup/passkey").await;
        browser.press("#passkey-start").await;
        browser.says("2 of 2").await;
        // Nobody has two passkeys for one site in one authenticator's list of accounts by accident here: the second
        // administrator has another device.
        let _other = browser.plug_in(Transport::Usb).await;
        browser.press("#passkey-start").await;
        browser.comes_to("/setup/done").await;
        Self { own, browser }
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.own.address())).await.unwrap();
    }

    /// Keeps what the page looks like for the documentation.
    async fn picture(&self, name: &str) {
        let look = Look { width: 1180, colours: Colours::Light };
        self.browser.picture_of_all(&format!("story-{name}"), (look, 1400)).await;
    }

    async fn submit(&self, word: &str) {
        self.browser.press(&format!("main form button[value='{word}']")).await;
    }

    /// A group, and a person in it who has no method yet; the address of the person's page.
    async fn newcomer(&self) -> String {
        self.open("/admin/groups/new").await;
        self.browser.fill("#name", "Finance").await;
        self.browser.press("main form button[type=submit]").await;
        self.browser.comes_to("done=created").await;
        self.open("/admin/people/new").await;
        self.browser.fill("#name", "Chidi Okafor").await;
        self.browser.fill("#upn", "chidi@contoso.example").await;
        self.browser.press("#members-1").await;
        self.browser.press("main form button[type=submit]").await;
        self.browser.comes_to("done=created").await;
        let address = self.browser.at_address().await;
        address.split('?').next().unwrap().to_owned()
    }

    /// Passkeys for everybody, but only where the model is proven and nothing is synced.
    async fn passkeys(&self) {
        self.open("/admin/methods/passkey").await;
        self.browser.press("[name=p1_attestation][value=enabled]").await;
        self.browser.press("[name=p1_synced][value=disabled]").await;
        self.submit("save").await;
        self.browser.comes_to("done=saved").await;
        self.picture("methods").await;
    }

    /// A strength that only passkeys of the Authenticator apps reach.
    async fn strength(&self) {
        self.open("/admin/strengths/new").await;
        self.browser.fill("#name", "Passkey in the app").await;
        self.browser.press("#combinations-1").await;
        for model in 1..=4 {
            self.browser.press(&format!("#models-{model}")).await;
        }
        self.picture("strength").await;
        self.submit("save").await;
        self.browser.comes_to("done=saved").await;
    }

    /// The policy that everybody writes first: all resources, the registration included.
    async fn shut_policy(&self) {
        self.open("/admin/policies/new").await;
        self.browser.fill("#name", "Passkeys for Finance").await;
        self.browser.press("#who-2").await;
        self.browser.fill("[name=include_groups]", "Finance").await;
        self.browser.press("#what-1").await;
        let chosen = "const all = document.querySelector('[name=strength]'); \
             all.value = [...all.options].find(it => it.text.includes('in the app')).value;";
        self.browser.script(chosen).await;
        self.submit("on").await;
    }

    /// Turns a policy on in its editor, once what it would do is proved.
    async fn turn_on(&self, policy: &str) {
        self.open("/admin/policies").await;
        let open = "const name = arguments[0]; \
             [...document.querySelectorAll('main a')].find(it => it.textContent.trim() === name).click();";
        self.browser.script(&open.replace("arguments[0]", &format!("'{policy}'"))).await;
        self.browser.there("#name").await;
        self.submit("on").await;
        self.browser.comes_to("done=turned-on").await;
    }

    /// The policies of the list, each with its state.
    async fn policies(&self) -> Vec<(String, String)> {
        self.open("/admin/policies").await;
        let rows = "return [...document.querySelectorAll('main tbody tr')].map(row => \
             [...row.cells].slice(0, 2).map(cell => cell.textContent.trim()));";
        serde_json::from_value(self.browser.script(rows).await).unwrap()
    }

    /// Issues a pass on the page of a person who has called, and gives it.
    async fn pass(&self, person: &str) -> String {
        self.browser.open(person).await.unwrap();
        self.browser.press("#identity-1").await;
        self.submit("issue").await;
        let shown = self.browser.there("main [data-copy]").await;
        self.picture("pass").await;
        shown.attr("data-copy").await.unwrap().unwrap().replace(' ', "")
    }
}

#[tokio::test]
async fn an_administrator_rolls_passkeys_out_from_an_empty_tenant() {
    let Some(_) = Prepared::find() else { return };
    let center = Center::new().await;
    let browser = &center.browser;
    center.open("/admin").await;
    browser.press("button[name=choice][value=no]").await;
    browser.comes_to("/admin").await;
    let person = center.newcomer().await;
    center.passkeys().await;
    center.strength().await;

    center.shut_policy().await;
    browser.says("Nothing was saved").await;
    browser.says("registration-loop").await;
    browser.there("main svg").await;
    center.picture("refused").await;
    browser.press("form[action='/admin/policies/fix'] button[value=look]").await;
    browser.says("nobody worse off").await;
    center.picture("fix").await;
    center.submit("report-only").await;
    browser.comes_to("done=fixed").await;
    browser.says("Passkeys for Finance (phones: or pass)").await;

    let newcomer = Person {
        upn: "chidi@contoso.example".to_owned(),
        object_id: String::new(),
        password: None,
        pass: Some(center.pass(&person).await),
        totp: None,
        kind: String::new(),
        shows: String::new(),
    };
    let phone = Handset::knowing(center.own.address(), center.own.ca());
    phone.ok(&words(&phone.adding(&newcomer, "work")));
    assert_eq!(phone.listed("work").len(), 1);
    browser.open(&person).await.unwrap();
    browser.says("A phone").await;
    center.picture("registered").await;

    center.turn_on("Passkeys for Finance").await;
    center.turn_on("Passkeys for Finance (phones: or pass)").await;
    center.open("/admin/findings").await;
    center.picture("findings").await;
    let on = center.policies().await;
    assert_eq!(on.iter().filter(|(_, state)| state == "On").count(), 2, "{on:?}");
    center.picture("on").await;
    let signed_in = phone.ok(&["sign-in", &center.own.address(), "--profile", "work"]);
    assert!(signed_in.contains("chidi@contoso.example"), "{signed_in}");
}
