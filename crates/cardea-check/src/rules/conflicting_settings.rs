//! Combinations that Microsoft's documentation forbids or warns against.

use cardea_policy::conditions::platform::{IncludedPlatforms, Platform};
use cardea_policy::conditions::principal::{Include, Principals, Users};
use cardea_policy::conditions::target::{IncludedResources, Resources, Target, UserAction};
use cardea_policy::control::{Control, Grant, Interval, Operator};
use cardea_policy::id::{AppId, RoleId};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::policy::Policy;
use cardea_policy::well_known;
use cardea_tenant::tenant::DeviceRegistration;

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "conflicting-settings",
    summary: "a combination that Microsoft's documentation forbids or warns against",
    severity: Severity::Doubt,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/conflicting-settings.md"),
    run,
};

/// Directory Synchronization Accounts.
const DIRECTORY_SYNC: &str = "d29b2b05-8046-44ba-8758-1e26182fcf32";

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for at in examination.index().enabled().iter() {
        let Some(policy) = examination.policy(at) else { continue };
        let conflicts = CHECKS.iter().filter_map(|check| check(examination, policy));
        drafts.extend(conflicts.map(|conflict| draft(examination, at, conflict)));
    }
    drafts.extend(forgotten(examination));
    drafts
}

/// A combination, and what becomes of it.
#[derive(Clone, Copy)]
struct Conflict {
    field: Field,
    with: Option<Field>,
    message: &'static str,
    help: &'static str,
}

impl Conflict {
    fn at(field: Field, message: &'static str, help: &'static str) -> Self {
        Self { field, with: None, message, help }
    }

    fn with(self, field: Field) -> Self {
        Self { with: Some(field), ..self }
    }
}

