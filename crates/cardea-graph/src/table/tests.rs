//! Tables, read as files.

use crate::export::Reader;
use crate::lower::{Lowered, lower};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Cursor;

fn read(files: &[(&str, &str)]) -> Lowered {
    let (mut kept, mut streamed) = (Reader::default(), Reader::default());
    for (path, text) in files {
        kept.add(*path, text.as_bytes().to_vec());
        streamed.stream(*path, Cursor::new(text)).expect("memory can be read");
    }
    let (kept, streamed) = (lower(kept.finish()), lower(streamed.finish()));
    assert_eq!(shown(&streamed), shown(&kept));
    streamed
}

/// A person a line, then groups, then problems as `path:line:column kind: message; help`.
fn shown(lowered: &Lowered) -> Vec<String> {
    let directory = &lowered.tenant.directory;
    let people = directory.people().map(|at| {
        let person = directory.person(at);
        let groups: Vec<_> = person.groups.iter().map(ToString::to_string).collect();
        let mut line =
            format!("{} {} [{}]", directory.id(at), directory.name(at), groups.join(" "));
        let roles: Vec<_> = person.roles.iter().map(ToString::to_string).collect();
        if !roles.is_empty() {
            line.extend([" roles ", &roles.join(" ")]);
        }
        if let Some(guest) = &person.guest {
            line.extend([" ", guest.kind.name(), &format!(" {:?}", guest.tenant)]);
        }
        if let Some(registered) = directory.registered(at) {
            let (modes, passkeys) = (&registered.modes, &registered.passkeys);
            line.extend([format!(" {modes:?}"), format!(" {passkeys:?}")]);
        }
        line
    });
    let groups = directory.groups.iter().map(|group| {
        format!(
            "group {} {:?} {:?} {:?} {:?}",
            group.id, group.name, group.members, group.owners, group.role_assignable
        )
    });
    let sources = &lowered.export.sources;
    let problems = lowered.problems.iter().map(|problem| {
        let at = sources.start(&problem.span);
        let path = &sources.file(problem.span.file).unwrap().path;
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let kind = problem.kind.name();
        format!("{path}:{}:{} {kind}: {}{help}", at.line, at.column, problem.message)
    });
    people.chain(groups).chain(problems).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) -> Lowered {
    let lowered = read(files);
    assert_eq!(shown(&lowered), expected);
    lowered
}

const G: &str = "0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60";

