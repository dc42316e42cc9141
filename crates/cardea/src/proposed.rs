//! Changes of a running tenant that are proved before they are made: what is accepted for them, and
//! how what became of them is shown.

use anyhow::{Result, anyhow, bail};
use cardea_check::config::Date;
use cardea_check::render;
use cardea_idp::gate::{Acceptance, Outcome, Proof, Refusal, Stop};
use cardea_idp::import::Imported;

use crate::exit::Exit;
use crate::output::Output;

/// What is accepted for a change.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Accepting {
    /// Accept that people are locked out as this rule finds, once for each rule; never for last-admin
    #[arg(long, value_name = "RULE", requires = "reason", requires = "until")]
    accept: Vec<String>,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT", requires = "accept")]
    reason: Option<String>,
    /// The last day, as 2026-12-31, at most 90 days from today
    #[arg(long, value_name = "DATE", requires = "accept")]
    until: Option<String>,
}

impl Accepting {
    /// What is accepted.
    ///
    /// # Errors
    /// The day is none.
    pub(crate) fn acceptances(&self) -> Result<Vec<Acceptance>> {
        let (Some(reason), Some(until)) = (&self.reason, &self.until) else {
            return Ok(Vec::new());
        };
        let until = Date::parse(until)
            .ok_or_else(|| anyhow!("`{until}` is no day\nhelp: as in 2026-12-31"))?;
        let one = |rule: &String| Acceptance { rule: rule.clone(), reason: reason.clone(), until };
        Ok(self.accept.iter().map(one).collect())
    }
}

/// Shows what became of a change; `what` is the change in words, as "the import".
///
/// # Errors
/// It could not be tried.
pub(crate) fn show(outcome: &Outcome, what: &str, output: &Output) -> Result<Exit> {
    match outcome {
        Outcome::Done { imported, accepted, proof } => {
            for note in &imported.notes {
                output.complain(&format!("note: {note}"));
            }
            for finding in accepted {
                output.complain(&format!("accepted: {}: {}", finding.rule, finding.message));
            }
            output.write(&made(what, imported, proof.as_ref()), None)?;
            Ok(Exit::Proved)
        }
        Outcome::Refused { why, proof } => {
            let sources = &proof.lowered.export.sources;
            output.write(&render::human(&proof.report, sources, &output.terminal()), None)?;
            output.complain(&refused(*why, what));
            Ok(Exit::Refuted)
        }
        Outcome::Unacceptable(unacceptable) => Err(anyhow!(unacceptable.clone())),
        Outcome::Stopped(Stop::NoSuchPolicy) => {
            bail!("there is no such policy, or more than one of that name\nhelp: give its id")
        }
        Outcome::Stopped(Stop::Absent { kind, id }) => bail!("there is no {kind} `{id}`"),
        Outcome::Stopped(Stop::Conflict { kind, id, .. }) => {
            bail!("{kind} `{id}` was changed by somebody else; nothing was changed, run again")
        }
        Outcome::Stopped(Stop::NameTaken(name)) => {
            bail!("`{name}` is somebody else's name, or looks the same; nothing was changed")
        }
        Outcome::Overtaken => {
            bail!("others changed the tenant at the same time; nothing was changed, run again")
        }
    }
}

fn made(what: &str, imported: &Imported, proof: Option<&Proof>) -> String {
    let Imported { added, replaced, .. } = imported;
    let proof = proof.map(|proof| format!("proof {}\n", proof.fingerprint)).unwrap_or_default();
    format!("done: {what}; {added} added, {replaced} replaced\n{proof}")
}

/// What can be done about a change that nobody has accepted.
const MEND_OR_ACCEPT: &str = "help: mend it, or say --accept RULE --reason TEXT --until DATE, with \
                              an --accept for each rule";

fn refused(why: Refusal, what: &str) -> String {
    match why {
        Refusal::LastAdmin => format!(
            "error: {what} is refused: nobody would be left who can change policies\n\
             help: nothing accepts that; mend the policy first, `cardea explain last-admin` has ways"
        ),
        Refusal::Unreadable => format!("error: {what} is refused: it cannot be judged\n"),
        Refusal::Lockout => {
            format!("error: {what} is refused: people would be locked out\n{MEND_OR_ACCEPT}")
        }
        Refusal::Weakness => format!(
            "error: {what} is refused: somebody would get in more cheaply than today\n{MEND_OR_ACCEPT}"
        ),
    }
}