type Check = fn(&Examination<'_>, &Policy) -> Option<Conflict>;

const CHECKS: [Check; 10] = [
    enrolment,
    device_registration_switch,
    device_registration_controls,
    device_registration_filter,
    password_change,
    risk_remediation,
    unsupported_platform,
    mfa_and_strength,
    workload_controls,
    missing_enrolment_app,
];

fn draft(examination: &Examination<'_>, at: PolicyIndex, conflict: Conflict) -> Draft {
    let message = format!("{} {}", examination.name(at), conflict.message);
    let mark = Mark::new(Place::policy(at, conflict.field), "this");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft
        .marks
        .extend(conflict.with.map(|it| Mark::new(Place::policy(at, it), "together with this")));
    draft.help = Some(conflict.help.to_owned());
    draft
}

fn controls(policy: &Policy) -> (Operator, &[Control]) {
    match &policy.grant {
        Some(Grant::Require { operator, controls }) => (*operator, controls),
        Some(Grant::Block) | None => (Operator::And, &[]),
    }
}

fn demands(policy: &Policy, control: &Control) -> bool {
    controls(policy).1.contains(control)
}

fn resources(policy: &Policy) -> Option<&Resources> {
    match &policy.conditions.target {
        Target::Resources(resources) => Some(resources),
        Target::UserActions(_) | Target::Contexts(_) => None,
    }
}

fn includes(policy: &Policy, app: &str) -> bool {
    resources(policy).is_some_and(|resources| match &resources.include {
        IncludedResources::Only(list) => list.apps.contains(&AppId::new(app)),
        IncludedResources::All | IncludedResources::Nothing => false,
    })
}

fn excludes(policy: &Policy, app: &str) -> bool {
    resources(policy).is_some_and(|resources| resources.exclude.apps.contains(&AppId::new(app)))
}

/// A device cannot be compliant before it is enrolled.
fn enrolment(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let about_device = controls(policy).1.iter().any(Control::is_about_device);
    (includes(policy, well_known::INTUNE_ENROLLMENT) && about_device).then(|| {
        Conflict::at(
            Field::IncludeApplications,
            "asks for a managed device in order to enrol one",
            "ask for multifactor authentication every time on Microsoft Intune Enrollment",
        )
        .with(Field::BuiltInControls)
    })
}

fn on_device_registration(policy: &Policy) -> bool {
    policy.conditions.target.is_action(UserAction::RegisterDevice)
}

fn device_registration_switch(examination: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let on = examination.tenant.device_registration == DeviceRegistration::MfaRequired;
    (on && on_device_registration(policy)).then(|| {
        Conflict::at(
            Field::IncludeUserActions,
            "is not enforced as long as the tenant itself asks for multifactor authentication to \
             join devices",
            "set \"Require multifactor authentication to register or join devices\" to No",
        )
    })
}

fn device_registration_controls(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let (_, controls) = controls(policy);
    let known = |it: &Control| matches!(it, Control::Mfa | Control::Strength(_));
    (on_device_registration(policy) && !controls.iter().all(known)).then(|| {
        Conflict::at(
            Field::IncludeUserActions,
            "asks for more than multifactor authentication to register a device",
            "only multifactor authentication or a strength can be asked for there",
        )
        .with(Field::GrantControls)
    })
}

fn device_registration_filter(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    (on_device_registration(policy) && policy.conditions.devices.is_some()).then(|| {
        Conflict::at(
            Field::DeviceFilter,
            "filters devices that are not registered yet",
            "filters for devices are not available with the user action for registering devices",
        )
        .with(Field::IncludeUserActions)
    })
}

/// A password change goes with multifactor authentication and nothing else, for all resources, on
/// user risk alone.
fn password_change(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    if !demands(policy, &Control::PasswordChange) {
        return None;
    }
    let (operator, list) = controls(policy);
    let companions = operator == Operator::And
        && list.contains(&Control::Mfa)
        && list.iter().all(|it| matches!(it, Control::Mfa | Control::PasswordChange));
    if !companions {
        return Some(Conflict::at(
            Field::BuiltInControls,
            "joins a password change with the wrong controls",
            "demand a password change together with `mfa`, joined by AND, and nothing else",
        ));
    }
    let everything = resources(policy).is_some_and(|resources| {
        resources.is_all() && resources.exclude.is_empty() && resources.filter.is_none()
    });
    if !everything {
        let message = "asks for a password change for some resources only";
        let help = "a password change needs all resources without an exclusion";
        return Some(Conflict::at(Field::Applications, message, help).with(Field::BuiltInControls));
    }
    (!policy.conditions.risks.user.is_configured()).then(|| {
        let message = "asks for a password change without looking at user risk";
        let help = "set the user risk levels that call for a new password";
        Conflict::at(Field::BuiltInControls, message, help)
    })
}

/// Risk remediation comes with a strength and a sign-in every time.
fn risk_remediation(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    if !demands(policy, &Control::RiskRemediation) {
        return None;
    }
    let (_, list) = controls(policy);
    let strength = list.iter().any(|it| matches!(it, Control::Strength(_)));
    let frequency = policy.session.sign_in_frequency;
    let every_time = frequency.is_some_and(|it| it.interval == Interval::EveryTime);
    (!strength || !every_time).then(|| {
        Conflict::at(
            Field::BuiltInControls,
            "asks for risk remediation without a strength and a sign-in every time",
            "Entra adds both; write them down, so that the policy says what it does",
        )
    })
}

/// Controls on apps know Android and iOS only.
fn unsupported_platform(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let IncludedPlatforms::Only(platforms) = &policy.conditions.platforms.as_ref()?.include else {
        return None;
    };
    let (operator, list) = controls(policy);
    let about_app =
        |it: &Control| matches!(it, Control::ApprovedApplication | Control::CompliantApplication);
    let unavoidable =
        list.iter().any(about_app) && (operator == Operator::And || list.iter().all(about_app));
    let unknown = platforms.contains(&Platform::MacOs) || platforms.contains(&Platform::Linux);
    (unavoidable && unknown).then(|| {
        Conflict::at(
            Field::IncludePlatforms,
            "asks macOS or Linux for an app control that these platforms do not have",
            "leave macOS and Linux out, or offer another control with OR",
        )
        .with(Field::BuiltInControls)
    })
}

fn mfa_and_strength(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let strength = controls(policy).1.iter().any(|it| matches!(it, Control::Strength(_)));
    (strength && demands(policy, &Control::Mfa)).then(|| {
        Conflict::at(
            Field::BuiltInControls,
            "asks for multifactor authentication and for a strength",
            "a policy takes one of the two; the strength says more",
        )
        .with(Field::AuthenticationStrength)
    })
}

/// Service principals cannot satisfy anything.
fn workload_controls(_: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let workloads = match policy.conditions.principals {
        Principals::Workloads(_) => true,
        Principals::Users(_) | Principals::Agents(_) => false,
    };
    (workloads && !controls(policy).1.is_empty()).then(|| {
        Conflict::at(
            Field::GrantControls,
            "asks service principals for controls, which they cannot satisfy",
            "policies on workload identities can only block",
        )
        .with(Field::ClientApplications)
    })
}

/// New tenants have no service principal for enrolment, and then the app cannot be picked.
fn missing_enrolment_app(examination: &Examination<'_>, policy: &Policy) -> Option<Conflict> {
    let enrolment = AppId::new(well_known::INTUNE_ENROLLMENT);
    let apps = &examination.tenant.apps;
    if apps.is_empty() || apps.iter().any(|app| app.id == enrolment) {
        return None;
    }
    let field = if includes(policy, enrolment.as_str()) {
        Field::IncludeApplications
    } else if excludes(policy, enrolment.as_str()) {
        Field::ExcludeApplications
    } else {
        return None;
    };
    Some(Conflict::at(
        field,
        "names Microsoft Intune Enrollment, for which the tenant has no service principal",
        "create it: POST /servicePrincipals with appId d4ebce55-015a-49b5-a083-c84d1797ae8c",
    ))
}

/// What policies on compliant devices should leave out: worth knowing, and often meant.
fn forgotten(examination: &Examination<'_>) -> Vec<Draft> {
    let index = examination.index();
    let everywhere: Vec<(PolicyIndex, &Policy)> = index
        .enabled()
        .and(index.all_resources())
        .iter()
        .filter_map(|at| Some((at, examination.policy(at)?)))
        .filter(|(_, policy)| only_compliant(policy))
        .collect();
    let (sync, store) = (RoleId::new(DIRECTORY_SYNC), well_known::STORE_FOR_BUSINESS);
    // Directories are synchronised, and subscriptions renewed, on Windows.
    let on_windows = everywhere.iter().filter(|(_, policy)| {
        policy.conditions.platforms.as_ref().is_none_or(|it| it.matches(Platform::Windows))
    });
    let syncing = on_windows.clone().filter(|(_, policy)| {
        users(policy).is_some_and(|users| {
            let included = match &users.include {
                Include::Everyone => true,
                Include::Only(people) => people.roles.contains(&sync),
                Include::Nobody => false,
            };
            included && !users.exclude.roles.contains(&sync)
        })
    });
    let windows = on_windows.filter(|(_, policy)| {
        users(policy).is_some_and(|users| users.include != Include::Nobody)
            && !excludes(policy, store)
    });
    let syncing = note(
        syncing.map(|(at, _)| Place::policy(*at, Field::Users)).collect(),
        "directory synchronisation accounts have no compliant device",
        "exclude the role Directory Synchronization Accounts, if directories are synchronised",
    );
    let windows = note(
        windows.map(|(at, _)| Place::policy(*at, Field::Applications)).collect(),
        "Windows cannot renew its subscription in the background where a compliant device is asked for",
        "exclude 45a330b1-b1ec-4cc1-9161-9f03992aa49f, if Windows is activated by subscription",
    );
    syncing.into_iter().chain(windows).collect()
}

fn only_compliant(policy: &Policy) -> bool {
    let (operator, list) = controls(policy);
    list.contains(&Control::CompliantDevice)
        && (operator == Operator::And || list.iter().all(Control::is_about_device))
}

fn users(policy: &Policy) -> Option<&Users> {
    match &policy.conditions.principals {
        Principals::Users(users) => Some(users),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    }
}

fn note(places: Vec<Place>, message: &str, help: &str) -> Option<Draft> {
    let mut marks = places.into_iter().map(|place| Mark::new(place, "not left out here"));
    let mut draft = Draft::new(RULE.name, Severity::Note, message, marks.next()?);
    draft.marks.extend(marks);
    draft.help = Some(help.to_owned());
    Some(draft)
}
