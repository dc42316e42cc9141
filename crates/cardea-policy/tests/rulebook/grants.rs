//! What a policy demands, and when that is met.

use cardea_policy::control::{Control, Grant};
use cardea_policy::index::Index;
use cardea_policy::lattice::Lattice;
use cardea_policy::place::{Field, PolicyIndex};
use cardea_policy::policy::{ApprovedApplication, Settings};
use cardea_policy::satisfy::{Evidence, Strengths};
use cardea_policy::strength::{CertificateRule, Mode, PasskeyRule, Strength};

use crate::text::{grant, policy, sign_in};

/// Somebody who meets the named controls, and nothing else; `mfa` by a federated provider.
struct Meets<'a>(&'a [&'a str]);

impl Lattice for Meets<'_> {
    type Truth = bool;

    fn top(&self) -> bool {
        true
    }
    fn bottom(&self) -> bool {
        false
    }
    fn meet(&self, left: &bool, right: &bool) -> bool {
        *left && *right
    }
    fn join(&self, left: &bool, right: &bool) -> bool {
        *left || *right
    }
}

impl Evidence for Meets<'_> {
    fn method(&self, mode: Mode) -> bool {
        mode == Mode::FederatedMultiFactor && self.0.contains(&"mfa")
    }
    fn passkey(&self, _: &PasskeyRule) -> bool {
        false
    }
    fn certificate(&self, _: Mode, _: &CertificateRule) -> bool {
        false
    }
    fn control(&self, control: &Control) -> bool {
        self.0.contains(&control.name())
    }
    fn unknown_strength(&self, _: &Strength) -> bool {
        self.0.contains(&"unknown")
    }
}

/// Whether somebody who meets the named controls satisfies the grant.
fn satisfied(strengths: &Strengths, meets: &[&str], text: &str) -> bool {
    let meets = Meets(meets);
    grant(text).met(&meets, |control| strengths.control(&meets, control))
}

#[track_caller]
fn met(text: &str, meets: &[&str], expected: bool) {
    let strengths = Strengths::new(Vec::new());
    assert_eq!(satisfied(&strengths, meets, text), expected, "{text} with {meets:?}");
}

#[test]
fn a_block_is_never_met() {
    met("block", &["mfa", "compliantDevice", "termsOfUse"], false);
}

#[test]
fn and_needs_every_control() {
    met("mfa+compliant", &["mfa"], false);
    met("mfa+compliant", &["compliantDevice"], false);
    met("mfa+compliant", &["mfa", "compliantDevice"], true);
    met("mfa+joined+terms", &["mfa", "domainJoinedDevice"], false);
}

#[test]
fn or_needs_any_control() {
    met("mfa/compliant", &["mfa"], true);
    met("mfa/compliant", &["compliantDevice"], true);
    met("mfa/compliant", &["domainJoinedDevice"], false);
    met("joined/compliant/terms", &["termsOfUse"], true);
}

#[test]
fn no_control_demands_nothing() {
    met("+", &[], true);
    met("/", &[], true);
}

#[test]
fn each_control_is_met_by_itself_only() {
    let controls = [
        ("mfa", "mfa"),
        ("compliant", "compliantDevice"),
        ("joined", "domainJoinedDevice"),
        ("approved", "approvedApplication"),
        ("protected", "compliantApplication"),
        ("password", "passwordChange"),
        ("remediation", "riskRemediation"),
        ("terms", "termsOfUse"),
        ("custom", "customAuthenticationFactors"),
    ];
    for (word, _) in controls {
        for (_, name) in controls {
            let itself = controls.contains(&(word, name));
            met(word, &[name], itself);
        }
    }
}

#[test]
fn a_strength_that_nothing_defines_is_left_to_the_evidence() {
    let mut unknown = Strength::built_in()[0].clone();
    unknown.origin = cardea_policy::strength::Origin::Unknown;
    let strengths = Strengths::new(vec![unknown]);
    assert!(satisfied(&strengths, &["unknown"], "s0"));
    assert!(!satisfied(&strengths, &["mfa"], "s0"));
}

#[test]
fn a_strength_that_does_not_exist_accepts_nothing() {
    let strengths = Strengths::new(Vec::new());
    assert!(!satisfied(&strengths, &["mfa", "unknown"], "s3"));
}

