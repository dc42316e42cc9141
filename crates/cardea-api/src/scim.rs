//! SCIM 2.0: people and groups that another directory keeps up to date.
//!
//! Who comes by here is who comes to Graph: the same tokens, the same rights, the same people and
//! groups, and the same gate in front of every change. What the gate refuses is told as
//! `invalidValue`, with the people whom it would lock out; nobody can accept that by SCIM.

mod groups;
mod page;
mod refusal;
mod service;
mod users;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use cardea_idp::admin::caller::Caller;
use cardea_idp::admin::edit::{self, Edits};
use cardea_idp::admin::right::Right;
use cardea_odata::etag::{ETag, IfMatch};
use cardea_odata::resource::Resource as Path;
use cardea_scim::error::{Error, Reason};
use cardea_scim::list::Query;
use cardea_scim::resource::{Meta, Resource};
use cardea_scim::schema::ResourceKind;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::Api;
use crate::reply::Reply;
use crate::route::{self, Deed, Method, Provisioning, Row, SCIM};
use crate::router;
use refusal::{Refused, Result};

/// The type of bodies (RFC 7644 section 8.1).
const SCIM_JSON: &str = "application/scim+json";
/// The types of bodies that are read.
const TYPES: [&str; 2] = [SCIM_JSON, "application/json"];

/// Answers a request to the service.
pub(crate) async fn respond(api: &Api, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match handled(api, &parts, body).await {
        Ok(reply) => rendered(reply.status, reply.body.as_ref(), reply.headers),
        Err(refused) => {
            let status = StatusCode::from_u16(refused.error.reason().status());
            let challenge = refused
                .challenge
                .iter()
                .filter_map(|it| Some((WWW_AUTHENTICATE, HeaderValue::from_str(it).ok()?)));
            rendered(
                status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                Some(&refused.error.body()),
                challenge.collect(),
            )
        }
    }
}

fn rendered(status: StatusCode, body: Option<&Value>, headers: axum::http::HeaderMap) -> Response {
    let mut response = match body {
        Some(body) => (status, body.to_string()).into_response(),
        None => status.into_response(),
    };
    if body.is_some() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(SCIM_JSON));
    }
    response.headers_mut().extend(headers);
    response
}

async fn handled(api: &Api, parts: &Parts, body: Body) -> Result<Reply> {
    let caller = router::caller(api, &parts.headers).await?;
    let body = router::read(&parts.headers, body, &TYPES).await?;
    let path = parts.uri.path().get(SCIM.len() + 1..).unwrap_or_default();
    let path = Path::parse(path).map_err(crate::problem::Problem::from)?;
    let rows = route::of_scim(&path);
    if rows.is_empty() {
        return Err(Error::new(Reason::NotFound, "There is nothing at this address.").into());
    }
    let method = Method::of(parts.method.as_str());
    let row = rows.into_iter().find(|row| Some(row.route.method) == method);
    let Some(Row { route, to, keys }) = row else {
        let detail = format!("{} is not what can be done here.", parts.method);
        return Err(Error::new(Reason::NotImplemented, detail).into());
    };
    caller.may(route.right)?;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|it| it.to_str().ok());
    let call = Call {
        api,
        caller: &caller,
        query: parts.uri.query().unwrap_or_default(),
        if_match: text(IF_MATCH),
        if_none_match: text(IF_NONE_MATCH),
        body,
        now: api.now(),
    };
    let key = keys.first().copied().unwrap_or_default();
    match to {
        Provisioning::Document(document) => service::answer(&call, document, key),
        Provisioning::Resource(ResourceKind::User, deed) => users::answer(&call, deed, key).await,
        Provisioning::Resource(ResourceKind::Group, deed) => groups::answer(&call, deed, key).await,
    }
}

/// One request, once it is known who sends it and what it is about.
#[derive(Debug)]
struct Call<'a> {
    api: &'a Api,
    caller: &'a Caller,
    /// The parameters behind the `?`, still encoded.
    query: &'a str,
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    body: Option<Value>,
    now: Timestamp,
}

