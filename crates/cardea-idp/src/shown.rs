//! What a person has shown, and the proofs that alone can make such a record.

use cardea_store as store;
use cardea_webauthn::authentication::VerifiedAssertion;
use cardea_webauthn::registration::NewCredential;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A method that was shown, and when.
///
/// Sessions and sign-ins in progress keep these. They are read back from the database only; what
/// is new comes from a [`Proof`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// What.
    pub method: Method,
    /// When.
    pub at: Timestamp,
}

/// A method as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Method {
    /// The password.
    Password,
    /// A code of an authenticator app.
    Code {
        /// The id of the method.
        id: String,
    },
    /// A passkey.
    Passkey {
        /// The id of the method.
        id: String,
    },
    /// A Temporary Access Pass.
    Pass {
        /// The id of the method.
        id: String,
        /// When it ends, and with it everything that it opened.
        ends: Timestamp,
    },
}

/// That somebody, in this very request, has shown that they hold a person's method.
///
/// It cannot be copied or made outside of this module, and every way to make one takes a value
/// that only a verifying function returns.
#[derive(Debug)]
pub struct Proof {
    person: String,
    shown: Shown,
}

impl Proof {
    /// From an assertion of one of the person's passkeys.
    pub(crate) fn of_passkey(
        verified: &VerifiedAssertion,
        passkey: &store::Passkey,
        now: Timestamp,
    ) -> Option<Self> {
        let same = verified.facts().id.as_bytes() == passkey.credential_id.as_slice();
        same.then(|| Self {
            person: passkey.person.clone(),
            shown: Shown { method: Method::Passkey { id: passkey.id.clone() }, at: now },
        })
    }

    /// From a passkey that was just made. Making it took presence and verification of its user.
    pub(crate) fn of_new_passkey(
        _made: &NewCredential,
        (person, id): (&str, &str),
        now: Timestamp,
    ) -> Self {
        let method = Method::Passkey { id: id.to_owned() };
        Self { person: person.to_owned(), shown: Shown { method, at: now } }
    }

    /// From a pass that was redeemed.
    pub(crate) fn of_pass(redeemed: &store::Redemption, now: Timestamp) -> Option<Self> {
        let store::Redemption::Accepted(pass) = redeemed else { return None };
        let method = Method::Pass { id: pass.issued.id.clone(), ends: pass.issued.ends };
        Some(Self { person: pass.issued.person.clone(), shown: Shown { method, at: now } })
    }

    /// From a password that was found right.
    pub(crate) fn of_password(verified: &crate::password::Verified, now: Timestamp) -> Self {
        let shown = Shown { method: Method::Password, at: now };
        Self { person: verified.person().to_owned(), shown }
    }

    /// From a code that was right and is spent now.
    pub(crate) fn of_code(spent: &crate::totp::Spent, now: Timestamp) -> Self {
        let method = Method::Code { id: spent.id().to_owned() };
        Self { person: spent.person().to_owned(), shown: Shown { method, at: now } }
    }

    /// Whose method it is.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// The record to keep.
    pub(crate) fn into_shown(self) -> Shown {
        self.shown
    }
}
