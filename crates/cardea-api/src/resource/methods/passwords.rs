//! Passwords that an administrator gives somebody: `resetPassword`, and what became of it.

use cardea_idp::admin::methods::PASSWORD;
use cardea_idp::admin::password::{self, Refused};
use cardea_idp::admin::person;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{Json, moment};
use cardea_odata::problem::Code;
use serde_json::{Value, json};

use super::super::users::find;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;

const ENTITY: &str = "users/authentication/operations";

/// Gives a person another password: the one of the request, or one that only the answer says.
pub(super) async fn reset(call: &Call<'_>, key: &str, id: &str) -> Result<Reply> {
    let chosen = match &call.body {
        None => None,
        Some(_) => call.object()?.get("newPassword").filter(|it| !it.is_null()).cloned(),
    };
    let person = find(&mut call.reader(Right::WriteMethods).await?, key).await?;
    if id != PASSWORD {
        return Err(Problem::absent("password", id));
    }
    let (text, told) = if let Some(chosen) = chosen {
        (person::chosen_password(&chosen)?, None)
    } else {
        let text = password::generated()?;
        (text.clone(), Some(text))
    };
    let idp = call.api.idp();
    let reset = idp.reset_password(call.caller, (&person.id, text), call.now).await?;
    let reset = reset.map_err(refused)?;
    let mut body = Json::new();
    let context = call.context("microsoft.graph.passwordResetResponse");
    body.insert("@odata.context".to_owned(), context);
    // The only answer that ever has it.
    body.extend(told.map(|it| ("newPassword".to_owned(), Value::from(it.as_str()))));
    let base = call.api.base(call.version);
    let at = format!("{base}/users/{}/authentication/operations/{}", person.id, reset.operation);
    Ok(Reply::ok(Value::Object(body)).accepted_at(&at))
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::NotAllowed(denied) => denied.into(),
        refused @ Refused::Application => {
            let message = format!("Insufficient privileges to complete the operation: {refused}.");
            Problem::new(Code::RequestDenied, message)
        }
    }
}

/// What became of a reset: it was done when it was answered.
pub(super) async fn operation(call: &Call<'_>, key: &str, id: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::ReadMethods).await?;
    let person = find(&mut reader, key).await?;
    let absent = || Problem::absent("operation", id);
    let number = id.parse().map_err(|_| absent())?;
    let record =
        password::operation(&mut reader, (&person.id, number)).await?.ok_or_else(absent)?;
    let at = moment(record.created);
    let body = json!({
        "id": id, "createdDateTime": at, "lastActionDateTime": at, "status": "succeeded",
        "statusDetail": "ResetSuccess",
        "resourceLocation": format!(
            "{}/users/{}/authentication/methods/{PASSWORD}",
            call.api.base(call.version), person.id
        ),
    });
    match body {
        Value::Object(body) => call.item((ENTITY, id), body),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(absent())
        }
    }
}
