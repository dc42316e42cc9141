use cardea_check::report::Answer;

use super::{Album, Taken, moment};
use crate::pages::admin::building::{
    Holds, LocationEditor, LocationRow, Locations, Origin, StrengthEditor, StrengthRow, Strengths,
    Trust,
};
use crate::pages::admin::editor::{Draft, Editor, Offer, Saving, Subject};
use crate::pages::admin::findings::Acceptable;
use crate::pages::admin::import::{Fate, Import, ImportPreview, Incoming};
use crate::pages::admin::policies::{
    Conflict, History, HistoryRow, Narrowed, Policies, PolicyRow, PolicyState,
};
use crate::pages::admin::proof::{PanelState, ProofPanel};
use crate::pages::admin::table::Pager;
use crate::pages::admin::what_if::{Applies, Offered, Question, Said, Verdict, WhatIf};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    list(album)?;
    editor(album)?;
    changes(album)?;
    imports(album)?;
    strengths(album)?;
    locations(album)?;
    what_if(album)
}

fn list(album: &mut Album<'_>) -> Taken {
    let row = |name: &str, state, asks: &str, people, answer, rules: &[&str]| PolicyRow {
        id: album.text(name),
        name: album.text(name),
        state,
        target: album.text("all resources"),
        asks: album.text(asks),
        people,
        answer,
        rules: album.texts(rules),
    };
    let page = Policies {
        desk: album.desk(),
        rows: vec![
            row(
                "CA010 Passkey everywhere",
                PolicyState::On,
                "passkey in Authenticator",
                Some(1_208),
                Answer::Refuted,
                &["registration-loop"],
            ),
            row(
                "CA020 Passkey on desktops",
                PolicyState::ReportOnly,
                "passkey",
                Some(1_240),
                Answer::Proved,
                &[],
            ),
            row("CA021 Phones", PolicyState::Off, "passkey or pass", None, Answer::Undecided, &[]),
        ],
        narrowed: Narrowed { words: album.text("CA0"), ..Narrowed::default() },
        pager: album.pager(),
    };
    album.add("admin-policies", &page)?;
    let empty = Policies { rows: Vec::new(), pager: Pager::default(), ..page };
    album.add("admin-policies-empty", &empty)
}

fn draft(album: &Album<'_>) -> Draft {
    let mut draft = Draft::default();
    draft.put("name", album.text("CA010 Passkey everywhere"));
    for (name, value) in [
        ("who", "all"),
        ("what", "all"),
        ("clients", "browser"),
        ("grant", "require"),
        ("strength", "s1"),
        ("state", "enabledForReportingButNotEnforced"),
    ] {
        draft.put(name, value);
    }
    draft.put("exclude_groups", album.text("Break-glass accounts"));
    draft
}

fn editor(album: &mut Album<'_>) -> Taken {
    let offer = Offer {
        strengths: album.pairs(&[("s1", "Passkey in Authenticator"), ("s2", "Passkey or pass")]),
        locations: album.pairs(&[("l1", "HQ network")]),
        terms: album.pairs(&[("t1", "Contoso terms")]),
    };
    let page = Editor {
        desk: album.desk(),
        subject: Subject::Kept { id: album.text("p1"), version: album.text("7"), changed: 1 },
        draft: draft(album),
        offer,
        wrong: Vec::new(),
        kept: album.text("{\n  \"conditions\": { \"servicePrincipalRiskLevels\": [] }\n}"),
        json: album.text("{\n  \"displayName\": \"CA010 Passkey everywhere\"\n}"),
        panel: album.refuted(),
        saving: Saving::NotOn(
            album.text("1 loop. Fix it, or accept it with a reason and an end."),
            Acceptable::Yes,
        ),
    };
    album.add("admin-policy", &page)?;
    let wrong = vec![
        ("name", album.text("Give it a name, such as \"CA030 Phones\".")),
        (
            "exclude_groups",
            album.text("There is no group called \"Brek glass\". Use a name or an id."),
        ),
        ("grant", album.text("Choose what happens.")),
    ];
    let new = Editor {
        subject: Subject::New,
        wrong,
        kept: String::new(),
        panel: ProofPanel {
            state: PanelState::Unreadable(
                album.text("The draft cannot be read: the rule for devices ends early."),
            ),
        },
        saving: Saving::Free,
        ..page.clone()
    };
    album.add("admin-policy-new", &new)?;
    let unasked = ProofPanel { state: PanelState::Unasked };
    album.add(
        "admin-policy-unasked",
        &Editor { panel: unasked, saving: Saving::Free, ..page.clone() },
    )?;
    let reader = Editor {
        panel: album.proved(),
        saving: Saving::ReadOnly(album.text("A Conditional Access Administrator can.")),
        ..page
    };
    album.add("admin-policy-read-only", &reader)
}

