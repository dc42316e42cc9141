//! A file that is streamed says what it says when it is read whole.

use super::*;
use crate::lower::{Lowered, lower};
use crate::problem::ProblemKind;
use crate::source::Encoding;
use proptest::collection::vec;
use proptest::sample::{select, subsequence};
use std::fmt::Write as _;
use std::io::{self, Cursor, Read};

/// Everything that was understood, and where every problem is.
fn shown(lowered: &Lowered) -> String {
    let mut out = String::new();
    let directory = &lowered.tenant.directory;
    for group in &directory.groups {
        writeln!(out, "{group:?}").unwrap();
    }
    for at in directory.people() {
        let groups = directory.direct_groups(at);
        let (id, name) = (directory.id(at), directory.name(at));
        let (roles, guest) = (directory.direct_roles(at), directory.guest(at));
        let registered = directory.registered(at);
        writeln!(out, "{id} {name} {groups:?} {roles:?} {guest:?} {registered:?}").unwrap();
    }
    writeln!(out, "{:?}", lowered.tenant.policies).unwrap();
    writeln!(out, "{:?} {:?}", lowered.counts, lowered.tally).unwrap();
    writeln!(out, "{} disabled", lowered.disabled_people).unwrap();
    let mut users: Vec<_> = lowered.names.users.iter().collect();
    users.sort_unstable();
    let mut groups: Vec<_> = lowered.names.groups.iter().collect();
    groups.sort_unstable();
    writeln!(out, "{users:?} {groups:?}").unwrap();
    for name in ["Ada", "g1", "Sales", "ada@x.y"] {
        let names = &lowered.names;
        writeln!(out, "{} {}", names.users.resolve(name), names.groups.resolve(name)).unwrap();
    }
    let sources = &lowered.export.sources;
    let mut problems: Vec<_> = lowered
        .problems
        .iter()
        .map(|problem| {
            let (start, end) = (sources.start(&problem.span), sources.end(&problem.span));
            let path = &sources.file(problem.span.file).unwrap().path;
            let text = sources.text(&problem.span);
            let (kind, message, help) = (problem.kind.name(), &problem.message, &problem.help);
            format!(
                "{path}:{}:{}-{}:{} {kind}: {message} {help:?} {text}",
                start.line, start.column, end.line, end.column
            )
        })
        .collect();
    problems.sort_unstable();
    out + &problems.join("\n")
}

/// Reads the same files whole and as streams.
fn both(files: &[(&str, Vec<u8>)]) -> (Lowered, Lowered) {
    let (mut whole, mut streamed) = (Reader::default(), Reader::default());
    for (path, bytes) in files {
        whole.add(*path, bytes.clone());
        streamed.stream(*path, Cursor::new(bytes)).expect("memory can be read");
    }
    (lower(whole.finish()), lower(streamed.finish()))
}

/// Reads files whole and as streams, and shows what was understood of both.
#[track_caller]
fn check(files: &[(&str, &str)]) -> Lowered {
    let files: Vec<_> =
        files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let (whole, streamed) = both(&files);
    assert_eq!(shown(&streamed), shown(&whole));
    streamed
}

/// What is left of the only file.
fn left(lowered: &Lowered) -> &str {
    &lowered.export.sources.files()[0].text
}

const USERS: &str = r#"{"@odata.context": "https://graph/$metadata#users", "value": [
  {"id": "u1", "displayName": "Ada", "userPrincipalName": "ada@x.y", "accountEnabled": true},
  {"id": "u2", "displayName": "Bob", "userPrincipalName": "bob@x.y", "shoeSize": 43},
  {"id": "u3", "displayName": "Cy", "userPrincipalName": "cy@x.y"},
  {"id": "u4", "displayName": "Di", "userPrincipalName": "di@x.y"}
], "@odata.nextLink": "https://graph/users?$skiptoken=x"}"#;

