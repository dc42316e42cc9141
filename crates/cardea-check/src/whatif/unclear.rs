//! Why a sign-in that somebody asks about is not understood.

use std::net::AddrParseError;

use serde_json::Value;
use thiserror::Error;

/// Why a request, or a word of it, is not understood.
#[derive(Debug, Error)]
pub enum Unclear {
    /// The text is not JSON.
    #[error("the request is not JSON")]
    Json(#[source] serde_json::Error),
    /// Something that should be an object is none.
    #[error("{0} is no object")]
    Object(String),
    /// Something that has to be said is not.
    #[error("{part} has no {member}")]
    Missing {
        /// Of what.
        part: String,
        /// What is not said.
        member: String,
    },
    /// Something is said that nothing here reads.
    #[error("{part} has `{member}`, which is not known; known are {known}")]
    Foreign {
        /// Of what.
        part: String,
        /// What is said.
        member: String,
        /// What could be said.
        known: String,
    },
    /// It is of a type that is not known.
    #[error("{part} is a `{kind}`; known are {known}")]
    Kind {
        /// What.
        part: &'static str,
        /// Its type.
        kind: String,
        /// Types that are known.
        known: &'static str,
    },
    /// A value is not of the kind that it has to be.
    #[error("{place} is `{found}` and not {wanted}")]
    Value {
        /// Where.
        place: String,
        /// What stands there.
        found: Value,
        /// What should: "a text".
        wanted: &'static str,
    },
    /// A fact of the device is neither a text nor true or false.
    #[error("deviceInfo.{property} is `{found}`")]
    Fact {
        /// The property.
        property: String,
        /// What stands there.
        found: Value,
    },
    /// An address is none.
    #[error("ipAddress `{text}` is no address")]
    Address {
        /// What stands there.
        text: String,
        /// Why it is none.
        source: AddrParseError,
    },
    /// A word stands for nothing.
    #[error("`{word}` is no {what}; known are {known}")]
    Word {
        /// The word.
        word: String,
        /// What it should stand for.
        what: String,
        /// Words that do.
        known: String,
    },
    /// Devices do not have this property.
    #[error(
        "a device has no property `{0}`\nhelp: such as isCompliant=true, trustType=AzureAD, model=…"
    )]
    Property(String),
}
