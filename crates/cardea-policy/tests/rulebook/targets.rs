//! What a policy is about.

use cardea_policy::conditions::target::{Request, Resource};
use cardea_policy::evaluate::SignIn;
use cardea_policy::id::AppId;

use crate::text::{check, sign_in};

#[test]
fn resources_are_all_some_or_none() {
    check(
        "policy apps=All
         policy apps=mail,files
         policy apps=None
         policy apps=All not-apps=mail
         policy apps=mail not-apps=mail
         app=mail => applies, applies, target, target, target
         app=files => applies, applies, target, applies, target
         app=other => applies, target, target, applies, target
         app=none => target, target, target, target, target",
    );
}

#[test]
fn one_matching_audience_of_a_request_is_enough() {
    check(
        "policy apps=mail
         policy apps=All not-apps=mail
         app=mail,files => applies, applies
         app=files => target, applies",
    );
}

#[test]
fn groups_of_apps_stand_for_their_members() {
    check(
        "policy apps=Office365
         policy apps=All not-apps=Office365
         policy apps=MicrosoftAdminPortals
         app=00000002-0000-0ff1-ce00-000000000000 => applies, target, target
         app=00000006-0000-0ff1-ce00-000000000000 => applies, target, applies
         app=c44b4083-3bb0-49c1-b47d-974e53cbdf3c => target, applies, applies
         app=mail => target, applies, target",
    );
}

#[test]
fn a_filter_for_applications_adds_or_removes() {
    check(
        "policy apps=None tagged=include:Tags_Kind:Payroll
         policy apps=All tagged=exclude:Tags_Kind:Payroll
         policy apps=files tagged=include:Tags_Kind:Payroll
         policy apps=None not-apps=wages tagged=include:Tags_Kind:Payroll
         app=wages:Tags_Kind:Payroll => applies, target, applies, target
         app=bonus:Tags_Kind:payroll => applies, target, applies, applies
         app=files => target, applies, applies, target
         app=files:Tags_Kind:Other => target, applies, applies, target
         app=other => target, applies, target, target",
    );
}

#[test]
fn registering_security_info_meets_policies_on_it_and_on_all_resources() {
    check(
        "policy apps=All
         policy action=RegisterSecurityInfo
         policy action=RegisterDevice
         policy apps=mail
         action=RegisterSecurityInfo app=19db86c3-b2b9-44cc-b339-36da233a3be2 => applies, applies, target, target
         action=RegisterSecurityInfo => target, applies, target, target
         action=RegisterDevice => target, target, applies, target
         app=mail => applies, target, target, applies",
    );
}

#[test]
fn an_authentication_context_is_asked_for_beside_its_resource() {
    check(
        "policy context=c1
         policy context=c2,c3
         policy apps=files
         app=files context=c1 => applies, target, applies
         app=files context=c3,c9 => target, applies, applies
         app=files => target, target, applies
         context=c2 app=none => target, applies, target",
    );
}

#[test]
fn baseline_scopes_escaped_policies_with_exclusions_before_2026() {
    check(
        "settings baseline=legacy
         policy apps=All
         policy apps=All not-apps=mail
         policy apps=All not-apps=Office365
         policy apps=All tagged=exclude:Tags_Kind:Payroll
         policy apps=All tagged=include:Tags_Kind:Payroll
         policy apps=files not-apps=mail
         app=files baseline-scopes => applies, target, target, target, applies, applies
         app=files => applies, applies, applies, applies, applies, applies
         app=mail baseline-scopes => applies, target, target, target, applies, target",
    );
}

#[test]
fn baseline_scopes_now_count_as_the_directory() {
    check(
        "policy apps=All not-apps=mail
         policy apps=00000002-0000-0000-c000-000000000000
         policy apps=files
         policy apps=All not-apps=00000002-0000-0000-c000-000000000000
         app=files baseline-scopes => applies, applies, target, target
         app=mail baseline-scopes => applies, applies, target, target
         app=none baseline-scopes => applies, applies, target, target
         app=files => applies, target, applies, applies",
    );
}

#[test]
fn baseline_scopes_count_as_the_app_that_the_tenant_chose() {
    check(
        "settings baseline=profile
         policy apps=profile
         policy apps=All not-apps=profile
         policy apps=files
         app=files baseline-scopes => applies, target, target
         app=files => target, applies, applies",
    );
}

#[test]
fn opening_an_app_asks_for_its_resource_and_nothing_else() {
    let SignIn { request, .. } = sign_in("app=mail");
    assert_eq!(Request::resource(Resource::new(AppId::new("mail"))), request);
    assert_eq!(request.audiences.len(), 1);
}
