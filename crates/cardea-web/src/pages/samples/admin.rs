//! The pages of the admin center.

mod apps;
mod contexts;
mod directory;
mod findings;
mod home;
mod logs;
mod methods;
mod newcomer;
mod policies;

use cardea_check::report::{Answer, Severity};

use super::{Album, moment};
use crate::pages::Frame;
use crate::pages::admin::findings::{Acceptance, FindingRow, FixLink};
use crate::pages::admin::proof::{Line, PanelState, ProofPanel, Verdicts};
use crate::pages::admin::table::Pager;
use crate::pages::admin::{Desk, ProofState};

type Taken = Result<(), askama::Error>;

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    home::take(album)?;
    policies::take(album)?;
    contexts::take(album)?;
    findings::take(album)?;
    directory::take(album)?;
    newcomer::take(album)?;
    methods::take(album)?;
    apps::take(album)?;
    logs::take(album)
}

impl Album<'_> {
    fn desk(&self) -> Desk {
        Desk {
            frame: Frame {
                flow: String::new(),
                account: self.text("ana@contoso.example"),
                ..self.frame()
            },
            proof: ProofState::Current,
            search: String::new(),
            done: String::new(),
        }
    }

    fn texts(&self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn pairs(&self, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(one, other)| (self.text(one), self.text(other))).collect()
    }

    fn pager(&self) -> Pager {
        Pager {
            extent: self.text("51 to 100 of 1,240"),
            back: self.text("/admin/people"),
            on: self.text("/admin/people?after=kim"),
        }
    }

    fn rows(&self) -> Vec<FindingRow> {
        let row = |rule: &str, severity, message: &str, people, acceptance| FindingRow {
            id: self.text(rule),
            rule: self.text(rule),
            severity,
            message: self.text(message),
            people,
            policies: self.texts(&["CA010 Passkey everywhere"]),
            acceptance,
        };
        let accepted = Acceptance::Until {
            day: self.text("2026-12-01"),
            reason: self.text("The pilot ends then."),
        };
        vec![
            row(
                "registration-loop",
                Severity::Lockout,
                "People without a passkey can never add their first one",
                Some(1_208),
                Acceptance::Open,
            ),
            row(
                "unprotected-resource",
                Severity::Weakness,
                "Break-glass accounts reach every app with a password alone",
                Some(2),
                accepted,
            ),
            row(
                "stranded-guest",
                Severity::Doubt,
                "Guests: what their home tenant asks for is not known",
                None,
                Acceptance::Open,
            ),
        ]
    }

    fn refuted(&self) -> ProofPanel {
        let line = |answer, text: &str, why: &str| Line {
            answer,
            text: self.text(text),
            why: self.text(why),
        };
        let rows = self.rows();
        let fix = |number: usize, title: &str| FixLink {
            title: self.text(title),
            value: self.text(&format!("0.{number}")),
        };
        ProofPanel {
            state: PanelState::Proved(Verdicts {
                at: moment(0),
                answers: vec![
                    line(Answer::Refuted, "everyone can register", "1,208 people trapped"),
                    line(Answer::Proved, "no weak way in", ""),
                    line(Answer::Proved, "an admin can always edit", "3 administrators can"),
                    line(Answer::Undecided, "guests can sign in", "their home tenant is not known"),
                ],
                new: rows.iter().take(1).cloned().collect(),
                gone: rows.iter().skip(1).take(1).cloned().collect(),
                weaker: vec!["from a trusted network: no longer a compliant device".to_owned()],
                fixes: vec![
                    fix(1, "Split CA010 into desktop and phone"),
                    fix(2, "Replace all resources by tagged apps"),
                ],
            }),
        }
    }

    fn proved(&self) -> ProofPanel {
        let PanelState::Proved(verdicts) = self.refuted().state else { return self.refuted() };
        let answers = verdicts.answers.into_iter();
        let answers =
            answers.map(|line| Line { answer: Answer::Proved, why: String::new(), ..line });
        ProofPanel {
            state: PanelState::Proved(Verdicts {
                answers: answers.collect(),
                new: Vec::new(),
                gone: Vec::new(),
                weaker: Vec::new(),
                fixes: Vec::new(),
                ..verdicts
            }),
        }
    }
}
