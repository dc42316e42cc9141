use cardea_check::render::html::figure::Figure;
use cardea_check::render::html::view::{FindingView, FixView, LineView, PlaceView, StepView};
use cardea_check::report::{Actor, Finding, Outcome, Severity, Step, Who};

use super::{Album, Taken, moment};
use crate::pages::admin::confirm::{Confirm, Unknown};
use crate::pages::admin::findings::{
    AcceptPage, AcceptWish, Acceptable, Acceptance, FindingPage, Findings, FixPage,
};
use crate::pages::admin::refusal::{NotAllowed, Refused};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    let list = Findings {
        desk: album.desk(),
        rows: album.rows(),
        rules: album.texts(&["registration-loop", "stranded-guest"]),
        rule: String::new(),
    };
    album.add("admin-findings", &list)?;
    album.add("admin-findings-empty", &Findings { rows: Vec::new(), ..list })?;
    finding(album)?;
    acceptance(album)?;
    refused(album)
}

/// The trace of a picture. What it says is the same in every sample: how its text is broken into lines depends on
/// the text, and `cardea-check` tests that it is escaped.
fn traced(actor: Actor) -> Finding {
    let step = |device: &str, does: &str, sees: &str, outcome| Step {
        actor,
        device: device.to_owned(),
        does: does.to_owned(),
        sees: sees.to_owned(),
        policies: vec!["CA010".to_owned()],
        outcome,
    };
    let trace = match actor {
        Actor::Person | Actor::HelpDesk => vec![
            step("laptop", "opens any app and gives a password", "", Outcome::Onward),
            step("laptop", "is sent to add a passkey", "CA010 asks for a passkey", Outcome::Onward),
            step("phone", "opens Authenticator with a Temporary Access Pass", "", Outcome::Onward),
            step("phone", "cannot go on", "CA010 asks for a passkey again", Outcome::Back(2)),
        ],
        Actor::Attacker => vec![
            step(
                "any device",
                "signs in with a phished password",
                "no more is asked",
                Outcome::Onward,
            ),
            step(
                "any device",
                "registers their own passkey",
                "no policy on registering",
                Outcome::Climb,
            ),
            step("any device", "signs in with it", "CA020 accepts it", Outcome::Door),
        ],
    };
    Finding {
        rule: "registration-loop",
        severity: Severity::Lockout,
        message: String::new(),
        who: Who::default(),
        places: Vec::new(),
        trace,
        tried: Vec::new(),
        notes: Vec::new(),
        help: None,
        fixes: Vec::new(),
    }
}

impl Album<'_> {
    fn finding(&self, id: &str, actor: Actor) -> FindingView {
        let step = |lead: &str, text: &str, back| StepView {
            lead: self.text(lead),
            text: self.text(text),
            policies: self.text("CA010 Passkey everywhere"),
            back,
        };
        let line = LineView {
            number: 9,
            before: self.text("      \"includeApplications\": "),
            marked: self.text("[\"All\"]"),
            behind: self.text(","),
        };
        FindingView {
            id: id.to_owned(),
            rule: "registration-loop",
            level: "error",
            sign: "✕",
            message: self.text("People without a passkey can never add their first one"),
            who: self.text("everyone except the group Break-glass accounts"),
            figure: Figure::new(&traced(actor), id),
            steps: vec![
                step("laptop", "opens any app and gives a password", None),
                step("laptop", "is sent to add a passkey; CA010 asks for a passkey", None),
                step("phone", "opens Authenticator with a Temporary Access Pass", None),
                step("phone, wall", "CA010 asks for a passkey again", Some(2)),
            ],
            tried: self.pairs(&[
                ("Temporary Access Pass", "not in the strength"),
                ("text message", "off"),
            ]),
            hinge: Some(self.text("CA010.json:9 includeApplications")),
            places: vec![PlaceView {
                heading: self
                    .text("CA010.json:9:7 · CA010 Passkey everywhere, includeApplications"),
                text: self.text("includes Authenticator, where passkeys are added"),
                lines: vec![line],
            }],
            notes: self.texts(&["Registering satisfies a plain MFA grant, and no strength."]),
            help: Some(self.text("Split CA010, or let the pass in on phones.")),
            fixes: vec![self.fix("Split CA010 into desktop and phone"), self.fix("Tag the apps")],
        }
    }

    fn fix(&self, title: &str) -> FixView {
        FixView {
            title: self.text(title),
            size: self.text("2 files, +22 −0"),
            diff: vec![
                ("file", self.text("--- a/CA010.json")),
                ("file", self.text("+++ b/CA010.json")),
                ("hunk", self.text("@@ -3,6 +3,10 @@")),
                ("same", self.text("   \"conditions\": {")),
                ("removed", self.text("-    \"platforms\": null,")),
                (
                    "added",
                    self.text(
                        "+    \"platforms\": { \"excludePlatforms\": [\"android\", \"iOS\"] },",
                    ),
                ),
            ],
            proved: self.texts(&["registration-loop gone", "nothing new"]),
            weaker: self.texts(&["a pass holder reaches every app on a phone until the pass ends"]),
            notes: self
                .texts(&["An iPad browser in desktop mode counts as macOS: use the app there."]),
        }
    }

    fn wish(&self) -> AcceptWish {
        AcceptWish {
            rule: self.text("registration-loop"),
            reason: self.text("The pilot has passkeys already."),
            until: self.text("2026-12-01"),
            bounds: Some((moment(0), moment(90 * 24 * 60))),
            reason_fault: String::new(),
            until_fault: String::new(),
        }
    }
}

