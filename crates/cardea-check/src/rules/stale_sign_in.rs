//! A fresh sign-in is demanded that people cannot give: every time without multifactor
//! authentication, at registration with a pass that is used up, or with a method that is not
//! offered once the password was used.

use std::collections::BTreeSet;

use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{IncludedResources, Request, Resource, Target};
use cardea_policy::control::{Control, Grant, Interval};
use cardea_policy::id::AppId;
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Traveller;
use cardea_tenant::methods::{MethodKind, MethodState, PassUse};

use super::stuck;
use super::{Rule, Severity};
use crate::examine::{Examination, ORDINARY_APP};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Step};

pub(super) const RULE: Rule = Rule {
    name: "stale-sign-in",
    summary: "people are asked for a fresh sign-in that they cannot give",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/stale-sign-in.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let index = examination.index();
    for policy in index.enabled().iter() {
        let Some(found) = examination.policy(policy) else { continue };
        let frequency = found.session.sign_in_frequency;
        if frequency.is_some_and(|it| it.interval == Interval::EveryTime) {
            drafts.extend(again_and_again(examination, policy));
            drafts.extend(used_up(examination, policy));
        }
    }
    drafts.extend(index.enabled().iter().filter_map(|policy| not_offered(examination, policy)));
    drafts
}

/// Entra: every time needs multifactor authentication, else people are sent round in circles.
fn again_and_again(examination: &Examination<'_>, policy: PolicyIndex) -> Option<Draft> {
    let (classes, device) = without_mfa(examination, policy)?;
    let mark = Mark::new(Place::policy(policy, Field::SignInFrequency), "every time");
    let message = "people are asked to sign in again and again";
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    let demands = Place::policy(policy, Field::GrantControls);
    if examination.policy(policy).is_some_and(|found| found.grant.is_some()) {
        draft.marks.push(Mark::new(demands, "does not demand multifactor authentication"));
    }
    let all = examination.config.populations.iter().map(|p| p.name.clone()).collect();
    draft.who = stuck::among(examination, (&classes, &[policy]), &all);
    let name = examination.name(policy);
    draft.trace = vec![Step {
        actor: Actor::Person,
        device,
        does: "opens the app and signs in".to_owned(),
        sees: format!("{name} asks for a sign-in every time, and the one just made has no end"),
        policies: vec![name],
        outcome: Outcome::Back(1),
    }];
    draft.help = Some(
        "demand multifactor authentication in the same policy, or ask after some hours".to_owned(),
    );
    Some(draft)
}

/// The classes that the policy hits in some situation where no policy demands multifactor
/// authentication, with the device of the first.
fn without_mfa(examination: &Examination<'_>, policy: PolicyIndex) -> Option<(Vec<usize>, String)> {
    let request = example(examination, policy)?;
    let population = examination.config.populations.first()?;
    let actor = examination.actor(population);
    let book = &examination.book;
    let asks: PolicySet = PolicySet::of(book.index.policies().len(), |at| {
        let grant = book.index.grant(PolicyIndex::at(at));
        grant.is_some_and(|grant| asks_mfa(examination, grant))
    });
    let permissions =
        Permissions::of(examination.tenant, &book.means, &examination.person(0), &book.assumptions);
    let (mut classes, mut device) = (Vec::new(), String::new());
    for (at, class) in examination.classes.list.iter().enumerate() {
        let who = class.who.and(book.index.enabled());
        if !who.contains(policy) {
            continue;
        }
        let traveller = Traveller {
            book,
            who: &who,
            permissions: &permissions,
            intent: actor.intent,
            flow: Flow::Ordinary,
            risks: Risks::default(),
        };
        let hit = actor.situations().find(|situation| {
            let applied = traveller.applied(situation, &request);
            applied.contains(policy)
                && !applied.meets(&asks)
                && !applied.meets(book.index.blocking())
        });
        if let Some(situation) = hit {
            device.clone_from(&situation.device.name);
            classes.push(at);
        }
    }
    (!classes.is_empty()).then_some((classes, device))
}

