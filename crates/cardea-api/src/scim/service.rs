//! What the service says of itself.

use cardea_scim::error::{Error, Reason};
use cardea_scim::list::Query;
use cardea_scim::provider;
use cardea_scim::schema::{ResourceKind, schemas};
use serde_json::Value;

use super::Call;
use super::refusal::Result;
use crate::reply::Reply;
use crate::route::Document;

pub(super) fn answer(call: &Call<'_>, document: Document, key: &str) -> Result<Reply> {
    let base = call.api.scim();
    match document {
        Document::Configuration => Ok(Reply::ok(provider::configuration(&base))),
        Document::ResourceTypes => all(call, &provider::resource_types(&base)),
        Document::ResourceType => one(provider::resource_types(&base), key),
        Document::Schemas => all(call, &schemas(&base)),
        Document::Schema => one(schemas(&base), key),
    }
}

fn all(call: &Call<'_>, documents: &[Value]) -> Result<Reply> {
    let query: Query = call.query(ResourceKind::User)?;
    if query.filter.is_some() {
        // RFC 7644 section 4: so that nobody takes a part for the whole.
        let detail = "What the service says of itself is not filtered. Ask for all of it.";
        return Err(Error::new(Reason::Forbidden, detail).into());
    }
    let whole = Query { start_index: 1, ..query };
    Ok(Reply::ok(whole.answer(documents.len(), documents)))
}

fn one(documents: Vec<Value>, key: &str) -> Result<Reply> {
    let is_it = |it: &Value| {
        it.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(key))
    };
    let found = documents.into_iter().find(is_it);
    let absent = || Error::new(Reason::NotFound, "The service knows nothing of this name.");
    Ok(Reply::ok(found.ok_or_else(absent)?))
}
