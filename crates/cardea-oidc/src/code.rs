//! The numbers of errors.
//!
//! Apps and the people who support them know the numbers of Microsoft's identity platform, so where
//! it has one for a situation we give the same. Every constant says where its number is from:
//! *reference* is Microsoft's public page of error codes, *semantics* is the part of it that
//! Conditional Access uses, with 53009 from its page on troubleshooting. Situations that only we
//! tell apart have a number of our own, which begins with 99 and is written `CARDEA99…`.

use std::fmt;

/// The `error` of an answer: what a client may react to.
///
/// RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6, and those
/// that only Microsoft has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OAuthError {
    /// The request is malformed.
    InvalidRequest,
    /// The client could not be authenticated.
    InvalidClient,
    /// The code, refresh token or device code is no good, or the person has to come back.
    InvalidGrant,
    /// The client may not do this.
    UnauthorizedClient,
    /// No such grant.
    UnsupportedGrantType,
    /// No such response type.
    UnsupportedResponseType,
    /// The scopes make no sense.
    InvalidScope,
    /// The resource is not known. Microsoft's own.
    InvalidResource,
    /// The person or a policy said no.
    AccessDenied,
    /// Something broke here.
    ServerError,
    /// Too much is going on; try again later.
    TemporarilyUnavailable,
    /// Nobody is signed in, and nobody may be asked.
    LoginRequired,
    /// Somebody must be asked for something, and nobody may be.
    InteractionRequired,
    /// Consent is missing, and nobody may be asked.
    ConsentRequired,
    /// It is not clear which account is meant, and nobody may be asked.
    AccountSelectionRequired,
    /// A signed request was sent, which is not supported.
    RequestNotSupported,
    /// The address of a signed request was sent, which is not supported.
    RequestUriNotSupported,
    /// The person at the other device has not finished.
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The device code has ended.
    ExpiredToken,
    /// The person refused the device. Microsoft's own name for `access_denied`.
    AuthorizationDeclined,
    /// There is no such device code. Microsoft's own.
    BadVerificationCode,
    /// The access token is no good.
    InvalidToken,
    /// The access token lacks a scope.
    InsufficientScope,
    /// The access token lacks an authentication context or is too old. Microsoft's own.
    InsufficientClaims,
}

impl OAuthError {
    /// The text on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidResource => "invalid_resource",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::AuthorizationDeclined => "authorization_declined",
            Self::BadVerificationCode => "bad_verification_code",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientClaims => "insufficient_claims",
        }
    }
}

/// Who gave the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Microsoft,
    Cardea,
}

/// One error of the catalogue: its number, the `error` that goes with it, and what it says.
///
/// ```
/// use cardea_oidc::code::Code;
///
/// assert_eq!(Code::BLOCKED_BY_POLICY.to_string(), "AADSTS53003");
/// assert_eq!(Code::PLAIN_CHALLENGE.to_string(), "CARDEA990003");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    number: u32,
    owner: Owner,
    oauth: OAuthError,
    text: &'static str,
}

impl Code {
    const fn entra(number: u32, oauth: OAuthError, text: &'static str) -> Self {
        Self { number, owner: Owner::Microsoft, oauth, text }
    }

    const fn own(number: u32, oauth: OAuthError, text: &'static str) -> Self {
        Self { number, owner: Owner::Cardea, oauth, text }
    }

    /// The number, as in `error_codes`.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The `error` that goes with it unless the place where it happens says otherwise.
    pub const fn oauth(self) -> OAuthError {
        self.oauth
    }

    /// What it says where nothing more exact is known.
    pub const fn text(self) -> &'static str {
        self.text
    }

    /// The error with this number.
    pub fn numbered(number: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.number == number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            Owner::Microsoft => write!(f, "AADSTS{}", self.number),
            Owner::Cardea => write!(f, "CARDEA{}", self.number),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

mod catalogue;
mod people;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_error_has_a_number_of_its_own() {
        let numbers: BTreeSet<u32> = Code::ALL.iter().map(|it| it.number()).collect();
        assert_eq!(numbers.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::numbered(code.number()), Some(*code));
        }
    }

    #[test]
    fn only_our_own_numbers_begin_with_99_and_carry_our_name() {
        for code in Code::ALL {
            let ours = code.number() / 10_000 == 99;
            assert_eq!(code.to_string().starts_with("CARDEA99"), ours, "{code}");
            assert_eq!(code.to_string().starts_with("AADSTS"), !ours, "{code}");
        }
    }

    #[test]
    fn every_text_is_a_sentence_without_line_breaks() {
        for code in Code::ALL {
            let text = code.text();
            assert!(text.ends_with('.') && !text.contains(['\r', '\n', '"']), "{code}: {text}");
        }
    }
}
