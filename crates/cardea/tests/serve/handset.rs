//! A phone with the Authenticator app: `cardea authenticator` with a vault of its own, a process for each command.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;

use crate::child::finish;
use crate::demo::{Demo, Person};
use crate::websites::Installation;

/// The phone, which knows one tenant.
pub(crate) struct Handset {
    pub(crate) app: Installation,
    tenant: String,
    ca: PathBuf,
}

/// What came of a command.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Handset {
    /// A new one, without profiles.
    pub(crate) fn new(demo: &Demo) -> Self {
        Self::knowing(demo.base_url.clone(), demo.ca_certificate.clone())
    }

    /// A new one that knows the tenant at an address.
    pub(crate) fn knowing(tenant: String, ca: PathBuf) -> Self {
        Self { app: Installation::empty(), tenant, ca }
    }

    /// The same phone, for another tenant.
    pub(crate) fn moved_to(self, demo: &Demo) -> Self {
        let (tenant, ca) = (demo.base_url.clone(), demo.ca_certificate.clone());
        Self { tenant, ca, ..self }
    }

    /// Runs a command of the app.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.app.command(arguments);
        if arguments[0] != "list" {
            command.arg("--ca").arg(&self.ca);
        }
        Self::ended(&mut command)
    }

    /// As [`Self::run`], without naming the tenant's certificate.
    pub(crate) fn run_with_what_is_kept(&self, arguments: &[&str]) -> Said {
        Self::ended(&mut self.app.command(arguments))
    }

    fn ended(command: &mut Command) -> Said {
        let output = finish(command, Duration::from_mins(1));
        let Output { status, stdout, stderr } = output.unwrap_or_else(|error| panic!("{error}"));
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Said { code: status.code(), out: text(stdout), error: text(stderr) }
    }

    /// Runs a command that must succeed, and gives what it prints.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{arguments:?}");
        said.out
    }

    /// Runs a command that must end with this code, and gives why.
    pub(crate) fn refused(&self, arguments: &[&str], code: i32) -> String {
        let said = self.run(arguments);
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(code), ""),
            "{arguments:?}: {}",
            said.error
        );
        said.error
    }

    /// The command that adds a passkey to a profile, with the person's pass.
    pub(crate) fn adding(&self, person: &Person, profile: &str) -> Vec<String> {
        fs::write(self.app.path("pass"), person.pass.as_deref().expect("a pass")).expect("a file");
        let pass = self.app.path("pass").display().to_string();
        let words = ["add", &person.upn, "--tenant", &self.tenant, "--platform", "android"];
        let more = ["--profile", profile, "--device-name", "A phone", "--pass-file", &pass];
        words.into_iter().chain(more).map(str::to_owned).collect()
    }

    /// The passkeys of a profile.
    pub(crate) fn listed(&self, profile: &str) -> Vec<Value> {
        let listed = self.ok(&["list", "--profile", profile, "--json"]);
        let listed: Value = serde_json::from_str(&listed).expect("JSON");
        listed[0]["passkeys"].as_array().expect("a list").clone()
    }
}

/// A command as slices.
pub(crate) fn words(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}
