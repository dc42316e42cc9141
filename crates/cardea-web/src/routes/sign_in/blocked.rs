//! The page at a wall: why, and what the person can really do next.

use cardea_idp::decision::{Asks, Next, Shut};
use cardea_idp::exit::Exit;
use cardea_idp::sign_in::{Progress, Stage};

use super::progress;
use crate::pages::Moment;
use crate::pages::blocked::{Blocked, Lap, NextStep, Wall};
use crate::respond::Answer;
use crate::visit::Visit;

/// Shows the wall, writes it down, and counts the lap.
pub(super) async fn page(visit: Visit) -> Answer {
    let progress = progress!(visit);
    let Stage::Known(Next::Shut(shut)) = &progress.stage else { return visit.onward(&progress) };
    let idp = visit.web.idp();
    let laps = idp.count_lap(&progress, &visit.visitor).await?;
    Ok(visit.page(&blocked(&visit, &progress, (shut, laps))))
}

/// The page of a wall that somebody comes to for the how many-th time.
pub(in crate::routes) fn blocked(
    visit: &Visit,
    progress: &Progress,
    (shut, laps): (&Shut, u32),
) -> Blocked {
    Blocked {
        frame: visit.frame_of(progress),
        wall: wall(shut),
        lap: if laps > 1 { Lap::Again } else { Lap::First },
        steps: steps(shut),
        at: Moment(visit.now),
        correlation_id: progress.sign_in.correlation.clone(),
    }
}

fn wall(shut: &Shut) -> Wall {
    match shut.asks {
        Asks::Method => Wall::Passkey,
        Asks::ManagedDevice => Wall::ManagedDevice,
        Asks::ProtectedApp => Wall::AppProtection { instead: String::from("a protected app") },
        Asks::Nothing => Wall::Access,
    }
}

/// The cheapest way out, as steps. Where none was found, only the help desk can look further.
fn steps(shut: &Shut) -> Vec<NextStep> {
    match shut.exits.first() {
        Some(Exit::Phone) => {
            vec![NextStep::HavePhone, NextStep::OpenOnPhone { what: String::from("Authenticator") }]
        }
        Some(Exit::TrustedNetwork) => vec![NextStep::ConnectToNetwork, NextStep::StartAgain],
        Some(Exit::ManagedDevice) => vec![NextStep::UseManagedDevice],
        Some(Exit::Pass) => {
            vec![NextStep::CallHelpDesk, NextStep::AskForPass, NextStep::StartAgain]
        }
        Some(Exit::PassOnPhone) => vec![
            NextStep::CallHelpDesk,
            NextStep::AskForPass,
            NextStep::HavePhone,
            NextStep::OpenOnPhone { what: String::from("Authenticator") },
        ],
        Some(Exit::PassOnTrustedNetwork) => vec![
            NextStep::CallHelpDesk,
            NextStep::AskForPass,
            NextStep::ConnectToNetwork,
            NextStep::StartAgain,
        ],
        None => vec![NextStep::CallHelpDesk],
    }
}
