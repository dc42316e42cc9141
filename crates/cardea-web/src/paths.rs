//! Addresses of the person pages, for routes, links and form actions alike.

pub mod admin;

/// Asks for the name.
pub const SIGN_IN: &str = "/signin";
/// Signs in with a passkey; takes the answer of the conditional request of [`SIGN_IN`] too.
pub const PASSKEY: &str = "/signin/passkey";
/// Signs in with a Temporary Access Pass.
pub const PASS: &str = "/signin/pass";
/// Signs in with a password.
pub const PASSWORD: &str = "/signin/password";
/// Signs in with a code of an authenticator app.
pub const CODE: &str = "/signin/code";
/// The ways to sign in that would work.
pub const WAYS: &str = "/signin/ways";
/// Chooses one of the accounts of this browser.
pub const ACCOUNTS: &str = "/signin/accounts";
/// Asks whether the browser shall be remembered.
pub const STAY: &str = "/signin/stay";
/// Shows terms of use.
pub const TERMS: &str = "/signin/terms";
/// The document of the terms that are asked for.
pub const TERMS_DOCUMENT: &str = "/signin/terms/document";
/// Says why a sign-in was stopped, and what to do next.
pub const BLOCKED: &str = "/signin/blocked";

/// The wizard: why a way to sign in is needed and which can be added here.
pub const REGISTER: &str = "/register";
/// Puts the wizard off, where that is allowed.
pub const REGISTER_LATER: &str = "/register/later";
/// Adds a passkey on this device or a security key.
pub const REGISTER_PASSKEY: &str = "/register/passkey";
/// Adds a passkey on the phone while the computer waits.
pub const REGISTER_PHONE: &str = "/register/phone";
/// What `wait.js` asks while the computer waits.
pub const REGISTER_PHONE_STATUS: &str = "/register/phone/status";
/// Adds an authenticator app that makes codes.
pub const REGISTER_TOTP: &str = "/register/totp";
/// Says what was added and what comes next.
pub const REGISTER_DONE: &str = "/register/done";

/// Lists a person's ways to sign in.
pub const SECURITY_INFO: &str = "/security-info";
/// The address that Microsoft's pages use for [`SECURITY_INFO`].
pub const SECURITY_INFO_ALIAS: &str = "/mysignins/security-info";
/// Gives a method another name.
pub const RENAME: &str = "/security-info/rename";
/// Asks before a method is removed (GET, with `id`), and removes it (POST).
pub const REMOVE: &str = "/security-info/remove";
/// A person's own sign-ins.
pub const ACTIVITY: &str = "/my/activity";
/// What a person is exempt from for a while.
pub const EXEMPTIONS: &str = "/my/exemptions";

/// Takes the code that a device shows (GET and POST), as RFC 8628 section 3.3 asks.
pub const DEVICE_LOGIN: &str = "/devicelogin";
/// Approves or denies a device.
pub const DEVICE_DECIDE: &str = "/devicelogin/decide";

/// Asks before signing out (GET), and signs out (POST).
pub const SIGN_OUT: &str = "/signout";
/// Ends every session of the person in every browser (POST).
pub const SIGN_OUT_EVERYWHERE: &str = "/signout/everywhere";
/// Explains a code: `/error?code=53003`.
pub const ERROR: &str = "/error";
/// First run: takes the one-use code of the set-up link.
pub const SET_UP: &str = "/setup";
/// First run: makes an administrator's passkey.
pub const SET_UP_PASSKEY: &str = "/setup/passkey";
/// First run: done, with the way to the break-glass sheet.
pub const SET_UP_DONE: &str = "/setup/done";
/// Folder of the style sheet and scripts; see [`crate::assets`].
pub const ASSETS: &str = "/assets";
