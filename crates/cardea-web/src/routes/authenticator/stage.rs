//! Where a sign-in stands, in the app's words. Walls have the words of the page that a browser gets.

use std::collections::BTreeSet;

use cardea_idp::decision::{Next, Shut, Way as Shown};
use cardea_idp::finish::Stay;
use cardea_idp::registration::Enrolment;
use cardea_idp::sign_in::{Progress, Stage};

use super::call::{Call, Refused};
use crate::authenticator::{Person, Register, State, Way};
use crate::pages::Page as _;
use crate::pages::blocked::{AGAIN, NextStep};
use crate::paths;
use crate::routes::sign_in::blocked::blocked;

/// Where the sign-in stands. One that is granted is finished with this, as an application's is when
/// its code is made; a wall is written down and counted.
pub(super) async fn state(call: &Call, progress: Progress) -> Result<State, Refused> {
    let idp = call.visit.web.idp();
    match &progress.stage {
        // This purpose begins with a name, and has nobody to choose.
        Stage::Name | Stage::Account => Ok(State::Show { ways: vec![Way::Passkey] }),
        Stage::First(ways) | Stage::Known(Next::Show(ways)) => {
            Ok(State::Show { ways: in_order(ways) })
        }
        Stage::Known(Next::Granted) | Stage::Invited(_) => {
            if progress.needs_session() {
                idp.finish(&progress, &call.visit.browser(), Stay::No).await?;
            }
            granted(&progress)
        }
        Stage::Known(Next::Register(_)) => {
            let laps = idp.count_lap(&progress, &call.visit.visitor).await?;
            Ok(interrupted(call, &progress, laps))
        }
        Stage::Known(Next::Accept(_)) => {
            let agreement = idp.agreement(&progress).await?;
            Ok(terms(call, agreement.map(|it| it.name).unwrap_or_default()))
        }
        Stage::Known(Next::Shut(shut)) => {
            let laps = idp.count_lap(&progress, &call.visit.visitor).await?;
            Ok(wall(call, &progress, (shut, laps)))
        }
    }
}

/// The ways, the one first that is best to begin with. Entra's system-preferred order has the pass
/// first; before anybody is known, a passkey comes first, because most people have no pass.
fn in_order(ways: &BTreeSet<Shown>) -> Vec<Way> {
    let order = [Shown::Passkey, Shown::Code, Shown::Pass, Shown::Password];
    let offered = order.into_iter().filter(|way| ways.contains(way));
    offered
        .map(|way| match way {
            Shown::Passkey => Way::Passkey,
            Shown::Pass => Way::Pass,
            Shown::Password => Way::Password,
            Shown::Code => Way::Code,
        })
        .collect()
}

fn granted(progress: &Progress) -> Result<State, Refused> {
    let Some(subject) = &progress.subject else { return Err(Refused::gone()) };
    let (register, ways) = match progress.enrolment() {
        Enrolment::Open(_) => (Register::Open, Vec::new()),
        Enrolment::ProveAgain(ways) => (Register::ProveAgain, in_order(&ways)),
        Enrolment::Shut => (Register::Shut, Vec::new()),
    };
    let person = Person {
        id: subject.row.id.clone(),
        user_principal_name: subject.row.upn.as_str().to_owned(),
        display_name: subject.row.display_name.clone(),
    };
    Ok(State::Granted { person, register, ways })
}

fn wall(call: &Call, progress: &Progress, (shut, laps): (&Shut, u32)) -> State {
    let page = blocked(&call.visit, progress, (shut, laps));
    State::Shut {
        code: page.wall.number(),
        title: page.heading(),
        text: again(page.why(), laps),
        next: page.steps.iter().map(|step| page.step_text(step)).collect(),
        laps,
        correlation_id: page.correlation_id,
    }
}

/// What is missing has to be registered, and this app can do so only when the person is signed in. A
/// browser's wizard may; whether it leads on is judged and not guessed.
fn interrupted(call: &Call, progress: &Progress, laps: u32) -> State {
    let tenant = call.visit.frame().tenant;
    let browser = format!("Open {}{} in a browser", call.visit.web.origin(), paths::SECURITY_INFO);
    let next = if progress.security_info_leads_on() {
        vec![browser, "Add what it asks for there".to_owned(), "Sign in here again".to_owned()]
    } else {
        vec![NextStep::CallHelpDesk.text(&call.visit.frame())]
    };
    let text = format!(
        "{tenant} asks for another way to sign in first, and Authenticator can't add it before you're \
         signed in."
    );
    State::Register {
        title: "Add a way to sign in".to_owned(),
        text: again(text, laps),
        next,
        laps,
        correlation_id: progress.sign_in.correlation.clone(),
    }
}

fn terms(call: &Call, name: String) -> State {
    let frame = call.visit.frame();
    let name = if name.is_empty() { "terms of use".to_owned() } else { name };
    State::Terms {
        title: "Accept the terms first".to_owned(),
        text: format!("Read and accept {}'s terms to go on: {name}.", frame.tenant),
        next: vec![
            format!("Open {}{} in a browser", call.visit.web.origin(), paths::ACTIVITY),
            "Read the terms and accept them there".to_owned(),
            "Sign in here again".to_owned(),
        ],
    }
}

/// Whoever comes again is told so first.
fn again(text: String, laps: u32) -> String {
    if laps > 1 { format!("{AGAIN} {text}") } else { text }
}
