//! OAuth 2.0 and OpenID Connect: requests, answers, tokens and keys, as values and functions.
//!
//! *Knows* authorization requests, PKCE, codes, device codes, client authentication, tokens, JWKS,
//! and the errors in the shapes that Microsoft's identity platform gives them.
//! *Never* knows who the person is, policies, HTTP, storage or the clock; `now` is given to it.
//!
//! A sign-in of an app walks through the modules like this. [`discovery`] tells the app where
//! everything is. [`authorize`] reads its request in two stages: first who asks and where an answer
//! may go, then everything else, because an error of the first stage must be shown and one of the
//! second is sent to the app. [`answer`] carries the code back. [`token_request`] reads what the app
//! sends to redeem it, [`client_authentication`] finds out whether it is who it says, [`pkce`]
//! whether it is the one that asked. [`claims`] are what the tokens say, and [`keys`] sign them.

pub mod answer;
pub mod authorize;
pub mod bearer;
pub mod claims;
pub mod claims_request;
pub mod client;
pub mod client_assertion;
pub mod client_authentication;
pub mod code;
pub mod discovery;
pub mod error;
pub mod jws;
pub mod keys;
pub mod logout;
pub mod parameters;
pub mod pkce;
pub mod redirect;
#[cfg(test)]
mod samples;
pub mod scope;
pub mod secret;
pub mod token_request;
pub mod user_code;
pub mod web_challenge;