#[test]
fn only_what_there_is_to_show_is_kept() {
    let lowered = check(&[("users.json", USERS)]);
    let expected = "{\"@odata.context\": \"https://graph/$metadata#users\", \"value\": [\n  \"...\",\n  \
         {\"id\": \"u2\", \"displayName\": \"Bob\", \"userPrincipalName\": \"bob@x.y\", \"shoeSize\": 43},\n  \
         \"...\"\n], \"@odata.nextLink\": \"https://graph/users?$skiptoken=x\"}";
    assert_eq!(left(&lowered), expected);
    let problems: Vec<_> = lowered.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(problems, [ProblemKind::PartialExport, ProblemKind::ForeignField]);
}

#[test]
fn members_of_a_group_are_not_lifted_out_of_it() {
    let group = r##"{"id": "g", "displayName": "G", "securityEnabled": true, "members": [
      {"@odata.type": "#microsoft.graph.user", "id": "u1", "userPrincipalName": "a"}, "u2"]}"##;
    assert_eq!(left(&check(&[("g.json", group)])), group);
    assert_eq!(left(&check(&[("g.json", &format!("[{group}, {group}]"))])), "[\"...\"]");
    // That the lists belong to a group shows only behind them.
    let late = r#"{"list": [{"id": "u", "userPrincipalName": "u"}], "displayName": "G", "securityEnabled": true}"#;
    let (_, streamed) = both(&[("late.json", late.as_bytes().to_vec())]);
    let messages: Vec<_> = streamed.problems.iter().map(|it| it.message.as_str()).collect();
    assert!(
        messages.contains(&"people and groups in the lists of this object were read on their own")
    );
}

#[test]
fn policies_stay_in_the_file_and_pages_in_lists_are_lifted_out() {
    let policy = POLICY;
    let text = format!(
        r#"{{"policies": [{policy}], "pages": [{USERS}, {{"value": [{{"id": "u9", "userPrincipalName": "z"}}]}}]}}"#
    );
    let lowered = check(&[("all.json", &text)]);
    assert!(left(&lowered).contains(policy));
    assert!(!left(&lowered).contains("u9"));
}

#[test]
fn a_stream_that_is_malformed_in_the_middle_is_taken_back_and_the_others_are_read() {
    for bad in [
        USERS.replace("\"u3\"", "u3"),
        USERS.replace("\"u3\", ", "\"u3\" "),
        USERS.replace("},\n  {\"id\": \"u3\"", "}\n  {\"id\": \"u3\""),
        USERS.replace("\n], ", ",\n], "),
        USERS.replace("\"cy@x.y\"", "\"cy@x.y"),
        USERS.replace("\"cy@x.y\"}", "\"cy@x.y\""),
        USERS.replace("\"@odata.nextLink\": ", "\"@odata.nextLink\" "),
        format!("{USERS}]"),
        format!("{USERS} {USERS}"),
        USERS.chars().take(300).collect(),
        format!("{}{USERS}{}", "[".repeat(150), "]".repeat(150)),
        format!("[{}1{}]", "[".repeat(126), "]".repeat(126)) + "x",
    ] {
        let other = r#"[{"id": "v", "userPrincipalName": "v@x.y"}]"#;
        let lowered = check(&[("bad.json", &bad), ("good.json", other)]);
        let unread = lowered.problems.iter().filter(|it| it.kind == ProblemKind::Malformed);
        assert_eq!(unread.count(), 1, "{bad}");
        assert_eq!(lowered.tenant.directory.len(), 1, "{bad}");
    }
}

#[test]
fn empty_files_and_files_that_are_no_text_are_the_same_problems() {
    for bytes in [
        &b""[..],
        b" \n",
        b"\xEF\xBB\xBF",
        b"[{\"id\": \"u\", \"userPrincipalName\": \"\xE9\"}]",
        b"\xFF\xFE[\0]",
        b"null",
        b"[]",
        b"1",
    ] {
        let (whole, streamed) = both(&[("a.json", bytes.to_vec())]);
        assert_eq!(shown(&streamed), shown(&whole), "{bytes:?}");
    }
}

