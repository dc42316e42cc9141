//! What If in the admin center, from its address to the answer, and the same question to Graph.

use cardea_check::config::Config;
use cardea_check::whatif::{answer, request};
use cardea_idp::admin::outlook::mismatch;
use serde_json::{Value, json};

use crate::admin::at_the_desk;
use crate::browser::Answer;
use crate::html::unescaped;
use crate::site::{Plan, Site};
use crate::tenant::{Policy, id, office};

const DOES_NOT: &str = "does not get in";

/// One policy for each thing that can be supposed of a sign-in; each blocks.
async fn site() -> Site {
    let block = |name: &str| {
        let except = json!([id("person", "kim")]);
        Policy::new(name).blocks().with("/conditions/users/excludeUsers", except)
    };
    let device = json!({ "deviceFilter": { "mode": "include",
        "rule": "device.trustType -eq \"ServerAD\"" } });
    let register = json!({ "includeUserActions": ["urn:user:registerdevice"] });
    let inside = |place: &str| json!({ "includeLocations": [place] });
    let germany = id("location", "Germany");
    let policies = [
        block("B1 joined devices").with("/conditions/devices", device),
        block("B2 from the office")
            .with("/conditions/locations", inside(&id("location", "Office"))),
        block("B3 from Germany").with("/conditions/locations", inside(&germany)),
        block("B4 sign-in risk").with("/conditions/signInRiskLevels", json!(["high"])),
        block("B5 user risk").with("/conditions/userRiskLevels", json!(["high"])),
        block("B6 device codes").for_flow("deviceCodeFlow"),
        block("B7 registering").for_registering(),
        block("B8 joining").with("/conditions/applications", register),
        block("B9 apps").with("/conditions/clientAppTypes", json!(["mobileAppsAndDesktopClients"])),
        block("B10 Linux").for_platforms(&["linux"]),
    ];
    let countries = json!({
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": germany, "displayName": "Germany", "countriesAndRegions": ["DE"],
        "includeUnknownCountriesAndRegions": false,
    });
    let plan =
        Plan { objects: vec![office(&["203.0.113.0/24"]), countries], ..Plan::new(&policies) };
    let site = Site::planned(plan).await;
    site.person("ana").await;
    site.password("ana", "correct horse").await;
    site
}

/// The names of the policies that the table says to apply.
fn applying(page: &Answer) -> Vec<String> {
    let rows = page.body.split("<th scope=\"row\">").skip(1);
    let applies = rows.filter(|row| row.contains("matches: block"));
    let name = |row: &str| {
        let link = row.split("href=\"/admin/policies/").nth(1).unwrap();
        unescaped(link.split('>').nth(1).unwrap().split('<').next().unwrap())
    };
    applies.map(name).collect()
}

/// The request to Graph that the page gives.
fn as_asked_of_graph(page: &Answer) -> Value {
    let curl = page.body.split("data-copy=\"").nth(1).unwrap().split('"').next().unwrap();
    let curl = unescaped(curl);
    assert!(curl.contains("/v1.0/identity/conditionalAccess/evaluate'"), "{curl}");
    let body = curl.split("-d '").nth(1).unwrap().strip_suffix('\'').unwrap();
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn each_thing_that_is_supposed_decides_and_graph_is_asked_the_same() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    let office = id("location", "Office");
    let location = format!("location={office}");
    for (supposed, policy) in [
        ("", None),
        ("device=compliant", None),
        ("device=joined", Some("B1 joined devices")),
        (location.as_str(), Some("B2 from the office")),
        ("address=203.0.113.7", Some("B2 from the office")),
        ("address=198.51.100.1", None),
        ("country=de", Some("B3 from Germany")),
        ("country=FR", None),
        ("signInRisk=high", Some("B4 sign-in risk")),
        ("signInRisk=low", None),
        ("userRisk=high", Some("B5 user risk")),
        ("flow=deviceCodeFlow", Some("B6 device codes")),
        ("flow=authenticationTransfer", None),
        ("action=registerSecurityInformation", Some("B7 registering")),
        ("action=registerOrJoinDevices", Some("B8 joining")),
        ("client=mobileAppsAndDesktopClients", Some("B9 apps")),
        ("platform=linux", Some("B10 Linux")),
    ] {
        let path =
            format!("/admin/whatif?person=ana@contoso.example&has=password&ask=yes&{supposed}");
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{supposed}: {}", page.body);
        assert_eq!(page.says(DOES_NOT), policy.is_some(), "{supposed}: {}", page.body);
        let applying = applying(&page);
        assert_eq!(applying.first().map(String::as_str), policy, "{supposed}: {}", page.body);
        let snapshot = site.idp.snapshot().await.unwrap();
        let asked = as_asked_of_graph(&page);
        let (question, _) =
            request::question(&asked, &snapshot.lowered, &Config::default()).unwrap();
        let reasons = answer::reasons(&snapshot.book.index, &question);
        let graph = reasons.iter().zip(snapshot.book.index.policies());
        let graph = graph.filter(|(reason, _)| mismatch(**reason).is_none());
        let graph = graph.map(|(_, policy)| policy.name.clone());
        assert_eq!(graph.collect::<Vec<_>>(), applying, "{supposed}: {asked}");
        // The form holds the question again.
        if let Some((_, value)) = supposed.split_once('=') {
            let shown = format!("value=\"{value}\"");
            assert!(page.body.contains(&shown), "{supposed}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn what_this_tenant_cannot_see_is_said_and_what_is_no_word_is_refused() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    let ask = |more: &str| format!("/admin/whatif?person=ana@contoso.example&ask=yes&{more}");
    let page = browser.get(&ask("device=compliant")).await;
    assert!(page.says("sees no certificate of a device"), "{}", page.body);
    let page = browser.get(&ask("platform=linux")).await;
    assert!(!page.says("sees no certificate of a device"), "{}", page.body);
    for (more, text) in [
        ("platform=toaster", "toaster is no platform"),
        ("address=nowhere", "nowhere is no IP address"),
        ("country=Germany", "Germany is no country"),
        ("flow=sideways", "sideways is no flow"),
        ("signInRisk=huge", "huge is no risk level"),
        ("location=gone", "no such named location"),
    ] {
        let page = browser.get(&ask(more)).await;
        assert_eq!(page.status, 422, "{more}: {}", page.body);
        assert!(page.says(text) && page.says("There is a problem"), "{more}: {}", page.body);
    }
}

#[tokio::test]
async fn a_sign_in_of_the_log_is_asked_again_as_it_was() {
    let site = site().await;
    let (browser, _) = at_the_desk(&site).await;
    let record = site.sign_ins().await.remove(0);
    assert_eq!(record["originalTransferMethod"], "none");
    let path = format!("/admin/logs/signins/{}", record["id"].as_str().unwrap());
    let entry = browser.open(&path).await;
    let link = entry.body.split("href=\"/admin/whatif?").nth(1).unwrap().split('"').next().unwrap();
    let link = unescaped(link);
    assert!(link.contains("client=browser") && link.contains("ask=yes"), "{link}");
    let page = browser.open(&format!("/admin/whatif?{link}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.says("gets in") && !page.says(DOES_NOT), "{}", page.body);
}