impl Call<'_> {
    fn body(&self) -> Result<&Value> {
        let absent = || Error::new(Reason::InvalidSyntax, "The request has no body.");
        Ok(self.body.as_ref().ok_or_else(absent)?)
    }

    fn query(&self, kind: ResourceKind) -> Result<Query> {
        Ok(Query::parse(kind, self.query)?)
    }

    /// A reader, for whoever may.
    async fn reader(&self, right: Right) -> Result<cardea_store::Snapshot> {
        Ok(self.api.idp().reader(self.caller, right).await??)
    }

    /// Makes changes, or says why not.
    async fn change(&self, edits: &Edits) -> Result<()> {
        let outcome = self.api.idp().change(self.caller, (edits, &[]), self.now).await??;
        refusal::of(outcome)
    }

    /// Refuses a change of what is not any more as the client knows it (RFC 7644 section 3.14).
    fn expects(&self, version: &str) -> Result<()> {
        let Some(header) = self.if_match else { return Ok(()) };
        IfMatch::parse(header).and_then(|it| it.permits(&ETag::new(version))).map_err(|_| {
            let detail =
                "The resource is another one than the version in 'If-Match'. Read it again.";
            Refused::from(Error::new(Reason::PreconditionFailed, detail))
        })
    }

    /// The tag that an object has to have still when the change is made, if the client names a version.
    fn tag(&self, json: &str) -> Option<String> {
        self.if_match.map(|_| edit::tag(json))
    }

    /// What the service says of a resource.
    fn meta(&self, body: &Map<String, Value>, changed: Timestamp, version: &str) -> Meta {
        let created = body.get("createdDateTime").and_then(Value::as_str).unwrap_or_default();
        Meta {
            created: created.to_owned(),
            last_modified: cardea_idp::admin::shape::moment(changed),
            version: if version.is_empty() {
                String::new()
            } else {
                ETag::new(version).to_string()
            },
            base: self.api.scim(),
        }
    }

    /// One resource as an answer.
    fn item(&self, resource: &Resource, meta: &Meta) -> Result<Reply> {
        let query = self.query(resource.kind())?;
        if self.if_none_match.is_some_and(|it| it.split(',').any(|it| it.trim() == meta.version)) {
            let unchanged = Reply { status: StatusCode::NOT_MODIFIED, ..Reply::done() };
            return Ok(unchanged.tagged(&meta.version));
        }
        Ok(Reply::ok(resource.rendered(meta, &query.selection)).tagged(&meta.version))
    }

    /// The same for one that was created.
    fn created(&self, resource: &Resource, meta: &Meta) -> Result<Reply> {
        let id = resource.text("id").unwrap_or_default();
        let at = format!("{}{}/{id}", meta.base, resource.kind().endpoint());
        Ok(self.item(resource, meta)?.created_at(&at))
    }
}

/// The properties whose values are other ones afterwards, with null for those that are gone.
fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let is_nothing = |it: &Value| match it {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
    };
    let there = |object: &Map<String, Value>, name: &str| {
        object.get(name).filter(|it| !is_nothing(it)).cloned()
    };
    let names = before.keys().chain(after.keys());
    let changed = names.filter(|name| there(before, name) != there(after, name));
    changed.map(|name| (name.clone(), after.get(name).cloned().unwrap_or_default())).collect()
}

/// The resource after what a request does to it.
fn after(call: &Call<'_>, deed: Deed, before: &Resource) -> Result<Resource> {
    let kind = before.kind();
    Ok(match deed {
        Deed::Change => cardea_scim::patch::Patch::parse(kind, call.body()?)?.apply(before)?,
        Deed::Replace | Deed::Create | Deed::List | Deed::Get | Deed::Delete => {
            Resource::parse(kind, call.body()?)?
        }
    })
}
