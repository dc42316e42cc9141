//! Which account a sign-in is for: the one that the browser is signed in with, the one that was
//! named, or another.

use cardea_idp::decision::Next;
use cardea_idp::finish::Stay;
use cardea_idp::sign_in::{Progress, Stage};

use super::{finish, leading, moved, progress};
use crate::fields;
use crate::pages::account::{Account, AccountState, Accounts, OTHER};
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::Broken;

/// Shows what there is to choose from. Nothing is forgotten until the person chooses.
pub(super) async fn accounts(visit: Visit) -> Answer {
    let progress = progress!(visit);
    let accounts = known(&visit, &progress).await?;
    if accounts.is_empty() && progress.stage == Stage::Name {
        return visit.onward(&progress);
    }
    Ok(leading(&visit, &progress, &Accounts { frame: visit.frame(), accounts }))
}

/// The account of the browser's session, and that of the sign-in where it is another. Of a name that
/// was typed nothing is said that was not typed.
async fn known(visit: &Visit, progress: &Progress) -> Result<Vec<Account>, Broken> {
    let signed_in = visit.web.idp().account(&visit.browser(), visit.now).await?;
    let begun = visit.frame_of(progress).account;
    let is_other =
        signed_in.as_ref().is_none_or(|account| !account.upn.eq_ignore_ascii_case(&begun));
    let begun = (is_other && !begun.is_empty()).then_some(begun);
    let signed_in = signed_in.map(|account| Account {
        name: account.name,
        upn: account.upn,
        state: AccountState::SignedIn,
    });
    let begun = begun.map(|name| Account { name, upn: String::new(), state: AccountState::Begun });
    Ok(signed_in.into_iter().chain(begun).collect())
}

pub(super) async fn account_chosen(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let idp = visit.web.idp();
    let choice = posted.text(fields::CHOICE);
    if choice == AccountState::SignedIn.word() {
        idp.choose_account(&progress, &visit.browser(), visit.now).await?;
        let progress = progress!(visit);
        // The session suffices, as it would have without the question.
        if progress.stage == Stage::Known(Next::Granted) {
            return finish(visit, &progress, Stay::No).await;
        }
    } else if choice == OTHER {
        idp.choose_another(&progress).await?;
    }
    moved(visit).await
}
