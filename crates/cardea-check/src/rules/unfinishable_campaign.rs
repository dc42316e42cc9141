//! A registration campaign that people cannot finish.

use std::collections::BTreeMap;

use cardea_policy::conditions::principal::Person;
use cardea_policy::lattice::Plain;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::terrain::Targets;
use cardea_tenant::journey::actor::Form;
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::methods::{AfterSnoozes, Attests, Campaign, CampaignState, MethodKind};

use super::{Rule, stuck};
use crate::config::Population;
use crate::examine::Examination;
use crate::examine::case::{Barrier, Case, barriers};
use crate::examine::trouble;
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "unfinishable-campaign",
    summary: "a registration campaign asks for what people cannot register",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanRegister],
    page: include_str!("../../rules/unfinishable-campaign.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let methods = examination.tenant.methods.as_ref();
    let Some(campaign) = methods.and_then(|methods| methods.campaign.as_ref()) else {
        return Vec::new();
    };
    if campaign.state == CampaignState::Disabled {
        return Vec::new();
    }
    let targets = examination.targets(examination.goals());
    let mut phoneless: Vec<String> = Vec::new();
    let mut suppressed: BTreeMap<(MethodKind, Vec<PolicyIndex>), Vec<String>> = BTreeMap::new();
    for population in &examination.config.populations {
        for class in 0..examination.classes.list.len() {
            let person = examination.person(class);
            let Some(end) = end_of(examination, campaign, (population, &person), &targets) else {
                continue;
            };
            let names = match end {
                End::NoPhone => &mut phoneless,
                End::Shut(kind, policies) => suppressed.entry((kind, policies)).or_default(),
            };
            if !names.contains(&population.name) {
                names.push(population.name.clone());
            }
        }
    }
    let forced = (!phoneless.is_empty()).then(|| no_phone(&phoneless));
    let shut = suppressed
        .iter()
        .map(|((kind, policies), names)| shut(examination, (*kind, policies), names));
    forced.into_iter().chain(shut).collect()
}

/// Where the campaign ends for somebody.
enum End {
    /// At the third reminder: Authenticator is demanded, and there is no phone for it.
    NoPhone,
    /// It never begins: people are not reminded where policies shut registering.
    Shut(MethodKind, Vec<PolicyIndex>),
}

/// Where the campaign ends for a person; `None` for whoever finishes it or is not asked.
fn end_of(
    examination: &Examination<'_>,
    campaign: &Campaign,
    (population, person): (&Population, &Person),
    targets: &Targets,
) -> Option<End> {
    let kind = asked_for(campaign, population, person)?;
    let Examination { tenant, book, .. } = examination;
    let permissions = Permissions::of(tenant, &book.means, person, &book.assumptions);
    let wanted = wanted(examination, kind, &permissions);
    if wanted.is_empty() {
        return None;
    }
    let forced = campaign.after_snoozes == AfterSnoozes::Force;
    let phone = population.devices.iter().any(|device| device.form == Form::Phone);
    if kind == MethodKind::MicrosoftAuthenticator && forced && !phone {
        return Some(End::NoPhone);
    }
    let case = case(examination, (population, person), permissions, targets)?;
    let terrain = case.terrain();
    let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &case.start };
    let held = fixpoint.reach().held;
    if wanted.iter().any(|method| held.get(method.0) == Some(&true)) {
        return None;
    }
    let tries = terrain.tries.iter();
    let ways = tries.filter(|attempt| wanted.iter().any(|it| attempt.makes.contains(it)));
    let shut = ways.map(|attempt| {
        let gates = attempt.gates.iter();
        let shut =
            gates.flat_map(|gate| barriers(gate, &fixpoint.session(&held, attempt, gate.passage)));
        let mut policies: Vec<PolicyIndex> = shut.map(|it: Barrier| it.policy).collect();
        policies.sort_unstable();
        policies.dedup();
        policies
    });
    let policies = shut.min_by_key(Vec::len).filter(|policies| !policies.is_empty())?;
    Some(End::Shut(kind, policies))
}

/// What a person is asked to register. Guests are never asked for passkeys.
fn asked_for(campaign: &Campaign, population: &Population, person: &Person) -> Option<MethodKind> {
    let meant = population.groups.is_empty()
        || population.groups.iter().any(|group| person.groups.contains(group));
    let excluded = campaign.exclude.iter().any(|target| target.contains(person));
    if !meant || excluded || person.guest.is_some() {
        return None;
    }
    campaign.include.iter().find(|target| target.id.contains(person)).map(|target| target.method)
}

