//! One request of a batch.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Request;
use crate::problem::{Problem, quoted};
use crate::resource::{Resource, Segment};

/// The most characters of an id.
const LONGEST_ID: usize = 100;
/// The most headers of a request, and bytes of one.
const MAX_HEADERS: usize = 32;
const LONGEST_HEADER: usize = 4096;
/// Headers that belong to the connection and to whoever asks, so that the batch has them once.
const OF_THE_BATCH: [&str; 6] =
    ["authorization", "connection", "cookie", "host", "proxy-authorization", "transfer-encoding"];

/// What to do with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PATCH`.
    Patch,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

impl Method {
    const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Patch, Self::Put, Self::Delete];

    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request with the ids that it depends on.
pub(super) type Unordered = (Request, Vec<String>);

/// Reads a request. Members that are not known are passed over, but for those that would change what
/// the batch means.
pub(super) fn parse(members: &Map<String, Value>) -> Result<Unordered, Problem> {
    let id = text(members, "id")?;
    if id.is_empty() || id.chars().count() > LONGEST_ID {
        return Err(Problem::bad(format!("'id' must have between 1 and {LONGEST_ID} characters.")));
    }
    if members.contains_key("atomicityGroup") || members.contains_key("if") {
        return Err(Problem::bad("'atomicityGroup' and 'if' are not supported; use 'dependsOn'."));
    }
    let method = text(members, "method")?;
    let known = Method::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(method));
    let method = known.ok_or_else(|| {
        Problem::bad(format!(
            "'method' must be GET, POST, PATCH, PUT or DELETE; found {}.",
            quoted(method)
        ))
    })?;
    let (path, query) = address(text(members, "url")?)?;
    let headers = headers(members.get("headers"))?;
    let body = members.get("body").filter(|it| !it.is_null()).cloned();
    if body.is_some() && !headers.contains_key("content-type") {
        return Err(Problem::bad("A request with a 'body' needs the header 'Content-Type'."));
    }
    let request =
        Request { id: id.to_owned(), method, path, query, headers, body, depends_on: Vec::new() };
    Ok((request, depends_on(members.get("dependsOn"))?))
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, Problem> {
    let value = members.get(name).and_then(Value::as_str);
    value.ok_or_else(|| Problem::bad(format!("'{name}' must be there, and be a text.")))
}

/// The path and the options of a relative address. Requests never leave this service, and a batch is
/// no part of a batch, however it is spelled.
fn address(url: &str) -> Result<(String, String), Problem> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let is_relative = !path.contains("://") && !path.starts_with("//") && !url.contains('#');
    if !is_relative || url.contains('\\') || url.contains(char::is_control) {
        return Err(Problem::bad(format!(
            "'url' must be relative to the version, such as '/users'; found {}.",
            quoted(url)
        )));
    }
    let resource = Resource::parse(path)?;
    let is_batch =
        |it: &Segment| matches!(it, Segment::Plain(name) if name.eq_ignore_ascii_case("$batch"));
    if resource.segments().iter().any(is_batch) {
        return Err(Problem::bad("A '$batch' cannot be inside of a '$batch'."));
    }
    if resource.segments().is_empty() {
        return Err(Problem::bad("'url' names no resource."));
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    Ok((format!("/{path}"), query.to_owned()))
}

fn headers(value: Option<&Value>) -> Result<BTreeMap<String, String>, Problem> {
    let mut headers = BTreeMap::new();
    let Some(value) = value.filter(|it| !it.is_null()) else { return Ok(headers) };
    let wrong = || Problem::bad("'headers' must be an object of texts.");
    let members = value.as_object().ok_or_else(wrong)?;
    if members.len() > MAX_HEADERS {
        return Err(Problem::bad(format!("'headers' has more than {MAX_HEADERS} of them.")));
    }
    for (name, value) in members {
        let value = value.as_str().ok_or_else(wrong)?;
        let name = name.to_ascii_lowercase();
        if OF_THE_BATCH.contains(&name.as_str()) {
            return Err(Problem::bad(format!(
                "The header {} belongs to the whole '$batch'.",
                quoted(&name)
            )));
        }
        let is_name = !name.is_empty()
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        if !is_name || value.len() > LONGEST_HEADER || value.contains(char::is_control) {
            return Err(Problem::bad(format!("The header {} is not well written.", quoted(&name))));
        }
        if headers.insert(name.clone(), value.to_owned()).is_some() {
            return Err(Problem::bad(format!("The header {} is there twice.", quoted(&name))));
        }
    }
    Ok(headers)
}

fn depends_on(value: Option<&Value>) -> Result<Vec<String>, Problem> {
    let Some(value) = value.filter(|it| !it.is_null()) else { return Ok(Vec::new()) };
    let wrong = || Problem::bad("'dependsOn' must be a list of the ids of other requests.");
    let ids = value.as_array().ok_or_else(wrong)?;
    if ids.len() > super::MAX_REQUESTS {
        return Err(wrong());
    }
    ids.iter().map(|it| it.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}
