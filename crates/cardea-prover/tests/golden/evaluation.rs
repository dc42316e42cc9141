//! Which policies apply to one sign-in.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::device::{Devices, FilterMode};
use cardea_policy::conditions::flow::{Flow, Flows};
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::Person;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{BaselineScopes, Request, Resource, Scopes};
use cardea_policy::control::{Control, Grant};
use cardea_policy::evaluate::{Dimension, Evaluation, Principal, Reason, SignIn};
use cardea_policy::filter::DeviceFilter;
use cardea_policy::id::AppId;
use cardea_policy::index::Index;
use cardea_policy::policy::{Policy, Settings};
use cardea_policy::well_known::{EXCHANGE_ONLINE, MICROSOFT_GRAPH};
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::tenant::Tenant;

use crate::world::*;

/// An ordinary sign-in to an app from an unregistered computer.
fn to(app: &str) -> SignIn {
    SignIn {
        principal: Principal::Person(Person::default()),
        request: Request::resource(Resource::new(AppId::new(app))),
        client: ClientApp::Browser,
        platform: Platform::Windows,
        network: Network::default(),
        device: None,
        risks: Risks::default(),
        flow: Flow::Ordinary,
    }
}

fn evaluate(policies: &[Policy], sign_in: &SignIn) -> Evaluation {
    Index::new(policies.to_vec(), Settings::default()).evaluate(sign_in)
}

/// That every later request of a session counts as the flow that began it is tried on the running
/// tenant.
#[test]
fn g24_a_session_that_began_with_a_device_code_is_blocked_at_the_next_app() {
    let mut policy = on_app(all_resources(Grant::Block), EXCHANGE_ONLINE);
    policy.conditions.flows = Flows([Flow::DeviceCode].into());
    let index = Index::new(vec![policy], Settings::default());
    for (flow, blocks) in [(Flow::DeviceCode, true), (Flow::Ordinary, false)] {
        let evaluation = index.evaluate(&SignIn { flow, ..to(EXCHANGE_ONLINE) });
        assert_eq!(evaluation.decision.blocked_by(&index).is_some(), blocks);
    }
}

#[test]
fn g25_baseline_scopes_escape_a_policy_with_exclusions_only_as_before_2026() {
    let policy = excluding(all_resources(one(Control::Mfa)), EXCHANGE_ONLINE);
    for (baseline_scopes, applies) in
        [(BaselineScopes::Legacy, false), (BaselineScopes::Directory, true)]
    {
        let settings = Settings { baseline_scopes, ..Settings::default() };
        let mut sign_in = to(MICROSOFT_GRAPH);
        sign_in.request.scopes = Scopes::Baseline;
        let evaluation = Index::new(vec![policy.clone()], settings).evaluate(&sign_in);
        assert_eq!(evaluation.reasons == [Reason::Applies], applies);
    }
}

#[test]
fn g26_registering_security_info_meets_policies_on_all_resources_and_on_the_action() {
    let request =
        Channel::SecurityInfo.legs(&Tenant::default(), &Assumptions::default()).remove(0).request;
    let policies = [
        all_resources(one(Control::Mfa)),
        registration(one(Control::Mfa)),
        on_app(all_resources(one(Control::Mfa)), ORDINARY_APP),
    ];
    let evaluation = evaluate(&policies, &SignIn { request, ..to(ORDINARY_APP) });
    let elsewhere = Reason::Mismatch(Dimension::Target);
    assert_eq!(evaluation.reasons, [Reason::Applies, Reason::Applies, elsewhere]);
}

fn on_devices(mode: FilterMode, rule: &str) -> Policy {
    let mut policy = all_resources(one(Control::Mfa));
    policy.conditions.devices = Some(Devices { mode, rule: DeviceFilter::parse(rule).unwrap() });
    policy
}

#[test]
fn g27_a_negative_device_rule_is_true_of_an_unregistered_device() {
    let rule = "device.extensionAttribute1 -ne \"SAW\"";
    let evaluation = evaluate(&[on_devices(FilterMode::Exclude, rule)], &to(ORDINARY_APP));
    assert_eq!(evaluation.reasons, [Reason::Mismatch(Dimension::Device)]);
}

#[test]
fn g28_a_positive_device_rule_is_false_of_an_unregistered_device() {
    let rule = "device.isCompliant -eq True";
    let evaluation = evaluate(&[on_devices(FilterMode::Include, rule)], &to(ORDINARY_APP));
    assert_eq!(evaluation.reasons, [Reason::Mismatch(Dimension::Device)]);
}
