//! Certificates: the checker believes nothing that is not so, whoever made it.

use std::sync::LazyLock;

use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::id::AppId;
use cardea_policy::strength::Mode;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Across, Actor, Device, Intent};
use cardea_tenant::journey::means::Means;
use cardea_tenant::journey::step::Account;
use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::Certificate;
use cardea_verify::check::check;
use cardea_verify::claim::{Claim, Goal, Passes, Population};

/// What the certificates are about.
const INPUT: &str = "fuzz";

/// A tenant of which it is known whether people get in.
struct Known {
    tenant: Tenant,
    claim: Claim,
    gets_in: bool,
}

static TENANTS: LazyLock<[Known; 3]> = LazyLock::new(|| {
    let policy = |grant: &str| {
        format!(
            r#"[{{"displayName": "CA001", "state": "enabled", "conditions": {{
                "users": {{"includeUsers": ["All"]}},
                "applications": {{"includeApplications": ["All"]}}}},
                "grantControls": {{"operator": "OR", "builtInControls": ["{grant}"]}}}}]"#
        )
    };
    [known("[]", true), known(&policy("block"), false), known(&policy("domainJoinedDevice"), false)]
});

fn known(export: &str, gets_in: bool) -> Known {
    let mut reader = Reader::default();
    reader.add("export.json", export.as_bytes().to_vec());
    let tenant = lower(reader.finish()).tenant;
    let means = Means::of(&tenant);
    let population = Population {
        name: "everybody".to_owned(),
        groups: Vec::new(),
        actor: Actor {
            devices: vec![Device::work_computer(), Device::phone(Platform::Ios)],
            networks: vec![Network::default()],
            across: Across::Open,
            intent: Intent::Person,
        },
        has: means.mode(Mode::Password).into_iter().collect(),
        account: Account::Unregistered,
        passes: Passes::Given,
    };
    let goal = Goal {
        name: "work".to_owned(),
        request: cardea_policy::conditions::target::Request::resource(
            tenant.resource(&AppId::new("any other app")),
        ),
        from: None,
    };
    let claim = Claim {
        assumptions: Assumptions::default(),
        memberships: 2,
        populations: vec![population],
        goals: vec![goal],
    };
    Known { tenant, claim, gets_in }
}

/// Bytes as a certificate about tenants of which the truth is known.
pub fn certificate(bytes: &[u8]) {
    let Ok(certificate) = serde_json::from_slice::<Certificate>(bytes) else { return };
    for Known { tenant, claim, gets_in } in TENANTS.iter() {
        let Ok(verified) = check(&certificate, INPUT, tenant, claim) else { continue };
        for answer in &verified.sign_in {
            assert_eq!(answer.stuck.is_empty(), *gets_in, "a wrong answer was believed");
            assert_eq!(answer.reached.is_empty(), !gets_in, "a wrong answer was believed");
        }
        assert_eq!(verified.sign_in.len(), 1, "an answer is missing");
    }
}
