//! Security info: what a person has registered, renamed and removed.

use cardea_policy::conditions::target::Request;
use cardea_store::{AuditEntry, Change};
use cardea_tenant::journey::prompt::Prompt;
use jiff::Timestamp;
use serde_json::json;

use crate::decision::{Case, Next};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::registration::Enrolment;
use crate::sign_in::{Progress, Purpose, Stage};
use crate::subject::{Holdings, Subject};
use crate::text;

/// The longest name of a passkey or an app, in letters (Graph).
pub const LONGEST_NAME: usize = 30;

/// The longest name of a device or a profile, in letters.
pub const LONGEST_DEVICE: usize = 64;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed {
    /// It is made.
    Done,
    /// There is no such method of this person.
    Absent,
    /// It may not be made now: a fresh proof is needed, or Security info is not open.
    NotNow,
}

/// What removing a method would mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The person gets to Security info with what remains.
    Harmless,
    /// Nothing that remains opens Security info from here: it is the last way that works.
    LastWay,
}

impl Idp {
    /// Gives one of the person's passkeys another name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rename(
        &self,
        progress: &Progress,
        (id, name): (&str, &str),
        now: Timestamp,
    ) -> Result<Managed, Failure> {
        let Some(subject) = managed(progress) else { return Ok(Managed::NotNow) };
        let name = text::plain(name, LONGEST_NAME);
        if name.is_empty() {
            return Ok(Managed::NotNow);
        }
        let mut transaction = self.store().write().await?;
        let entry = entry(subject, "User changed security info", id);
        let audited = transaction.audit(now, &entry).await?;
        let person = &subject.row.id;
        let passkey = transaction.rename_passkey(&audited, person, id, &name).await?;
        let app = transaction.rename_totp(&audited, person, id, &name).await?;
        let change = if passkey == Change::Done { passkey } else { app };
        if change == Change::Done {
            transaction.commit().await?;
        }
        Ok(outcome(change))
    }

    /// Removes one of the person's methods. What they are warned of they may do; a stale session
    /// may not do it for them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(
        &self,
        progress: &Progress,
        id: &str,
        now: Timestamp,
    ) -> Result<Managed, Failure> {
        let Some(subject) = managed(progress) else { return Ok(Managed::NotNow) };
        if !is_fresh(progress) {
            return Ok(Managed::NotNow);
        }
        let person = &subject.row.id;
        let mut transaction = self.store().write().await?;
        let entry = entry(subject, "User deleted security info", id);
        let audited = transaction.audit(now, &entry).await?;
        let passkey = transaction.delete_passkey(&audited, person, id).await?;
        let app = transaction.delete_totp(&audited, person, id).await?;
        let change = if passkey == Change::Done { passkey } else { app };
        if change == Change::Done {
            transaction.commit().await?;
        }
        Ok(outcome(change))
    }
}

impl Progress {
    /// What would remain without one of the person's methods, judged by the journey.
    pub fn removal(&self, id: &str) -> Removal {
        let Some(subject) = &self.subject else { return Removal::LastWay };
        let holdings = Holdings {
            password: subject.holdings.password.clone(),
            passkeys: subject.holdings.passkeys.iter().filter(|it| it.id != id).cloned().collect(),
            apps: Vec::new(),
            pass: None,
        };
        let apps = subject.holdings.apps.iter().any(|app| app.id != id);
        let without = Subject {
            row: subject.row.clone(),
            person: subject.person.clone(),
            who: subject.who.clone(),
            permissions: subject.permissions.clone(),
            holdings,
        };
        let asked = self.request.clone();
        let opens = self.opens_without(&without, &asked, apps);
        if opens { Removal::Harmless } else { Removal::LastWay }
    }

    fn opens_without(&self, subject: &Subject, request: &Request, apps: bool) -> bool {
        let case = Case {
            snapshot: &self.snapshot,
            subject,
            place: &self.place,
            request,
            passage: self.passage(),
            shown: &[],
            accepted: &self.accepted,
            now: self.now,
        };
        matches!(case.prompt_with_app(apps), Prompt::Granted | Prompt::Show(_))
    }
}

/// The person, if the sign-in is to Security info or to Authenticator and got there.
fn managed(progress: &Progress) -> Option<&Subject> {
    let open = matches!(progress.stage, Stage::Known(Next::Granted))
        && matches!(progress.sign_in.purpose, Purpose::SecurityInfo | Purpose::Authenticator);
    progress.subject.as_ref().filter(|_| open)
}

/// Whether what was shown is fresh enough to add a passkey; removing one takes no less.
fn is_fresh(progress: &Progress) -> bool {
    matches!(progress.enrolment(), Enrolment::Open(_))
}

fn entry(subject: &Subject, action: &str, id: &str) -> AuditEntry {
    AuditEntry {
        actor: subject.row.id.clone(),
        action: action.to_owned(),
        target: subject.row.id.clone(),
        json: json!({ "id": id }).to_string(),
    }
}

fn outcome(change: Change) -> Managed {
    match change {
        Change::Done => Managed::Done,
        Change::Absent => Managed::Absent,
    }
}
