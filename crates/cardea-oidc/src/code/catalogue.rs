//! Errors of the protocol: requests, clients, grants and tokens.

use super::{Code, OAuthError as O};

/// Requests.
impl Code {
    /// The address for the answer is not registered. *Reference* 50011.
    pub const REDIRECT_URI_MISMATCH: Self = Self::entra(
        50011,
        O::InvalidRequest,
        "The redirect URI of the request is not one of those registered for the application.",
    );
    /// The request names no address for the answer. *Reference* 900971.
    pub const NO_REDIRECT_URI: Self =
        Self::entra(900_971, O::InvalidRequest, "The request has no redirect URI.");
    /// There is no such application. *Reference* 700016.
    pub const UNKNOWN_CLIENT: Self = Self::entra(
        700_016,
        O::UnauthorizedClient,
        "The application was not found in this directory. Check the client ID and the tenant.",
    );
    /// The application is switched off. *Reference* 7000112.
    pub const DISABLED_CLIENT: Self =
        Self::entra(7_000_112, O::UnauthorizedClient, "The application is disabled.");
    /// There is no such tenant. *Reference* 90002.
    pub const UNKNOWN_TENANT: Self =
        Self::entra(90002, O::InvalidRequest, "The tenant was not found here.");
    /// A parameter is missing. *Reference* 900144.
    pub const MISSING_PARAMETER: Self =
        Self::entra(900_144, O::InvalidRequest, "The request lacks a parameter.");
    /// A field of a credential is missing. *Reference* 90014.
    pub const MISSING_FIELD: Self =
        Self::entra(90014, O::InvalidRequest, "The request lacks a required field.");
    /// A parameter has a value that it cannot have. *Reference* 90100.
    pub const INVALID_PARAMETER: Self =
        Self::entra(90100, O::InvalidRequest, "A parameter of the request is not valid.");
    /// The request as a whole makes no sense. *Reference* 9002313.
    pub const MALFORMED_REQUEST: Self =
        Self::entra(9_002_313, O::InvalidRequest, "The request is malformed.");
    /// The query is too long. *Reference* 90015.
    pub const QUERY_TOO_LONG: Self =
        Self::entra(90015, O::InvalidRequest, "The query is too long.");
    /// GET where POST is needed. *Reference* 900561.
    pub const WRONG_VERB: Self =
        Self::entra(900_561, O::InvalidRequest, "The endpoint accepts POST requests only.");
    /// Another response type than `code`. *Reference* 70005.
    pub const UNSUPPORTED_RESPONSE_TYPE: Self = Self::entra(
        70005,
        O::UnsupportedResponseType,
        "The response type is not supported. Use 'code' with PKCE.",
    );
    /// Another response mode than the three. *Reference* 70007.
    pub const UNSUPPORTED_RESPONSE_MODE: Self = Self::entra(
        70007,
        O::InvalidRequest,
        "The response mode is not supported. Use 'query', 'fragment' or 'form_post'.",
    );
    /// The challenge of PKCE is missing or has the wrong size. *Reference* 50147.
    pub const BAD_CHALLENGE: Self = Self::entra(
        50147,
        O::InvalidRequest,
        "The code challenge is missing, or is not 43 characters of base64url.",
    );
    /// The verifier does not fit the challenge. *Reference* 501481.
    pub const VERIFIER_MISMATCH: Self = Self::entra(
        501_481,
        O::InvalidGrant,
        "The code verifier does not match the code challenge of the authorization request.",
    );
    /// A request to end a session that cannot be followed. *Reference* 50061.
    pub const BAD_SIGN_OUT: Self =
        Self::entra(50061, O::InvalidRequest, "The request to sign out is not valid.");
    /// A scope that makes no sense. *Reference* 70011.
    pub const INVALID_SCOPE: Self =
        Self::entra(70011, O::InvalidScope, "The scope of the request is not valid.");
    /// Scopes of two resources in one request for a token. *Reference* 700022.
    pub const SEVERAL_RESOURCES: Self = Self::entra(
        700_022,
        O::InvalidScope,
        "The scope names more than one resource, and a token is for one only.",
    );
    /// A request for a token that names no resource. *Reference* 700023.
    pub const NO_RESOURCE: Self =
        Self::entra(700_023, O::InvalidScope, "The scope names no resource to make a token for.");
    /// There is no such resource. *Reference* 500011.
    pub const UNKNOWN_RESOURCE: Self = Self::entra(
        500_011,
        O::InvalidResource,
        "The resource was not found in this directory. Check the scope.",
    );
    /// A method of PKCE that gives no protection (RFC 9700 §2.1.1).
    pub const PLAIN_CHALLENGE: Self = Self::own(
        990_003,
        O::InvalidRequest,
        "The code challenge method must be sent, and must be 'S256'.",
    );
    /// A request inside a JWT (OpenID Connect Core §6.1).
    pub const REQUEST_OBJECT: Self = Self::own(
        990_004,
        O::RequestNotSupported,
        "The parameter 'request' is not supported. Send the parameters themselves.",
    );
    /// The address of a request (OpenID Connect Core §6.2).
    pub const REQUEST_ADDRESS: Self = Self::own(
        990_005,
        O::RequestUriNotSupported,
        "The parameter 'request_uri' is not supported. Send the parameters themselves.",
    );
}

