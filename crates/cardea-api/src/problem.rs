//! Why a request is refused, in the shape of Graph's errors.

use std::collections::BTreeSet;

use cardea_idp::Failure;
use cardea_idp::admin::caller::Denied;
use cardea_idp::admin::shape::Unfit;
use cardea_idp::gate::Stop;
use cardea_odata::problem::{Code, Problem as Plain, Trace};
use serde_json::{Map, Value};

/// A request that is refused.
#[derive(Debug)]
pub(crate) struct Problem {
    /// In a box, because every handler gives one on its way.
    told: Box<Told>,
}

#[derive(Debug)]
struct Told {
    plain: Plain,
    /// What `innerError` says beside what ties it to the log.
    inner: Map<String, Value>,
    /// The value of `WWW-Authenticate`.
    challenge: Option<String>,
}

/// What a handler gives.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self::from(Plain::new(code, message))
    }

    /// There is no such object, or it may not be seen.
    pub(crate) fn absent(what: &str, id: &str) -> Self {
        let message = format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are \
             not present: there is no {what} with this id."
        );
        Self::new(Code::ResourceNotFound, message)
    }

    /// The same, with more inside of `innerError`.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.told.inner.insert(name.to_owned(), value.into());
        self
    }

    /// The same, with what a client can do about its token.
    #[must_use]
    pub(crate) fn challenging(mut self, challenge: String) -> Self {
        self.told.challenge = Some(challenge);
        self
    }

    /// The value of `WWW-Authenticate`, where there is one.
    pub(crate) fn challenge(&self) -> Option<&str> {
        self.told.challenge.as_deref()
    }

    /// Whether `innerError` has this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.told.inner.get("code").and_then(Value::as_str) == Some(code)
    }

    /// The rules of the findings inside of `innerError`.
    pub(crate) fn rules(&self) -> BTreeSet<String> {
        let findings =
            self.told.inner.get("findings").and_then(Value::as_array).into_iter().flatten();
        findings.filter_map(|it| Some(it.get("rule")?.as_str()?.to_owned())).collect()
    }

    /// The refusal without what ties it to a protocol.
    pub(crate) fn plain(&self) -> &Plain {
        &self.told.plain
    }

    pub(crate) fn status(&self) -> u16 {
        self.told.plain.code().status()
    }

    pub(crate) fn body(&self, trace: &Trace) -> Value {
        let mut body = self.told.plain.body(trace);
        let inner = body.pointer_mut("/error/innerError").and_then(Value::as_object_mut);
        if let Some(inner) = inner {
            inner.extend(self.told.inner.clone());
        }
        body
    }
}

impl From<Plain> for Problem {
    fn from(plain: Plain) -> Self {
        Self { told: Box::new(Told { plain, inner: Map::new(), challenge: None }) }
    }
}

/// The cause goes to the log, and nowhere else.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        tracing::error!(error = %failure, "a request to the API failed");
        Self::new(
            Code::InternalServerError,
            "Something went wrong here, and nothing was changed. Try again in a minute.",
        )
    }
}

impl From<cardea_idp::StoreError> for Problem {
    fn from(error: cardea_idp::StoreError) -> Self {
        Self::from(Failure::from(error))
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(
            Code::RequestDenied,
            format!("Insufficient privileges to complete the operation: {denied}."),
        )
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        Self::new(Code::RequestBadRequest, format!("{unfit}."))
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NoSuchPolicy => Self::absent("policy", ""),
            Stop::Absent { kind, id } => Self::absent(&kind, &id),
            Stop::Conflict { current, .. } => {
                let current: Value = serde_json::from_str(&current).unwrap_or_default();
                let message = "Somebody else has changed the object since you read it; nothing was \
                               changed. Compare with 'current', and send the change again with its \
                               '@odata.etag'.";
                Self::new(Code::PreconditionFailed, message).with("current", current)
            }
            Stop::NameTaken(name) => Self::new(
                Code::Conflict,
                format!(
                    "Another object with the same value for property userPrincipalName already \
                     exists: '{name}', or a name that looks the same."
                ),
            ),
        }
    }
}
