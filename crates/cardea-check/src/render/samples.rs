//! Small hand-made reports that the tests of all formats share.

use cardea_graph::source::{Encoding, FileId, SourceFile, Sources, Span};

use crate::report::{
    Accepted, Actor, Answer, Assumption, FileEdit, Finding, Fix, Input, Label, Outcome, Question,
    Report, Severity, Skipped, Step, Tried, Verdict, Who,
};

pub(super) const CA010: &str = r#"{
  "displayName": "CA010 Passkey everywhere",
  "state": "enabled",
  "conditions": {
    "clientAppTypes": ["all"],
    "applications": {
      "includeApplications": ["All"],
      "excludeApplications": []
    },
    "users": {
      "includeUsers": ["All"],
      "excludeGroups": ["0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60"]
    }
  },
  "grantControls": {
    "operator": "OR",
    "authenticationStrength": {
      "id": "9b1c7c52-3c1f-4e52-9a10-6c2f6f0a1d11"
    }
  }
}
"#;

/// A file among the sources.
pub(super) fn file(sources: &mut Sources, path: &str, text: &str) -> FileId {
    sources.add(SourceFile { path: path.into(), text: text.into(), encoding: Encoding::Utf8 })
}

/// The span of the first occurrence of `part` in a file.
pub(super) fn span(sources: &Sources, file: FileId, part: &str) -> Span {
    let start = sources.file(file).unwrap().text.find(part).unwrap();
    Span { file, range: start..start + part.len() }
}

pub(super) fn label(span: Option<Span>, field: &str, text: &str, primary: bool) -> Label {
    Label {
        span,
        object: "CA010 Passkey everywhere".into(),
        id: String::new(),
        field: field.into(),
        text: text.into(),
        primary,
    }
}

pub(super) fn step(device: &str, does: &str, sees: &str, outcome: Outcome) -> Step {
    Step {
        actor: Actor::Person,
        device: device.into(),
        does: does.into(),
        sees: sees.into(),
        policies: vec!["CA010 Passkey everywhere".into()],
        outcome,
    }
}

pub(super) fn attack(does: &str, sees: &str, outcome: Outcome) -> Step {
    Step { actor: Actor::Attacker, ..step("any device", does, sees, outcome) }
}

pub(super) fn finding(rule: &'static str, severity: Severity, message: &str) -> Finding {
    Finding {
        rule,
        severity,
        message: message.into(),
        who: Who::default(),
        places: Vec::new(),
        trace: Vec::new(),
        tried: Vec::new(),
        notes: Vec::new(),
        help: None,
        fixes: Vec::new(),
    }
}

fn verdict(question: Question, answer: Answer, because: &[&str]) -> Verdict {
    let because = because.iter().map(|&rule| rule.to_owned()).collect();
    Verdict { question, answer, because, note: None }
}

fn tried(method: &str, why_not: &str) -> Tried {
    Tried { method: method.into(), why_not: why_not.into() }
}

/// The fix that keeps phones apart: one changed file and one new one.
pub(super) fn split_fix() -> Fix {
    let before = "    \"clientAppTypes\": [\"all\"],\n";
    let after = format!(
        "{before}    \"platforms\": {{\n      \"includePlatforms\": [\"all\"],\n      \
         \"excludePlatforms\": [\"android\", \"iOS\"]\n    }},\n"
    );
    Fix {
        title: "split CA010 into desktop and phone".into(),
        edits: vec![
            FileEdit {
                path: "policies/CA010.json".into(),
                before: Some(CA010.into()),
                after: CA010.replace(before, &after),
            },
            FileEdit {
                path: "policies/CA011-phones.json".into(),
                before: None,
                after: "{\n  \"displayName\": \"CA011 Phones\"\n}\n".into(),
            },
        ],
        proved: vec!["registration-loop gone".into(), "nothing new".into()],
        weaker: vec!["a pass holder reaches every app on a phone until the pass ends".into()],
        notes: vec!["an iPad browser in desktop mode counts as macOS: use the app there".into()],
    }
}

/// The documented loop, beside a hole that its exclusion leaves open.
pub(super) fn looping() -> (Report, Sources) {
    let mut sources = Sources::default();
    let id = file(&mut sources, "policies/CA010.json", CA010);
    let report = Report {
        input: Input {
            files: 9,
            utf16: 4,
            policies: 9,
            active: 7,
            strengths: 2,
            methods_policies: 1,
            locations: 3,
            ..Input::default()
        },
        assumptions: vec![Assumption {
            name: "no-directory".into(),
            text: "no people in this export: every possible person is checked".into(),
        }],
        verdicts: vec![
            verdict(Question::EveryoneCanSignIn, Answer::Refuted, &["registration-loop"]),
            verdict(Question::NothingUnprotected, Answer::Refuted, &["unprotected-resource"]),
            Verdict {
                note: Some("home tenant unknown".into()),
                ..verdict(Question::GuestsCanSignIn, Answer::Undecided, &["unknown-reference"])
            },
        ],
        findings: vec![left_open(&sources, id), trapped(&sources, id)],
        elapsed_ms: 31,
        ..Report::default()
    };
    (report, sources)
}

