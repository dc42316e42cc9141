//! The small values: ids, places, sets of policies, names, and well-known apps.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::LocationList;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::GuestKind;
use cardea_policy::conditions::risk::{InsiderRisk, Levels, RiskLevel, RiskLevels};
use cardea_policy::conditions::target::{AppGroup, AppList, Resource, Target, UserAction};
use cardea_policy::control::{Control, Factors, Grant, Interval};
use cardea_policy::control::{Session, SignInFrequency};
use cardea_policy::id::{Aaguid, AppId, UserId};
use cardea_policy::index::Index;
use cardea_policy::place::{Field, Object, Place, PolicyIndex, StrengthIndex};
use cardea_policy::policy::{Settings, State};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;

use crate::text::{grant, policy};

#[test]
fn a_guid_has_32_digits_and_4_hyphens_in_their_places() {
    let guid = |text: &str| UserId::new(text).is_guid();
    assert!(guid("0B7A5C1E-77F0-4B39-8F0A-1D2F3C4B5A60"));
    assert!(!guid("0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a6"));
    assert!(!guid("0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a600"));
    assert!(!guid("0b7a5c1e77f0-4b39-8f0a-1d2f3c4b5a600-"));
    assert!(!guid("0b7a5c1g-77f0-4b39-8f0a-1d2f3c4b5a60"));
    assert!(!guid("0b7a5c1e-77f0-4b39-8f0a11d2f3c4b5a60"));
    assert!(!guid("ada@contoso.example"));
    assert_eq!(UserId::new("Ada").to_string(), "Ada");
    assert_eq!(format!("{:?}", UserId::new("Ada")), "\"Ada\"");
    assert_eq!(UserId::from("Ada").as_str(), "Ada");
}

#[test]
fn models_of_authenticators_are_told_apart() {
    let of = |it: Aaguid| (it.is_authenticator(), it.is_windows_hello());
    assert_eq!(of(Aaguid::AUTHENTICATOR_ANDROID), (true, false));
    assert_eq!(of(Aaguid::AUTHENTICATOR_IOS), (true, false));
    assert_eq!(of(Aaguid::CARDEA_ANDROID), (true, false));
    assert_eq!(of(Aaguid::CARDEA_IOS), (true, false));
    assert_eq!(of(Aaguid::CARDEA_COMPUTER), (false, false));
    assert_eq!(of(Aaguid::WINDOWS_HELLO_HARDWARE), (false, true));
    assert_eq!(of(Aaguid::WINDOWS_HELLO_VBS), (false, true));
    assert_eq!(of(Aaguid::WINDOWS_HELLO_SOFTWARE), (false, true));
    assert_eq!(of(Aaguid(0)), (false, false));
    let text = "90a3ccdf-635c-4729-a248-9b709135078f";
    assert_eq!(Aaguid::parse(&format!(" {{{text}}} ")), Some(Aaguid::AUTHENTICATOR_IOS));
    assert_eq!(format!("{:?}", Aaguid::AUTHENTICATOR_IOS), text);
}

#[test]
fn positions_become_indexes_and_back() {
    assert_eq!(PolicyIndex::at(7).position(), 7);
    assert_eq!(StrengthIndex::at(7).position(), 7);
    assert_eq!(PolicyIndex::at(usize::MAX), PolicyIndex(u32::MAX));
    let place = Place::policy(PolicyIndex::at(1), Field::State);
    assert_eq!(place, Place { object: Object::Policy(PolicyIndex(1)), field: Field::State });
    assert_eq!(Field::State.to_string(), "state");
}

#[test]
fn a_policy_leaves_a_set_as_it_came() {
    let mut set = PolicySet::none(70);
    for position in [0, 63, 64, 69] {
        set.insert(PolicyIndex::at(position));
    }
    assert_eq!((set.len(), set.words().len()), (4, 2));
    let left = |set: &PolicySet| set.iter().map(PolicyIndex::position).collect::<Vec<_>>();
    set.remove(PolicyIndex::at(64));
    assert_eq!(left(&set), [0, 63, 69]);
    set.remove(PolicyIndex::at(69));
    assert_eq!(left(&set), [0, 63]);
    assert!(set.contains(PolicyIndex::at(63)) && !set.contains(PolicyIndex::at(64)));
    assert_eq!(set.first(), Some(PolicyIndex::at(0)));
    set.insert(PolicyIndex::at(500));
    set.remove(PolicyIndex::at(500));
    assert!(!set.contains(PolicyIndex::at(500)));
    assert_eq!(set.len(), 2);
    assert_eq!(PolicySet::none(70).first(), None);
}

#[test]
fn well_known_apps_belong_to_their_groups() {
    let groups = |app: &str| Resource::new(AppId::new(app)).groups;
    assert_eq!(groups(well_known::EXCHANGE_ONLINE), [AppGroup::Office365].into());
    assert_eq!(groups(well_known::AZURE_PORTAL), [AppGroup::MicrosoftAdminPortals].into());
    assert!(groups("mail").is_empty());
    for group in [AppGroup::Office365, AppGroup::MicrosoftAdminPortals] {
        let example = well_known::example_of(group).unwrap();
        assert!(Resource::new(example).groups.contains(&group));
    }
    assert_eq!(well_known::example_of(AppGroup::AllAgentIdResources), None);
    let touched = well_known::registration_resources();
    assert!(touched.contains(&AppId::new(well_known::CREDENTIAL_CONFIGURATION)));
    assert!(touched.contains(&AppId::new(well_known::MY_SIGN_INS)));
    assert_eq!(well_known::windows_azure_ad().as_str(), well_known::WINDOWS_AZURE_AD);
}

