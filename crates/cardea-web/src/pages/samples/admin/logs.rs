use super::{Album, Taken, moment};
use crate::pages::admin::chip::Tone;
use crate::pages::admin::logs::{
    ChangeEntry, ChangeRow, Changes, EntryPolicy, EntryStep, Scope, SignInEnd, SignInEntry,
    SignInRow, SignIns,
};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    sign_ins(album)?;
    let change = |action: &str, proof: &str| ChangeRow {
        id: album.text("a1"),
        at: moment(0),
        actor: album.text("Ana Ortiz"),
        action: album.text(action),
        target: album.text("CA010 Passkey everywhere"),
        proof: album.text(proof),
    };
    let rows = vec![
        change("Update conditional access policy", "nothing new"),
        change("Update conditional access policy (refused)", "1 lockout"),
    ];
    let entry = ChangeEntry {
        desk: album.desk(),
        change: change("Update conditional access policy", "nothing new"),
        json: album.text("{\n  \"state\": \"enabled\"\n}"),
    };
    let page = Changes { desk: album.desk(), scope: Scope::All, rows, pager: album.pager() };
    album.add("admin-changes", &page)?;
    let provisioning = Changes { scope: Scope::Provisioning, rows: Vec::new(), ..page };
    album.add("admin-provisioning", &provisioning)?;
    album.add("admin-change", &entry)
}

fn sign_ins(album: &mut Album<'_>) -> Taken {
    let row = |end| SignInRow {
        id: album.text("s1"),
        at: moment(0),
        person: (album.text("Kim Duarte"), album.text("kim@contoso.example")),
        app: album.text("Teams"),
        end,
        address: album.text("203.0.113.7"),
    };
    let stopped = SignInEnd::Stopped { code: album.text("53003") };
    let page = SignIns {
        desk: album.desk(),
        rows: vec![
            row(stopped.clone()),
            row(SignInEnd::Interrupted { code: album.text("50072") }),
            row(SignInEnd::In),
        ],
        correlation: album.text("2ba27739"),
        person: String::new(),
        pager: album.pager(),
    };
    album.add("admin-sign-ins", &page)?;
    entry(album, stopped)
}

fn entry(album: &mut Album<'_>, stopped: SignInEnd) -> Taken {
    let step = |text: &str, tone| EntryStep { text: album.text(text), tone };
    let policy = |name: &str, result: &str| EntryPolicy {
        id: album.text(name),
        name: album.text(name),
        result: album.text(result),
        asked: album.text("passkey in Authenticator"),
    };
    let entry = SignInEntry {
        desk: album.desk(),
        at: moment(0),
        person: (album.text("kim"), album.text("Kim Duarte"), album.text("kim@contoso.example")),
        app: album.text("Teams"),
        end: stopped,
        reason: album.text("A policy blocks this access."),
        correlation: album.correlation_id(),
        steps: vec![
            step("password", Tone::Good),
            step("CA010 asks for a passkey", Tone::Weak),
            step("the same question again", Tone::Bad),
        ],
        lap: 2,
        policies: vec![
            policy("CA010 Passkey everywhere", "failure"),
            policy("CA020 Passkey on desktops", "reportOnlyNotApplied"),
        ],
        device: vec![
            ("Browser and system", album.text("Chrome on Windows")),
            ("Network", album.text("203.0.113.7, Germany")),
        ],
        json: album.text("{\n  \"status\": { \"errorCode\": 53003 }\n}"),
        replay: album.text("/admin/whatif?person=kim"),
        predicted: album.text("registration-loop"),
    };
    album.add("admin-sign-in", &entry)?;
    let fine = SignInEntry {
        end: SignInEnd::In,
        reason: String::new(),
        lap: 1,
        policies: Vec::new(),
        replay: String::new(),
        predicted: String::new(),
        ..entry
    };
    album.add("admin-sign-in-fine", &fine)
}
