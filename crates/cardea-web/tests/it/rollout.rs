//! The rollout, group by group: numbers that are lists, enforcement that waits, and the filter for apps.

use cardea_store::Usable;
use serde_json::{Value, json};

use crate::admin::at_the_desk;
use crate::site::{Plan, Site};
use crate::tenant::{
    AUTHENTICATOR_ANDROID, Policy, attested_only, id, methods, mfa, phishing_resistant, strength,
};

const DRAFT: &str = "CA020 Passkeys";

/// Passkeys that prove their model only, and no passes for one group: whoever of it has none cannot begin.
fn no_passes_for_the_stuck() -> Value {
    let mut methods = attested_only();
    let all = methods["authenticationMethodConfigurations"].as_array_mut().unwrap();
    let pass = all.iter_mut().find(|it| it["id"] == "TemporaryAccessPass").unwrap();
    pass["excludeTargets"] = json!([{ "targetType": "group", "id": id("group", "Stuck") }]);
    methods
}

async fn policies(site: &Site) -> Vec<Value> {
    let mut reader = site.store.read().await.unwrap();
    let all = reader.objects("conditionalAccessPolicy").await.unwrap();
    all.iter().map(|it| serde_json::from_str(&it.json).unwrap()).collect()
}

#[tokio::test]
async fn enforcement_waits_for_the_trapped_and_is_for_one_group_alone() {
    let plan = Plan {
        objects: vec![strength("Passkey in Authenticator", &["fido2"], &[AUTHENTICATOR_ANDROID])],
        methods: no_passes_for_the_stuck(),
        ..Plan::new(&[])
    };
    let site = Site::planned(plan).await;
    for name in ["ana", "lee"] {
        site.person(name).await;
        site.password(name, "correct horse").await;
    }
    site.group("Ready", &["kim"]).await;
    site.group("Stuck", &["ana", "lee"]).await;
    let draft = Policy::new(DRAFT)
        .strength("00000000-0000-0000-0000-000000000004")
        .state("enabledForReportingButNotEnforced")
        .with(
            "/conditions/users",
            json!({ "includeUsers": [], "includeGroups": [id("group", "Ready"), id("group", "Stuck")] }),
        );
    site.policies(&[draft]).await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/rollout").await;
    assert!(page.says("Enforce for Ready") && page.says("Enforce for Stuck"), "{}", page.body);
    let stuck = format!("/admin/people?group={}&ready=", id("group", "Stuck"));
    let mut people = 0;
    for word in ["ready", "alone", "help", "trapped"] {
        let cell = crate::html::unescaped(&page.body);
        let cell = cell.split(&format!("{stuck}{word}\">")).nth(1).expect("the number is a link");
        let number: usize = cell.split('<').next().unwrap().parse().unwrap();
        let list = browser.open(&format!("{stuck}{word}")).await;
        assert_eq!(list.body.matches("<th scope=\"row\">").count(), number, "{word}");
        people += number;
    }
    assert_eq!(people, 2);
    let whole = format!("/admin/people?group={}", id("group", "Stuck"));
    let list = browser.open(&whole).await;
    assert_eq!(list.body.matches("<th scope=\"row\">").count(), 2, "the group and nobody else");
    let action = format!("/admin/policies/{}/on", id("policy", DRAFT));
    let csrf = page.form(&action).fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let group = id("group", "Stuck");
    assert!(page.says("Enforce for Stuck: 2 people would be trapped."), "{}", page.body);
    let forced =
        browser.post(&action, &[("csrf", &csrf), ("group", &group), ("choice", "on")]).await;
    assert_eq!(forced.status, 422, "{}", forced.body);
    assert_eq!(policies(&site).await.len(), 1);
    let group = id("group", "Ready");
    let done = browser.post(&action, &[("csrf", &csrf), ("group", &group), ("choice", "on")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let all = policies(&site).await;
    let copy = all.iter().find(|it| it["displayName"] == format!("{DRAFT}, for Ready")).unwrap();
    assert_eq!(copy["state"], "enabled");
    assert_eq!(copy["conditions"]["users"]["includeGroups"], json!([group]));
    let draft = all.iter().find(|it| it["displayName"] == DRAFT).unwrap();
    assert_eq!(draft["state"], "enabledForReportingButNotEnforced", "the others still rehearse");
}

#[tokio::test]
async fn a_forecast_is_made_of_first_passkeys_and_a_campaign_is_paused() {
    let mut methods = methods();
    let campaign = "/registrationEnforcement/authenticationMethodsRegistrationCampaign";
    *methods.pointer_mut(campaign).unwrap() = json!({
        "state": "enabled", "snoozeDurationInDays": 3,
        "enforceRegistrationAfterAllowedSnoozes": true, "excludeTargets": [],
        "includeTargets": [{ "id": id("group", "Pilot"), "targetType": "group",
            "targetedAuthenticationMethod": "fido2" }],
    });
    let site = Site::planned(Plan { methods, ..Plan::new(&[phishing_resistant()]) }).await;
    site.person("ana").await;
    site.password("ana", "correct horse").await;
    site.pass("ana", Usable::Many).await;
    site.group("Pilot", &["ana", "kim"]).await;
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/rollout").await;
    assert!(page.says("Pilot") && page.says("at 1 in 7 days as now."), "{}", page.body);
    let fields = [("choice", "pause")];
    let done = browser.submit(&page, "/admin/rollout", &fields).await;
    assert!(done.says("Saved."), "{}", done.body);
    let mut reader = site.store.read().await.unwrap();
    let saved = reader.objects("authenticationMethodsPolicy").await.unwrap().remove(0);
    let saved: Value = serde_json::from_str(&saved.json).unwrap();
    let saved = saved.pointer(campaign).unwrap();
    assert_eq!(saved["state"], "disabled");
    assert_eq!(
        (&saved["snoozeDurationInDays"], &saved["includeTargets"][0]["id"]),
        (&json!(3), &json!(id("group", "Pilot"))),
        "nothing else changes"
    );
    let page = browser.open("/admin/rollout").await;
    assert!(page.says("Start the campaign"), "{}", page.body);
}

#[tokio::test]
async fn a_policy_for_all_resources_becomes_a_filter_after_it_was_shown_who_loses_cover() {
    let site = Site::new(&[mfa()]).await;
    // A Global Administrator may not define or assign attributes, as in Entra.
    for role in ["8424c6f0-a189-499e-bbd0-26c1753c96d4", "58a13ea3-c632-46ae-9ee0-9c0d43cd7f3d"] {
        site.role("kim", role).await;
    }
    let (browser, _) = at_the_desk(&site).await;
    let page = browser.open("/admin/apps/review").await;
    let values = [("values", "business"), ("choice", "define")];
    let page = browser.submit(&page, "/admin/apps/review", &values).await;
    let untagged = page.body.matches("no tag").count();
    assert!(page.says(&format!("{untagged} untagged")), "{}", page.body);
    let field = page.form("/admin/apps/review").fields.into_iter();
    let field = field.map(|(name, _)| name).find(|name| name.starts_with("tag_")).unwrap();
    let tagged = [(field.as_str(), "business"), ("choice", "tag")];
    let page = browser.submit(&page, "/admin/apps/review", &tagged).await;
    let left = page.body.matches("no tag").count();
    assert_eq!(left + 1, untagged, "{}", page.body);
    let policy = id("policy", "MFA everywhere");
    let filter = "/admin/apps/review/filter";
    let page = browser.open(&format!("{filter}?policy={policy}&value=business&mode=include")).await;
    assert!(page.says("Who loses cover") && page.says("nothing"), "{}", page.body);
    assert!(page.says("Proof of this draft"), "{}", page.body);
    let before = policies(&site).await;
    assert_eq!(before[0]["conditions"]["applications"]["includeApplications"], json!(["All"]));
    // The form that asks has the same address as the one that saves, and no token.
    let forms = page.forms().into_iter().map(|form| form.fields);
    let mut forms = forms.filter(|it| it.iter().any(|(name, _)| name == "version"));
    let fields = forms.next().unwrap();
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = [("choice", "report-only")].into_iter().chain(fields).collect();
    let done = browser.post(filter, &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let after = policies(&site).await;
    let apps = &after[0]["conditions"]["applications"];
    assert_eq!(
        apps["applicationFilter"],
        json!({ "mode": "include",
        "rule": "CustomSecurityAttribute.Cardea_Kind -eq \"business\"" })
    );
    assert_eq!(apps["includeApplications"], json!([]));
    assert_eq!(after[0]["state"], "enabledForReportingButNotEnforced");
    let gone = browser.open(&format!("{filter}?policy={policy}&value=business")).await;
    assert_eq!(gone.status, 422, "it is for all resources no more: {}", gone.body);
}