fn trapped(sources: &Sources, id: FileId) -> Finding {
    let at = |part: &str| Some(span(sources, id, part));
    Finding {
        who: Who { text: "everyone except group 0b7a5c1e".into(), ..Who::default() },
        places: vec![
            label(
                at("\"includeApplications\": [\"All\"]"),
                "conditions.applications.includeApplications",
                "includes Authenticator, where passkeys are added",
                true,
            ),
            label(
                at("\"authenticationStrength\""),
                "grantControls.authenticationStrength",
                "accepts only a passkey in Authenticator",
                false,
            ),
        ],
        trace: vec![
            step("laptop", "opens any app and gives a password", "", Outcome::Onward),
            step("laptop", "", "CA010 asks for a passkey; sent to add one", Outcome::Onward),
            step("phone", "opens Authenticator with a Temporary Access Pass", "", Outcome::Onward),
            step("phone", "", "CA010 asks for a passkey again", Outcome::Back(2)),
        ],
        tried: vec![
            tried("temporaryAccessPassOneTime", "not in the strength"),
            tried("sms", "off"),
            tried("fido2", "not in the strength"),
        ],
        fixes: vec![split_fix()],
        ..finding(
            "registration-loop",
            Severity::Lockout,
            "people without a passkey can never add their first one",
        )
    }
}

fn left_open(sources: &Sources, id: FileId) -> Finding {
    Finding {
        places: vec![label(
            Some(span(sources, id, "\"excludeGroups\"")),
            "conditions.users.excludeGroups",
            "excluded here, included by no other policy",
            true,
        )],
        notes: vec!["break-glass? declare it in cardea.toml: [breakglass]".into()],
        ..finding(
            "unprotected-resource",
            Severity::Weakness,
            "group 0b7a5c1e reaches every app with a password alone",
        )
    }
}

/// An attacker who turns a phished password into a passkey.
pub(super) fn climbing() -> (Report, Sources) {
    let mut sources = Sources::default();
    let id =
        file(&mut sources, "strengths/phones.json", "{\n  \"allowed\": [\"password,sms\"]\n}\n");
    let mut weak = finding(
        "weak-registration",
        Severity::Weakness,
        "a phished password and text message become a passkey",
    );
    weak.who = Who {
        text: "people whose strongest method is a text message".into(),
        people: Some(1_208),
        examples: vec!["kim@contoso.example".into(), "lee@contoso.example".into()],
        ..Who::default()
    };
    weak.places = vec![Label {
        object: "Phones".into(),
        id: String::new(),
        ..label(
            Some(span(&sources, id, "\"password,sms\"")),
            "allowedCombinations",
            "lets a text message register a passkey",
            true,
        )
    }];
    weak.trace = vec![
        attack("signs in with password and text message", "claims to be Android", Outcome::Onward),
        attack("", "CA021 lets them into Authenticator", Outcome::Onward),
        attack("registers their own passkey", "no policy on registration", Outcome::Climb),
        attack("", "CA020 on desktops accepts it", Outcome::Door),
    ];
    weak.help = Some("require a pass or a passkey to register".into());
    let report = Report {
        input: Input { files: 1, policies: 2, active: 2, people: 1_240, ..Input::default() },
        verdicts: vec![verdict(Question::NoWeakWayIn, Answer::Refuted, &["weak-registration"])],
        findings: vec![weak],
        elapsed_ms: 1_204,
        ..Report::default()
    };
    (report, sources)
}

/// A path that ends at a wall, without a loop.
pub(super) fn walled() -> (Report, Sources) {
    let (mut report, sources) = looping();
    let mut blocked = finding(
        "unreachable-resource",
        Severity::Lockout,
        "contractors reach no app from their own computers",
    );
    blocked.trace = vec![
        step("laptop", "opens any app and gives a password", "", Outcome::Onward),
        step("laptop", "", "CA010 asks for a device that Contoso manages", Outcome::Wall),
    ];
    blocked.tried = vec![
        tried("password,sms", "a method does not make a device managed"),
        tried("fido2", "a method does not make a device managed"),
    ];
    report.findings = vec![blocked];
    (report, sources)
}

