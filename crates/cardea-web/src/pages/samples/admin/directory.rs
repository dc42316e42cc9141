use cardea_check::report::Answer;

use super::{Album, Taken, moment};
use crate::pages::admin::directory::{
    AccountState, Group, GroupRow, Groups, Member, Membership, People, PersonRow,
};
use crate::pages::admin::home::Ready;
use crate::pages::admin::person::{
    DeskWork, Exempt, Issued, Method, Past, Person, Reach, Sessions, Wish,
};
use crate::pages::admin::roles::{Holder, RoleRow, Roles};
use crate::pages::admin::temporary::{
    ExemptRow, ExemptionEnd, ExemptionRow, Exemptions, PassRow, Passes, Worth,
};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    people(album)?;
    person(album)?;
    groups(album)?;
    temporary(album)
}

fn people(album: &mut Album<'_>) -> Taken {
    let row = |name: &str, upn: &str, account, ready| PersonRow {
        id: album.text(name),
        name: album.text(name),
        upn: album.text(upn),
        account,
        ready,
        methods: album.text("passkey, text message"),
    };
    let page = People {
        desk: album.desk(),
        rows: vec![
            row("Kim Duarte", "kim@contoso.example", AccountState::Enabled, Some(Ready::Trapped)),
            row("Lee Sato", "lee@contoso.example", AccountState::Enabled, Some(Ready::Ready)),
            row("Max Vogel", "max@contoso.example", AccountState::Enabled, Some(Ready::Alone)),
            row("Noa Bar", "noa@contoso.example", AccountState::Enabled, Some(Ready::Help)),
            row("Old Account", "old@contoso.example", AccountState::Disabled, None),
        ],
        narrowed: album.text("People whom the finding registration-loop is about."),
        ready: String::new(),
        pager: album.pager(),
    };
    album.add("admin-people", &page)?;
    let nobody = People { rows: Vec::new(), narrowed: String::new(), ..page };
    album.add("admin-people-none", &nobody)
}

fn wish(album: &Album<'_>) -> Wish {
    Wish {
        remedy: "pass".to_owned(),
        recommended: ("pass".to_owned(), album.text("one-time, 60 minutes, on the phone")),
        minutes: "60".to_owned(),
        bounds: (10, 480),
        uses: "once".to_owned(),
        policies: album.pairs(&[("p1", "CA010 Passkey everywhere")]),
        policy: album.text("p1"),
        hours: "24".to_owned(),
        locations: album.pairs(&[("l1", "HQ network")]),
        location: album.text("l1"),
        ..Wish::default()
    }
}

/// A person in trouble.
fn kim(album: &Album<'_>) -> Person {
    let reach = |device: &str, answer, why: &str| Reach {
        device: album.text(device),
        answer,
        why: album.text(why),
    };
    let method = |kind: &str, name: &str, used, matters: &str| Method {
        id: album.text(name),
        kind: album.text(kind),
        name: album.text(name),
        about: album.text("Work profile"),
        added: moment(0),
        used,
        matters: album.text(matters),
    };
    let past = |what: &str, end: &str| Past {
        at: moment(0),
        what: album.text(what),
        actor: album.text("Ana Ortiz"),
        end: album.text(end),
        again: if end == "used" { String::new() } else { album.text("/admin/people/kim") },
    };
    Person {
        desk: album.desk(),
        id: album.text("kim"),
        name: album.text("Kim Duarte"),
        upn: album.text("kim@contoso.example"),
        department: album.text("Sales"),
        account: AccountState::Enabled,
        last: Some((album.text("s1"), album.text("stopped, 53003"), moment(0))),
        now: vec![
            reach("laptop", Answer::Refuted, "CA010 asks for a passkey, and Kim has none"),
            reach("phone", Answer::Proved, "with a pass, then a passkey"),
            reach("somebody else's computer", Answer::Undecided, "its network is not known"),
        ],
        desk_work: DeskWork::Allowed(Box::new(wish(album))),
        exempt: vec![Exempt {
            id: album.text("x1"),
            policy: album.text("CA010 Passkey everywhere"),
            control: album.text("only from HQ network"),
            ends: moment(24 * 60),
        }],
        issued: None,
        methods: vec![
            method("Passkey", "Kim's Pixel", Some(moment(0)), "the only way that works"),
            method("Authenticator app", "Codes", None, ""),
        ],
        groups: album.pairs(&[("g1", "Sales"), ("g2", "Field crew")]),
        roles: album.texts(&["Teams Administrator"]),
        sessions: Sessions::CanEnd,
        history: vec![past("Temporary Access Pass", "missed window"), past("Exemption", "used")],
    }
}

