//! What policies are made of: contexts and terms; and roles, which some of them name.

use serde_json::{Value, json};

use crate::admin::{at_the_desk, enter};
use crate::browser::Browser;
use crate::site::Site;
use crate::tenant::{id, mfa};

const READER: &str = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
const HELP_DESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

async fn object(site: &Site, kind: &str) -> Value {
    let mut reader = site.store.read().await.unwrap();
    let object = reader.objects(kind).await.unwrap().remove(0);
    serde_json::from_str(&object.json).unwrap()
}

#[tokio::test]
async fn a_context_gets_an_id_of_its_own_that_stays() {
    let site = Site::new(&[mfa()]).await;
    let (browser, _) = at_the_desk(&site).await;
    let new = "/admin/contexts/new";
    let page = browser.open(new).await;
    for (fields, text) in [
        ([("id", "c1"), ("name", "")], "Give it a name."),
        ([("id", "c100"), ("name", "Payments")], "An id is c1 to c99."),
    ] {
        let wrong = browser.fill(&page, new, &fields).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.says(text), "{}", wrong.body);
    }
    let fields =
        [("id", "c7"), ("name", "Payments"), ("about", "bank details"), ("available", "enabled")];
    let done = browser.submit(&page, new, &fields).await;
    assert!(done.says("Payments") && done.says("no policy: it asks for nothing"), "{}", done.body);
    let again = browser.fill(&page, new, &fields).await;
    assert!(again.says("There is c7 already."), "{}", again.body);
    let one = "/admin/contexts/c7";
    let page = browser.open(one).await;
    let done = browser.submit(&page, one, &[("name", "Large payments"), ("available", "")]).await;
    assert!(done.says("Large payments"), "{}", done.body);
    let kept = object(&site, "authenticationContextClassReference").await;
    assert_eq!((&kept["id"], &kept["isAvailable"]), (&json!("c7"), &json!(false)));
    assert_eq!(site.audited("Update authentication context class reference").await, 1);
}

#[tokio::test]
async fn terms_are_written_and_whoever_accepted_is_listed() {
    let site = Site::new(&[mfa()]).await;
    let (browser, _) = at_the_desk(&site).await;
    let new = "/admin/terms/new";
    let page = browser.open(new).await;
    let wrong = browser.fill(&page, new, &[("name", "House rules"), ("text", "")]).await;
    assert!(wrong.says("Write what people are to accept."), "{}", wrong.body);
    let fields = [("name", "House rules"), ("text", "Be kind.\n\nLock your screen.")];
    let done = browser.submit(&page, new, &fields).await;
    assert!(done.says("House rules") && done.says("0 people"), "{}", done.body);
    let terms = object(&site, "agreement").await;
    let text = cardea_idp::terms::read(&terms).text;
    let said = ["Be kind.", "Lock your screen."].map(str::to_owned).to_vec();
    assert_eq!(text, cardea_idp::terms::Text::Paragraphs(said));
    let terms = terms["id"].as_str().unwrap().to_owned();
    site.object(&json!({
        "@odata.type": "#microsoft.graph.agreementAcceptance",
        "id": format!("{terms}_x"), "agreementId": terms, "userId": id("person", "kim"),
        "recordedDateTime": "2026-05-01T08:00:00Z", "state": "accepted",
    }))
    .await;
    let one = format!("/admin/terms/{terms}");
    let page = browser.open(&one).await;
    assert!(page.says("kim of Contoso") && page.says("1 May 2026"), "{}", page.body);
    let done = browser.submit(&page, &one, &[("name", "Rules of the house")]).await;
    assert!(done.says("Rules of the house") && done.says("1 person"), "{}", done.body);
    let kept = cardea_idp::terms::read(&object(&site, "agreement").await).text;
    assert!(matches!(kept, cardea_idp::terms::Text::Paragraphs(all) if all.len() == 2));
}

#[tokio::test]
async fn roles_are_given_and_taken_and_nobody_raises_themselves() {
    let site = Site::new(&[mfa()]).await;
    site.person("ana").await;
    let (browser, _) = at_the_desk(&site).await;
    let roles = "/admin/roles";
    let page = browser.open(roles).await;
    for (fields, text) in [
        ([("person", "nobody@contoso.example"), ("role", READER)], "There is nobody called"),
        ([("person", "ana@contoso.example"), ("role", "")], "Choose a role."),
    ] {
        let wrong = browser.fill(&page, roles, &fields).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.says(text), "{}", wrong.body);
    }
    let own =
        browser.fill(&page, roles, &[("person", "kim@contoso.example"), ("role", READER)]).await;
    assert_eq!(own.status, 403, "{}", own.body);
    assert!(own.says("somebody else with the role has to"), "{}", own.body);
    let fields = [("person", "ana@contoso.example"), ("role", HELP_DESK)];
    let done = browser.submit(&page, roles, &fields).await;
    assert!(done.says("The role is given.") && done.says("Take it from ana"), "{}", done.body);
    let again = browser.fill(&page, roles, &fields).await;
    assert!(again.says("This person has the role already."), "{}", again.body);
    let desk = Browser::new(&site);
    let passkey = site.passkey("ana").await;
    let page = enter(&desk, "ana", &passkey, roles).await;
    assert!(!page.says("Give a role") && page.says("may not assign roles"), "{}", page.body);
    let remove = |name: &str| {
        let body = crate::html::unescaped(&done.body);
        let before = body.split(&format!("Take it from {name}")).next().unwrap().to_owned();
        let link = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
        assert!(link.starts_with("/admin/roles/remove?"), "{link}");
        link
    };
    let ask = browser.open(&remove("kim")).await;
    let refused = browser.fill(&ask, "/admin/roles/remove", &[("choice", "yes")]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.says("Nobody could edit policies after this."), "{}", refused.body);
    let ask = browser.open(&remove("ana")).await;
    let gone = browser.submit(&ask, "/admin/roles/remove", &[("choice", "yes")]).await;
    assert!(
        gone.says("The role is taken away.") && !gone.says("Take it from ana"),
        "{}",
        gone.body
    );
    assert_eq!(site.audited("Remove member from role").await, 1);
}
