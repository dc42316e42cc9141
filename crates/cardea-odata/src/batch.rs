//! `$batch`: many requests in one.
//!
//! A batch is read as a whole first, and refused as a whole if it is no plan: too many requests, ids
//! twice, dependencies that go in a circle. Then each request is answered by itself, as if it had
//! come alone, in an order in which each comes after those that it depends on. One of these failed:
//! then the request is not made and is answered with 424.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::problem::Problem;

mod plan;
mod request;
mod run;
#[cfg(test)]
mod tests;

pub use request::Method;
pub use run::{Response, Run};

/// The most requests; Graph's number.
pub const MAX_REQUESTS: usize = 20;

/// Requests in an order in which they can be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    requests: Vec<Request>,
}

/// One request of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The id that the response carries, as it was written.
    pub id: String,
    /// What to do.
    pub method: Method,
    /// The path behind the version, still encoded, with a slash at its beginning.
    pub path: String,
    /// The options behind the `?`, still encoded; empty if there are none.
    pub query: String,
    /// The headers by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<Value>,
    /// The places, in the batch's order, of the requests that must succeed first.
    depends_on: Vec<usize>,
}

impl Batch {
    /// Reads the body of a `$batch`.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::problem::Code) if it is not a list of 1 to [`MAX_REQUESTS`]
    /// requests with ids of their own, methods, relative addresses and dependencies that have an end.
    pub fn parse(body: &Value) -> Result<Self, Problem> {
        let requests = body.get("requests").and_then(Value::as_array).ok_or_else(|| {
            Problem::bad("The body of a '$batch' must be an object with a list called 'requests'.")
        })?;
        if requests.is_empty() || requests.len() > MAX_REQUESTS {
            return Err(Problem::bad(format!(
                "A '$batch' has between 1 and {MAX_REQUESTS} requests; found {}. Send several.",
                requests.len()
            )));
        }
        let members: Vec<&Map<String, Value>> = requests
            .iter()
            .map(|it| {
                it.as_object().ok_or_else(|| Problem::bad("Each of 'requests' must be an object."))
            })
            .collect::<Result<_, _>>()?;
        let mut read = Vec::new();
        for (index, members) in members.iter().enumerate() {
            let number = index + 1;
            read.push(
                request::parse(members).map_err(|it| it.within(&format!("Request {number}")))?,
            );
        }
        plan::ordered(read).map(|requests| Self { requests })
    }

    /// The requests in an order in which they can be made: each after those that it depends on, and
    /// otherwise as they were written.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// Begins to answer them.
    pub fn run(&self) -> Run<'_> {
        Run::new(self)
    }
}