#[test]
fn modern_clients_and_phones_are_known() {
    let modern: Vec<ClientApp> = ClientApp::ALL.into_iter().filter(|it| it.is_modern()).collect();
    assert_eq!(modern, [ClientApp::Browser, ClientApp::MobileAppsAndDesktopClients]);
    let phones: Vec<Platform> = Platform::ALL.into_iter().filter(|it| it.is_phone()).collect();
    assert_eq!(phones, [Platform::Android, Platform::Ios]);
}

#[test]
fn lists_are_empty_only_if_they_name_nothing() {
    let resources = |line: &str| match policy(line).conditions.target {
        Target::Resources(resources) => resources,
        other @ (Target::UserActions(_) | Target::Contexts(_)) => panic!("{other:?}"),
    };
    assert!(AppList::default().is_empty());
    assert!(!resources("not-apps=mail").exclude.is_empty());
    assert!(!resources("not-apps=Office365").exclude.is_empty());
    assert!(LocationList::default().is_empty());
    for line in ["not-locations=office", "not-locations=AllTrusted"] {
        assert!(!policy(line).conditions.locations.unwrap().exclude.is_empty());
    }
}

#[test]
fn risk_is_configured_as_soon_as_one_kind_is() {
    assert!(!RiskLevels::default().is_configured());
    for kind in ["risk=High", "user-risk=Low", "workload-risk=Low", "agent-risk=Low"] {
        assert!(policy(kind).conditions.risks.is_configured(), "{kind}");
    }
    assert!(policy("insider-risk=Minor").conditions.risks.is_configured());
    assert!(Levels::<RiskLevel>::default().matches(RiskLevel::High));
}

#[test]
fn session_controls_are_empty_only_if_none_is_set() {
    assert!(Session::default().is_empty());
    let every_time = SignInFrequency { interval: Interval::EveryTime, factors: Factors::default() };
    assert!(!Session { sign_in_frequency: Some(every_time), ..Session::default() }.is_empty());
}

#[test]
fn the_index_sorts_policies_by_what_they_are_about() {
    let lines = [
        "apps=All",
        "apps=All not-apps=mail",
        "apps=mail",
        "action=RegisterSecurityInfo",
        "action=RegisterDevice",
        "users=ada state=ReportOnly",
        "users=All not-users=ada state=Disabled",
        "workloads=All",
    ];
    let index = Index::new(lines.map(policy).into(), Settings::default());
    let listed = |set: &PolicySet| set.iter().map(PolicyIndex::position).collect::<Vec<_>>();
    assert_eq!(listed(index.all_resources()), [0, 1, 5, 6, 7]);
    assert_eq!(listed(index.on_registration()), [3]);
    assert_eq!(listed(index.everyone()), [0, 1, 2, 3, 4, 6]);
    assert_eq!(listed(index.enabled()), [0, 1, 2, 3, 4, 7]);
    assert_eq!(listed(index.report_only()), [5]);
    assert_eq!(index.policy(PolicyIndex::at(2)).map(|it| it.name.as_str()), Some("apps=mail"));
    assert_eq!(index.policy(PolicyIndex::at(99)), None);
    assert!(index.policies()[3].conditions.target.is_action(UserAction::RegisterSecurityInfo));
}

#[test]
fn names_are_those_of_graph() {
    let states = [State::Enabled, State::ReportOnly, State::Disabled].map(State::name);
    assert_eq!(states, ["enabled", "enabledForReportingButNotEnforced", "disabled"]);
    let levels = RiskLevel::ALL.map(RiskLevel::name);
    assert_eq!(levels, ["none", "low", "medium", "high", "hidden"]);
    let insider = InsiderRisk::ALL.map(InsiderRisk::name);
    assert_eq!(insider, ["none", "minor", "moderate", "elevated"]);
    let guests = GuestKind::ALL.map(GuestKind::name);
    assert_eq!(guests[..3], ["internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember"]);
    assert_eq!(guests[3..], ["b2bDirectConnectUser", "otherExternalUser", "serviceProvider"]);
}

/// Whether people can tell so many values apart by what they read.
#[track_caller]
fn reads(texts: &[&str], apart: usize) {
    assert!(texts.iter().all(|text| text.contains(char::is_alphabetic)), "{texts:?}");
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), apart, "{texts:?}");
}

#[test]
fn what_people_read_tells_values_apart() {
    reads(&Mode::ALL.map(Mode::text), 17);
    reads(&Flow::ALL.map(Flow::text), 3);
    reads(&Platform::ALL.map(Platform::text), 7);
    // Exchange ActiveSync is the same client to people, whatever platform it is on.
    reads(&ClientApp::ALL.map(ClientApp::text), 4);
    let all = "mfa/s0/compliant/joined/approved/protected/password/remediation/terms/custom";
    let Grant::Require { controls, .. } = grant(all) else { panic!("a grant demands") };
    reads(&controls.iter().map(Control::text).collect::<Vec<_>>(), 10);
}
