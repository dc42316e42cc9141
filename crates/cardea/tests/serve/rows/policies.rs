//! M3, M4, M5, M11 and M15: what policies ask of whom, the loop and its way out, and what a wall says.

use cardea_store::{Location, SealingKey, SignInFilter, Store};
use serde_json::Value;

use crate::browser::Scripts;
use crate::browser::passkeys::Transport;
use crate::desk::{ANDROID, Desk, WINDOWS};
use crate::prepared::Prepared;

/// The proxy that stands before the server is this computer.
const BEHIND_A_PROXY: [&str; 2] = ["--trusted-proxy", "127.0.0.0/8"];
/// The trusted network *This computer*.
const INSIDE: &str = "127.0.0.1";
/// In no named location.
const OUTSIDE: &str = "192.0.2.9";
const HERE: &str = "form[action='/register'] button[value=passkey-here]";

/// Somebody opens an app with the pass.
async fn opens_with_pass(desk: &Desk, app: &str, name: &str) {
    let person = desk.person(name);
    desk.open_app(app).await;
    desk.name(person).await;
    desk.with_pass(person).await;
}

#[tokio::test]
async fn an_app_asks_for_the_strength_of_a_context_and_gets_it_by_a_passkey() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("ibrahim.sesay");
    desk.open_app("Payments").await;
    desk.name(person).await;
    desk.with_password_and_code(person).await;
    desk.goes_on_to("Payments").await;
    // {"access_token":{"acrs":{"essential":true,"value":"c1"}}}
    let context = "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22c1%22%7D%7D%7D";
    desk.open_app_with("Payments", context).await;
    desk.comes_to("/register").await;
    desk.says("Let's add a passkey").await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    desk.press("main a.primary").await;
    desk.goes_on_to("Payments").await;
    // The session has shown it, so the same question is answered at once.
    desk.open_app_with("Payments", context).await;
    desk.is_in("Payments").await;
}

#[tokio::test]
async fn platform_place_and_app_decide_what_somebody_is_asked_for() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::at(Scripts::On, &BEHIND_A_PROXY).await;
    desk.comes_from(OUTSIDE).await;
    // The split: a computer asks for a passkey, a phone takes the pass.
    desk.call_itself(WINDOWS).await;
    opens_with_pass(&desk, "Crew Rota", "anselm.vogt").await;
    desk.comes_to("/register").await;
    desk.call_itself(ANDROID).await;
    opens_with_pass(&desk, "Crew Rota", "anselm.vogt").await;
    desk.goes_on_to("Crew Rota").await;
    desk.sign_out().await;
    // The exemption counts in a trusted network only.
    opens_with_pass(&desk, "Crew Rota", "rafael.montenegro").await;
    desk.comes_to("/signin/blocked").await;
    desk.comes_from(INSIDE).await;
    opens_with_pass(&desk, "Crew Rota", "rafael.montenegro").await;
    desk.goes_on_to("Crew Rota").await;
    desk.sign_out().await;
    // The filter: tagged apps ask for a passkey, the others do not.
    desk.call_itself(WINDOWS).await;
    opens_with_pass(&desk, "Crew Rota", "takumi.arakawa").await;
    desk.goes_on_to("Crew Rota").await;
    desk.open_app("Water Quality Results").await;
    desk.comes_to("/register").await;
}

#[tokio::test]
async fn moved_to_the_group_of_the_split_somebody_from_the_loop_gets_in() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    desk.call_itself(ANDROID).await;
    opens_with_pass(&desk, "Crew Rota", "tevita.fonoti").await;
    desk.comes_to("/signin/blocked").await;
    desk.move_to(desk.person("tevita.fonoti"), ("Demo-loop", "Demo-split"));
    opens_with_pass(&desk, "Crew Rota", "tevita.fonoti").await;
    desk.goes_on_to("Crew Rota").await;
}

#[tokio::test]
async fn adding_a_way_from_outside_asks_for_more_than_signing_in_does() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::at(Scripts::On, &BEHIND_A_PROXY).await;
    desk.comes_from(OUTSIDE).await;
    let person = desk.person("owain.bevan");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_password_and_code(person).await;
    desk.goes_on_to("Crew Rota").await;
    // Where password and code open the apps, they do not open Security info.
    desk.open("/security-info").await;
    desk.comes_to("/signin").await;
    let offered = "return document.querySelectorAll(\"form[action='/register']\").length";
    assert_eq!(desk.browser.script(offered).await, 0, "{}", desk.text().await);
    desk.comes_from(INSIDE).await;
    desk.open("/security-info").await;
    desk.there(HERE).await;
}

#[tokio::test]
async fn what_a_wall_says_leads_the_help_desk_to_the_sign_in() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    opens_with_pass(&desk, "Crew Rota", "tevita.fonoti").await;
    desk.comes_to("/signin/blocked").await;
    desk.says("Call the help desk").await;
    let id = desk.there("dl.facts code").await.text().await.unwrap();
    let key = std::fs::read_to_string(desk.server.data().join("sealing.key")).unwrap();
    let location = Location::Sqlite(desk.server.data().join("cardea.db"));
    let store = Store::open(&location, SealingKey::from_text(&key).unwrap()).await.unwrap();
    let records =
        store.read().await.unwrap().sign_ins(&SignInFilter::default(), 100).await.unwrap();
    let records = records.iter().map(|it| serde_json::from_str::<Value>(&it.json).unwrap());
    let found: Vec<Value> = records.filter(|it| it["correlationId"] == id.as_str()).collect();
    assert_eq!(found.len(), 1, "{id}");
    assert_eq!(found[0]["status"]["errorCode"], 53003);
    // What the page keeps to itself, the help desk can read.
    let policies = found[0]["appliedConditionalAccessPolicies"].to_string();
    assert!(policies.contains("FW401") && !desk.text().await.contains("FW401"), "{policies}");
}
