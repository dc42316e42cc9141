//! A sign-in and a registration by the keyboard alone.

use crate::browser::Scripts;
use crate::browser::keys::Key;
use crate::browser::look::{Colours, Look};
use crate::browser::passkeys::Transport;
use crate::desk::Desk;
use crate::prepared::Prepared;

const APP: &str = "Crew Rota";

/// Goes to an element by the tabulator and presses it.
async fn press(desk: &Desk, css: &str) {
    desk.browser.tab_to(css).await;
    desk.browser.key(Key::Enter).await;
}

/// Goes to a field by the tabulator, types, and sends the form.
async fn enter(desk: &Desk, css: &str, text: &str) {
    desk.browser.tab_to(css).await;
    desk.browser.types(text).await;
    desk.browser.key(Key::Enter).await;
}

#[expect(clippy::cognitive_complexity, reason = "a walk is one step after the other")]
async fn signs_in_and_registers(look: Look) {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    desk.browser.look(look).await;
    let _device = desk.browser.plug_in(Transport::Internal).await;
    let person = desk.person("jacinta.barros");
    desk.open_app(APP).await;
    // What does not belong to the straight way can be opened and closed by keys.
    desk.browser.tab_to("summary").await;
    desk.browser.key(Key::Space).await;
    desk.there("details[open]").await;
    desk.open("/signin").await;
    // The field that is asked for has the focus at once.
    desk.there("#username").await;
    assert!(desk.browser.focus("#username").await.is_it);
    enter(&desk, "#username", &person.upn).await;
    desk.comes_to("/signin/passkey").await;
    desk.browser.tab_to("#passkey-start").await;
    desk.browser.picture(&format!("focus-{look}")).await;
    press(&desk, "main a[href^='/signin/ways']").await;
    desk.comes_to("/signin/ways").await;
    press(&desk, "main a[href='/signin/pass']").await;
    desk.there("#pass").await;
    enter(&desk, "#pass", person.pass.as_deref().unwrap()).await;
    desk.comes_to("/register").await;
    press(&desk, "button[value=passkey-here]").await;
    desk.comes_to("/register/passkey").await;
    press(&desk, "#passkey-start").await;
    desk.comes_to("/register/done").await;
    press(&desk, "main a.primary").await;
    desk.comes_to("/signin/stay").await;
    press(&desk, "button[name=choice][value=no]").await;
    desk.is_in(APP).await;
}

#[tokio::test]
async fn with_keys_alone_a_newcomer_registers_and_sees_the_focus_on_a_computer() {
    signs_in_and_registers(Look { colours: Colours::Light, width: 1280 }).await;
}

#[tokio::test]
async fn with_keys_alone_a_newcomer_registers_and_sees_the_focus_in_a_narrow_dark_window() {
    signs_in_and_registers(Look { colours: Colours::Dark, width: 360 }).await;
}

#[tokio::test]
async fn with_keys_alone_a_mistake_is_found_and_mended() {
    let Some(_) = Prepared::find() else { return };
    let desk = Desk::new(Scripts::On).await;
    let _key = desk.browser.plug_in_untouched(Transport::Usb).await;
    let person = desk.person("nikhil.raghunathan");
    desk.open_app(APP).await;
    desk.browser.tab_to("#username").await;
    desk.browser.key(Key::Enter).await;
    // The summary has the focus, and leads to the field.
    desk.there("#problems").await;
    assert!(desk.browser.focus("#problems").await.is_it);
    press(&desk, "#problems a").await;
    assert!(desk.browser.focus("#username").await.is_it);
    desk.browser.types(&person.upn).await;
    desk.browser.key(Key::Enter).await;
    desk.comes_to("/signin/passkey").await;
    // Nobody touches the key; Escape gives up, and the focus is where it was.
    press(&desk, "#passkey-start").await;
    desk.browser.key(Key::Escape).await;
    desk.says("No passkey was used").await;
    assert!(desk.browser.focus("#passkey-start").await.is_it);
}
