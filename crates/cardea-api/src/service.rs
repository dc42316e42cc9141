//! One request from its address to its answer; a batch comes here once for each of its requests.

use cardea_idp::admin::caller::Caller;
use cardea_odata::problem::Code;
use cardea_odata::resource::Resource;
use serde_json::Value;

use crate::api::{Api, Version};
use crate::call::{Call, Form};
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::resource;
use crate::route::{self, Answers, Method, Row};

/// A request whose sender is known.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    pub version: Version,
    pub method: &'a str,
    /// The path behind the version, still encoded.
    pub path: &'a str,
    pub query: &'a str,
    pub if_match: Option<&'a str>,
    pub prefer: Vec<&'a str>,
    pub body: Option<Value>,
}

/// Answers a request.
///
/// # Errors
/// It is refused.
pub(crate) async fn answer(api: &Api, caller: &Caller, request: Incoming<'_>) -> Result<Reply> {
    let asked = Resource::parse(request.path)?;
    let counted = asked.counted().filter(is_list);
    let form = if counted.is_some() { Form::Number } else { Form::Objects };
    let resource = counted.unwrap_or(asked);
    let mut rows = route::of_graph(&resource);
    if form == Form::Number {
        rows.retain(|row| row.route.method == Method::Get);
    }
    if rows.is_empty() {
        let message = format!("Resource not found for the segment '{resource}'.");
        return Err(Problem::new(Code::ResourceNotFound, message));
    }
    let method = Method::of(request.method);
    let row = rows.into_iter().find(|row| Some(row.route.method) == method);
    let Some(Row { route, to, keys }) = row else {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(Problem::new(Code::MethodNotAllowed, message));
    };
    caller.may(route.right)?;
    let call = Call {
        api,
        caller,
        version: request.version,
        path: resource.to_string(),
        query: request.query,
        form,
        if_match: request.if_match,
        prefer: request.prefer,
        body: request.body,
        now: api.now(),
    };
    resource::answer(&call, to, &keys).await
}

/// Whether a resource is a list, whose length can be asked for.
fn is_list(resource: &Resource) -> bool {
    let rows = route::of_graph(resource);
    rows.iter().any(|row| row.route.method == Method::Get && row.route.answers() == Answers::List)
}
