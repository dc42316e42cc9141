//! Which policies apply to one sign-in: Graph's `conditionalAccess/evaluate`.

use cardea_check::config::Config;
use cardea_check::whatif::{answer, graph, request};
use cardea_idp::admin::right::Right;
use cardea_odata::problem::Code;
use serde_json::{Value, json};

use super::strengths;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;

/// Answers from the policies as they are in force at this moment. The sign-in has no address and no
/// country but those that the request says.
pub(super) async fn answer(call: &Call<'_>) -> Result<Reply> {
    let body = Value::Object(call.object()?);
    let snapshot = call.api.idp().snapshot().await?;
    let asked = request::question(&body, &snapshot.lowered, &Config::default());
    let (question, wanted) = asked.map_err(|unclear| {
        Problem::new(Code::BadRequest, format!("{unclear}.").replace('\n', "; "))
    })?;
    let reasons = answer::reasons(&snapshot.book.index, &question);
    let mut results = graph::results(&snapshot.lowered, &reasons, (question.risks, wanted));
    let mut reader = call.reader(Right::ReadPolicies).await?;
    let shelf = strengths::shelf(&mut reader, true).await?;
    for result in &mut results {
        strengths::expand(call, &shelf, result);
    }
    Ok(Reply::ok(json!({ "@odata.context": call.context(graph::ENTITY), "value": results })))
}
