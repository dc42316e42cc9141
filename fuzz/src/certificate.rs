//! Certificates: the checker believes nothing that is not so, whoever made it.

use std::sync::LazyLock;

use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::strength::Mode;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Actor, Device, Intent};
use cardea_tenant::journey::means::Means;
use cardea_tenant::journey::step::Account;
use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::Certificate;
use cardea_verify::check::{Refusal, Verified, check};
use cardea_verify::claim::{Claim, Goal, Passes, Population};
use cardea_verify::protection::Protected;

/// The fingerprint in every certificate of the corpus.
pub const INPUT: &str = "fuzz";

/// A tenant of which the truth is known without proof.
#[derive(Debug)]
pub struct Known {
    /// What is said of it; its certificate in the corpus is `good-NAME.json`.
    pub name: &'static str,
    /// The tenant.
    pub tenant: Tenant,
    /// What is asked about it: whether everybody with a password gets to work.
    pub claim: Claim,
    gets_in: bool,
    is_protected: bool,
}

impl Known {
    /// Checks a certificate. What it is believed to show must be so.
    ///
    /// # Errors
    /// It does not hold, which is how most end.
    pub fn check(&self, certificate: &Certificate) -> Result<Verified, Refusal> {
        let verified = check(certificate, INPUT, &self.tenant, &self.claim)?;
        assert_eq!(verified.sign_in.len(), 1, "an answer is missing");
        for answer in &verified.sign_in {
            assert_eq!(answer.stuck.is_empty(), self.gets_in, "a wrong answer was believed");
            assert_eq!(answer.reached.is_empty(), !self.gets_in, "a wrong answer was believed");
        }
        if let Some(protected) = &verified.protection {
            let everything = matches!(protected, Protected::Everything { .. });
            assert_eq!(everything, self.is_protected, "a wrong answer was believed");
        }
        Ok(verified)
    }
}

/// The tenants that the certificates are about.
pub static KNOWN: LazyLock<[Known; 4]> = LazyLock::new(|| {
    [
        known("nothing-demanded", None, true, false),
        known("mfa-demanded", Some("mfa"), true, true),
        known("hybrid-demanded", Some("domainJoinedDevice"), false, true),
        known("blocked", Some("block"), false, true),
    ]
});

fn known(name: &'static str, demand: Option<&str>, gets_in: bool, is_protected: bool) -> Known {
    let policy = demand.map(|control| {
        format!(
            r#"{{"displayName": "CA001", "state": "enabled", "conditions": {{
                "users": {{"includeUsers": ["All"]}},
                "applications": {{"includeApplications": ["All"]}}}},
                "grantControls": {{"operator": "OR", "builtInControls": ["{control}"]}}}}"#
        )
    });
    let mut reader = Reader::default();
    reader.add("export.json", format!("[{}]", policy.unwrap_or_default()).into_bytes());
    let tenant = lower(reader.finish()).tenant;
    let claim = Claim {
        assumptions: Assumptions::default(),
        memberships: 2,
        populations: vec![everybody(&tenant)],
        goals: vec![Goal {
            name: "work".to_owned(),
            request: Request::resource(tenant.resource(&AppId::new("any other app"))),
            from: None,
        }],
    };
    Known { name, tenant, claim, gets_in, is_protected }
}

/// Everybody has a password, a computer and a phone, and is given passes.
fn everybody(tenant: &Tenant) -> Population {
    Population {
        name: "everybody".to_owned(),
        groups: Vec::new(),
        actor: Actor {
            devices: vec![Device::work_computer(), Device::phone(Platform::Ios)],
            networks: vec![Network::default()],
            intent: Intent::Person,
        },
        has: Means::of(tenant).mode(Mode::Password).into_iter().collect(),
        account: Account::Unregistered,
        passes: Passes::Given,
    }
}

/// Bytes as a certificate about tenants of which the truth is known.
pub fn certificate(bytes: &[u8]) {
    let Ok(certificate) = serde_json::from_slice::<Certificate>(bytes) else { return };
    for known in KNOWN.iter() {
        drop(known.check(&certificate));
    }
}
