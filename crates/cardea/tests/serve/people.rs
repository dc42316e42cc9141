//! The tenant as people meet it: a real browser, real ceremonies, the pages of the demo.

use crate::browser::Scripts;
use crate::browser::look::{Colours, Look};
use crate::browser::passkeys::Transport;
use crate::desk::Desk;
use crate::prepared::Prepared;

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
    assert!(desk.at_address().await.contains("code="), "{}", desk.at_address().await);

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
