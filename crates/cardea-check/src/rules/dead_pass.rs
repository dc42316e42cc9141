//! Passes that cannot be used: disabled, out of scope, one-time against multi-use, spent on the
//! first device, too short for the path.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::place::{Field, Object, Place};
use cardea_prover::liveness::Creation;
use cardea_tenant::journey::actor::Form;
use cardea_tenant::journey::step::REGISTRATION_MINUTES;
use cardea_tenant::journey::step::Seat;
use cardea_tenant::methods::{MethodKind, MethodState, PassUse};

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::case::Case;
use crate::examine::compare::{Change, Lost, lost};
use crate::examine::registering::{Registering, Wanted};
use crate::examine::trouble::{Cause, PassGap, Trouble};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Step};

pub(super) const RULE: Rule = Rule {
    name: "dead-pass",
    summary: "people need a Temporary Access Pass, and none that they can get works",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/dead-pass.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = stuck::drafts(examination, &RULE, say);
    for draft in &mut drafts {
        draft.marks.push(Mark::new(passes(), "where passes are configured"));
    }
    let shut = examination.registering.iter().filter(|one| {
        one.wanted == Wanted::AnyMethod
            && one.barriers.is_empty()
            && one.creation == Creation::TooWeak
            && !stuck::all_in_trouble(examination, &one.classes)
    });
    drafts.extend(shut.map(|one| bare(examination, one)));
    if are_enabled(examination) {
        drafts.extend(spent(examination));
        drafts.extend(short(examination));
    }
    drafts
}

fn passes() -> Place {
    Place { object: Object::MethodsPolicy, field: Field::TemporaryAccessPass }
}

fn say(trouble: &Trouble) -> Option<Saying> {
    let Cause::Pass(gap) = trouble.cause else { return None };
    let lacked = stuck::lacked(trouble);
    Some(match gap {
        PassGap::Disabled => Saying::new(
            format!("people without {lacked} need a pass to begin, and passes are disabled"),
            "enable Temporary Access Passes for the people who still have to register",
        ),
        PassGap::OutOfScope => Saying::new(
            format!("people without {lacked} need a pass to begin, and may not use one"),
            "include them in the scope of Temporary Access Passes",
        ),
        PassGap::OnceOnly => Saying::new(
            "people need a pass that can be used again, and every pass is one-time",
            "set `isUsableOnce` to false, or accept one-time passes in the strength",
        ),
        PassGap::NotGiven => Saying::new(
            format!("people without {lacked} need a pass to begin, and nobody gives them one"),
            "let the help desk issue Temporary Access Passes to them",
        ),
    })
}

/// People who can add nothing, because everything needs multifactor authentication first.
fn bare(examination: &Examination<'_>, one: &Registering) -> Draft {
    let message = "people who only have a password cannot add any method";
    let mark = Mark::new(passes(), "only a pass would let them begin");
    let mut draft = Draft::new(RULE.name, RULE.severity, message, mark);
    draft.who = stuck::among(examination, (&one.classes, &[]), &one.populations);
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: one.spot.device.clone(),
        does: format!("opens {} with the password", one.channel.text()),
        sees: "multifactor authentication is needed before anything is added".to_owned(),
        policies: Vec::new(),
        outcome: Outcome::Wall,
    }];
    draft.help =
        Some("enable Temporary Access Passes, or a method that a password can add".to_owned());
    draft
}

/// Whether the methods policy of the input enables passes for anybody.
fn are_enabled(examination: &Examination<'_>) -> bool {
    examination.tenant.methods.as_ref().is_some_and(|methods| {
        let passes = methods.configurations.get(&MethodKind::TemporaryAccessPass);
        passes.is_some_and(|it| it.state == MethodState::Enabled && !it.include.is_empty())
    })
}

/// People who use their one pass on the computer first, and then need it in Authenticator.
fn spent(examination: &Examination<'_>) -> Option<Draft> {
    let methods = examination.tenant.methods.as_ref()?;
    if methods.pass.usable != PassUse::OnceOnly {
        return None;
    }
    let change = Change {
        about: &|population| population.devices.iter().any(|it| it.form == Form::Computer),
        before: &|_| {},
        after: &|case: &mut Case<'_>, _| {
            for (device, _) in
                case.actor.devices.iter().enumerate().filter(|(_, it)| it.form == Form::Phone)
            {
                let seat = Seat { device, client: ClientApp::MobileAppsAndDesktopClients };
                let passes = case.start.one_time.clone();
                case.start.one_time = passes.but(seat, false);
            }
        },
    };
    let lost = merged(lost(examination, examination.goals(), &change))?;
    let message = "people who use their one-time pass on the computer cannot use it in \
                   Authenticator any more";
    let mark = Mark::new(passes(), "every pass is one-time");
    let mut draft = Draft::new(RULE.name, Severity::Doubt, message, mark);
    draft.who = stuck::among(examination, (&lost.classes, &[]), &lost.populations);
    let step = |device: &str, does: &str, sees: String, outcome| Step {
        actor: Actor::Person,
        device: device.to_owned(),
        does: does.to_owned(),
        sees,
        policies: Vec::new(),
        outcome,
    };
    let sent = "is sent to add a passkey in Authenticator".to_owned();
    let asked = "is asked for the pass, which is used".to_owned();
    draft.trace = vec![
        step("laptop", "signs in with the pass", sent, Outcome::Onward),
        step("phone", "opens Authenticator", asked, Outcome::Wall),
    ];
    draft.notes.push("how many passes people are given is not in the input".to_owned());
    draft.help =
        Some("tell people to begin in Authenticator, or allow passes of several uses".to_owned());
    Some(draft)
}

/// Passes that end before a registration has to.
fn short(examination: &Examination<'_>) -> Option<Draft> {
    let longest = examination.tenant.methods.as_ref()?.pass.maximum_lifetime;
    if longest >= REGISTRATION_MINUTES {
        return None;
    }
    let change = Change {
        about: &|_| true,
        before: &|_| {},
        after: &|case: &mut Case<'_>, _| case.lose_passes(),
    };
    let lost = merged(lost(examination, examination.goals(), &change))?;
    let message = format!("people have at most {longest} minutes to register with a pass");
    let reason = format!("shorter than a registration may take: {REGISTRATION_MINUTES} minutes");
    let mut draft = Draft::new(RULE.name, Severity::Doubt, message, Mark::new(passes(), reason));
    draft.who = stuck::among(examination, (&lost.classes, &[]), &lost.populations);
    draft.notes.push("when a pass ends, so does every session that began with it".to_owned());
    draft.help = Some("raise `maximumLifetimeInMinutes` to an hour".to_owned());
    Some(draft)
}

fn merged(lost: Vec<Lost>) -> Option<Lost> {
    lost.into_iter().reduce(|mut all, more| {
        all.populations.extend(more.populations);
        all.classes.extend(more.classes);
        all.classes.sort_unstable();
        all.classes.dedup();
        all
    })
}
