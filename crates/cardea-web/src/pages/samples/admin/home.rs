use super::{Album, Taken, moment};
use crate::pages::admin::chip::Tone;
use crate::pages::admin::home::{Administrators, BreakGlassCard, Home, Readiness};
use crate::pages::admin::methods::Switch;
use crate::pages::admin::resume::Resume;
use crate::pages::admin::rollout::{Campaign, GroupReady, Rollout, Stage, Waiting};
use crate::pages::admin::settings::{
    BreakGlass, EmergencyAccount, Health, HealthRow, KeyRow, KeyUse, Keys, Settings,
};
use crate::pages::admin::temporary::Worth;
use crate::pages::admin::{Desk, ProofState};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    home(album)?;
    rollout(album)?;
    settings(album)
}

fn home(album: &mut Album<'_>) -> Taken {
    let page = Home {
        desk: album.desk(),
        readiness: Some(Readiness { ready: 912, alone: 251, help: 65, trapped: 12 }),
        worst: album.rows(),
        findings: 3,
        accepted: 1,
        administrators: Administrators::CanEdit(3),
        break_glass: BreakGlassCard { accounts: 2, drilled: Some((moment(-41 * 24 * 60), 41)) },
        passes: 4,
        exemptions: 2,
    };
    album.add("admin-home", &page)?;
    let clean = Home {
        desk: Desk { proof: ProofState::Stale, done: album.text("Policy saved."), ..album.desk() },
        readiness: None,
        worst: Vec::new(),
        findings: 0,
        accepted: 0,
        administrators: Administrators::Open(album.text("no role of an administrator is known")),
        break_glass: BreakGlassCard { accounts: 0, drilled: None },
        ..page
    };
    album.add("admin-home-clean", &clean)?;
    let pairs = vec![
        ("name".to_owned(), album.text("CA010 Passkey everywhere")),
        ("state".to_owned(), album.text("enabled")),
    ];
    let action = "/admin/policies/new".to_owned();
    album.add("admin-resume", &Resume { desk: album.desk(), action, pairs })
}

fn rollout(album: &mut Album<'_>) -> Taken {
    let group = |name: &str, readiness, forecast: &str| GroupReady {
        id: album.text(name),
        name: album.text(name),
        readiness,
        forecast: album.text(forecast),
    };
    let waiting = |name: &str, shut: &str| Waiting {
        id: album.text(name),
        name: album.text(name),
        shut: if shut.is_empty() { String::new() } else { album.text(shut) },
        groups: vec![
            (album.text("g1"), album.text("Sales"), String::new()),
            (album.text("g2"), album.text("Field crew"), album.text("12 people would be trapped.")),
        ],
    };
    let page = Rollout {
        desk: album.desk(),
        stage: Stage::Rehearse,
        ready_percent: 68,
        campaign: Campaign {
            state: Switch::On,
            days: "1".to_owned(),
            snoozes: "3".to_owned(),
            groups: album.text("Sales"),
            version: album.text("7"),
            wrong: Vec::new(),
        },
        groups: vec![
            group("Sales", Readiness { ready: 288, alone: 14, help: 8, trapped: 0 }, "4 Dec"),
            group(
                "Field crew",
                Readiness { ready: 41, alone: 22, help: 45, trapped: 12 },
                "none: 12 have no way",
            ),
        ],
        policies: vec![
            waiting("CA020 Passkey on desktops", ""),
            waiting("CA021 Phones", "12 people would be trapped."),
        ],
    };
    album.add("admin-rollout", &page)
}

fn settings(album: &mut Album<'_>) -> Taken {
    let page = Settings {
        desk: album.desk(),
        id: album.text("10000000-0000-4000-8000-000000000001"),
        name: album.text("Contoso"),
        help_desk: album.text("+1 555 0100"),
        address: album.text("https://id.contoso.example:8443"),
        seen_from: album.text("203.0.113.7"),
        toml: album.text("[breakglass]\npeople = [\"bg1@contoso.example\"]\n"),
        wrong: Vec::new(),
    };
    album.add("admin-settings", &page)?;
    let account = |upn: &str, works, used| EmergencyAccount {
        id: album.text(upn),
        upn: album.text(upn),
        works,
        used,
    };
    let glass = BreakGlass {
        desk: album.desk(),
        accounts: vec![
            account("bg1@contoso.example", Worth::Useful, Some(moment(-60_000))),
            account(
                "bg2@contoso.example",
                Worth::Useless(album.text("CA010 asks for a passkey")),
                None,
            ),
            account("bg3@contoso.example", Worth::Open, None),
        ],
        typed: album.text("bg1@contoso.example\nbg2@contoso.example"),
        fault: album.text("There is nobody called bg4. Use a name, an address or an id."),
    };
    album.add("admin-break-glass", &glass)?;
    let key = |id: &str, use_now| KeyRow {
        id: album.text(id),
        algorithm: album.text("RS256"),
        since: moment(0),
        use_now,
    };
    let rows = vec![key("k2", KeyUse::Signs), key("k3", KeyUse::Next), key("k1", KeyUse::Verifies)];
    album.add("admin-keys", &Keys { desk: album.desk(), rows })?;
    let row = |what: &str, tone, state: &str, detail: &str| HealthRow {
        what: album.text(what),
        tone,
        state: album.text(state),
        detail: album.text(detail),
    };
    let rows = vec![
        row("Database", Tone::Good, "answers", "revision 41"),
        row("Proof", Tone::Open, "from before the last change", "another one is being made"),
    ];
    album.add("admin-health", &Health { desk: album.desk(), rows })
}
