//! Names of form fields, for routes and templates alike.

pub mod admin;

/// Token against cross-site requests; every POST form carries it.
pub const CSRF: &str = "csrf";
/// Which sign-in a form or link belongs to; a browser may have several under way.
pub const FLOW: &str = "flow";
/// The name that a person types: a user principal name.
pub const USERNAME: &str = "username";
/// A Temporary Access Pass.
pub const PASS: &str = "pass";
/// A password.
pub const PASSWORD: &str = "password";
/// Six digits of an authenticator app.
pub const CODE: &str = "code";
/// The code that a device shows, RFC 8628 section 3.2 `user_code`.
pub const USER_CODE: &str = "user_code";
/// The one-use code of the set-up link.
pub const SET_UP_CODE: &str = "setup_code";
/// The browser's answer to a ceremony: JSON of a `PublicKeyCredential`.
pub const CREDENTIAL: &str = "credential";
/// Why a ceremony gave no answer; one of [`crate::pages::CeremonyEnd`]'s words.
pub const CEREMONY_END: &str = "ceremony_end";
/// What a button means: `yes`, `no`, or the word of an account.
pub const CHOICE: &str = "choice";
/// Which kind of way to add; one of [`crate::pages::register::AddChoice`]'s words.
pub const KIND: &str = "kind";
/// Id of a method.
pub const ID: &str = "id";
/// The name that a person gives a passkey.
pub const NICKNAME: &str = "nickname";
/// Which phone the steps are for: `iphone` or `android`.
pub const PHONE: &str = "phone";
/// Since when a page waits for a passkey on a phone, in microseconds of Unix time.
pub const SINCE: &str = "since";
