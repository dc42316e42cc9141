//! Secrets of applications. The rest of them are plain objects.

use cardea_idp::admin::secret::{self, Refused};
use cardea_odata::problem::Code;
use serde_json::{Value, json};

use super::objects::find;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{APPLICATIONS, Applications};

pub(super) async fn answer(call: &Call<'_>, action: Applications, key: &str) -> Result<Reply> {
    let application = find(call, &APPLICATIONS, key).await?;
    match action {
        Applications::AddPassword => {
            let body = call.object()?;
            let credential = body.get("passwordCredential").cloned().unwrap_or_default();
            let name = credential.get("displayName").and_then(Value::as_str).unwrap_or_default();
            let ends = match credential.get("endDateTime").and_then(Value::as_str) {
                Some(text) => Some(text.parse().map_err(|_| {
                    Problem::new(Code::BadRequest, "'endDateTime' is not a moment.")
                })?),
                None => None,
            };
            let (made, edits) =
                secret::added(&application, (name, ends), call.now)?.map_err(refused)?;
            call.change(&edits).await?;
            Ok(Reply::ok(json!({
                "@odata.context": call.context("microsoft.graph.passwordCredential"),
                "keyId": made.id, "displayName": name, "hint": made.hint,
                "startDateTime": made.starts.to_string(), "endDateTime": made.ends.to_string(),
                "secretText": made.text.as_str(),
            })))
        }
        Applications::RemovePassword => {
            let body = call.object()?;
            let id = body.get("keyId").and_then(Value::as_str).unwrap_or_default();
            let edits = secret::removed(&application, id, call.now)?.map_err(refused)?;
            call.change(&edits).await?;
            Ok(Reply::done())
        }
    }
}

fn refused(why: Refused) -> Problem {
    match why {
        Refused::Absent => Problem::absent("credential", ""),
        Refused::End | Refused::NoClient => {
            Problem::new(Code::RequestBadRequest, format!("{why}."))
        }
    }
}
