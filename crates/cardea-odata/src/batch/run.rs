//! The answers to the requests of a batch.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Batch, Request};
use crate::problem::{Code, Problem, Trace, quoted};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status of HTTP.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<Value>,
}

impl Response {
    /// The answer that a refusal is.
    pub fn of(problem: &Problem, trace: &Trace) -> Self {
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        Self {
            status: problem.code().status(),
            headers: headers.into(),
            body: Some(problem.body(trace)),
        }
    }

    fn has_succeeded(&self) -> bool {
        (200..400).contains(&self.status)
    }
}

/// A batch whose requests are being answered one after the other.
#[derive(Debug)]
pub struct Run<'a> {
    batch: &'a Batch,
    /// The answers so far, in the batch's order.
    responses: Vec<Response>,
}

impl<'a> Run<'a> {
    pub(super) fn new(batch: &'a Batch) -> Self {
        Self { batch, responses: Vec::new() }
    }

    /// The request to answer next; the same one until [`Self::answer`] is called. One that depends on
    /// a request that failed is answered here, with 424, and passed over. `None` at the end.
    pub fn next(&mut self, trace: &Trace) -> Option<&'a Request> {
        while let Some(request) = self.batch.requests.get(self.responses.len()) {
            let Some(failed) = self.failed(request) else { return Some(request) };
            let message = format!(
                "The request {}, which this one depends on, did not succeed.",
                quoted(&failed.id)
            );
            let problem = Problem::new(Code::FailedDependency, message);
            self.responses.push(Response::of(&problem, trace));
        }
        None
    }

    /// The request that should have succeeded before this one.
    fn failed(&self, request: &Request) -> Option<&'a Request> {
        let failed =
            |index: &&usize| !self.responses.get(**index).is_some_and(Response::has_succeeded);
        request.depends_on.iter().find(failed).and_then(|it| self.batch.requests.get(*it))
    }

    /// Answers the request that [`Self::next`] gave.
    pub fn answer(&mut self, response: Response) {
        self.responses.push(response);
    }

    /// The body of the answer to the batch: a response for each request that was answered.
    pub fn finish(self) -> Value {
        let answered = self.batch.requests.iter().zip(self.responses);
        let responses: Vec<Value> = answered
            .map(|(request, response)| {
                let mut one = json!({
                    "id": request.id,
                    "status": response.status,
                    "headers": response.headers,
                });
                if let (Some(members), Some(body)) = (one.as_object_mut(), response.body) {
                    members.insert("body".to_owned(), body);
                }
                one
            })
            .collect();
        json!({ "responses": responses })
    }
}
