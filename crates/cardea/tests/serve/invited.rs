//! The registration campaign, as people meet it who were invited by an administrator of the demo.

use serde_json::json;

use crate::browser::Scripts;
use crate::browser::passkeys::{Transport, UserVerification};
use crate::desk::{Desk, WINDOWS, edit};
use crate::prepared::Prepared;

const APP: &str = "Crew Rota";
const HERE: &str = "form[action='/register'] button[value=passkey-here]";

/// The demo with a campaign that asks everybody at each sign-in, and lets them put it off three times.
async fn demo_with_campaign(scripts: Scripts) -> Desk {
    let desk = Desk::new(scripts).await;
    desk.call_itself(WINDOWS).await;
    let campaign = json!({
        "state": "enabled", "snoozeDurationInDays": 0, "enforceRegistrationAfterAllowedSnoozes": true,
        "includeTargets": [{
            "id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "fido2",
        }],
        "excludeTargets": [],
    });
    desk.change(|export| {
        edit(export, "authenticationMethodsPolicy/", |policy| {
            policy["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"] =
                campaign;
        });
    });
    desk
}

/// Signs in with the pass and comes to the invitation.
async fn comes_to_the_invitation(desk: &Desk) {
    let person = desk.person("nikhil.raghunathan");
    desk.open_app(APP).await;
    desk.name(person).await;
    desk.with_pass(person).await;
    desk.comes_to("/register").await;
    desk.says("invites you to add a passkey").await;
}

#[tokio::test]
async fn whoever_is_invited_puts_it_off_tries_in_vain_and_then_makes_a_passkey() {
    let Some(prepared) = Prepared::find() else { return };
    let desk = demo_with_campaign(Scripts::On).await;
    let device = desk.browser.plug_in(Transport::Internal).await;
    comes_to_the_invitation(&desk).await;
    let faults = desk.browser.faults(&prepared, "invited").await;
    assert_eq!(faults, [""; 0], "{faults:?}");
    // Looking at it once more counts nothing.
    desk.open("/register").await;
    desk.says("Not now (3 times left)").await;
    desk.post("/register/later").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;

    comes_to_the_invitation(&desk).await;
    desk.says("Not now (2 times left)").await;
    desk.browser.verify(&device, UserVerification::Fails).await;
    desk.press(HERE).await;
    desk.comes_to("/register/passkey").await;
    desk.press("#passkey-start").await;
    desk.says("Go on without a passkey").await;
    let faults = desk.browser.faults(&prepared, "tried-in-vain").await;
    assert_eq!(faults, [""; 0], "{faults:?}");
    desk.post("/register/later").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;

    // The skip was not counted.
    comes_to_the_invitation(&desk).await;
    desk.says("Not now (2 times left)").await;
    desk.browser.verify(&device, UserVerification::Succeeds).await;
    desk.press(HERE).await;
    desk.makes_the_passkey().await;
    desk.press("main p.row a.primary").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;

    // Whoever has one is not asked again; the field for the name offers it by itself.
    desk.open_app(APP).await;
    desk.goes_on_to(APP).await;
}

#[tokio::test]
async fn without_scripts_an_invitation_can_be_put_off_and_a_passkey_that_cannot_be_made_be_skipped()
{
    let Some(_) = Prepared::find() else { return };
    let desk = demo_with_campaign(Scripts::Off).await;
    comes_to_the_invitation(&desk).await;
    desk.post("/register/later").await;
    desk.goes_on_to(APP).await;
    desk.sign_out().await;
    comes_to_the_invitation(&desk).await;
    desk.press(HERE).await;
    desk.comes_to("/register/passkey").await;
    desk.says("Adding a passkey needs JavaScript").await;
    desk.press("form[data-without-script] button").await;
    desk.says("Go on without a passkey").await;
    desk.post("/register/later").await;
    desk.goes_on_to(APP).await;
}
