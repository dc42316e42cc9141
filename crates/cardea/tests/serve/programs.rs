//! Clients that nobody here has written, each in a small program that says what it saw.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::prepared::{Prepared, checkout};

/// As whom a program talks to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// An app with a secret, for which a person signs in.
    Web,
    /// An app without a secret, on a device without a browser.
    Device,
    /// An app by itself, with a secret or with the key of a certificate.
    Daemon,
}

/// A program and the client that it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// The file in `tests/clients/python` or `tests/clients/node`.
    pub(crate) file: &'static str,
    /// As whom it talks.
    pub(crate) client: Client,
}

/// Every program.
pub(crate) const PROGRAMS: [Program; 13] = [
    Program { file: "authlib_code.py", client: Client::Web },
    Program { file: "azure_identity_app.py", client: Client::Daemon },
    Program { file: "azure_identity_device.py", client: Client::Device },
    Program { file: "msal_app.py", client: Client::Daemon },
    Program { file: "msal_code.py", client: Client::Web },
    Program { file: "msal_device.py", client: Client::Device },
    Program { file: "msal_step_up.py", client: Client::Web },
    Program { file: "msal_app.mjs", client: Client::Daemon },
    Program { file: "msal_code.mjs", client: Client::Web },
    Program { file: "msal_device.mjs", client: Client::Device },
    Program { file: "msal_step_up.mjs", client: Client::Web },
    Program { file: "openid_client.mjs", client: Client::Web },
    Program { file: "openid_client_device.mjs", client: Client::Device },
];

/// Who does what: the rest of a program's arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cast<'a> {
    /// The person who signs in, by name.
    pub(crate) person: &'a str,
    /// The client id of the app.
    pub(crate) app: &'a str,
    /// What the app asks for.
    pub(crate) scope: &'a str,
    /// The authentication context of a step-up.
    pub(crate) context: &'a str,
}

impl Program {
    /// Runs the program against a tenant, a minute and a half at most. The answer is the JSON that it prints, the error
    /// what it complains about.
    pub(crate) fn run(
        self,
        prepared: &Prepared,
        demo: &Path,
        authority: &Path,
        cast: Cast<'_>,
    ) -> Result<Value, String> {
        let mut command = self.command(prepared);
        command.arg(demo).arg(authority);
        let words = [
            ("--person", cast.person),
            ("--app", cast.app),
            ("--scope", cast.scope),
            ("--context", cast.context),
        ];
        for (name, value) in words {
            command.args([name, value]);
        }
        for variable in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
            command.env(variable, authority);
        }
        let output = crate::child::finish(&mut command, Duration::from_secs(90))?;
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            return Err(complaint);
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{} printed no JSON: {error}; {complaint}", self.file))
    }

    fn command(self, prepared: &Prepared) -> Command {
        let Some(stem) = self.file.strip_suffix(".mjs") else {
            let mut python = Command::new(prepared.python());
            // It looks for modules beside the program, and must leave nothing there.
            python.env("PYTHONDONTWRITEBYTECODE", "1").arg(folder("python").join(self.file));
            return python;
        };
        let mut node = Command::new(prepared.node().join("node"));
        // The libraries are looked for beside the link, not beside the file that it leads to.
        node.args(["--preserve-symlinks", "--preserve-symlinks-main"]);
        node.arg(prepared.node().join("programs").join(stem).with_extension("mjs"));
        node
    }
}

/// The names of the files that are programs: those that end with the call of `run`, sorted.
pub(crate) fn found() -> Vec<String> {
    let files =
        ["python", "node"].into_iter().flat_map(|it| fs::read_dir(folder(it)).expect("a folder"));
    let paths = files.map(|entry| entry.expect("an entry").path());
    let programs = paths.filter(|path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().any(|line| line == "run(program)" || line.starts_with("await run("))
    });
    let mut names: Vec<String> =
        programs.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn folder(language: &str) -> PathBuf {
    checkout().join("tests/clients").join(language)
}