#[test]
fn people_and_groups_come_together_from_two_tables() {
    let people = "\u{FEFF}person,userPrincipalName,groups,roles,guestType,homeTenantId,methodsRegistered\r\n\
        u1,ada@x.y,a;b,Global Administrator,,,fido2SecurityKey;email\r\n\
        u2,\"bob, jr@x.y\",,,b2bCollaborationGuest,t1,\r\n";
    let groups = "group\tkey\tdisplayName\tmemberOf\tisAssignableToRole\towners\n\
        g1\ta\tAll\t\ttrue\tu2\ng2\tb\tBoard\ta\tfalse\t\ng3\tc\tNobody\t\t\tu1; u2";
    let lowered = check(
        &[("people.csv", people), ("groups.tsv", groups)],
        &[
            "u1 ada@x.y [g1 g2] roles 62e90394-69f5-4237-9190-012177145e10 {Email} {DeviceBound}",
            "u2 bob, jr@x.y [] b2bCollaborationGuest Some(\"t1\") {} {}",
            "group g1 \"All\" Known Some([\"u2\"]) Yes",
            "group g2 \"Board\" Known Some([]) No",
            "group g3 \"Nobody\" Known Some([\"u1\", \"u2\"]) No",
        ],
    );
    assert_eq!(lowered.export.sources.files()[0].text.lines().count(), 1);
    assert_eq!(lowered.counts.values().copied().collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn a_row_says_what_a_graph_object_says() {
    let table = "person,userPrincipalName,displayName,accountEnabled,userType,groups\n\
        u1,bob_x#EXT#@x.y,Bob,true,Guest,g1\nu2,i@x.y,In,TRUE,guest,\nu3,off@x.y,Off,false,Member,g1\n";
    let graph = r#"[{"id": "u1", "userPrincipalName": "bob_x#EXT#@x.y", "displayName": "Bob", "accountEnabled": true, "userType": "Guest"},
        {"id": "u2", "userPrincipalName": "i@x.y", "displayName": "In", "accountEnabled": true, "userType": "guest"},
        {"id": "u3", "userPrincipalName": "off@x.y", "accountEnabled": false},
        {"id": "g1", "members": ["u1", "u3"]}]"#;
    let (table, graph) = (read(&[("p.csv", table)]), read(&[("p.json", graph)]));
    let people = |lowered: &Lowered| {
        let directory = &lowered.tenant.directory;
        directory
            .people()
            .map(|at| (directory.name(at).to_owned(), directory.person(at)))
            .collect::<Vec<_>>()
    };
    assert_eq!(people(&table), people(&graph));
    assert_eq!((table.disabled_people, graph.disabled_people), (1, 1));
}

#[test]
fn a_table_goes_together_with_objects_of_graph() {
    let table = format!("person,groups\nu1,Sales\nu2,{}\n", G.to_uppercase());
    let graph = format!(
        r#"[{{"id": "{G}", "displayName": "Sales", "securityEnabled": true}}, {{"id": "u2", "userPrincipalName": "bob@x.y"}}]"#
    );
    check(
        &[("p.csv", &table), ("g.json", &graph)],
        &[
            &format!("u1 u1 [{G}]"),
            &format!("u2 bob@x.y [{G}]"),
            &format!("group {G} \"Sales\" Known None No"),
        ],
    );
}

#[test]
fn what_is_not_known_is_named_where_it_stands() {
    let text = "person,groups,Gruops,accountEnabled,guestType,methodsRegistered\n\
        u1,g1,x,maybe,,email;telepathy\nu2,g1,,,internalguest,\nu3,,,,alien,\n";
    let lowered = check(
        &[("p.csv", text)],
        &[
            "u1 u1 [g1] {Email} {}",
            "u2 u2 [g1] internalGuest None {} {}",
            "u3 u3 [] {} {}",
            "group g1 \"\" Known None No",
            "p.csv:1:15 unmodelled-field: the column `Gruops` has no meaning here; maybe `groups`?",
            "p.csv:2:9 unmodelled-value: `maybe` is not a value that is known here; known are `true`, `false`",
            "p.csv:2:16 unmodelled-value: `telepathy` is not a value that is known here; known are `mobilePhone`, `alternateMobilePhone`, `officePhone`, `email`, `microsoftAuthenticatorPush`, `microsoftAuthenticatorPasswordless`, `softwareOneTimePasscode`, `hardwareOneTimePasscode`, `windowsHelloForBusiness`, `macOsSecureEnclaveKey`, `qrCode`, `fido2SecurityKey`, `fido2`, `passKeyDeviceBound`, `passKeyDeviceBoundAuthenticator`, `passKeyDeviceBoundWindowsHello`, `passKeySynced`, `temporaryAccessPass`, `securityQuestion`, `appPassword`, `externalAuthMethod`",
            "p.csv:4:7 unmodelled-value: `alien` is not a value that is known here; known are `internalGuest`, `b2bCollaborationGuest`, `b2bCollaborationMember`, `b2bDirectConnectUser`, `otherExternalUser`, `serviceProvider`",
            "p.csv:1:8 reading: nothing describes the group `g1`; write the id of the group, or add it to a table of groups",
        ],
    );
    assert!(!lowered.export.sources.files()[0].text.contains("u2"));
}

#[test]
fn names_that_several_groups_have_are_named() {
    let groups = "group,displayName\ng1,Sales\ng2,sales\n";
    check(
        &[("p.csv", "person,groups\nu1,Sales\n"), ("g.csv", groups)],
        &[
            "u1 u1 [Sales]",
            "group Sales \"\" Known None No",
            "group g1 \"Sales\" Known None No",
            "group g2 \"sales\" Known None No",
            "p.csv:1:8 unmodelled-value: several groups are called `Sales`; write the id of the group that is meant",
        ],
    );
}

#[test]
fn without_a_table_of_memberships_nobody_says_who_is_in_a_group() {
    check(&[("g.csv", "group\ng1\n")], &["group g1 \"\" Unknown None No"]);
    check(
        &[("g.csv", "group\ng1\n"), ("p.csv", "person\nu1\n")],
        &["u1 u1 []", "group g1 \"\" Unknown None No"],
    );
    check(
        &[("g.csv", "group\ng1\n"), ("p.csv", "person,groups\n")],
        &["group g1 \"\" Known None No"],
    );
}

#[test]
fn a_wrong_line_makes_the_table_unread_and_the_others_are_read() {
    for (line, problem) in [
        (
            "u2,g1,x",
            "3:7 malformed: the line has more values than the table has columns; put values with a separator inside into double quotes",
        ),
        (
            "u2",
            "3:3 malformed: the line has fewer values than the table has columns; write separators also for values that are empty",
        ),
        (",g1", "3:1 malformed: the person has no id; write the object id"),
        (
            "u2,\"g1",
            "3:4 malformed: the value is not closed on its line; put a double quote behind its last character",
        ),
        (
            "u2,\"g1\"x",
            "3:7 malformed: something stands behind the closing quote; write a double quote inside a value twice",
        ),
    ] {
        let bad = format!("person,groups\nu1,g1\n{line}\nu3,g1\n");
        check(
            &[("bad.csv", &bad), ("good.csv", "person,groups\nu4,\n")],
            &["u4 u4 []", &format!("bad.csv:{problem}")],
        );
    }
    let twice = "person,groups,groups\nu1,g1,g2\n";
    check(
        &[("p.csv", twice)],
        &["p.csv:1:15 malformed: the table has this column twice; remove one of them"],
    );
    let keys = "group,key\ng1,k\ng2,k\n";
    check(
        &[("g.csv", keys)],
        &[
            "g.csv:3:4 malformed: `k` is already the key of the group `g1`; give every group a key of its own",
        ],
    );
}

#[test]
fn a_table_of_something_else_is_named_and_not_read() {
    check(
        &[("a.csv", "#TYPE User\n\"person\"\n"), ("b.tsv", "app\tname\n")],
        &[
            "a.csv:1:1 unrecognised: this table is neither of people nor of groups, so it was not read; let the first line begin with the column `person` or `group`, and not with a type",
            "b.tsv:1:1 unrecognised: this table is neither of people nor of groups, so it was not read; let the first line begin with the column `person` or `group`, and not with a type",
        ],
    );
    check(&[("a.csv", "")], &["a.csv:1:1 malformed: the file is empty; export it again"]);
}

#[test]
fn a_table_is_told_by_its_first_line_whatever_its_name_is() {
    check(&[("<stdin>", "\"Person\",\"Groups\"\n\"u\",\"\"\n")], &["u u []"]);
}

/// Rows as they are meant, of ids that need no quotes.
fn rows() -> impl Strategy<Value = Vec<(String, String, Vec<String>)>> {
    let name = "[a-z,\"\u{e4} ]{0,4}";
    let groups = proptest::collection::vec("g[0-9]", 0..4);
    proptest::collection::vec(("u[0-9]{1,2}", name, groups), 0..12)
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in rows(), tabs: bool, quoted: bool, crlf: bool) {
        let (separator, end) = (if tabs { "\t" } else { "," }, if crlf { "\r\n" } else { "\n" });
        let cell = |text: &str| {
            if quoted || text.contains([',', '"', '\t']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let line = |cells: [&str; 3]| cells.map(cell).join(separator) + end;
        let mut text = line(["person", "displayName", "groups"]);
        let mut expected: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for (id, name, groups) in &rows {
            text += &line([id, name, &groups.join(";")]);
            let entry = expected.entry(id.clone()).or_default();
            entry.0.extend(Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
            entry.1.extend(groups.clone());
        }
        let lowered = read(&[("p.csv", &text)]);
        let directory = &lowered.tenant.directory;
        prop_assert_eq!(directory.len(), expected.len());
        for (at, (id, (names, mut groups))) in directory.people().zip(expected) {
            groups.sort();
            groups.dedup();
            let found: Vec<_> = directory.person(at).groups.iter().map(ToString::to_string).collect();
            let name = names.into_iter().min().unwrap_or_else(|| id.clone());
            prop_assert_eq!((directory.id(at), directory.name(at), found), (id.as_str(), name.as_str(), groups));
        }
    }

    #[test]
    fn any_table_is_read_or_refused(text in "(person|group),(groups|key|x)\n([a-z,;\"\n\r\t]{0,40})") {
        read(&[("p.csv", &text)]);
    }
}