/// Nothing refuted, but one question open and one file unread; one finding is accepted.
pub(super) fn open() -> (Report, Sources) {
    let mut unknown =
        finding("unknown-reference", Severity::Doubt, "strength 9b1c7c52 is not in the export");
    unknown.places =
        vec![label(None, "grantControls.authenticationStrength.id", "defined nowhere", true)];
    unknown.help = Some("add GET /policies/authenticationStrengthPolicies".into());
    let report = Report {
        input: Input {
            files: 2,
            policies: 1,
            active: 1,
            skipped: vec![Skipped {
                file: "broken.json".into(),
                reason: "line 41, column 3: trailing comma".into(),
            }],
            ..Input::default()
        },
        verdicts: vec![
            verdict(Question::EveryoneCanSignIn, Answer::Undecided, &["unknown-reference"]),
            Verdict {
                note: Some("memberships combined: 2".into()),
                ..verdict(Question::BreakGlassWorks, Answer::Proved, &[])
            },
        ],
        findings: vec![unknown],
        accepted: vec![Accepted {
            finding: finding("wide-pass", Severity::Weakness, "a pass opens every app"),
            reason: "passes last ten minutes".into(),
            until: "2026-12-01".into(),
        }],
        elapsed_ms: 4,
        ..Report::default()
    };
    (report, Sources::default())
}

/// Something that the input does not have.
pub(super) fn missing() -> (Report, Sources) {
    let mut sources = Sources::default();
    file(&mut sources, "policies/CA001.json", "{}");
    file(&mut sources, "policies/CA002.json", "{}");
    let text = "none of the 2 policies in force is about such sign-ins";
    let message = "anybody opens any app with a password alone";
    let mut open = finding("unprotected-resource", Severity::Weakness, message);
    open.places = vec![Label { object: String::new(), ..label(None, "", text, true) }];
    open.who = Who { people: Some(2), examples: vec!["Kim".into()], ..Who::default() };
    let report = Report { findings: vec![open], elapsed_ms: 2, ..Report::default() };
    (report, sources)
}

/// Everything proved, nothing found.
pub(super) fn proved() -> (Report, Sources) {
    let report = Report {
        input: Input { files: 1, policies: 3, active: 3, ..Input::default() },
        verdicts: vec![verdict(Question::EveryoneCanSignIn, Answer::Proved, &[])],
        elapsed_ms: 2,
        ..Report::default()
    };
    (report, Sources::default())
}

/// Names made to break out of every format, in a file of one line and 100 kB.
pub(super) fn hostile() -> (Report, Sources) {
    const NAME: &str = "</script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> \"'&";
    let filler = "\"x\":1,".repeat(8_000);
    let text = format!("{{{filler}\"displayName\":\"\u{202e}\u{1b}[31m<b>\",{filler}\"y\":2}}");
    let mut sources = Sources::default();
    let id = file(&mut sources, "a b/<\u{1b}[1m>,:%.json", &text);
    let mut one = finding("registration-loop", Severity::Lockout, NAME);
    one.who = Who { text: NAME.into(), examples: vec![NAME.into()], ..Who::default() };
    one.places = vec![Label {
        span: Some(span(&sources, id, "\"displayName\":\"\u{202e}\u{1b}[31m<b>\"")),
        object: NAME.into(),
        id: String::new(),
        field: "displayName".into(),
        text: NAME.into(),
        primary: true,
    }];
    one.trace = vec![Step {
        device: NAME.into(),
        policies: vec![NAME.into()],
        ..step("", NAME, NAME, Outcome::Back(9))
    }];
    one.tried = vec![tried(NAME, NAME)];
    one.notes = vec![NAME.into(), "line one\nline two".into()];
    one.help = Some(NAME.into());
    one.fixes = vec![Fix {
        title: NAME.into(),
        edits: vec![FileEdit {
            path: "a b/<\u{1b}[1m>,:%.json".into(),
            before: Some(text.clone()),
            after: text.replace("\"y\":2", "\"y\":3"),
        }],
        proved: vec![NAME.into()],
        weaker: vec![NAME.into()],
        notes: vec![NAME.into()],
    }];
    let report = Report {
        input: Input {
            files: 1,
            policies: 1,
            active: 1,
            skipped: vec![Skipped { file: NAME.into(), reason: NAME.into() }],
            ..Input::default()
        },
        assumptions: vec![Assumption { name: NAME.into(), text: NAME.into() }],
        verdicts: vec![Verdict {
            note: Some(NAME.into()),
            ..verdict(Question::EveryoneCanSignIn, Answer::Refuted, &[NAME])
        }],
        accepted: vec![Accepted { finding: one.clone(), reason: NAME.into(), until: NAME.into() }],
        findings: vec![one],
        elapsed_ms: 1,
    };
    (report, sources)
}