fn finding(album: &mut Album<'_>) -> Taken {
    let page = FindingPage {
        desk: album.desk(),
        id: album.text("registration-loop-1"),
        finding: album.finding("f1", Actor::Person),
        severity: Severity::Lockout,
        people: Some((1_208, 1_240)),
        replay: album.text("/admin/whatif?person=kim"),
        markdown: album.text("## People without a passkey can never add their first one"),
        acceptance: Acceptance::Open,
        acceptable: Acceptable::Yes,
    };
    album.add("admin-finding", &page)?;
    let accepted = FindingPage {
        finding: album.finding("f1", Actor::Attacker),
        severity: Severity::Weakness,
        acceptance: Acceptance::Until {
            day: album.text("2026-12-01"),
            reason: album.text("The pilot ends then."),
        },
        ..page.clone()
    };
    album.add("admin-finding-accepted", &accepted)?;
    let finding = FindingView {
        figure: None,
        steps: Vec::new(),
        tried: Vec::new(),
        fixes: Vec::new(),
        ..page.finding.clone()
    };
    let bare = FindingPage {
        finding,
        people: None,
        acceptable: Acceptable::Never,
        replay: String::new(),
        ..page
    };
    album.add("admin-finding-bare", &bare)?;
    let fix = FixPage {
        desk: album.desk(),
        message: album.text("People without a passkey can never add their first one"),
        fix: album.fix("Split CA010 into desktop and phone"),
        action: "/admin/findings/registration-loop-1/fix/1".to_owned(),
        posted: Vec::new(),
        back: album.text("/admin/findings/registration-loop-1"),
        panel: album.proved(),
    };
    album.add("admin-fix", &fix)
}

fn acceptance(album: &mut Album<'_>) -> Taken {
    let page = AcceptPage {
        desk: album.desk(),
        id: album.text("registration-loop-1"),
        message: album.text("People without a passkey can never add their first one"),
        wish: AcceptWish { reason_fault: album.text("Say why."), ..album.wish() },
    };
    album.add("admin-accept", &page)
}

fn refused(album: &mut Album<'_>) -> Taken {
    let page = Refused {
        desk: album.desk(),
        what: album.text("CA010 Passkey everywhere"),
        findings: vec![album.finding("f1", Actor::Person)],
        fixes: vec![(album.text("Split CA010 into desktop and phone"), album.text("0.0"))],
        fix_action: "/admin/policies/fix".to_owned(),
        only_opens: false,
        acceptable: Acceptable::Yes,
        action: "/admin/policies/p1".to_owned(),
        posted: vec![("name".to_owned(), album.text("CA010 Passkey everywhere"))],
        wish: album.wish(),
        back: album.text("/admin/policies/p1"),
    };
    album.add("admin-refused", &page)?;
    album.add("admin-refused-opens", &Refused { only_opens: true, ..page.clone() })?;
    album.add("admin-refused-never", &Refused { acceptable: Acceptable::Never, ..page })?;
    let roles = vec![
        (album.text("Conditional Access Administrator"), album.texts(&["Ana Ortiz", "Sam Lee"])),
        (album.text("Security Administrator"), Vec::new()),
    ];
    let not_allowed = NotAllowed {
        desk: album.desk(),
        what: album.text("change policies"),
        why: album.text("None of your roles lets you do this."),
        roles,
    };
    album.add("admin-not-allowed", &not_allowed)?;
    let confirm = Confirm {
        desk: album.desk(),
        question: album.text("Delete CA010 Passkey everywhere?"),
        consequence: album.text("It stops counting at once. The log of changes keeps it."),
        action: "/admin/policies/p1/delete".to_owned(),
        verb: album.text("Delete the policy"),
        posted: vec![("version".to_owned(), album.text("7"))],
        back: album.text("/admin/policies/p1"),
    };
    album.add("admin-confirm", &confirm)?;
    let unknown = Unknown {
        desk: album.desk(),
        what: album.text("policy"),
        list: album.text("/admin/policies"),
    };
    album.add("admin-unknown", &unknown)
}
