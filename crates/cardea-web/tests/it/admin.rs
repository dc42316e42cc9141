//! The admin center: who gets in, and policies from the list to the log.

use axum::http::StatusCode;
use serde_json::json;

use crate::browser::{Answer, Browser};
use crate::passkey::Passkey;
use crate::site::{Plan, Site};
use crate::tenant::{AUTHENTICATOR_ANDROID, attested_only, id, mfa, strength};

const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
const AUTHENTICATOR_IOS: &str = "90a3ccdf-635c-4729-a248-9b709135078f";
const HELP_DESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

impl Site {
    /// Gives somebody a role.
    pub(crate) async fn role(&self, name: &str, role: &str) {
        self.object(&json!({
            "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
            "id": id("assignment", &format!("{name} {role}")),
            "principalId": id("person", name), "roleDefinitionId": role, "directoryScopeId": "/",
        }))
        .await;
    }
}

/// Somebody with a passkey and all roles, who has the admin center open.
pub(crate) async fn at_the_desk(site: &Site) -> (Browser<'_>, Passkey) {
    site.role("kim", GLOBAL).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(site);
    let page = enter(&browser, "kim", &passkey, "/admin/policies").await;
    assert_eq!(page.heading(), "Policies", "{}", page.body);
    (browser, passkey)
}

async fn enter(browser: &Browser<'_>, name: &str, passkey: &Passkey, to: &str) -> Answer {
    let page = browser.open(to).await;
    let page = browser.name(&page, name).await;
    let page = browser.with_passkey(&page, passkey).await;
    browser.stay(&page, "no").await
}

/// What the editor's form posts for a policy that asks everybody but Kim for a passkey in Authenticator, everywhere.
fn trap(page: &Answer) -> Vec<(&'static str, String)> {
    let strength = id("strength", "Passkey in Authenticator");
    let csrf = page.form("/admin/policies/new").fields;
    let csrf = csrf.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fixed = [
        ("name", "CA010 Passkey everywhere"),
        ("who", "all"),
        ("what", "all"),
        ("grant", "require"),
        ("state", "enabledForReportingButNotEnforced"),
        ("operator", "OR"),
        ("exclude_users", "kim@contoso.example"),
    ];
    let fixed = fixed.into_iter().map(|(name, value)| (name, value.to_owned()));
    fixed.chain([("strength", strength), ("csrf", csrf)]).collect()
}

fn with<'a>(
    fields: &'a [(&'static str, String)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let known = fields.iter().map(|(name, value)| (*name, value.as_str()));
    known.chain(more.iter().copied()).collect()
}

/// A tenant in which Ana and Lee sign in with passwords, and only Kim has a passkey.
async fn office() -> Site {
    let authenticator = [AUTHENTICATOR_ANDROID, AUTHENTICATOR_IOS];
    let plan = Plan {
        objects: vec![strength("Passkey in Authenticator", &["fido2"], &authenticator)],
        methods: attested_only(),
        ..Plan::new(&[mfa()])
    };
    let site = Site::planned(plan).await;
    for name in ["ana", "lee"] {
        site.person(name).await;
        site.password(name, "correct horse").await;
    }
    site
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_first_and_comes_to_the_page_they_wanted() {
    let site = office().await;
    site.role("kim", GLOBAL).await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = enter(&browser, "kim", &passkey, "/admin/policies?state=enabled").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.path.starts_with("/admin/policies?state=enabled"), "{}", page.path);
    assert!(page.says("MFA everywhere"), "{}", page.body);
}

#[tokio::test]
async fn without_a_role_nothing_is_shown_and_with_a_small_one_it_is_said_who_may() {
    let site = office().await;
    let passkey = site.passkey("kim").await;
    let browser = Browser::new(&site);
    let page = enter(&browser, "kim", &passkey, "/admin/policies").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.says("MFA everywhere"));
    site.role("kim", HELP_DESK).await;
    site.role("lee", GLOBAL).await;
    let page = browser.open("/admin/policies/new").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.says("Global Administrator") && page.says("lee of Contoso"), "{}", page.body);
}

#[tokio::test]
async fn a_policy_that_traps_people_is_shown_before_and_refused_when_it_is_turned_on() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let fields = trap(&page);
    let proved = browser.post("/admin/policies/prove", &with(&fields, &[])).await;
    assert_eq!(proved.status, StatusCode::OK, "{}", proved.body);
    assert!(
        proved.says("registration-loop") || proved.says("closed-registration"),
        "{}",
        proved.body
    );
    assert!(proved.says("Accept it and turn on"), "{}", proved.body);
    let panel = browser.post("/admin/policies/proof", &with(&fields, &[])).await;
    assert!(panel.body.starts_with("<section class=\"panel\""), "{}", panel.body);
    let refused = browser.post("/admin/policies/new", &with(&fields, &[("choice", "on")])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.says("Nothing was saved") && refused.says("<svg"), "{}", refused.body);
    assert_eq!(site.audited("Add conditional access policy").await, 0);
    assert_eq!(site.audited("Add conditional access policy (refused)").await, 1);
}

#[tokio::test]
async fn what_is_refused_can_be_accepted_with_a_reason_and_an_end_and_not_without() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let fields = trap(&page);
    let refused = browser.post("/admin/policies/new", &with(&fields, &[("choice", "on")])).await;
    for (reason, until) in [("", "2026-08-01"), ("the pilot", ""), ("the pilot", "2030-01-01")] {
        let answers = [("reason", reason), ("until", until), ("choice", "accept")];
        let again = browser.fill(&refused, "/admin/policies/new", &answers).await;
        assert_eq!(
            again.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{reason} {until}: {}",
            again.body
        );
        assert!(again.says("There is a problem"), "{}", again.body);
    }
    assert_eq!(site.audited("Add conditional access policy").await, 0);
    let answers = [("reason", "the pilot"), ("until", "2026-08-01"), ("choice", "accept")];
    let saved = browser.fill(&refused, "/admin/policies/new", &answers).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(site.audited("Add conditional access policy").await, 1);
    let page = browser.open("/admin/findings").await;
    assert!(page.says("until 2026-08-01") && page.says("the pilot"), "{}", page.body);
}