#[test]
fn yaml_is_kept_whole() {
    check(&[
        ("a.yaml", "users:\n - {id: u, userPrincipalName: a@x.y}\n"),
        ("b.txt", "- {id: v, userPrincipalName: b}\n"),
    ]);
}

#[test]
fn a_source_that_fails_is_no_file_and_leaves_nothing_behind() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut reader = Reader::default();
    let source = USERS.as_bytes().get(..400).unwrap().chain(Failing);
    assert_eq!(reader.stream("a.json", source).unwrap_err().to_string(), "gone");
    let lowered = lower(reader.finish());
    assert_eq!((lowered.export.sources.files().len(), lowered.tenant.directory.len()), (0, 0));
}

#[test]
fn of_each_kind_of_problem_a_hundred_are_shown_and_the_others_counted() {
    let users: Vec<_> = (0..250)
        .map(|at| format!(r#"{{"id": "u{at}", "userPrincipalName": "p{at}", "shoeSize": 1}}"#))
        .collect();
    let lowered = check(&[("a.json", &format!("[{}]", users.join(",")))]);
    assert_eq!(lowered.problems.len(), 101);
    assert_eq!(left(&lowered).matches("shoeSize").count(), 100);
}

#[test]
fn a_large_file_is_streamed_and_a_small_one_kept() {
    let user = r#"{"id": "u", "userPrincipalName": "u@x.y"}"#;
    let mut reader = Reader::default();
    let small = reader.read("small.json", user.as_bytes()).unwrap();
    let list = vec![user; 200].join(",");
    let large = reader.read("large.json", format!("[{list}]").as_bytes()).unwrap();
    let policies = vec![POLICY; 100].join(",");
    let policies = reader.read("policies.json", format!("[{policies}]").as_bytes()).unwrap();
    let export = reader.finish();
    let whole = [small, large, policies].map(|file| export.sources.is_whole(file));
    assert_eq!(whole, [true, false, true]);
    assert_eq!(export.sources.file(large).unwrap().text, "[\"...\"]");
    assert_eq!(export.counts()[&ObjectKind::User], 201);
}

/// A user, a group, a report or an assignment, with or without something to show.
fn object() -> impl Strategy<Value = String> {
    let id =
        select(vec!["u1", "u2", "u3", "g1", "g2", "G3", "0B7A5C1E-77F0-4B39-8F0A-1D2F3C4B5A60"]);
    let other = select(vec![
        "",
        r#""shoeSize": 43"#,
        r#""id": "u7""#,
        r#""accountEnabled": "maybe""#,
        r#""members@odata.nextLink": "https://graph/x""#,
        r#""displayName": "Sal\u0065s \"ä\" 😀""#,
    ]);
    let fields = vec![
        r#""displayName": "Ada""#,
        r#""displayName": "Sales""#,
        r#""userPrincipalName": "ada@x.y""#,
        r#""userPrincipalName": "bob_x#EXT#@x.y""#,
        r#""userType": "Guest""#,
        r#""accountEnabled": false"#,
        r#""accountEnabled": true"#,
        r#""securityEnabled": true"#,
        r#""isAssignableToRole": true"#,
        r##""members": [{"@odata.type": "#microsoft.graph.user", "id": "u1", "userPrincipalName": "ada@x.y"}, "u3", "Sales"]"##,
        r##""members": [{"@odata.type": "#microsoft.graph.group", "id": "g1"}, {"id": "u9"}, 7]"##,
        r##""memberOf": [{"@odata.type": "#microsoft.graph.group", "id": "g2", "displayName": "Two"}, {"roleTemplateId": "r"}]"##,
        r#""owners": ["u1", {"id": "u2"}]"#,
        r#""methodsRegistered": ["email", "fido2SecurityKey"]"#,
        r#""methodsRegistered": ["telepathy"]"#,
        r#""roleDefinitionId": "r1", "principalId": "g1", "directoryScopeId": "/""#,
        r#""conditions": {"users": {}}, "state": "enabled""#,
        r#""value": [{"id": "u8", "userPrincipalName": "h@x.y"}]"#,
        r#""@odata.nextLink": "https://graph/y""#,
    ];
    (id, subsequence(fields, 0..6), other).prop_map(|(id, mut fields, other)| {
        if !other.is_empty() {
            fields.push(other);
        }
        let fields: String = fields.iter().flat_map(|field| [", ", field]).collect();
        format!(r#"{{"id": "{id}"{fields}}}"#)
    })
}

fn list() -> impl Strategy<Value = String> {
    vec(object(), 0..8).prop_map(|objects| format!("[{}]", objects.join(", ")))
}

fn page() -> impl Strategy<Value = String> {
    let key = select(vec!["value", "users", "groups", "members", "Value", "m\\u0065mbers"]);
    (list(), key, any::<bool>()).prop_map(|(list, key, more)| {
        let more = if more { r#", "@odata.nextLink": "https://graph/n", "odd": 1"# } else { "" };
        format!(r#"{{"@odata.context": "https://graph/$metadata#x", "{key}": {list}{more}}}"#)
    })
}

/// A file of objects: a list, a page, lists with names, pages in a list.
fn file() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        list(),
        page(),
        vec(page(), 0..3).prop_map(|pages| format!("[{}]", pages.join(", "))),
        object(),
        (object(), object()).prop_map(|(left, right)| format!("[[{left}], [{right}, null, 1]]")),
    ];
    (text, 0..4).prop_map(|(text, layout)| match layout {
        0 => text,
        1 => text.replace(", ", ",\n  "),
        2 => text.replace(", ", "\r\n,\t").replace('{', "{ "),
        _ => text.replace(", ", ","),
    })
}

fn encoded(text: &str, encoding: usize) -> Vec<u8> {
    let encodings = [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16BeBare];
    encodings[encoding].encode(text).expect("has an encoding")
}

proptest! {
    #[test]
    fn any_files_are_understood_streamed_as_whole(files in vec((file(), 0_usize..4), 1..4)) {
        let paths = ["a.json", "b.json", "c.json"];
        let bytes = files.iter().map(|(text, encoding)| encoded(text, *encoding));
        let files: Vec<_> = paths.into_iter().zip(bytes).collect();
        let (whole, streamed) = both(&files);
        let odd = "people and groups in the lists of this object were read on their own";
        prop_assume!(!streamed.problems.iter().any(|problem| problem.message == odd));
        prop_assert_eq!(shown(&streamed), shown(&whole));
    }

    #[test]
    fn any_damage_is_understood_streamed_as_whole(text in file(), at: proptest::sample::Index, byte: u8) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let (whole, streamed) = both(&[("a.json", bytes)]);
        let odd = "people and groups in the lists of this object were read on their own";
        prop_assume!(!streamed.problems.iter().any(|problem| problem.message == odd));
        prop_assert_eq!(shown(&streamed), shown(&whole));
    }

    #[test]
    fn files_say_the_same_in_any_order(mut files in vec(file(), 2..4), turn in 1_usize..3) {
        let read = |files: &[String]| {
            let mut reader = Reader::default();
            for (at, text) in files.iter().enumerate() {
                reader.add(format!("{at}.json"), text.clone().into_bytes());
            }
            let lowered = lower(reader.finish());
            let directory = &lowered.tenant.directory;
            let people: Vec<_> = directory.people().map(|at| {
                let person = directory.person(at);
                (directory.name(at).to_owned(), person, directory.registered(at).cloned())
            }).collect();
            (people, directory.groups.clone(), lowered.disabled_people)
        };
        let before = read(&files);
        let turn = turn % files.len();
        files.rotate_left(turn);
        prop_assert_eq!(read(&files), before);
    }
}