/// Whether whoever satisfies the grant has shown multifactor authentication.
fn asks_mfa(examination: &Examination<'_>, grant: &Grant) -> bool {
    let is_mfa = |control: &Control| match control {
        Control::Strength(at) => examination
            .tenant
            .strengths
            .get(at.position())
            .is_some_and(cardea_policy::strength::Strength::is_multifactor),
        // The other two begin with multifactor authentication.
        Control::Mfa | Control::PasswordChange | Control::RiskRemediation => true,
        Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::Terms(_)
        | Control::Custom(_) => false,
    };
    *grant != Grant::Block && grant.choices().any(|any| any.iter().all(is_mfa))
}

/// Something that the policy is about.
fn example(examination: &Examination<'_>, policy: PolicyIndex) -> Option<Request> {
    let resource = |app: &AppId| Request::resource(examination.tenant.resource(app));
    let mut candidates =
        vec![resource(&AppId::new(ORDINARY_APP)), resource(&AppId::new(well_known::AZURE_PORTAL))];
    match &examination.policy(policy)?.conditions.target {
        Target::Resources(resources) => match &resources.include {
            IncludedResources::Only(list) => {
                candidates.extend(list.apps.iter().map(resource));
                let examples = list.groups.iter().filter_map(|it| well_known::example_of(*it));
                candidates.extend(examples.map(|app| Request::resource(Resource::new(app))));
            }
            IncludedResources::All | IncludedResources::Nothing => {}
        },
        Target::UserActions(actions) => {
            let action = actions.first().copied();
            candidates.push(Request { action, ..Request::default() });
        }
        Target::Contexts(contexts) => {
            candidates.push(Request { contexts: contexts.clone(), ..Request::default() });
        }
    }
    candidates.into_iter().find(|it| examination.index().target(it).contains(policy))
}

/// Registering that asks for a fresh sign-in of people whose only method is a pass that works once.
fn used_up(examination: &Examination<'_>, policy: PolicyIndex) -> Option<Draft> {
    let methods = examination.tenant.methods.as_ref()?;
    let passes = methods.configurations.get(&MethodKind::TemporaryAccessPass)?;
    let once = methods.pass.usable == PassUse::OnceOnly && passes.state == MethodState::Enabled;
    let legs = Channel::SecurityInfo.legs(examination.tenant, &examination.book.assumptions);
    let index = examination.index();
    let asked = legs.iter().any(|leg| index.target(&leg.request).contains(policy));
    let grant = index.grant(policy);
    let accepted = grant.is_some_and(|grant| asks_mfa(examination, grant));
    if !once || !asked || !accepted {
        return None;
    }
    let mark = Mark::new(Place::policy(policy, Field::SignInFrequency), "every time");
    let message = "people with a one-time pass have five minutes to register, then need another \
                   sign-in that they cannot give";
    let mut draft = Draft::new(RULE.name, Severity::Doubt, message, mark);
    let place = Place {
        object: cardea_policy::place::Object::MethodsPolicy,
        field: Field::TemporaryAccessPass,
    };
    draft.marks.push(Mark::new(place, "every pass is one-time"));
    let classes: Vec<usize> = (0..examination.classes.list.len())
        .filter(|at| examination.person(*at).guest.is_none())
        .filter(|at| examination.classes.list.get(*at).is_some_and(|c| c.who.contains(policy)))
        .collect();
    let populations = examination.config.populations.iter().map(|p| p.name.clone()).collect();
    draft.who = stuck::among(examination, (&classes, &[policy]), &populations);
    draft.help =
        Some("allow passes of several uses, or leave registering out of the policy".to_owned());
    Some(draft)
}

/// Windows Hello is not offered to people who began with their password.
fn not_offered(examination: &Examination<'_>, policy: PolicyIndex) -> Option<Draft> {
    let Grant::Require { controls, .. } = examination.index().grant(policy)? else { return None };
    let [Control::Strength(at)] = controls.as_slice() else { return None };
    let strength = examination.tenant.strengths.get(at.position())?;
    let hello = BTreeSet::from([Mode::WindowsHelloForBusiness]);
    let only = !strength.combinations.is_empty()
        && strength.combinations.iter().all(|combination| combination.modes == hello);
    if !only {
        return None;
    }
    let place = Place::policy(policy, Field::AuthenticationStrength);
    let mark = Mark::new(place, "accepts only Windows Hello for Business");
    let message = "people who begin with their password are not offered Windows Hello";
    let mut draft = Draft::new(RULE.name, Severity::Note, message, mark);
    draft.help = Some(
        "have people choose Windows Hello under Sign-in options, before the password".to_owned(),
    );
    Some(draft)
}
