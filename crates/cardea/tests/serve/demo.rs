//! What `cardea serve --demo` writes down for scripts.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The file `demo.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Demo {
    /// Where the tenant is reached, as `https://localhost:8443`.
    pub(crate) base_url: String,
    /// The tenant's id.
    pub(crate) tenant_id: String,
    /// The certificate of the authority that signed the tenant's.
    pub(crate) ca_certificate: PathBuf,
    /// A few people of each kind.
    pub(crate) people: Vec<Person>,
    /// The apps.
    pub(crate) apps: Vec<App>,
}

/// Somebody of the demo, with what they know.
#[derive(Deserialize)]
pub(crate) struct Person {
    /// The name they sign in with.
    pub(crate) upn: String,
    /// The id of the account.
    pub(crate) object_id: String,
    /// The password.
    pub(crate) password: Option<String>,
    /// A Temporary Access Pass.
    pub(crate) pass: Option<String>,
    /// The seed of their authenticator app, base 32.
    pub(crate) totp: Option<String>,
    /// What kind of person it is.
    pub(crate) kind: String,
    /// What the person is there to show.
    pub(crate) shows: String,
}

/// An app of the demo.
#[derive(Deserialize)]
pub(crate) struct App {
    /// The client id.
    pub(crate) client_id: String,
    /// Where answers may go.
    pub(crate) redirect_uris: Vec<String>,
    /// The name that people see.
    pub(crate) name: String,
}

impl Demo {
    /// Reads the file out of the data folder, if it is there and whole.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("demo.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The person with a name.
    pub(crate) fn person(&self, upn: &str) -> &Person {
        self.people
            .iter()
            .find(|it| it.upn == upn)
            .unwrap_or_else(|| panic!("the demo has no `{upn}`"))
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("upn", &self.upn)
            .field("shows", &self.shows)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("name", &self.name).finish_non_exhaustive()
    }
}