/// The methods that end the campaign; none where the person may not register them and is
/// therefore not asked.
fn wanted(
    examination: &Examination<'_>,
    kind: MethodKind,
    permissions: &Permissions,
) -> Vec<MeansIndex> {
    let means = &examination.book.means;
    match kind {
        MethodKind::MicrosoftAuthenticator => {
            let push = means.mode(Mode::MicrosoftAuthenticatorPush);
            push.filter(|push| permissions.usable(*push)).into_iter().collect()
        }
        MethodKind::Fido2 => {
            let passkeys = means.passkeys().map(|(index, _)| index);
            passkeys.filter(|index| permissions.registrable(*index, Attests::Yes)).collect()
        }
        MethodKind::Sms
        | MethodKind::Voice
        | MethodKind::TemporaryAccessPass
        | MethodKind::SoftwareOath
        | MethodKind::HardwareOath
        | MethodKind::Email
        | MethodKind::X509Certificate
        | MethodKind::QrCodePin
        | MethodKind::External
        | MethodKind::VerifiableCredentials => Vec::new(),
    }
}

/// Somebody who is being reminded: that happens after a sign-in with a text message or a call.
/// `None` where neither is enabled, so that nobody is.
fn case<'e>(
    examination: &'e Examination<'_>,
    (population, person): (&Population, &Person),
    permissions: Permissions,
    targets: &'e Targets,
) -> Option<Case<'e>> {
    let book = &examination.book;
    let mut start = trouble::start(book, population, &permissions);
    let by_phone = [Mode::Sms, Mode::Voice].into_iter().filter_map(|mode| book.means.mode(mode));
    let by_phone: Vec<_> = by_phone.filter(|index| permissions.usable(*index)).collect();
    for index in &by_phone {
        if let Some(truth) = start.held.get_mut(index.0) {
            *truth = true;
        }
    }
    start.unregistered = false;
    let index = examination.index();
    let who = index.who(&index.member(person));
    let actor = examination.actor(population);
    (!by_phone.is_empty()).then_some(Case { book, targets, who, permissions, actor, start })
}

fn campaign_mark(text: &str) -> Mark {
    let place = Place { object: Object::MethodsPolicy, field: Field::RegistrationCampaign };
    Mark::new(place, text)
}

fn no_phone(populations: &[String]) -> Draft {
    let who = populations.join(", ");
    let message =
        format!("{who} must register Authenticator after three reminders and have no phone");
    let mark = campaign_mark("registration is forced after three reminders");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft.who = Who { text: who, ..Who::default() };
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: "laptop".to_owned(),
        does: "signs in, with three reminders put off".to_owned(),
        sees: "must set up Authenticator, which needs a phone".to_owned(),
        policies: Vec::new(),
        outcome: Outcome::Wall,
    }];
    draft.help =
        Some("exclude them from the campaign, or let reminders be put off for ever".to_owned());
    draft
}

fn shut(
    examination: &Examination<'_>,
    (kind, policies): (MethodKind, &[PolicyIndex]),
    populations: &[String],
) -> Draft {
    let names = stuck::names(examination, policies).join(", ");
    let what = match kind {
        MethodKind::Fido2 => "a passkey",
        MethodKind::MicrosoftAuthenticator
        | MethodKind::Sms
        | MethodKind::Voice
        | MethodKind::TemporaryAccessPass
        | MethodKind::SoftwareOath
        | MethodKind::HardwareOath
        | MethodKind::Email
        | MethodKind::X509Certificate
        | MethodKind::QrCodePin
        | MethodKind::External
        | MethodKind::VerifiableCredentials => "Authenticator",
    };
    let message =
        format!("the campaign for {what} reminds nobody whom {names} keeps from registering");
    let mut draft =
        Draft::new(RULE.name, Severity::Weakness, message, campaign_mark("asks for it"));
    for policy in policies {
        draft.marks.extend(stuck::marks(examination, *policy, "shuts registering"));
    }
    draft.who = Who { text: populations.join(", "), ..Who::default() };
    draft.help = Some("let the people of the campaign meet the policy on registering".to_owned());
    draft
}
