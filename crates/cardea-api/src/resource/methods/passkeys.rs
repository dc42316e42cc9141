//! Passkeys that an administrator makes for somebody: `creationOptions`, and the answer to them.

use cardea_idp::admin::methods;
use cardea_idp::admin::provisioning::{MINUTES, Refused};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::{Json, moment};
use cardea_odata::problem::Code;
use serde_json::{Value, json};

use super::super::users::find;
use crate::api::Version;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::Lifetime;

/// What makes a passkey for this person.
pub(super) async fn options(
    call: &Call<'_>,
    person: &str,
    (lifetime, minutes): (Lifetime, &str),
) -> Result<Reply> {
    let minutes = match (lifetime, call.version) {
        (Lifetime::Usual, Version::V1 | Version::Beta) => *MINUTES.start(),
        (Lifetime::Asked, Version::Beta) => minutes.parse().map_err(|_| {
            Problem::new(Code::BadRequest, "'challengeTimeoutInMinutes' is a number of minutes.")
        })?,
        (Lifetime::Asked, Version::V1) => {
            let message = "'creationOptions' takes 'challengeTimeoutInMinutes' in the beta only.";
            return Err(Problem::new(Code::ResourceNotFound, message));
        }
    };
    let person = find(&mut call.reader(Right::WriteMethods).await?, person).await?;
    let idp = call.api.idp();
    let asked = idp.ask_passkey_for(call.caller, (person, minutes), call.now).await?;
    let asked = asked.map_err(refused)?;
    let public_key: Value = serde_json::from_str(&asked.options).map_err(|error| {
        tracing::error!(%error, "options of a passkey are no JSON");
        Problem::new(Code::InternalServerError, "The options cannot be read.")
    })?;
    Ok(Reply::ok(json!({
        "@odata.context": call.context("microsoft.graph.webauthnCredentialCreationOptions"),
        "challengeTimeoutDateTime": moment(asked.ends),
        "publicKey": public_key,
    })))
}

/// Keeps a passkey that was made for this person.
pub(super) async fn add(call: &Call<'_>, person: &str) -> Result<Reply> {
    let body = call.object()?;
    let name = body.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let answer = body.get("publicKeyCredential").filter(|it| it.is_object()).ok_or_else(|| {
        let message = "'publicKeyCredential' has to be what the client made of 'creationOptions'.";
        Problem::new(Code::BadRequest, message)
    })?;
    let person = find(&mut call.reader(Right::WriteMethods).await?, person).await?;
    let told = (person, &*answer.to_string(), name);
    let made = call.api.idp().add_passkey_for(call.caller, told, call.now).await?;
    let made = made.map_err(refused)?;
    let mut body = Json::new();
    let context = call.context("users/authentication/fido2Methods/$entity");
    body.insert("@odata.context".to_owned(), context);
    if let Value::Object(shown) = methods::passkey(&made) {
        body.extend(shown);
    }
    let at = call.below(&made.id);
    Ok(Reply::ok(Value::Object(body)).created_at(&at))
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::NotAllowed(denied) => denied.into(),
        refused @ (Refused::Disabled(_)
        | Refused::OutOfScope(_)
        | Refused::Lifetime(_)
        | Refused::Registration(_)) => Problem::new(Code::RequestBadRequest, format!("{refused}.")),
    }
}
