//! When a policy applies: client, platform, network, device, risk, flow, and its state.

use crate::text::check;

#[test]
fn an_absent_condition_matches_everything() {
    check(
        "policy users=All
         client=Other on=Unknown at=office device=registered risk=High flow=DeviceCode => applies
         workload-risk=High agent-risk=Hidden user-risk=Medium insider-risk=Elevated => applies",
    );
}

#[test]
fn the_first_condition_that_does_not_match_is_the_reason() {
    check(
        "policy users=bo apps=files clients=Other platforms=Linux locations=lab risk=High flow=DeviceCode filter=include:device.isCompliant -eq True
         user=ada => principal
         user=bo => target
         user=bo app=files => client
         user=bo app=files client=Other => platform
         user=bo app=files client=Other on=Linux => network
         user=bo app=files client=Other on=Linux at=lab => device
         user=bo app=files client=Other on=Linux at=lab device=compliant => risk
         user=bo app=files client=Other on=Linux at=lab device=compliant risk=High => flow
         user=bo app=files client=Other on=Linux at=lab device=compliant risk=High flow=DeviceCode => applies",
    );
}

#[test]
fn clients_are_told_apart() {
    check(
        "policy clients=Browser
         policy clients=MobileAppsAndDesktopClients
         policy clients=EasSupported,EasUnsupported
         policy clients=Other
         client=Browser => applies, client, client, client
         client=MobileAppsAndDesktopClients => client, applies, client, client
         client=EasSupported => client, client, applies, client
         client=EasUnsupported => client, client, applies, client
         client=Other => client, client, client, applies",
    );
}

#[test]
fn an_unknown_platform_is_in_all_and_under_no_name() {
    check(
        "policy platforms=all
         policy platforms=Android,Ios
         policy platforms=Windows,WindowsPhone,MacOs,Linux
         policy not-platforms=Android,Ios
         policy platforms=Android not-platforms=Android
         on=Android => applies, applies, platform, platform, platform
         on=Ios => applies, applies, platform, platform, platform
         on=Windows => applies, platform, applies, applies, platform
         on=WindowsPhone => applies, platform, applies, applies, platform
         on=MacOs => applies, platform, applies, applies, platform
         on=Linux => applies, platform, applies, applies, platform
         on=Unknown => applies, platform, platform, applies, platform",
    );
}

#[test]
fn networks_are_named_trusted_or_neither() {
    check(
        "policy locations=All
         policy locations=AllTrusted
         policy locations=office,lab
         policy locations=All not-locations=AllTrusted
         policy locations=All not-locations=office
         policy locations=office not-locations=AllTrusted
         user=ada => applies, network, network, applies, applies, network
         at=office => applies, network, applies, applies, network, applies
         at=trusted:office => applies, applies, applies, network, network, network
         at=trusted: => applies, applies, network, network, applies, network
         at=lab,elsewhere => applies, network, applies, applies, applies, network
         at=elsewhere => applies, network, network, applies, applies, network",
    );
}

#[test]
fn an_exclusion_by_a_negative_filter_lets_unregistered_devices_out() {
    check(
        "policy filter=exclude:device.extensionAttribute1 -ne \"SAW\"
         policy filter=exclude:device.model -eq \"Kiosk\"
         user=ada => device, applies
         device=registered => device, applies
         device=Kiosk => device, device",
    );
}

#[test]
fn an_inclusion_by_a_positive_filter_misses_unregistered_devices() {
    check(
        "policy filter=include:device.isCompliant -eq True
         policy filter=include:device.trustType -eq \"ServerAD\"
         policy filter=include:device.isCompliant -ne True
         user=ada => device, device, applies
         device=compliant => applies, device, device
         device=hybrid => device, applies, applies
         device=compliant,hybrid => applies, applies, device",
    );
}

#[test]
fn each_risk_is_a_condition_of_its_own_and_all_must_match() {
    check(
        "policy risk=Medium,High
         policy user-risk=High
         policy workload-risk=Low
         policy agent-risk=Hidden
         policy insider-risk=Moderate,Elevated
         policy risk=High user-risk=High
         user=ada => risk, risk, risk, risk, risk, risk
         risk=Medium => applies, risk, risk, risk, risk, risk
         risk=Low => risk, risk, risk, risk, risk, risk
         user-risk=High => risk, applies, risk, risk, risk, risk
         workload-risk=Low => risk, risk, applies, risk, risk, risk
         agent-risk=Hidden => risk, risk, risk, applies, risk, risk
         insider-risk=Elevated => risk, risk, risk, risk, applies, risk
         risk=High => applies, risk, risk, risk, risk, risk
         risk=High user-risk=High => applies, applies, risk, risk, risk, applies",
    );
}

#[test]
fn no_risk_is_a_level_that_a_policy_can_list() {
    check(
        "policy risk=None
         policy insider-risk=None
         user=ada => applies, applies
         risk=Low insider-risk=Minor => risk, risk",
    );
}

#[test]
fn a_session_that_began_with_a_device_code_stays_marked() {
    check(
        "policy flow=DeviceCode grant=block
         policy flow=AuthenticationTransfer grant=block
         policy flow=DeviceCode,AuthenticationTransfer grant=block
         app=mail => flow, flow, flow
         app=mail flow=DeviceCode => applies, flow, applies
         app=mail flow=AuthenticationTransfer => flow, applies, applies",
    );
}

#[test]
fn only_enabled_policies_are_enforced() {
    check(
        "policy state=Enabled
         policy state=ReportOnly
         policy state=Disabled
         policy state=ReportOnly users=None
         user=ada => applies, reports, off, principal",
    );
}

#[test]
fn report_only_policies_on_what_people_do_are_not_evaluated() {
    check(
        "policy state=ReportOnly action=RegisterSecurityInfo
         policy state=ReportOnly action=RegisterDevice
         policy action=RegisterSecurityInfo
         policy state=ReportOnly
         action=RegisterSecurityInfo app=19db86c3-b2b9-44cc-b339-36da233a3be2 => ignored, target, applies, reports
         action=RegisterDevice app=none => target, ignored, target, target",
    );
}
