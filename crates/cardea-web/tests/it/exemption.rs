//! Temporary exemptions: given by the help desk, under another control, and over by themselves.

use cardea_store::Account;

use crate::admin::{at_the_desk, enter};
use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::clock;
use crate::html::unescaped;
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id, office};

const AUTHENTICATION: &str = "c4e39bd9-1100-46d3-8c65-fb160da0071f";
const NAME: &str = "CA030 Protected apps on phones";

/// A tenant in which phones need a protected app, and Ana and Lee have passwords.
async fn site() -> Site {
    let policy =
        Policy::new(NAME).requires(&["compliantApplication"]).for_platforms(&["android", "iOS"]);
    let plan = Plan { objects: vec![office(&["203.0.113.0/24"])], ..Plan::new(&[policy]) };
    let site = Site::planned(plan).await;
    for name in ["ana", "lee"] {
        site.person(name).await;
        site.password(name, "correct horse").await;
    }
    site
}

fn page_of(name: &str) -> String {
    format!("/admin/people/{}", id("person", name))
}

/// The form for an exemption of four hours under a control.
fn form<'a>(policy: &'a str, control: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("identity", "called-back"),
        ("remedy", "exemption"),
        ("policy", policy),
        ("hours", "4"),
        ("location", control),
        ("choice", "issue"),
    ]
}

/// Exempts somebody for four hours from the office.
async fn exempt(browser: &Browser<'_>, name: &str) -> Answer {
    exempt_under(browser, name, &id("location", "Office")).await
}

/// The same under another control.
async fn exempt_under(browser: &Browser<'_>, name: &str, control: &str) -> Answer {
    let page = browser.open(&page_of(name)).await;
    let policy = id("policy", NAME);
    browser.fill(&page, &format!("{}/help", page_of(name)), &form(&policy, control)).await
}

/// The groups of somebody, by name.
async fn groups(site: &Site, name: &str) -> Vec<String> {
    let mut reader = site.store.read().await.unwrap();
    let mut names = Vec::new();
    for row in reader.groups_of(&id("person", name)).await.unwrap() {
        names.push(reader.object("group", &row.group).await.unwrap().unwrap().name);
    }
    names
}

async fn gets_in(browser: &Browser<'_>, name: &str, address: &str) -> bool {
    let path = format!(
        "/admin/whatif?person={name}@contoso.example&platform=android&address={address}&ask=yes"
    );
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    !page.says("does not get in")
}

#[tokio::test]
async fn an_exemption_needs_an_end_and_a_control_and_holds_under_the_control_only() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open(&page_of("ana")).await;
    assert!(page.says("Exemption from a policy, for hours"), "{}", page.body);
    let help = format!("{}/help", page_of("ana"));
    let policy = id("policy", NAME);
    let bare = [("identity", "in-person"), ("remedy", "exemption"), ("choice", "issue")];
    let wrong = browser.fill(&page, &help, &bare).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert!(wrong.says("Choose when it ends."), "{}", wrong.body);
    assert!(wrong.says("Choose what holds in the policy's place."), "{}", wrong.body);
    let unknown = [("remedy", "exemption"), ("policy", policy.as_str()), ("hours", "4")];
    let nobody = browser.fill(&page, &help, &unknown).await;
    assert!(nobody.says("Choose how you know that it is this person."), "{}", nobody.body);
    assert!(groups(&site, "ana").await.is_empty());
    assert!(!gets_in(&browser, "ana", "203.0.113.7").await);
    let done = exempt(&browser, "ana").await;
    assert_eq!(done.status, 303, "{}", done.body);
    let page = browser.follow(done).await;
    assert!(page.says("Exempt until") && page.says("only from Office"), "{}", page.body);
    assert_eq!(groups(&site, "ana").await, [format!("Exempt from {NAME}: only from Office")]);
    assert!(gets_in(&browser, "ana", "203.0.113.7").await);
    assert!(!gets_in(&browser, "ana", "198.51.100.1").await, "the other policy holds elsewhere");
    assert!(!gets_in(&browser, "lee", "203.0.113.7").await, "nobody else is exempt");
    assert_eq!(site.audited("Exempt from conditional access policy").await, 1);
    assert_eq!(site.audited("Check who calls").await, 1);
    let list = browser.open("/admin/exemptions").await;
    assert!(list.says("ana of Contoso") && list.says(NAME), "{}", list.body);
}

#[tokio::test]
async fn an_exemption_ends_by_itself_once_and_in_another_process_too() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    assert_eq!(exempt(&browser, "lee").await.status, 303);
    clock::minutes(4 * 60 - 1);
    assert_eq!(site.idp.end_exemptions(clock::now()).await.unwrap(), 0);
    assert!(gets_in(&browser, "ana", "203.0.113.7").await);
    clock::minutes(1);
    // A server that was off at that time ends it as soon as it runs.
    let another = site.another().await;
    assert_eq!(another.idp.end_exemptions(clock::now()).await.unwrap(), 2);
    assert_eq!(site.idp.end_exemptions(clock::now()).await.unwrap(), 0);
    assert!(groups(&site, "ana").await.is_empty());
    assert_eq!(site.audited("End exemption from conditional access policy").await, 2);
    let (browser, _) = at_the_desk(&site).await;
    assert!(!gets_in(&browser, "ana", "203.0.113.7").await);
    let page = browser.open(&page_of("ana")).await;
    assert!(page.says("missed window") && page.says("Issue again"), "{}", page.body);
    let again = page.body.split("?again=exemption").nth(1).unwrap().split('"').next().unwrap();
    let again = unescaped(again).split('#').next().unwrap().to_owned();
    let page = browser.open(&format!("{}?again=exemption{again}", page_of("ana"))).await;
    let hours = "<option value=\"4\" selected>";
    let office = format!("<option value=\"{}\" selected>", id("location", "Office"));
    assert!(page.body.contains(hours) && page.body.contains(&office), "{}", page.body);
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    assert!(gets_in(&browser, "ana", "203.0.113.7").await);
}