fn changes(album: &mut Album<'_>) -> Taken {
    let row = |action: &str, proof: &str| HistoryRow {
        at: moment(0),
        actor: album.text("Ana Ortiz"),
        action: album.text(action),
        proof: album.text(proof),
        entry: album.text("a1"),
    };
    let history = History {
        desk: album.desk(),
        id: album.text("p1"),
        name: album.text("CA010 Passkey everywhere"),
        rows: vec![row("Set to report-only", "nothing new"), row("Turn on (refused)", "1 lockout")],
    };
    album.add("admin-policy-history", &history)?;
    let conflict = Conflict {
        desk: album.desk(),
        editor: album.text("/admin/policies/p1"),
        name: album.text("CA010 Passkey everywhere"),
        by: Some((album.text("Sam Lee"), moment(0))),
        theirs: album.text("{\n  \"state\": \"disabled\"\n}"),
        mine: album.text("{\n  \"state\": \"enabled\"\n}"),
        posted: vec![("version".to_owned(), album.text("8"))],
        wanted: "save",
    };
    album.add("admin-policy-conflict", &conflict)
}

fn imports(album: &mut Album<'_>) -> Taken {
    let json = album.text("{ \"value\": [] }");
    let first = Import { desk: album.desk(), json: String::new(), fault: String::new() };
    album.add("admin-import", &first)?;
    let fault = album.text("This is not JSON: line 3 ends in a comma.");
    album.add("admin-import-error", &Import { json: json.clone(), fault, ..first })?;
    let incoming = |kind: &str, name: &str, fate| Incoming {
        kind: album.text(kind),
        name: album.text(name),
        fate,
    };
    let preview = ImportPreview {
        desk: album.desk(),
        objects: vec![
            incoming("policy", "CA010 Passkey everywhere", Fate::Replaces),
            incoming("strength", "Passkey in Authenticator", Fate::Added),
            incoming("named location", "HQ network", Fate::Same),
        ],
        left: album.texts(&["device management policies: Cardea does not read them"]),
        json,
        panel: album.refuted(),
    };
    album.add("admin-import-preview", &preview)
}

fn strengths(album: &mut Album<'_>) -> Taken {
    let row = |name: &str, origin, accepts: &[&str]| StrengthRow {
        id: album.text(name),
        name: album.text(name),
        origin,
        accepts: album.texts(accepts),
        policies: album.texts(&["CA010 Passkey everywhere"]),
    };
    let rows = vec![
        row("Phishing-resistant MFA", Origin::BuiltIn, &["passkey or security key", "certificate"]),
        row("Passkey or pass", Origin::Own, &["passkey or security key", "Temporary Access Pass"]),
    ];
    album.add("admin-strengths", &Strengths { desk: album.desk(), rows })?;
    let own = StrengthEditor {
        desk: album.desk(),
        id: album.text("s2"),
        name: album.text("Passkey or pass"),
        origin: Origin::Own,
        version: album.text("3"),
        combinations: album.pairs(&[
            ("fido2", "passkey or security key"),
            ("temporaryAccessPassOneTime", "one-time Temporary Access Pass"),
            ("password,sms", "password + text message"),
        ]),
        accepted: album.texts(&["fido2"]),
        known: album.pairs(&[
            ("de1e552d-db1d-4423-a619-566b625cdc84", "Microsoft Authenticator (Android)"),
            ("90a3ccdf-635c-4729-a248-9b709135078f", "Microsoft Authenticator (iOS)"),
        ]),
        models: album.texts(&["de1e552d-db1d-4423-a619-566b625cdc84"]),
        policies: album.texts(&["CA010 Passkey everywhere"]),
        wrong: Vec::new(),
    };
    album.add("admin-strength", &own)?;
    album.add("admin-strength-built-in", &StrengthEditor { origin: Origin::BuiltIn, ..own })
}

