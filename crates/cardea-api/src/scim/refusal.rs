//! Why a request is refused, in the shape of SCIM's errors.

use cardea_idp::Failure;
use cardea_idp::admin::caller::Denied;
use cardea_idp::admin::shape::Unfit;
use cardea_idp::gate::{Outcome, Refusal, Stop};
use cardea_odata::problem::Code;
use cardea_scim::error::{Error, Reason};

use crate::problem::Problem;

/// A request that is refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub error: Error,
    /// The value of `WWW-Authenticate`.
    pub challenge: Option<String>,
}

/// What a handler gives.
pub(super) type Result<T> = std::result::Result<T, Refused>;

/// Nothing if a change was made; else why not.
///
/// # Errors
/// It was not.
pub(super) fn of(outcome: Outcome) -> Result<()> {
    let (reason, detail) = match outcome {
        Outcome::Done { .. } => return Ok(()),
        Outcome::Stopped(stop) => return Err(stop.into()),
        Outcome::Refused { why, proof } => {
            let first = proof.report.findings.first().map_or("", |it| it.message.as_str());
            let detail = match why {
                Refusal::LastAdmin => {
                    format!("Nobody could edit policies after this: {first}. Nothing was saved.")
                }
                Refusal::Lockout => format!(
                    "People would be locked out: {first}. Nothing was saved. An administrator who \
                     makes the same change in the admin center is shown whom it concerns, and what \
                     mends it."
                ),
                Refusal::Weakness => format!(
                    "Somebody would get in more cheaply than today: {first}. Nothing was saved. An \
                     administrator who makes the same change in the admin center is shown whom it \
                     concerns, and what mends it."
                ),
                Refusal::Unreadable => format!(
                    "This cannot be judged, so it cannot be saved: {first}. Nothing was saved."
                ),
            };
            (Reason::InvalidValue, detail)
        }
        Outcome::Unacceptable(unacceptable) => {
            (Reason::InvalidValue, format!("This cannot be accepted: {unacceptable}."))
        }
        Outcome::Overtaken => (
            Reason::PreconditionFailed,
            "Others changed the tenant at the same time, again and again. Nothing was changed; try \
             again."
                .to_owned(),
        ),
    };
    Err(Error::new(reason, detail).into())
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, challenge: None }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let plain = problem.plain();
        let reason = match plain.code() {
            Code::BadRequest | Code::UnsupportedMediaType | Code::UnsupportedQuery => {
                Reason::InvalidSyntax
            }
            Code::RequestBadRequest | Code::ExpiredPageToken => Reason::InvalidValue,
            Code::ResourceNotFound => Reason::NotFound,
            Code::RequestDenied => Reason::Forbidden,
            Code::InvalidToken => Reason::Unauthorized,
            Code::Conflict => Reason::Uniqueness,
            Code::PreconditionFailed => Reason::PreconditionFailed,
            Code::MethodNotAllowed => Reason::NotImplemented,
            Code::FailedDependency | Code::TooManyRequests | Code::InternalServerError => {
                Reason::Internal
            }
        };
        let challenge = problem.challenge().map(str::to_owned);
        Self { error: Error::new(reason, plain.message()), challenge }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl From<cardea_idp::StoreError> for Refused {
    fn from(error: cardea_idp::StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Problem::from(denied).into()
    }
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        Problem::from(unfit).into()
    }
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NameTaken(name) => {
                let detail =
                    format!("Somebody is called '{name}', or has a name that looks the same.");
                Error::new(Reason::Uniqueness, detail).into()
            }
            Stop::Conflict { .. } => {
                let detail = "Somebody else has changed the resource since you read it; nothing was \
                              changed. Read it again.";
                Error::new(Reason::PreconditionFailed, detail).into()
            }
            stop @ (Stop::NoSuchPolicy | Stop::Absent { .. }) => Problem::from(stop).into(),
        }
    }
}
