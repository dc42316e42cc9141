//! The first run: a link that works once, two passkeys, and the way to the sheet for emergencies.

use cardea_idp::set_up;

use crate::browser::{Answer, Browser};
use crate::clock;
use crate::passkey::Passkey;
use crate::site::Site;

pub(crate) async fn code(site: &Site) -> String {
    let link = set_up::link(&site.store, clock::now()).await.unwrap().unwrap();
    link.code.expose().to_owned()
}

async fn opened(browser: &Browser<'_>, code: &str) -> Answer {
    let page = browser.open("/setup").await;
    browser.submit(&page, "/setup", &[("setup_code", code)]).await
}

async fn makes(browser: &Browser<'_>, page: &Answer, passkey: &Passkey) -> Answer {
    let answer = passkey.make(&page.options());
    browser.submit(page, "/setup/passkey", &[("credential", &answer)]).await
}

#[tokio::test]
async fn two_administrators_make_their_passkeys_and_sign_in_with_them() {
    let site = Site::at_first_run().await;
    let browser = Browser::new(&site);
    let first = opened(&browser, &code(&site).await).await;
    assert_eq!(first.heading(), "Make the first passkey");
    assert!(first.body.contains("Passkey 1 of 2, for admin-1@contoso.example"), "{}", first.body);
    // Nothing was made: the page stays and says so, and "done" is not to be had.
    let page = browser.submit(&first, "/setup/passkey", &[("credential", "")]).await;
    assert_eq!(page.heading(), "Make the first passkey");
    assert_eq!(browser.open("/setup/done").await.path, "/setup/passkey");
    let second = makes(&browser, &page, &Passkey::new()).await;
    assert!(second.body.contains("Passkey 2 of 2, for admin-2@contoso.example"), "{}", second.body);
    let done = makes(&browser, &second, &Passkey::new()).await;
    assert_eq!((done.path.as_str(), done.heading()), ("/setup/done", "Cardea is ready".to_owned()));
    assert!(done.body.contains("2 passkeys made") && done.body.contains("a-sheet.txt"));
    assert!(set_up::link(&site.store, clock::now()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_opens_one_browser_once() {
    // RH-06
    let site = Site::at_first_run().await;
    let (mine, other) = (Browser::new(&site), Browser::new(&site));
    let link = code(&site).await;
    assert_eq!(opened(&mine, "another").await.path, "/setup");
    let page = opened(&mine, &link).await;
    let late = opened(&other, &link).await;
    assert_eq!((late.path.as_str(), late.heading()), ("/setup", "Set up Cardea".to_owned()));
    // Whoever has not opened it comes to no page of it, and an answer of theirs makes nothing.
    assert_eq!(other.open("/setup/passkey").await.path, "/setup");
    assert_eq!(other.open("/setup/done").await.path, "/setup");
    let start = other.open("/setup").await;
    let token = start.form("/setup").fields[0].1.clone();
    let answer = Passkey::new().make(&page.options());
    let fields = [("csrf", token.as_str()), ("credential", &answer)];
    let refused = other.post("/setup/passkey", &fields).await;
    assert_eq!(refused.location(), Some("/setup"));
    // It ends half an hour after it was opened.
    clock::minutes(30);
    assert_eq!(mine.open("/setup/passkey").await.path, "/setup");
}

#[tokio::test]
async fn what_one_set_up_asks_for_makes_nothing_in_another() {
    // RH-06
    let site = Site::at_first_run().await;
    let (mine, theirs) = (Browser::new(&site), Browser::new(&site));
    let first = opened(&mine, &code(&site).await).await;
    let other = opened(&theirs, &code(&site).await).await;
    let answer = Passkey::new().make(&other.options());
    let fields = [("credential", answer.as_str())];
    // The question of another browser's set-up.
    let refused = mine.submit(&first, "/setup/passkey", &fields).await;
    assert!(refused.body.contains("Passkey 1 of 2"), "{}", refused.body);
    // The positive twin, and then the same answer for the next administrator.
    let own = Passkey::new().make(&refused.options());
    let second = mine.submit(&refused, "/setup/passkey", &[("credential", &own)]).await;
    assert!(second.body.contains("Passkey 2 of 2"), "{}", second.body);
    let again = mine.submit(&second, "/setup/passkey", &[("credential", &own)]).await;
    assert!(again.body.contains("Passkey 2 of 2"), "{}", again.body);
    // Whoever has the other link's page was asked for the first administrator, who has a passkey now.
    let late = theirs.submit(&other, "/setup/passkey", &fields).await;
    assert!(late.body.contains("Passkey 2 of 2"), "{}", late.body);
    let done = makes(&mine, &again, &Passkey::new()).await;
    assert_eq!(done.path, "/setup/done");
    // After the end no link opens anything, and the pages of the set-up are gone.
    assert!(set_up::link(&site.store, clock::now()).await.unwrap().is_none());
    assert_eq!(theirs.open("/setup/passkey").await.path, "/setup/done");
}