/// Clients.
impl Code {
    /// The secret is wrong. *Reference* 7000215.
    pub const WRONG_CLIENT_SECRET: Self =
        Self::entra(7_000_215, O::InvalidClient, "The client secret is not valid.");
    /// The secret has ended. *Reference* 7000222.
    pub const EXPIRED_CLIENT_SECRET: Self =
        Self::entra(7_000_222, O::InvalidClient, "The client secret has expired. Make a new one.");
    /// A confidential client without a credential. *Reference* 7000218.
    pub const NO_CLIENT_CREDENTIAL: Self = Self::entra(
        7_000_218,
        O::InvalidClient,
        "The request body must contain 'client_assertion' or 'client_secret'.",
    );
    /// A public client with a credential. *Reference* 700025.
    pub const PUBLIC_CLIENT_WITH_CREDENTIAL: Self = Self::entra(
        700_025,
        O::InvalidClient,
        "The client is public, so it must send no secret and no assertion.",
    );
    /// The signature of an assertion is wrong. *Reference* 700027.
    pub const BAD_ASSERTION_SIGNATURE: Self = Self::entra(
        700_027,
        O::InvalidClient,
        "The client assertion is not signed by a key that is registered for the application.",
    );
    /// What an assertion says is wrong. *Reference* 50027.
    pub const BAD_ASSERTION: Self =
        Self::entra(50027, O::InvalidClient, "The client assertion is not valid.");
    /// Issuer and subject of an assertion differ. *Reference* 50048.
    pub const ASSERTION_OF_ANOTHER: Self = Self::entra(
        50048,
        O::InvalidClient,
        "The issuer and the subject of the client assertion must both be the client ID.",
    );
    /// An assertion that was used before (RFC 7523 §3, number 7).
    pub const REPLAYED_ASSERTION: Self =
        Self::own(990_006, O::InvalidClient, "The client assertion was used before.");
    /// No such grant. *Reference* 70003.
    pub const UNSUPPORTED_GRANT_TYPE: Self =
        Self::entra(70003, O::UnsupportedGrantType, "The grant type is not supported.");
    /// A grant that exists but not for this client (RFC 6749 §5.2).
    pub const GRANT_NOT_ALLOWED: Self = Self::own(
        990_007,
        O::UnauthorizedClient,
        "The application is not registered for this grant type.",
    );
}

/// Codes and tokens.
impl Code {
    /// The code was redeemed before. *Reference* 54005.
    pub const CODE_REDEEMED: Self =
        Self::entra(54005, O::InvalidGrant, "The authorization code was already redeemed.");
    /// The code or token is no good. *Reference* 70000.
    pub const INVALID_GRANT: Self = Self::entra(
        70000,
        O::InvalidGrant,
        "The code or token is not valid for this client and this request.",
    );
    /// The code or token has ended. *Reference* 70008.
    pub const EXPIRED_GRANT: Self =
        Self::entra(70008, O::InvalidGrant, "The code or token has expired or was revoked.");
    /// The refresh token was not used for too long. *Reference* 700082.
    pub const INACTIVE_GRANT: Self = Self::entra(
        700_082,
        O::InvalidGrant,
        "The refresh token has expired because it was not used for a long time.",
    );
    /// The refresh token of a single-page app has reached its fixed end. *Reference* 700084.
    pub const SINGLE_PAGE_GRANT_ENDED: Self = Self::entra(
        700_084,
        O::InvalidGrant,
        "The refresh token of a single-page app has a fixed lifetime, and it is over.",
    );
    /// The tokens of the person were revoked. *Reference* 50173.
    pub const GRANT_REVOKED: Self =
        Self::entra(50173, O::InvalidGrant, "The grant was revoked. Sign in again.");
    /// The person at the other device has not finished. *Reference* 70016.
    pub const AUTHORIZATION_PENDING: Self = Self::entra(
        70016,
        O::AuthorizationPending,
        "The sign-in is pending. Ask again after the interval.",
    );
    /// There is no such user or device code. *Reference* 70018.
    pub const BAD_VERIFICATION_CODE: Self =
        Self::entra(70018, O::BadVerificationCode, "The code is not valid.");
    /// The device code has ended. *Reference* 70019.
    pub const DEVICE_CODE_EXPIRED: Self =
        Self::entra(70019, O::ExpiredToken, "The code has expired. Start again on the device.");
    /// No user code was typed. *Reference* 90119.
    pub const NO_USER_CODE: Self =
        Self::entra(90119, O::InvalidRequest, "The user code is missing.");
    /// The device was approved or refused before. *Reference* 90120.
    pub const DEVICE_CODE_DECIDED: Self =
        Self::entra(90120, O::InvalidRequest, "The request was already approved or declined.");
    /// The person refused the device (RFC 8628 §3.5).
    pub const DEVICE_DECLINED: Self =
        Self::own(990_008, O::AuthorizationDeclined, "The person declined the sign-in.");
    /// The device asks too often (RFC 8628 §3.5).
    pub const SLOW_DOWN: Self =
        Self::own(990_009, O::SlowDown, "The interval was not kept. Wait five seconds longer.");
    /// The access token is no good (RFC 6750 §3.1).
    pub const INVALID_TOKEN: Self =
        Self::own(990_010, O::InvalidToken, "The access token is not valid here.");
    /// The access token lacks a scope (RFC 6750 §3.1).
    pub const INSUFFICIENT_SCOPE: Self =
        Self::own(990_011, O::InsufficientScope, "The access token lacks a scope.");
    /// The access token lacks an authentication context.
    pub const INSUFFICIENT_CLAIMS: Self = Self::own(
        990_012,
        O::InsufficientClaims,
        "The resource asks for more. Sign in again with the claims of this answer.",
    );
    /// Something broke here.
    pub const SERVER_ERROR: Self =
        Self::own(990_001, O::ServerError, "Something went wrong here. Try again.");
    /// Too much is going on.
    pub const BUSY: Self = Self::own(
        990_002,
        O::TemporarilyUnavailable,
        "Too many requests at the moment. Try again in a minute.",
    );
}
