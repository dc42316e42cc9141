//! Templates of policies.

use std::collections::BTreeSet;

use serde_json::json;

use crate::tenant::{EXPLORER, Tenant, Who, admin};

const TEMPLATES: &str = "identity/conditionalAccess/templates";
const POLICIES: &str = "identity/conditionalAccess/policies";

#[tokio::test]
async fn each_of_eighteen_templates_makes_a_policy_that_leaves_its_maker_out() {
    let tenant = Tenant::new(&[]).await;
    let list = tenant.get(TEMPLATES).await.expect(200);
    let templates = list["value"].as_array().unwrap();
    let ids: BTreeSet<&str> = templates.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!((templates.len(), ids.len()), (18, 18));
    for template in templates {
        let details = &template["details"];
        let excluded = details["conditions"]["users"]["excludeUsers"].as_array().unwrap();
        assert!(excluded.contains(&json!(admin())), "{template}");
        let policy = json!({
            "displayName": template["name"], "state": "enabledForReportingButNotEnforced",
            "templateId": template["id"], "conditions": details["conditions"],
            "grantControls": details["grantControls"],
            "sessionControls": details["sessionControls"],
        });
        let made = tenant.post(POLICIES, &policy).await.expect(201);
        assert_eq!(made["templateId"], template["id"]);
    }
    let by_app = Who::Application(EXPLORER);
    let one = format!("{TEMPLATES}/76C03F19-ea37-4656-a772-a183b4ddb81d?$select=scenarios,details");
    let one = tenant.ask(&by_app, "GET", &one, &json!(null)).await.expect(200);
    assert_eq!(one["scenarios"], "protectAdmins,emergingThreats");
    assert!(
        one["details"]["conditions"]["users"].get("excludeUsers").is_none(),
        "nobody to leave out"
    );
    tenant.get(&format!("{TEMPLATES}/x")).await.expect(404);
}
