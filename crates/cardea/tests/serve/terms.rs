//! Terms of use, which an app of the demo has.

use crate::browser::Scripts;
use crate::desk::Desk;
use crate::prepared::Prepared;

const APP: &str = "Incident Log";

#[expect(clippy::cognitive_complexity, reason = "a walk is one step after the other")]
async fn decline_and_accept(scripts: Scripts) -> Vec<String> {
    let Some(prepared) = Prepared::find() else { return Vec::new() };
    let desk = Desk::new(scripts).await;
    let person = desk.person("nikhil.raghunathan");
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/signin/terms").await;
    desk.says("Working with the incident log").await;
    let mut faults = Vec::new();
    if scripts == Scripts::On {
        faults.extend(desk.browser.faults(&prepared, "terms").await);
    }
    desk.press("button[name=choice][value=no]").await;
    desk.says("You declined the terms").await;
    if scripts == Scripts::On {
        faults.extend(desk.browser.faults(&prepared, "terms-declined").await);
    }
    // Other apps do not ask for them.
    desk.open_app("Crew Rota").await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.goes_on_to("Crew Rota").await;
    // The session suffices but for the terms.
    desk.open_app(APP).await;
    desk.comes_to("/signin/terms").await;
    desk.press("button[name=choice][value=no]").await;
    desk.says("You declined the terms").await;
    desk.press("main a.button").await;
    desk.there("button[name=choice][value=yes]").await;
    desk.press("button[name=choice][value=yes]").await;
    desk.is_in(APP).await;
    // Once is enough.
    desk.open_app(APP).await;
    desk.is_in(APP).await;
    faults
}

#[tokio::test]
async fn terms_are_declined_read_again_and_accepted() {
    let faults = decline_and_accept(Scripts::On).await;
    assert_eq!(faults, [""; 0], "{faults:?}");
}

#[tokio::test]
async fn without_scripts_terms_are_declined_read_again_and_accepted() {
    assert!(decline_and_accept(Scripts::Off).await.is_empty());
}
