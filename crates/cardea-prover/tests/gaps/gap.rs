//! Small sets of policies whose gaps are obvious by hand.

use cardea_prover::gap::{Completeness, Limits, legacy, unprotected};
use cardea_prover::universe::Universe;

use crate::text;

#[track_caller]
fn check(policies: &str, expected: &str) {
    check_up_to(Limits::default().memberships, policies, expected);
}

#[track_caller]
fn check_up_to(memberships: usize, policies: &str, expected: &str) {
    let tenant = text::tenant(policies);
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    let limits = Limits { memberships, ..Limits::default() };
    let gaps = unprotected(&index, &universe, limits);
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(text::gaps(&gaps), lines.join("\n"));
    assert_eq!(gaps.is_none(), lines.is_empty());
    if gaps.beyond.is_none() {
        assert_eq!(gaps.completeness, Completeness::Exact);
    }
}

#[test]
fn everybody_is_unprotected_without_policies() {
    check("", "anybody");
}

#[test]
fn one_policy_on_everything_leaves_no_gap() {
    check("P: everyone => mfa", "");
}

#[test]
fn a_policy_that_demands_nothing_protects_nothing() {
    check("P: everyone => nothing", "anybody");
}

#[test]
fn report_only_and_disabled_policies_protect_nothing() {
    check("report!P: everyone => mfa\n off!Q: everyone => block", "anybody");
}

#[test]
fn an_excluded_group_escapes_where_its_own_policy_excludes_an_app() {
    check(
        "P1: everyone but G1 => mfa
         P2: G1; to all but A1 => mfa",
        "G1 + A1",
    );
}

#[test]
fn members_of_two_groups_escape_where_members_of_either_do_not() {
    check(
        "P1: everyone but G1 => mfa
         P2: G1 but G2 => mfa",
        "G1 + G2",
    );
}

#[test]
fn an_excluded_location_is_a_gap() {
    check("P: everyone; from anywhere but L1 => mfa", "L1/L1&trusted");
}

#[test]
fn devices_excluded_by_a_filter_are_a_gap() {
    check("P: everyone; device but device.extensionAttribute1 -eq \"SAW\" => mfa", "device(SAW)");
}

#[test]
fn unregistered_devices_escape_a_filter_that_includes() {
    check("P: everyone; device device.isCompliant -eq True => mfa", "anybody");
}

#[test]
fn legacy_clients_are_a_gap_where_policies_name_modern_ones() {
    check("P: everyone; with browser modern => mfa", "Other/EasSupported/EasUnsupported");
}

#[test]
fn legacy_clients_are_found_in_apps_that_are_otherwise_protected() {
    let tenant = text::tenant(
        "P1: everyone; with browser modern => mfa
         P2: everyone but G1; with eas other => block",
    );
    let index = text::index(&tenant);
    let gaps = legacy(&index, &Universe::new(&index, &tenant), Limits::default());
    assert_eq!(text::gaps(&gaps), "G1");
}

#[test]
fn a_block_of_device_code_flow_protects_nothing_else() {
    check("P: everyone; by device-code => block", "anybody");
}

#[test]
fn a_block_of_device_code_flow_does_not_mask_unprotected_apps() {
    check(
        "P1: everyone; by device-code => block
         P2: everyone; to A1 => mfa",
        "anybody",
    );
}

#[test]
fn a_loop_of_registration_is_no_gap() {
    check(
        "P1: everyone => strength2
         P2: everyone; to register => strength2",
        "",
    );
}

#[test]
fn a_total_block_is_no_gap() {
    check("P: everyone => block", "");
}

#[test]
fn platforms_that_policies_split_among_them_leave_no_gap() {
    check(
        "P1: everyone; on windows => block
         P2: everyone; on any but windows => block
         P3: everyone => compliant",
        "",
    );
}

#[test]
fn platforms_that_nobody_lists_are_a_gap() {
    check(
        "P1: everyone; on windows macos => mfa
         P2: everyone; on android ios linux => mfa",
        "an unknown platform/Windows Phone",
    );
}

#[test]
fn guests_who_are_excluded_escape() {
    check(
        "P: everyone but guests => mfa
         Q: b2bCollaborationGuest => mfa",
        "b2bCollaborationMember/internalGuest/b2bDirectConnectUser/otherExternalUser/serviceProvider",
    );
}

#[test]
fn guests_of_one_tenant_escape_where_only_they_are_excluded() {
    check("P: everyone but b2bCollaborationGuest@contoso => mfa", "b2bCollaborationGuest@contoso");
}

#[test]
fn risk_conditions_leave_ordinary_sign_ins_open() {
    check("P: everyone; at high => mfa", "anybody");
}

#[test]
fn only_two_risks_at_once_escape() {
    check(
        "P: everyone; at none low medium hidden => mfa
         Q: everyone; user-at none low medium hidden => mfa",
        "risk high, user high",
    );
}

#[test]
fn apps_outside_office_365_are_told_from_apps_inside() {
    check(
        "P: everyone but G1 => mfa
         Q: G1; to Office365 => mfa",
        "G1",
    );
    check(
        "P: everyone but G1 => mfa
         Q: G1; to all but Office365 => mfa",
        "G1 + app of {Office365}",
    );
}

#[test]
fn tagged_apps_escape_a_filter_that_excludes_them() {
    check(
        "P: everyone; to all but tagged CustomSecurityAttribute.Set_Tier -eq \"low\" => mfa",
        "another app/00000002-0000-0000-c000-000000000000",
    );
}

#[test]
fn one_user_is_not_two() {
    check(
        "P1: everyone but U1 => mfa
         P2: everyone but U2 => mfa",
        "",
    );
}

#[test]
fn a_membership_that_brings_another_policy_on_is_no_escape() {
    check(
        "P1: everyone but G1 => mfa
         P2: G1 => mfa",
        "",
    );
}

#[test]
fn escapes_with_more_memberships_than_were_asked_for_are_still_mentioned() {
    let policies = "P1: everyone but G1 => mfa
                    P2: everyone but G2 => mfa
                    P3: everyone but G3 => mfa";
    check_up_to(2, policies, "beyond: G1 + G2 + G3");
    check_up_to(3, policies, "G1 + G2 + G3");
}

#[test]
fn what_seems_to_protect_is_named_with_the_dimension_that_it_misses_by() {
    let tenant = text::tenant(
        "block flow: everyone; by device-code => block
         one app: everyone; to A1 => mfa
         two conditions: everyone; to A1; on linux => mfa
         on a group: G1; to all => mfa
         protects nothing: everyone; to A2 => nothing",
    );
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    let gaps = unprotected(&index, &universe, Limits::default());
    let near = gaps.list[0].witness.near_misses(&index, &universe);
    let near: Vec<String> = near
        .into_iter()
        .map(|(policy, by)| format!("{}: {by:?}", tenant.policies[policy.position()].name))
        .collect();
    assert_eq!(near, ["block flow: Flow", "one app: Target", "on a group: Principal"]);
}
