//! OAuth 2.0 and OpenID Connect: requests, answers, tokens and keys, as values and functions.
//!
//! *Knows* authorization requests, PKCE, codes, device codes, client authentication, tokens, JWKS,
//! and the errors in the shapes that Microsoft's identity platform gives them.
//! *Never* knows who the person is, policies, HTTP, storage or the clock; `now` is given to it.
