//! M8, M9 and M10: a pass gets somebody as far as registering and no further, at a computer and on a phone.

use std::fs;

use serde_json::json;

use crate::browser::Scripts;
use crate::browser::passkeys::Transport;
use crate::desk::{ANDROID, Desk, WINDOWS, edit};
use crate::prepared::Prepared;

const APP: &str = "Crew Rota";
/// A group of those who need no pass any more.
const REGISTERED: &str = "6e1c0a52-9d0f-5b0e-8a5e-0f6d1b0c7a11";
const HERE: &str = "form[action='/register'] button[value=passkey-here]";

async fn types_the_pass(desk: &Desk, pass: &str) {
    desk.open("/signin/pass").await;
    desk.fill("input[name=pass]", pass).await;
    desk.post("/signin/pass").await;
}

#[tokio::test]
async fn a_pass_leads_to_the_wizard_and_nowhere_else_and_not_after_it_is_taken_away() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("freya.lindqvist-okafor");
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    // The same pass opens neither the app nor Security info.
    desk.open("/signin/stay").await;
    desk.comes_to("/register").await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    desk.press("main a.primary").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;
    // Whoever has registered is taken out of those who may use passes.
    // Whoever loses the passkey then needs another way back, and the gate wants to hear that this is meant.
    desk.change_although(&["closed-registration", "dead-pass"], |export| {
        edit(export, "authenticationMethodsPolicy/", |policy| {
            let all = policy["authenticationMethodConfigurations"].as_array_mut().unwrap();
            let pass = all.iter_mut().find(|it| it["id"] == "TemporaryAccessPass").unwrap();
            pass["excludeTargets"] = json!([{ "targetType": "group", "id": REGISTERED }]);
        });
        let group = json!({
            "@odata.type": "#microsoft.graph.group", "id": REGISTERED, "displayName": "Registered",
            "securityEnabled": true, "groupTypes": [], "mailEnabled": false,
            "members": [{ "@odata.type": "#microsoft.graph.user", "id": person.object_id }],
        });
        fs::write(export.join("group/Registered.json"), group.to_string()).unwrap();
    });
    let browser = Desk::another_browser(&desk.server, Scripts::On).await;
    let Desk { server, browser: with_passkey } = desk;
    let stranger = Desk { server, browser };
    let person = stranger.person("freya.lindqvist-okafor");
    stranger.open_app(APP).await;
    stranger.name(person).await;
    stranger.with_pass(person).await;
    stranger.says("This pass doesn't work").await;
    // The passkey does.
    let desk = Desk { server: stranger.server, browser: with_passkey };
    desk.open_app(APP).await;
    desk.goes_on_to(APP).await;
}

#[tokio::test]
async fn the_help_desk_issues_a_pass_that_works_once_in_place_of_the_one_before() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let person = desk.person("nikhil.raghunathan");
    let pass = desk.pass(person, &["--once"]);
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.says("This pass doesn't work").await;
    types_the_pass(&desk, &pass).await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;
    desk.open_app(APP).await;
    desk.name(person).await;
    types_the_pass(&desk, &pass).await;
    desk.says("This pass doesn't work").await;
}

#[tokio::test]
async fn a_computer_leads_whoever_has_a_pass_only_to_the_wizard_and_tells_of_the_phone() {
    let Some(prepared) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    desk.call_itself(WINDOWS).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("anselm.vogt");
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    desk.open("/register/phone").await;
    desk.says("On the phone").await;
    let faults = desk.browser.faults(&prepared, "register-phone").await;
    assert_eq!(faults, [""; 0], "{faults:?}");
    desk.open("/register").await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    desk.press("main a.primary").await;
    desk.goes_on_to(APP).await;
}

#[tokio::test]
async fn on_a_phone_the_pass_makes_the_passkey_at_once_and_a_computer_takes_it() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    desk.call_itself(ANDROID).await;
    let phone = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("anselm.vogt");
    desk.open("/security-info").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    let Desk { server, browser: on_the_phone } = desk;
    let browser = Desk::another_browser(&server, Scripts::On).await;
    let there = browser.plug_in(Transport::Hybrid).await;
    browser.carry(&there, (&on_the_phone, &phone)).await;
    let desk = Desk { server, browser };
    desk.call_itself(WINDOWS).await;
    desk.open_app(APP).await;
    desk.name(desk.person("anselm.vogt")).await;
    desk.press("#passkey-start").await;
    desk.goes_on_to(APP).await;
}