#[tokio::test]
async fn an_exemption_is_ended_before_its_time_and_a_second_one_takes_the_place_of_the_first() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    clock::minutes(60);
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    let list = browser.open("/admin/exemptions").await;
    assert_eq!(list.body.matches("ana of Contoso").count(), 1, "{}", list.body);
    clock::minutes(3 * 60);
    assert_eq!(site.idp.end_exemptions(clock::now()).await.unwrap(), 0, "it began anew");
    let end = list.body.split("href=\"/admin/exemptions/").nth(1).unwrap();
    let end = format!("/admin/exemptions/{}", end.split('"').next().unwrap());
    let ask = browser.open(&end).await;
    assert!(ask.says("End the exemption of ana of Contoso?"), "{}", ask.body);
    let done = browser.submit(&ask, &end, &[("choice", "yes")]).await;
    assert!(done.says("The exemption has ended.") && !done.says("ana of"), "{}", done.body);
    assert!(groups(&site, "ana").await.is_empty());
    assert_eq!(browser.get(&end).await.status, 404);
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    let other = exempt_under(&browser, "ana", "compliantDevice").await;
    assert_eq!(other.status, 303, "{}", other.body);
    let only = format!("Exempt from {NAME}: only with a compliant device");
    assert_eq!(groups(&site, "ana").await, [only], "another control takes the place of the first");
}

#[tokio::test]
async fn the_help_desk_exempts_neither_itself_nor_administrators_nor_from_what_nobody_prepared() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    let own = browser.open(&page_of("kim")).await;
    assert!(own.says("somebody else with the role has to"), "{}", own.body);
    let csrf = own.forms().into_iter().flat_map(|form| form.fields);
    let csrf = csrf.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let (policy, location) = (id("policy", NAME), id("location", "Office"));
    let fields = with_token(&csrf, &form(&policy, &location));
    let refused = browser.post(&format!("{}/help", page_of("kim")), &fields).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    site.account("max", Account::Enabled).await;
    site.role("max", AUTHENTICATION).await;
    site.role("lee", AUTHENTICATION).await;
    let passkey = site.passkey("max").await;
    let desk = Browser::new(&site);
    let page = enter(&desk, "max", &passkey, &page_of("ana")).await;
    assert!(page.says("Nobody can be exempt from the policies"), "{}", page.body);
    assert!(!page.says("Exemption from a policy, for hours"), "{}", page.body);
    let forced = exempt_with(&desk, "ana").await;
    assert_eq!(forced.status, 403, "{}", forced.body);
    assert_eq!(exempt(&browser, "ana").await.status, 303);
    site.person("noa").await;
    let done = exempt(&desk, "noa").await;
    assert_eq!(done.status, 303, "{}", done.body);
    let page = desk.open(&page_of("lee")).await;
    assert!(page.says("This person has an administrator role"), "{}", page.body);
    assert_eq!(exempt_with(&desk, "lee").await.status, 403);
    assert_eq!(site.audited("Exempt from conditional access policy").await, 2);
}

/// A form with the token that it needs.
fn with_token<'a>(csrf: &'a str, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("csrf", csrf)].into_iter().chain(form.iter().copied()).collect()
}

/// The same as [`exempt`], with a token of another form of the page.
async fn exempt_with(browser: &Browser<'_>, name: &str) -> Answer {
    let page = browser.open(&page_of("ana")).await;
    let help = format!("{}/help", page_of("ana"));
    let csrf = page.form(&help).fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let (policy, location) = (id("policy", NAME), id("location", "Office"));
    let fields = with_token(&csrf, &form(&policy, &location));
    browser.post(&format!("{}/help", page_of(name)), &fields).await
}

#[tokio::test]
async fn people_see_what_they_are_exempt_from_and_until_when() {
    let site = site().await;
    let (desk, _) = at_the_desk(&site).await;
    let browser = Browser::new(&site);
    browser.start(App::Spa, "ana").await;
    let page = browser.with_password("correct horse").await;
    browser.stay(&page, "no").await;
    let page = browser.open("/my/exemptions").await;
    let page = if page.says("You have no exemption") {
        page
    } else {
        browser.open("/my/exemptions").await
    };
    assert!(page.says("You have no exemption"), "{}", page.body);
    assert_eq!(exempt(&desk, "ana").await.status, 303);
    let page = browser.open("/my/exemptions").await;
    assert!(page.says(NAME) && page.says("only from Office"), "{}", page.body);
    assert!(page.says("16:00"), "{}", page.body);
}
