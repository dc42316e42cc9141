//! How a run ends.

use std::process::ExitCode;

use cardea_check::report::{Answer, Report, Severity};

/// The ways in which a run ends, each with its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything that was asked is proved, or there was nothing to prove.
    Proved,
    /// Something is refuted that should make the run fail.
    Refuted,
    /// The run did not come to an answer: arguments, input, settings.
    CouldNotRun,
    /// Nothing is refuted, but something is undecided.
    Undecided,
    /// Somebody interrupted it.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Proved => 0,
            Self::Refuted => 1,
            Self::CouldNotRun => 2,
            Self::Undecided => 3,
            Self::Interrupted => 130,
        }
    }

    /// What a report comes to, if findings of at least the severity `fail_on` are to fail.
    pub(crate) fn of(report: &Report, fail_on: Severity) -> Self {
        let fails = |severity: Severity| severity != Severity::Input && severity >= fail_on;
        if report.input.policies == 0 {
            Self::CouldNotRun
        } else if report.findings.iter().any(|finding| fails(finding.severity)) {
            Self::Refuted
        } else if !report.input.skipped.is_empty()
            || report.verdicts.iter().any(|verdict| verdict.answer == Answer::Undecided)
        {
            Self::Undecided
        } else {
            Self::Proved
        }
    }

    /// The same end where findings and doubts shall not make the run fail.
    pub(crate) fn lenient(self) -> Self {
        match self {
            Self::Proved | Self::Refuted | Self::Undecided => Self::Proved,
            Self::CouldNotRun | Self::Interrupted => self,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use cardea_check::report::{Finding, Input, Question, Skipped, Verdict, Who};

    use super::*;

    fn report(answer: Answer, severity: Option<Severity>) -> Report {
        let finding = |severity| Finding {
            rule: "wide-pass",
            severity,
            message: String::new(),
            who: Who::default(),
            places: Vec::new(),
            trace: Vec::new(),
            tried: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        };
        Report {
            input: Input { policies: 1, ..Input::default() },
            verdicts: vec![Verdict {
                question: Question::NoWeakWayIn,
                answer,
                because: Vec::new(),
                note: None,
            }],
            findings: severity.map(finding).into_iter().collect(),
            ..Report::default()
        }
    }

    #[test]
    fn only_findings_that_are_bad_enough_fail() {
        let end =
            |severity, fail_on| Exit::of(&report(Answer::Refuted, Some(severity)), fail_on).code();
        assert_eq!(end(Severity::Lockout, Severity::Weakness), 1);
        assert_eq!(end(Severity::Weakness, Severity::Weakness), 1);
        assert_eq!(end(Severity::Weakness, Severity::Lockout), 0);
        assert_eq!(end(Severity::Doubt, Severity::Doubt), 1);
    }

    #[test]
    fn what_is_undecided_or_unread_is_never_good_news() {
        let mut report = report(Answer::Undecided, None);
        assert_eq!(Exit::of(&report, Severity::Weakness), Exit::Undecided);
        report.verdicts.clear();
        assert_eq!(Exit::of(&report, Severity::Weakness), Exit::Proved);
        report.input.skipped.push(Skipped { file: "a".into(), reason: "gone".into() });
        assert_eq!(Exit::of(&report, Severity::Weakness), Exit::Undecided);
    }

    #[test]
    fn a_run_without_policies_could_not_run_however_lenient() {
        assert_eq!(Exit::of(&Report::default(), Severity::Weakness).lenient(), Exit::CouldNotRun);
        assert_eq!(Exit::Refuted.lenient(), Exit::Proved);
    }
}
