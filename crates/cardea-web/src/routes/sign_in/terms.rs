//! Terms of use: what there is to read, and the answer.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use cardea_idp::terms::{Agreement, Answered, Text};

use super::{app, leading, moved, progress};
use crate::fields;
use crate::pages::Problem;
use crate::pages::account::{Terms, TermsDeclined, TermsText};
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;

pub(super) async fn terms(visit: Visit) -> Answer {
    page(&visit, Vec::new()).await
}

async fn page(visit: &Visit, problems: Vec<Problem>) -> Answer {
    let progress = progress!(visit);
    let Some(agreement) = visit.web.idp().agreement(&progress).await? else {
        return visit.onward(&progress);
    };
    let name = name(&agreement);
    let text = match agreement.text {
        Text::Paragraphs(paragraphs) => TermsText::Paragraphs(paragraphs),
        Text::Document(_) => TermsText::Document,
        Text::Missing => TermsText::Missing,
    };
    let page = Terms { frame: visit.frame_of(&progress), problems, name, text };
    Ok(leading(visit, &progress, &page))
}

fn name(agreement: &Agreement) -> String {
    if agreement.name.is_empty() { String::from("Terms of use") } else { agreement.name.clone() }
}

/// The document, to be kept and never shown as a page of this site.
pub(super) async fn terms_document(visit: Visit) -> Answer {
    let progress = progress!(visit);
    let Some(document) = visit.web.idp().open_terms(&progress).await? else {
        return visit.onward(&progress);
    };
    let headers = [
        (CONTENT_TYPE, "application/pdf"),
        (CONTENT_DISPOSITION, "attachment; filename=\"terms-of-use.pdf\""),
    ];
    Ok((headers, document).into_response())
}

pub(super) async fn terms_posted(posted: Posted) -> Answer {
    let visit = &posted.visit;
    let progress = progress!(visit);
    let idp = visit.web.idp();
    match posted.text(fields::CHOICE) {
        "yes" => match idp.accept_terms(&progress, visit.now).await? {
            Answered::Unread => page(visit, vec![Problem::TermsUnread]).await,
            Answered::Done | Answered::Stale => moved(visit).await,
        },
        "no" => {
            let Some(agreement) = idp.agreement(&progress).await? else {
                return moved(visit).await;
            };
            idp.decline_terms(&progress, (&visit.visitor, visit.now)).await?;
            let page = TermsDeclined {
                frame: visit.frame_of(&progress),
                name: name(&agreement),
                app: app(&progress),
            };
            Ok(leading(visit, &progress, &page))
        }
        _ => moved(visit).await,
    }
}
