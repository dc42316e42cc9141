//! The admin center: who gets in, and policies from the list to the log.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use cardea_store::Usable;
use serde_json::{Value, json};

use crate::app::App;
use crate::browser::{Answer, Browser};
use crate::html::unescaped;
use crate::passkey::Passkey;
use crate::site::{Plan, Site};
use crate::tenant::{
    AUTHENTICATOR_ANDROID, Policy, attested_only, id, mfa, office as office_network, strength,
};

const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
const AUTHENTICATOR_IOS: &str = "90a3ccdf-635c-4729-a248-9b709135078f";
const HELP_DESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

impl Site {
    /// The policy with a name.
    async fn policy_named(&self, name: &str) -> Value {
        let mut reader = self.store.read().await.unwrap();
        let all = reader.objects("conditionalAccessPolicy").await.unwrap();
        let found = all.into_iter().find(|it| it.name == name).expect("it is there");
        serde_json::from_str(&found.json).unwrap()
    }

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

/// Signs in on the way to a page of the admin center.
pub(crate) async fn enter(
    browser: &Browser<'_>,
    name: &str,
    passkey: &Passkey,
    to: &str,
) -> Answer {
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

#[tokio::test]
async fn every_page_that_the_admin_center_links_to_is_there() {
    let site = office().await;
    site.group("Sales", &["ana", "lee"]).await;
    site.object(&office_network(&["203.0.113.0/24"])).await;
    site.object(&json!({
        "@odata.type": "#microsoft.graph.authenticationContextClassReference",
        "id": "c1", "displayName": "Payments", "isAvailable": true,
    }))
    .await;
    site.object(&json!({
        "@odata.type": "#microsoft.graph.agreement", "id": id("terms", "House rules"),
        "displayName": "House rules",
    }))
    .await;
    site.pass("ana", Usable::Many).await;
    let (browser, _) = at_the_desk(&site).await;
    let mut seen = BTreeSet::new();
    let mut open = vec!["/admin".to_owned()];
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        let links = page.body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
        let links = links.map(unescaped).filter(|it| it.starts_with("/admin"));
        // One page of each list is enough of what differs in filters only.
        open.extend(links.filter(|it| !it.contains("ready=") && !it.contains("correlation=")));
        assert!(seen.len() < 400, "too many pages: {seen:#?}");
    }
    for part in [
        "people",
        "groups",
        "roles",
        "passes",
        "policies",
        "findings",
        "exemptions",
        "strengths",
        "locations",
        "contexts",
        "terms",
        "methods",
        "rollout",
        "whatif",
        "apps",
        "logs/signins",
        "logs/audit",
        "logs/provisioning",
        "apps/review/filter",
        "settings",
    ] {
        let path = format!("/admin/{part}");
        assert!(seen.iter().any(|it| it.starts_with(&path)), "{path} of {seen:#?}");
    }
    assert!(seen.len() > 60, "{seen:#?}");
}

#[tokio::test]
async fn a_policy_is_saved_changed_and_deleted_and_the_log_tells_it() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let fields = trap(&page);
    let saved =
        browser.post("/admin/policies/new", &with(&fields, &[("choice", "report-only")])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let path = saved.location().unwrap().split('?').next().unwrap().to_owned();
    let page = browser.follow(saved).await;
    assert!(page.says("Saved. It was proved first."), "{}", page.body);
    let changed =
        browser.fill(&page, &path, &[("name", "CA011 Renamed"), ("choice", "save")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let list = browser.open("/admin/policies").await;
    assert!(list.says("CA011 Renamed") && !list.says("CA010"), "{}", list.body);
    let policy = site.policy_named("CA011 Renamed").await;
    assert_eq!(policy["conditions"]["applications"]["includeApplications"], json!(["All"]));
    assert_eq!(policy["conditions"]["users"]["excludeUsers"], json!([id("person", "kim")]));
    assert_eq!(
        policy["grantControls"]["authenticationStrength"]["id"],
        json!(id("strength", "Passkey in Authenticator"))
    );
    let history = browser.open(&format!("{path}/history")).await;
    assert!(history.says("Add conditional access policy"), "{}", history.body);
    assert!(history.says("Update conditional access policy"), "{}", history.body);
    let ask = browser.open(&format!("{path}/delete")).await;
    let gone = browser.submit(&ask, &format!("{path}/delete"), &[("choice", "yes")]).await;
    assert!(gone.says("Deleted.") && !gone.says("CA011"), "{}", gone.body);
}

#[tokio::test]
async fn what_the_form_does_not_show_survives_a_save() {
    let site = office().await;
    let policy = Policy::new("CA020 With more")
        .requires(&["mfa"])
        .state("enabledForReportingButNotEnforced")
        .with("/conditions/insiderRiskLevels", json!("minor"))
        .with("/description", json!("as the auditors asked"));
    site.policies(&[policy]).await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/policies/{}", id("policy", "CA020 With more"));
    let page = browser.open(&path).await;
    assert!(page.says("as the auditors asked"), "{}", page.body);
    let saved = browser.fill(&page, &path, &[("name", "CA020 Renamed"), ("choice", "save")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let policy = site.policy_named("CA020 Renamed").await;
    assert_eq!(policy["description"], "as the auditors asked");
    assert_eq!(policy["conditions"]["insiderRiskLevels"], "minor");
    assert_eq!(policy["grantControls"]["builtInControls"], json!(["mfa"]));
}

#[tokio::test]
async fn of_two_who_edit_the_same_policy_the_second_sees_both_versions() {
    let site = office().await;
    let draft = Policy::new("CA020 Draft").requires(&["mfa"]).state("disabled");
    site.policies(&[draft]).await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/policies/{}", id("policy", "CA020 Draft"));
    let (mine, theirs) = (browser.open(&path).await, browser.open(&path).await);
    let saved = browser.fill(&theirs, &path, &[("name", "CA020 Theirs"), ("choice", "save")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let conflict = browser.fill(&mine, &path, &[("name", "CA020 Mine"), ("choice", "save")]).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.body);
    for text in ["kim of Contoso", "CA020 Theirs", "CA020 Mine", "Nothing of yours was saved"] {
        assert!(conflict.says(text), "{text}: {}", conflict.body);
    }
    let saved = browser.fill(&conflict, &path, &[("choice", "save")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(browser.open("/admin/policies").await.says("CA020 Mine"));
}

#[tokio::test]
async fn the_help_desk_says_who_calls_and_gets_a_pass_that_works() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/people/{}", id("person", "ana"));
    let page = browser.open(&path).await;
    let help = format!("{path}/help");
    let nobody = browser.fill(&page, &help, &[("minutes", "30"), ("choice", "issue")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.says("Choose how you know that it is this person."), "{}", nobody.body);
    let answers =
        [("identity", "called-back"), ("minutes", "30"), ("uses", "many"), ("choice", "issue")];
    let issued = browser.fill(&nobody, &help, &answers).await;
    assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
    let pass = issued.body.split("class=\"once\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(site.audited("Check who calls").await, 1);
    let ana = Browser::new(&site);
    ana.start(App::Spa, "ana").await;
    let inside = ana.with_pass(pass).await;
    assert!(!inside.says("This pass doesn't work"), "{}", inside.body);
    let again = browser.open(&path).await;
    assert!(!again.body.contains(pass) && again.says("Temporary Access Pass"), "{}", again.body);
}

#[tokio::test]
async fn nobody_issues_a_pass_to_themselves() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/people/{}", id("person", "kim"));
    let page = browser.open(&path).await;
    assert!(page.says("somebody else with the role has to"), "{}", page.body);
    let csrf = page.forms().into_iter().find_map(|form| {
        form.fields.into_iter().find(|(name, _)| name == "csrf").map(|(_, value)| value)
    });
    let fields = [("csrf", csrf.as_deref().unwrap()), ("identity", "in-person"), ("minutes", "30")];
    let refused = browser.post(&format!("{path}/help"), &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(site.audited("Admin registered security info").await, 0);
}

#[tokio::test]
async fn what_if_answers_for_one_person_and_says_what_every_policy_does() {
    let site = office().await;
    site.policies(&[Policy::new("CA900 No Linux").blocks().for_platforms(&["linux"])]).await;
    let (browser, _) = at_the_desk(&site).await;
    let ask = |platform: &str| {
        format!("/admin/whatif?person=ana@contoso.example&platform={platform}&ask=yes")
    };
    let linux = browser.open(&ask("linux")).await;
    assert!(linux.says("does not get in") && linux.says("CA900 No Linux"), "{}", linux.body);
    let windows = browser.open(&ask("windows")).await;
    assert!(windows.says("does not match: the platform"), "{}", windows.body);
    let nobody = browser.open("/admin/whatif?person=nobody@contoso.example&ask=yes").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.says("There is nobody called"), "{}", nobody.body);
}

#[tokio::test]
async fn members_of_a_group_come_and_go_and_a_typing_error_is_shown() {
    let site = office().await;
    site.group("Sales", &["ana"]).await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/groups/{}", id("group", "Sales"));
    let page = browser.open(&path).await;
    let add = format!("{path}/members");
    let wrong = browser.fill(&page, &add, &[("members", "nobody@contoso.example")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.says("There is nobody called nobody@contoso.example"), "{}", wrong.body);
    let added = browser.submit(&page, &add, &[("members", "lee@contoso.example")]).await;
    assert!(added.says("Added to the group.") && added.says("lee of Contoso"), "{}", added.body);
    let ask = browser.open(&format!("{path}/remove?member={}", id("person", "lee"))).await;
    let gone = browser.submit(&ask, &format!("{path}/remove"), &[("choice", "yes")]).await;
    assert!(gone.says("Removed.") && !gone.says("lee of Contoso"), "{}", gone.body);
}

#[tokio::test]
async fn pasted_json_shows_what_changes_before_anything_does() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/import").await;
    let wrong = browser.fill(&page, "/admin/policies/import", &[("json", "{,}")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.says("This is not JSON"), "{}", wrong.body);
    let policy = Policy::new("CA030 Pasted").requires(&["mfa"]).0.to_string();
    let preview = browser
        .fill(&page, "/admin/policies/import", &[("json", &policy), ("choice", "preview")])
        .await;
    assert!(preview.says("CA030 Pasted") && preview.says("new"), "{}", preview.body);
    assert!(!browser.open("/admin/policies").await.says("CA030 Pasted"));
    let done =
        browser.submit(&preview, "/admin/policies/import", &[("choice", "report-only")]).await;
    assert!(done.says("Imported.") && done.says("CA030 Pasted"), "{}", done.body);
    let policy = site.policy_named("CA030 Pasted").await;
    assert_eq!(policy["state"], "enabledForReportingButNotEnforced");
}

#[tokio::test]
async fn settings_strengths_and_locations_are_saved_and_wrong_ones_are_not() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/settings").await;
    let wrong = browser.fill(&page, "/admin/settings", &[("toml", "= nothing")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    let done = browser.submit(&page, "/admin/settings", &[("help_desk", "room 7")]).await;
    assert!(done.says("Help desk: room 7") || done.says("room 7"), "{}", done.body);
    let page = browser.open("/admin/locations/new").await;
    let wrong = browser
        .fill(&page, "/admin/locations/new", &[("name", "HQ"), ("ranges", "203.0.113.0/33")])
        .await;
    assert!(wrong.says("203.0.113.0/33 is no network"), "{}", wrong.body);
    let fields =
        [("name", "HQ"), ("ranges", "203.0.113.0/24"), ("trust", "yes"), ("kind", "ranges")];
    let done = browser.submit(&page, "/admin/locations/new", &fields).await;
    assert!(
        done.says("HQ") && done.says("203.0.113.0/24") && done.says("trusted"),
        "{}",
        done.body
    );
    let page = browser.open("/admin/strengths/new").await;
    let fields = [
        ("name", "Keys only"),
        ("combinations", "fido2"),
        ("other_models", "CB69481E-8FF7-4039-93EC-0A2729A154A8"),
    ];
    let done = browser.submit(&page, "/admin/strengths/new", &fields).await;
    assert!(done.says("Keys only") && done.says("passkey or security key"), "{}", done.body);
    let page = browser.open("/admin/settings/breakglass").await;
    let wrong = [("members", "ana@contoso.example")];
    let wrong = browser.fill(&page, "/admin/settings/breakglass", &wrong).await;
    assert!(wrong.says("cannot change policies in an emergency"), "{}", wrong.body);
    let done = [("members", "kim@contoso.example")];
    let done = browser.submit(&page, "/admin/settings/breakglass", &done).await;
    assert!(done.says("Saved.") && done.says("kim@contoso.example"), "{}", done.body);
    assert!(browser.open("/admin/settings").await.says("[breakglass]"));
}

#[tokio::test]
async fn a_method_is_turned_off_only_after_it_was_proved_what_that_does() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/methods/TemporaryAccessPass").await;
    let fields = [("defaultLifetimeInMinutes", "45"), ("state", "enabled")];
    let done = browser.submit(&page, "/admin/methods/TemporaryAccessPass", &fields).await;
    assert_eq!(done.heading(), "Methods", "{}", done.body);
    let page = browser.open("/admin/methods/TemporaryAccessPass").await;
    assert!(page.body.contains("value=\"45\""), "{}", page.body);
    let page = browser.open("/admin/methods/passkey").await;
    let fields =
        [("p1_attestation", "enabled"), ("p1_rule", "allow"), ("p1_other_models", "not one")];
    let wrong = browser.fill(&page, "/admin/methods/passkey", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    assert!(wrong.says("not one is no AAGUID"), "{}", wrong.body);
}

#[tokio::test]
async fn readiness_counts_everybody_once() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin").await;
    assert_eq!(page.heading(), "If we turned enforcement on now", "{}", page.body);
    let numbers = page.body.split("class=\"number\">").skip(1).take(4);
    let numbers = numbers.map(|it| it.split('<').next().unwrap().parse::<usize>().unwrap());
    let numbers: Vec<usize> = numbers.collect();
    assert_eq!(numbers.len(), 4);
    assert_eq!(numbers.iter().sum::<usize>(), 3, "{numbers:?}");
    for (group, number) in ["ready", "alone", "help", "trapped"].iter().zip(&numbers) {
        let list = browser.open(&format!("/admin/people?ready={group}")).await;
        let rows = list.body.matches("<th scope=\"row\">").count();
        assert_eq!(rows, *number, "{group}: {}", list.body);
    }
}

#[tokio::test]
async fn a_log_entry_is_found_by_its_correlation_id_and_can_be_replayed() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let record = site.sign_ins().await.remove(0);
    let correlation = record["correlationId"].as_str().unwrap();
    let list = browser.open(&format!("/admin/logs/signins?correlation={correlation}")).await;
    assert_eq!(list.body.matches("<th scope=\"row\">").count(), 1, "{}", list.body);
    let path = format!("/admin/logs/signins/{}", record["id"].as_str().unwrap());
    let entry = browser.open(&path).await;
    assert!(entry.says(correlation) && entry.says("Replay in What If"), "{}", entry.body);
}

#[tokio::test]
async fn no_post_of_another_site_and_none_without_a_session_does_anything() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let mut fields = trap(&page);
    fields.retain(|(name, _)| *name != "csrf");
    let answer =
        browser.post("/admin/policies/new", &with(&fields, &[("choice", "report-only")])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let stranger = Browser::new(&site);
    let page = stranger.open("/admin").await;
    let csrf = page.forms()[0].fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let answer = stranger
        .post("/admin/policies/new", &with(&fields, &[("csrf", &csrf), ("choice", "report-only")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(site.audited("Add conditional access policy").await, 0);
}

/// A tenant in which a policy is on that traps Ana and Lee, and Kim at the desk.
async fn trapped() -> Site {
    let site = office().await;
    let policy = Policy::new("CA010 Passkey everywhere")
        .strength(&id("strength", "Passkey in Authenticator"))
        .with("/conditions/users/excludeUsers", json!([id("person", "kim")]));
    site.policies(&[policy]).await;
    site
}

/// The address of the page of the first finding of a rule.
async fn finding_of(browser: &Browser<'_>, rule: &str) -> String {
    let list = browser.open("/admin/findings").await;
    let start = format!("href=\"/admin/findings/{rule}-");
    let rest = list.body.split(&start).nth(1).unwrap_or_else(|| panic!("no {rule}: {}", list.body));
    format!("/admin/findings/{rule}-{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_finding_shows_its_picture_its_people_and_ways_out_that_were_proved() {
    let site = trapped().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = finding_of(&browser, "registration-loop").await;
    let page = browser.open(&path).await;
    for text in
        ["<svg", "What happens", "Ways that were tried", "CA010 Passkey everywhere", "back to step"]
    {
        assert!(page.says(text), "{text}: {}", page.body);
    }
    let people = browser.get(&format!("{path}/people.csv")).await;
    assert_eq!(people.header("content-type"), "text/csv; charset=utf-8");
    assert!(people.body.starts_with("id,userPrincipalName,displayName\r\n"), "{}", people.body);
    assert!(
        people.body.contains("ana@contoso.example") && !people.body.contains("kim@"),
        "{}",
        people.body
    );
    let list = page.body.split("href=\"/admin/people?finding=").nth(1).unwrap();
    let list = format!("/admin/people?finding={}", list.split('"').next().unwrap());
    let list = browser.open(&list).await;
    assert!(list.says("ana of Contoso") && !list.says("kim of Contoso"), "{}", list.body);
}

#[tokio::test]
async fn a_proved_fix_is_looked_at_used_and_the_finding_is_gone() {
    let site = trapped().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = finding_of(&browser, "registration-loop").await;
    let fix = format!("{path}/fix/1");
    let page = browser.open(&fix).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.says("proved again") && page.body.contains("class=\"diff\""), "{}", page.body);
    let done = browser.submit(&page, &fix, &[("choice", "on")]).await;
    assert!(done.says("The fix is in place."), "{}", done.body);
    assert!(!done.body.contains("href=\"/admin/findings/registration-loop-"), "{}", done.body);
    assert_eq!(site.audited("Apply a proved fix").await, 1);
}

#[tokio::test]
async fn a_draft_s_own_fix_can_be_used_in_its_place() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let fields = trap(&page);
    let refused = browser.post("/admin/policies/new", &with(&fields, &[("choice", "on")])).await;
    let look = browser.fill(&refused, "/admin/policies/fix", &[("choice", "look")]).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.body);
    assert!(look.heading().starts_with("Fix: "), "{}", look.body);
    let done = browser.submit(&look, "/admin/policies/fix", &[("choice", "report-only")]).await;
    assert!(done.says("The fix is in place.") && done.says("Report-only"), "{}", done.body);
}

#[tokio::test]
async fn a_finding_is_accepted_until_a_day_and_last_admin_never() {
    let site = trapped().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = finding_of(&browser, "registration-loop").await;
    let accept = format!("{path}/accept");
    let page = browser.open(&accept).await;
    let wrong = browser.fill(&page, &accept, &[("reason", ""), ("until", "2026-07-01")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.says("Say why this is all right for now."), "{}", wrong.body);
    let fields = [("reason", "the pilot"), ("until", "2026-07-01")];
    let done = browser.submit(&page, &accept, &fields).await;
    assert!(done.says("until 2026-07-01") && done.says("the pilot"), "{}", done.body);
}

#[tokio::test]
async fn a_policy_that_locks_out_its_last_administrator_is_refused_whatever_is_accepted() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let mut fields = trap(&page);
    fields.retain(|(name, _)| *name != "exclude_users" && *name != "grant");
    let block = [("grant", "block"), ("choice", "on")];
    let refused = browser.post("/admin/policies/new", &with(&fields, &block)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.says("Nobody could edit policies after this."), "{}", refused.body);
    assert!(!refused.says("Save and accept it"), "{}", refused.body);
    let accepted = [
        ("grant", "block"),
        ("choice", "accept"),
        ("wanted", "on"),
        ("rule", "last-admin"),
        ("reason", "I want to"),
        ("until", "2026-07-01"),
    ];
    let again = browser.post("/admin/policies/new", &with(&fields, &accepted)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    assert_eq!(site.audited("Add conditional access policy").await, 0);
}

#[tokio::test]
async fn what_is_no_number_in_an_address_is_the_beginning_of_a_list() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    for path in ["/admin/people?after=x", "/admin/groups?after=-1", "/admin/logs/audit?before=x"] {
        assert_eq!(browser.open(path).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/admin/logs/audit/x", "/admin/findings/x/fix/y", "/admin/people/x"] {
        assert_eq!(browser.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_account_that_is_turned_off_gets_in_nowhere() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/people/{}", id("person", "ana"));
    let page = browser.open(&path).await;
    let off = browser.submit(&page, &format!("{path}/account"), &[("choice", "off")]).await;
    assert!(off.says("Turn the account on") && off.says("Saved."), "{}", off.body);
    assert_eq!(site.row("ana").await.account, cardea_store::Account::Disabled);
    let on = browser.submit(&off, &format!("{path}/account"), &[("choice", "on")]).await;
    assert!(on.says("Turn the account off"), "{}", on.body);
}

#[tokio::test]
async fn the_last_administrator_s_account_stays_on() {
    let site = office().await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/people/{}", id("person", "kim"));
    let page = browser.open(&path).await;
    let refused = browser.fill(&page, &format!("{path}/account"), &[("choice", "off")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.says("Nobody could edit policies after this."), "{}", refused.body);
    assert_eq!(site.row("kim").await.account, cardea_store::Account::Enabled);
}

#[tokio::test]
async fn the_list_of_passes_tells_which_ones_open_a_way() {
    let site = trapped().await;
    site.person("max").await;
    site.pass("ana", Usable::Once).await;
    let (browser, _) = at_the_desk(&site).await;
    let list = browser.open("/admin/passes").await;
    assert!(list.says("ana of Contoso") && list.says("of no use"), "{}", list.body);
    let policy = site.policy_named("CA010 Passkey everywhere").await;
    let off = format!("/admin/policies/{}", policy["id"].as_str().unwrap());
    let page = browser.open(&off).await;
    let saved = browser.fill(&page, &off, &[("choice", "report-only")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let list = browser.open("/admin/passes").await;
    assert!(list.says("opens the way"), "{}", list.body);
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_comes_back_after_signing_in() {
    let site = office().await;
    let (browser, passkey) = at_the_desk(&site).await;
    let page = browser.open("/admin/policies/new").await;
    let fields = trap(&page);
    crate::clock::minutes(200 * 24 * 60);
    let sent =
        browser.post("/admin/policies/new", &with(&fields, &[("choice", "report-only")])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(site.audited("Add conditional access policy").await, 0);
    let page = browser.follow(sent).await;
    let page = browser.name(&page, "kim").await;
    let page = browser.with_passkey(&page, &passkey).await;
    let page = browser.stay(&page, "no").await;
    assert_eq!(page.path, "/admin/resume", "{}", page.body);
    assert!(
        page.says("nothing was saved") && page.says("CA010 Passkey everywhere"),
        "{}",
        page.body
    );
    assert_eq!(site.audited("Add conditional access policy").await, 0, "it is not sent by itself");
    let done = browser.submit(&page, "/admin/policies/new", &[]).await;
    assert!(done.says("Saved. It was proved first."), "{}", done.body);
    let policy = site.policy_named("CA010 Passkey everywhere").await;
    assert_eq!(policy["state"], "enabledForReportingButNotEnforced");
}

#[tokio::test]
async fn a_pass_that_is_out_is_not_offered_as_what_helps() {
    let site = Site::new(&[crate::tenant::phishing_resistant()]).await;
    site.person("ana").await;
    site.password("ana", "correct horse").await;
    let (browser, _) = at_the_desk(&site).await;
    let path = format!("/admin/people/{}", id("person", "ana"));
    let page = browser.open(&path).await;
    assert!(page.says("helps: a pass"), "{}", page.body);
    let fields =
        [("identity", "called-back"), ("minutes", "30"), ("uses", "many"), ("choice", "issue")];
    let issued = browser.fill(&page, &format!("{path}/help"), &fields).await;
    assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
    assert!(!issued.says("helps: a pass"), "{}", issued.body);
}