fn locations(album: &mut Album<'_>) -> Taken {
    let row = |name: &str, holds: &str, trust| LocationRow {
        id: album.text(name),
        name: album.text(name),
        holds: album.text(holds),
        trust,
        policies: album.texts(&["CA030 Registering"]),
    };
    let rows = vec![
        row("HQ network", "203.0.113.0/24", Trust::Trusted),
        row("Where we work", "DE, FR, PL", Trust::Not),
    ];
    album.add("admin-locations", &Locations { desk: album.desk(), rows })?;
    let page = LocationEditor {
        desk: album.desk(),
        id: album.text("l1"),
        name: album.text("HQ network"),
        version: album.text("2"),
        holds: Holds::Ranges { ranges: album.text("203.0.113.0/33"), trust: Trust::Trusted },
        seen_from: album.text("203.0.113.7"),
        wrong: vec![("ranges".to_owned(), album.text("203.0.113.0/33 is no network."))],
    };
    album.add("admin-location", &page)?;
    let countries = LocationEditor {
        id: String::new(),
        holds: Holds::Countries(album.text("DE\nFR")),
        wrong: Vec::new(),
        ..page
    };
    album.add("admin-location-new", &countries)
}

fn what_if(album: &mut Album<'_>) -> Taken {
    let question = Question {
        person: album.text("kim@contoso.example"),
        app: album.text("a1"),
        platform: "android".to_owned(),
        device: "compliant".to_owned(),
        location: album.text("l1"),
        sign_in_risk: "high".to_owned(),
        has: "registered".to_owned(),
        ..Question::default()
    };
    let said = |name: &str, applies, because: &str, met: &str, can| Said {
        id: album.text(name),
        name: album.text(name),
        applies,
        because: album.text(because),
        met: if met.is_empty() { String::new() } else { album.text(met) },
        can,
    };
    let policies = vec![
        said("CA020 Passkey on desktops", Applies::No, "platform", "", None),
        said(
            "CA021 Phones",
            Applies::Yes,
            "all conditions match",
            "a pass, then a passkey",
            Some(Answer::Proved),
        ),
        said("CA022 Pilot", Applies::Shadow, "all conditions match", "", Some(Answer::Refuted)),
        said(
            "CA090 Mystery",
            Applies::Open,
            "a field is not understood",
            "",
            Some(Answer::Undecided),
        ),
    ];
    let verdict = Verdict {
        answer: Answer::Proved,
        text: album.text("Gets in after adding a passkey."),
        steps: album.texts(&["Types the pass in Authenticator", "Adds a passkey"]),
        policies,
        curl: album.text(
            "curl -X POST https://id.contoso.example/beta/identity/conditionalAccess/evaluate",
        ),
        limits: album.texts(&["Graph's action takes no named location."]),
    };
    let apps = album.pairs(&[("a1", "Teams"), ("a2", "Timesheets")]);
    let locations = album.pairs(&[("l1", "Head office"), ("l2", "Plants")]);
    let offer = Offered { apps, locations };
    let page = WhatIf { desk: album.desk(), question, offer, verdict: Some(verdict) };
    album.add("admin-what-if", &page)?;
    let wrong = vec![(
        "person",
        album.text("There is nobody called kym. Use a name, an address or an id."),
    )];
    let question = Question { wrong, ..page.question.clone() };
    album.add("admin-what-if-error", &WhatIf { question, verdict: None, ..page })
}
