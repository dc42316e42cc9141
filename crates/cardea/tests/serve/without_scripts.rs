//! What needs no ceremony, with scripts switched off.

use serde_json::Value;

use crate::browser::Scripts;
use crate::demo::Person;
use crate::desk::{Desk, code};
use crate::prepared::Prepared;

#[tokio::test]
async fn without_scripts_a_newcomer_adds_an_app_for_codes_in_the_wizard() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::Off).await;
    let person = desk.person("ceridwen.pascoe");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.says("Passkeys need JavaScript").await;
    desk.open("/signin/password").await;
    desk.fill("#password", person.password.as_deref().unwrap()).await;
    desk.post("/signin/password").await;
    desk.comes_to("/register").await;
    desk.press("button[value=totp]").await;
    desk.comes_to("/register/totp").await;
    let seed = desk.there("#seed").await.text().await.unwrap().replace(' ', "");
    desk.fill("#otp", &code(&seed)).await;
    desk.post("/register/totp").await;
    desk.comes_to("/register/done").await;
    desk.press("main a.primary").await;
    desk.goes_on_to("Crew Rota").await;
}

#[tokio::test]
async fn without_scripts_somebody_keeps_their_security_info_in_order_and_signs_out_everywhere() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::Off).await;
    let person = desk.person("owain.bevan");
    desk.open("/security-info").await;
    desk.name(person).await;
    desk.with_password_and_code(person).await;
    desk.comes_to("/security-info").await;
    desk.says("last used").await;
    desk.press("details summary").await;
    desk.fill("input[name=nickname]", "The old phone").await;
    desk.post("/security-info/rename").await;
    desk.says("The old phone").await;
    desk.press("a[href^='/security-info/remove']").await;
    desk.comes_to("/security-info/remove").await;
    desk.says("The old phone").await;
    desk.open("/my/activity").await;
    desk.comes_to("/my/activity").await;
    desk.there("main h1").await;
    desk.open("/security-info").await;
    desk.post("/signout/everywhere").await;
    desk.says("You're signed out everywhere").await;
    desk.open("/security-info").await;
    desk.comes_to("/signin").await;
}

#[tokio::test]
async fn without_scripts_walls_and_errors_say_what_to_do() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::Off).await;
    let person = desk.person("tevita.fonoti");
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/signin/blocked").await;
    desk.says("What to do next").await;
    desk.says("extension 4040").await;
    desk.open("/error?code=53003").await;
    desk.says("53003").await;
    desk.open("/nowhere").await;
    desk.there("main h1").await;
}

/// A device asks for a code; what it is told.
async fn device_code(desk: &Desk) -> (reqwest::Client, Value) {
    let certificate = std::fs::read(&desk.server.demo.ca_certificate).unwrap();
    let certificate = reqwest::Certificate::from_pem(&certificate).unwrap();
    let device = reqwest::Client::builder().tls_certs_only([certificate]).build().unwrap();
    let form =
        [("client_id", desk.app("Pump Station Screen").client_id.as_str()), ("scope", "openid")];
    let asked = device.post(endpoint(desk, "devicecode")).form(&form).send().await.unwrap();
    (device, asked.json().await.unwrap())
}

fn endpoint(desk: &Desk, name: &str) -> String {
    let demo = &desk.server.demo;
    format!("{}/{}/oauth2/v2.0/{name}", demo.base_url, demo.tenant_id)
}

/// Types the device's code, signs in and says yes, as far as it goes.
async fn approves(desk: &Desk, person: &Person, user_code: &str) {
    desk.open("/devicelogin").await;
    desk.name(person).await;
    desk.with_password_and_code(person).await;
    desk.comes_to("/devicelogin").await;
    desk.fill("input[name=user_code]", user_code).await;
    desk.post("/devicelogin").await;
}

/// What the device is told when it asks for its tokens.
async fn tokens(desk: &Desk, (device, asked): &(reqwest::Client, Value)) -> Value {
    let form = [
        ("client_id", desk.app("Pump Station Screen").client_id.as_str()),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", asked["device_code"].as_str().unwrap()),
    ];
    let told = device.post(endpoint(desk, "token")).form(&form).send().await.unwrap();
    told.json().await.unwrap()
}

#[tokio::test]
async fn without_scripts_a_device_is_signed_in_by_its_group_and_by_nobody_else() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::Off).await;
    let screen = device_code(&desk).await;
    approves(&desk, desk.person("halvard.nygaard"), screen.1["user_code"].as_str().unwrap()).await;
    desk.says("Pump Station Screen").await;
    desk.press("button[name=choice][value=yes]").await;
    desk.there("main h1[autofocus], main h1").await;
    assert!(tokens(&desk, &screen).await["access_token"].is_string());
    desk.sign_out().await;
    let screen = device_code(&desk).await;
    // Whoever is not in the group is stopped on the way, and the device gets nothing.
    let person = desk.person("owain.bevan");
    desk.open("/devicelogin").await;
    desk.name(person).await;
    desk.open("/signin/password").await;
    desk.fill("#password", person.password.as_deref().unwrap()).await;
    desk.post("/signin/password").await;
    desk.comes_to("/signin/blocked").await;
    assert!(tokens(&desk, &screen).await["access_token"].is_null());
}
