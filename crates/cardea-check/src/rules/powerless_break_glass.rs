//! A declared emergency account does not work.

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::admins::{self, Emergency, Fault};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "powerless-break-glass",
    summary: "a declared emergency account does not get in, or there is only one",
    severity: Severity::Lockout,
    questions: &[Question::BreakGlassWorks],
    page: include_str!("../../rules/powerless-break-glass.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let accounts = admins::emergencies(examination);
    let mut faults: Vec<(&Fault, Vec<&str>)> = Vec::new();
    for Emergency { name, fault } in &accounts {
        let Some(fault) = fault else { continue };
        match faults.iter_mut().find(|(known, _)| *known == fault) {
            Some((_, names)) => names.push(name),
            None => faults.push((fault, vec![name])),
        }
    }
    let broken = faults.iter().map(|(fault, names)| broken(examination, fault, names));
    broken.chain(only_one(examination, &accounts)).collect()
}

fn broken(examination: &Examination<'_>, fault: &Fault, names: &[&str]) -> Draft {
    let who = names.join(", ");
    let declared = settings(examination, "declared here");
    let mut draft = match fault {
        Fault::Empty => {
            let message = format!("{who} is declared for emergencies and has no members");
            Draft::new(RULE.name, RULE.severity, message, declared)
        }
        Fault::Powerless => {
            let message = format!("{who} cannot change policies in an emergency: no role for it");
            let mut draft = Draft::new(RULE.name, RULE.severity, message, declared);
            draft.help = Some("make the account a Global Administrator, permanently".to_owned());
            draft
        }
        Fault::OneFactor => {
            let message = format!("{who} has no multifactor method for an emergency");
            let mut draft = Draft::new(RULE.name, RULE.severity, message, declared);
            draft.notes.push(
                "Microsoft's admin portals demand multifactor authentication of everybody; \
                 exclusions from policies do not change that"
                    .to_owned(),
            );
            draft.help = Some("register two security keys for the account".to_owned());
            draft
        }
        Fault::Caught { policies, from } => caught(examination, &who, (policies, from.as_ref())),
    };
    draft.who = Who { text: who, ..Who::default() };
    draft
}

fn caught(
    examination: &Examination<'_>,
    who: &str,
    (policies, from): (&[PolicyIndex], Option<&Network>),
) -> Draft {
    let names = stuck::names(examination, policies);
    let place = from.map(|network| format!(" from {}", network_text(examination, network)));
    let place = place.unwrap_or_default();
    let message = format!("{who} is caught by {}{place}", names.join(" and "));
    let mut marks = Vec::new();
    for policy in policies {
        let field = Field::Users;
        marks.push(Mark::new(Place::policy(*policy, field), "does not leave the account out"));
        marks.extend(
            stuck::marks(examination, *policy, "covers the admin portals").into_iter().skip(1),
        );
    }
    marks.push(settings(examination, "declared here"));
    let first = marks.first().cloned().unwrap_or_else(|| settings(examination, "declared here"));
    let mut draft = Draft::new(RULE.name, RULE.severity, message, first);
    draft.marks = marks;
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: "any device".to_owned(),
        does: format!("signs in to the admin portals in an emergency{place}"),
        sees: format!("{} refuses", names.join(", ")),
        policies: names,
        outcome: Outcome::Wall,
    }];
    draft.help = Some("exclude the emergency accounts from this policy".to_owned());
    draft
}

fn network_text(examination: &Examination<'_>, network: &Network) -> String {
    let locations = &examination.tenant.locations;
    let names = network.named.iter().map(|id| {
        let found = locations.iter().find(|location| location.id == *id);
        found.map_or(id.as_str(), |location| location.name.as_str())
    });
    let names: Vec<&str> = names.collect();
    match (names.is_empty(), network.trust) {
        (false, _) => names.join(" and "),
        (true, Trust::Trusted) => "a trusted network".to_owned(),
        (true, Trust::Untrusted) => "an unknown network".to_owned(),
    }
}

/// One account can be lost. Whether groups whose members the input does not list have more is not
/// known, and they are not reported.
fn only_one(examination: &Examination<'_>, accounts: &[Emergency]) -> Option<Draft> {
    let declared = &examination.config.break_glass;
    let [account] = accounts else { return None };
    let single = declared.groups.is_empty() || !examination.tenant.directory.is_empty();
    let works = account.fault != Some(Fault::Empty);
    (single && works).then(|| {
        let message = format!("{} is the only emergency account", account.name);
        let mark = settings(examination, "one account, one key, one accident");
        let mut draft = Draft::new(RULE.name, Severity::Weakness, message, mark);
        draft.help = Some("keep at least two, in the cloud only".to_owned());
        draft
    })
}

fn settings(examination: &Examination<'_>, text: &str) -> Mark {
    let place = Place { object: Object::Settings, field: Field::Whole };
    let config = examination.config;
    Mark::at(place, config.span(&config.break_glass.at), text)
}