/// The grant as text: what it demands under the settings.
fn effective(text: &str, approved: ApprovedApplication) -> String {
    let settings = Settings { approved_application: approved, ..Settings::default() };
    let policy = policy(&format!("grant={text}"));
    let found = policy.effective_grant(&settings);
    let index = Index::new(vec![policy], settings);
    let at = PolicyIndex::at(0);
    assert_eq!(index.grant(at), found.as_ref());
    assert_eq!(index.demanding().contains(at), found.is_some());
    assert_eq!(index.blocking().contains(at), found == Some(Grant::Block));
    match found {
        None => "nothing".to_owned(),
        Some(Grant::Block) => "block".to_owned(),
        Some(Grant::Require { operator, controls }) => {
            let names: Vec<&str> = controls.iter().map(Control::name).collect();
            format!("{operator:?} {}", names.join(" "))
        }
    }
}

#[test]
fn the_approved_app_control_counts_until_it_is_retired() {
    let enforced = |text| effective(text, ApprovedApplication::Enforced);
    assert_eq!(enforced("approved"), "And approvedApplication");
    assert_eq!(enforced("approved/protected"), "Or approvedApplication compliantApplication");
    assert_eq!(enforced("mfa+approved"), "And mfa approvedApplication");
}

#[test]
fn after_its_retirement_the_approved_app_control_is_as_if_not_selected() {
    let retired = |text| effective(text, ApprovedApplication::Retired);
    assert_eq!(retired("approved"), "nothing");
    assert_eq!(retired("approved/protected"), "And compliantApplication");
    assert_eq!(retired("mfa+approved"), "And mfa");
    assert_eq!(retired("approved/mfa/compliant"), "Or mfa compliantDevice");
    assert_eq!(retired("block"), "block");
    assert_eq!(retired("+"), "nothing");
}

#[test]
fn a_control_that_is_listed_twice_is_demanded_once() {
    assert_eq!(effective("mfa/mfa", ApprovedApplication::Retired), "And mfa");
}

/// The lists of which one control each must be met.
fn choices(text: &str) -> String {
    let grant = grant(text);
    let list = |any: &[Control]| any.iter().map(Control::name).collect::<Vec<_>>().join("/");
    format!("{:?}", grant.choices().map(list).collect::<Vec<_>>())
}

#[test]
fn and_asks_for_each_control_and_or_leaves_the_choice() {
    assert_eq!(choices("mfa+compliant"), r#"["mfa", "compliantDevice"]"#);
    assert_eq!(choices("mfa/compliant/terms"), r#"["mfa/compliantDevice/termsOfUse"]"#);
}

#[test]
fn a_block_is_a_choice_between_nothing_and_no_control_is_no_choice() {
    assert_eq!(choices("block"), r#"[""]"#);
    assert_eq!(choices("+"), "[]");
    assert_eq!(choices("/"), "[]");
}

#[test]
fn one_block_ends_the_matter() {
    let lines = ["grant=mfa", "apps=mail grant=block", "apps=mail grant=block", "users=None"];
    let index = Index::new(lines.map(policy).into(), Settings::default());
    let decision = index.evaluate(&sign_in("app=mail")).decision;
    assert_eq!(decision.blocked_by(&index), Some(PolicyIndex::at(1)));
    let demanded: Vec<usize> = decision.demands(&index).map(|(at, _)| at.position()).collect();
    assert_eq!(demanded, [0, 1, 2]);
    let decision = index.evaluate(&sign_in("app=files")).decision;
    assert_eq!(decision.blocked_by(&index), None);
}

#[test]
fn a_block_that_only_reports_blocks_nobody() {
    let lines = ["state=ReportOnly grant=block", "state=Disabled grant=block"];
    let index = Index::new(lines.map(policy).into(), Settings::default());
    assert_eq!(index.evaluate(&sign_in("app=mail")).decision.blocked_by(&index), None);
}

#[test]
fn every_control_names_the_field_that_holds_it() {
    let field = |text: &str| match grant(text) {
        Grant::Require { controls, .. } => controls[0].field(),
        Grant::Block => panic!("a block is no control"),
    };
    assert_eq!(field("s0"), Field::AuthenticationStrength);
    assert_eq!(field("terms"), Field::TermsOfUse);
    assert_eq!(field("custom"), Field::CustomFactors);
    for text in ["mfa", "compliant", "joined", "approved", "protected", "password", "remediation"] {
        assert_eq!(field(text), Field::BuiltInControls);
    }
}

#[test]
fn device_and_app_controls_look_at_the_device() {
    let about = |text: &str| match grant(text) {
        Grant::Require { controls, .. } => controls[0].is_about_device(),
        Grant::Block => panic!("a block is no control"),
    };
    for text in ["compliant", "joined", "approved", "protected"] {
        assert!(about(text), "{text}");
    }
    for text in ["mfa", "s0", "password", "remediation", "terms", "custom"] {
        assert!(!about(text), "{text}");
    }
}
