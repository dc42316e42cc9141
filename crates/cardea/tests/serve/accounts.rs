//! Which account it is: chosen where an app asks for that, and given up by whoever it is not.

use crate::browser::Scripts;
use crate::desk::Desk;
use crate::prepared::Prepared;

const APP: &str = "Crew Rota";
const CHOOSE: &str = "&prompt=select_account";

#[expect(clippy::cognitive_complexity, reason = "a walk is one step after the other")]
async fn choose_between_accounts(scripts: Scripts) -> Vec<String> {
    let Some(prepared) = Prepared::find() else { return Vec::new() };
    let desk = Desk::new(scripts).await;
    let (first, second) = (desk.person("nikhil.raghunathan"), desk.person("takumi.arakawa"));
    // Nobody is signed in, so there is nothing to choose from.
    desk.open_app_with(APP, CHOOSE).await;
    desk.name(first).await;
    desk.with_pass(first).await;
    desk.goes_on_to(APP).await;
    desk.open_app_with(APP, CHOOSE).await;
    desk.comes_to("/signin/accounts").await;
    desk.says(&first.upn).await;
    let faults = match scripts {
        Scripts::On => desk.browser.faults(&prepared, "accounts").await,
        Scripts::Off => Vec::new(),
    };
    desk.press("button[name=choice][value=signed-in]").await;
    desk.is_in(APP).await;

    desk.open_app_with(APP, CHOOSE).await;
    desk.press("button[name=choice][value=other]").await;
    desk.name(second).await;
    // Not you? Nothing is shown yet, so the one who is signed in and the one who was named are both there.
    desk.press(".account a").await;
    desk.comes_to("/signin/accounts").await;
    desk.says(&first.upn).await;
    desk.says(&second.upn).await;
    desk.press("button[name=choice][value=begun]").await;
    desk.comes_to("/signin/passkey").await;
    desk.press(".account a").await;
    desk.press("button[name=choice][value=other]").await;
    desk.name(second).await;
    desk.with_pass(second).await;
    desk.goes_on_to(APP).await;

    // The browser is signed in with the second one now, and with that one only.
    desk.open_app_with(APP, CHOOSE).await;
    desk.comes_to("/signin/accounts").await;
    desk.says(&second.upn).await;
    assert!(!desk.text().await.contains(&first.upn));
    faults
}

#[tokio::test]
async fn an_account_is_chosen_given_up_and_exchanged() {
    let faults = choose_between_accounts(Scripts::On).await;
    assert_eq!(faults, [""; 0], "{faults:?}");
}

#[tokio::test]
async fn without_scripts_an_account_is_chosen_given_up_and_exchanged() {
    assert!(choose_between_accounts(Scripts::Off).await.is_empty());
}