fn person(album: &mut Album<'_>) -> Taken {
    let page = kim(album);
    album.add("admin-person", &page)?;
    let missing = Wish {
        exemption_closed: album.text("A Global Administrator has to prepare an exemption."),
        pass_useless: album.text("CA010 does not accept a pass, and nothing else is open"),
        wrong: vec![("identity", album.text("Choose how you know that it is this person."))],
        ..wish(album)
    };
    let wrong = Person { desk_work: DeskWork::Allowed(Box::new(missing)), ..page.clone() };
    album.add("admin-person-error", &wrong)?;
    let issued = Issued {
        pass: album.text("K7QM 4T2H"),
        spelled: album.text("K seven Q M, four T two H"),
        ends: moment(60),
        tell: album.text("Tell Kim to start on the phone: this pass works once."),
    };
    album.add("admin-person-issued", &Person { issued: Some(issued), ..page.clone() })?;
    let refused = Person {
        desk_work: DeskWork::Refused(album.text(
            "Kim is an administrator. A Privileged Authentication Administrator can help: Sam Lee.",
        )),
        sessions: Sessions::Kept,
        methods: Vec::new(),
        history: Vec::new(),
        last: None,
        groups: Vec::new(),
        exempt: Vec::new(),
        ..page
    };
    album.add("admin-person-refused", &refused)
}

fn groups(album: &mut Album<'_>) -> Taken {
    let row = |name: &str, members| GroupRow {
        id: album.text(name),
        name: album.text(name),
        members,
        policies: album.texts(&["CA010 Passkey everywhere"]),
    };
    let page = Groups {
        desk: album.desk(),
        rows: vec![row("Sales", 310), row("Break-glass accounts", 2)],
        words: String::new(),
        pager: album.pager(),
    };
    album.add("admin-groups", &page)?;
    let member = |name: &str, upn: &str| Member {
        id: album.text(name),
        name: album.text(name),
        upn: album.text(upn),
    };
    let group = Group {
        desk: album.desk(),
        id: album.text("g1"),
        name: album.text("Break-glass accounts"),
        membership: Membership::Assigned,
        policies: album.texts(&["CA010 Passkey everywhere"]),
        owners: album.texts(&["Ana Ortiz"]),
        members: vec![
            member("Break glass 1", "bg1@contoso.example"),
            member("Break glass 2", "bg2@contoso.example"),
        ],
        typed: album.text("kym"),
        fault: album.text("There is nobody called kym. Use a name, an address or an id."),
    };
    album.add("admin-group", &group)?;
    let rule = Membership::Dynamic(album.text("user.department -eq \"Sales\""));
    album.add("admin-group-dynamic", &Group { membership: rule, fault: String::new(), ..group })?;
    roles(album)
}

fn roles(album: &mut Album<'_>) -> Taken {
    let holder = |name: &str, assignment: &str| Holder {
        id: album.text(name),
        name: album.text(name),
        assignment: if assignment.is_empty() { String::new() } else { album.text(assignment) },
    };
    let row = |role: &str, people, allows: &str| RoleRow {
        role: album.text(role),
        people,
        allows: if allows.is_empty() { String::new() } else { album.text(allows) },
    };
    let page = Roles {
        desk: album.desk(),
        rows: vec![
            row(
                "Global Administrator",
                vec![holder("Ana Ortiz", "a1"), holder("Sam Lee", "")],
                "everything",
            ),
            row("Teams Administrator", Vec::new(), ""),
        ],
        offer: album.pairs(&[("r1", "Global Administrator"), ("r2", "Teams Administrator")]),
        role: album.text("r1"),
        person: album.text("kym"),
        read_only: None,
        wrong: vec![("person", album.text("There is nobody called kym. Use an address or an id."))],
    };
    album.add("admin-roles", &page)?;
    let who = album.text("You may not assign roles; a Global Administrator may.");
    album.add("admin-roles-read", &Roles { read_only: Some(who), wrong: Vec::new(), ..page })
}

fn temporary(album: &mut Album<'_>) -> Taken {
    let pass = |worth| PassRow {
        person: album.text("kim"),
        name: album.text("Kim Duarte"),
        starts: moment(0),
        ends: moment(60),
        uses: album.text("once"),
        issuer: album.text("Ana Ortiz"),
        worth,
    };
    let rows =
        vec![pass(Worth::Useful), pass(Worth::Useless(album.text("out of scope of the method")))];
    album.add("admin-passes", &Passes { desk: album.desk(), rows, pager: album.pager() })?;
    let exemption = |end, rule: &str| ExemptionRow {
        group: album.text("g1"),
        name: album.text("New colleagues"),
        people: 12,
        policies: album.texts(&["CA010 Passkey everywhere"]),
        until: album.text("2026-11-10"),
        end,
        rule: if rule.is_empty() { String::new() } else { album.text(rule) },
    };
    let rows =
        vec![exemption(ExemptionEnd::Over, "expired-exemption"), exemption(ExemptionEnd::Live, "")];
    let people = vec![ExemptRow {
        id: album.text("x1"),
        person: album.text("kim"),
        name: album.text("Kim Duarte"),
        policy: (album.text("p1"), album.text("CA010 Passkey everywhere")),
        control: album.text("only from Head office"),
        ends: moment(24 * 60),
        by: album.text("Ana Ortiz"),
    }];
    album.add("admin-exemptions", &Exemptions { desk: album.desk(), people, rows })
}
