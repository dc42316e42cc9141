//! What a stranger may learn about who is here: nothing.

use crate::app::App;
use crate::browser::Browser;
use crate::clock;
use crate::site::Site;
use crate::tenant::mfa;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn pages_are_the_same_for_a_name_that_somebody_has_and_one_that_nobody_has() {
    // TI-01
    let site = Site::new(&[mfa()]).await;
    site.person("xenia").await;
    site.person("wanda").await;
    site.password("wanda", PASSWORD).await;
    site.passkey("wanda").await;
    site.app("wanda").await;
    site.account("yusuf", cardea_store::Account::Disabled).await;
    let stranger = crate::passkey::Passkey::new();
    let mut seen: Vec<Vec<String>> = Vec::new();
    for name in ["wanda", "xenia", "yusuf", "zahra"] {
        let browser = Browser::new(&site);
        let mut pages = vec![browser.start(App::Spa, name).await];
        pages.push(browser.with_passkey(&pages[0], &stranger).await);
        pages.push(browser.with_password("wrong").await);
        pages.push(browser.with_pass("WRONGWRO").await);
        for path in ["/signin/code", "/signin/ways", "/signin/stay", "/signin/blocked", "/register"]
        {
            pages.push(browser.open(path).await);
        }
        let texts = pages.iter().map(|page| {
            let text = format!("{} {} {}", page.path, page.status, crate::bare(&page.body));
            text.replace(name, "NAME")
        });
        seen.push(texts.collect());
    }
    for other in &seen[1..] {
        for (one, two) in seen[0].iter().zip(other) {
            assert_eq!(one, two);
        }
    }
    // The positive twin: whoever has the secret sees another page.
    let browser = Browser::new(&site);
    browser.start(App::Spa, "wanda").await;
    assert_eq!(browser.with_password(PASSWORD).await.heading(), "One more check");
}

#[tokio::test]
async fn options_say_nothing_about_who_has_passkeys() {
    // TI-01
    let site = Site::new(&[mfa()]).await;
    site.passkey("kim").await;
    for name in ["kim", "bob"] {
        let browser = Browser::new(&site);
        let page = browser.start(App::Spa, name).await;
        let options: serde_json::Value = serde_json::from_str(&page.options()).unwrap();
        assert!(options["allowCredentials"].as_array().is_none_or(Vec::is_empty), "{options}");
    }
}

#[tokio::test]
async fn guesses_at_a_password_are_counted_for_every_spelling_and_for_nobody_too() {
    // RL-02
    let site = Site::new(&[]).await;
    site.password("kim", PASSWORD).await;
    let guess = async |site: &Site, name: &str, guess: &str| {
        let browser = Browser::new(site);
        let page = browser.open(&App::Spa.request(&[])).await;
        browser.submit(&page, "/signin", &[("username", name)]).await;
        browser.with_password(guess).await
    };
    for at in 0..10 {
        let spelled = if at % 2 == 0 { "kim@contoso.example" } else { "KIM@CONTOSO.example" };
        assert!(!guess(&site, spelled, "wrong").await.says("Too many tries"));
        assert!(!guess(&site, "bob@contoso.example", "wrong").await.says("Too many tries"));
    }
    let locked = guess(&site, "kim@contoso.example", PASSWORD).await;
    assert!(locked.says("Too many tries"), "{}", locked.body);
    assert!(guess(&site, "bob@contoso.example", PASSWORD).await.says("Too many tries"));
    let other = site.another().await;
    assert!(guess(&other, "Kim@contoso.example", PASSWORD).await.says("Too many tries"));
    // A clock that goes back neither opens the lock nor makes it last.
    clock::minutes(-60);
    assert!(guess(&site, "kim@contoso.example", PASSWORD).await.says("Too many tries"));
    clock::minutes(76);
    assert_eq!(guess(&site, "kim@contoso.example", PASSWORD).await.path, "/signin/stay");
    // A passkey gets in meanwhile; a success resets only its own count.
    for _ in 0..11 {
        guess(&site, "kim@contoso.example", "wrong").await;
    }
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    assert!(!browser.code_with_passkey(App::Spa, "kim", &passkey).await.is_empty());
    assert!(guess(&site, "kim@contoso.example", PASSWORD).await.says("Too many tries"));
}
