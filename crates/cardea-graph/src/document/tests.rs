use super::*;
use crate::source::{Encoding, SourceFile, Sources, Span};
use proptest::prelude::*;
use std::fmt::Write;

const FILE: FileId = FileId(0);

fn sources(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add(SourceFile {
        path: "f".to_owned(),
        text: text.to_owned(),
        encoding: Encoding::Utf8,
    });
    sources
}

/// Every value as `spelling in the file → meaning`, one a line, children indented.
fn show(value: Value<'_>, sources: &Sources, indent: usize, out: &mut String) {
    let spelled = sources.text(&value.span()).replace('\n', "⏎");
    writeln!(out, "{:indent$}{spelled} → {:?}", "", value.shape()).expect("a string takes all");
    for item in value.items() {
        show(item, sources, indent + 2, out);
    }
    for entry in value.entries() {
        show(entry.key, sources, indent + 2, out);
        show(entry.value, sources, indent + 4, out);
    }
}

fn show_all(text: &str, parsed: Result<Parsed, SyntaxError>) -> String {
    let sources = sources(text);
    let mut out = String::new();
    let place = |range: Range<usize>| {
        let at = sources.start(&Span { file: FILE, range });
        format!("{}:{}", at.line, at.column)
    };
    match parsed {
        Ok(Parsed { document, duplicates }) => {
            document.roots(text).for_each(|root| show(root, &sources, 0, &mut out));
            for key in duplicates {
                let key = document.value(text, key);
                let (at, spelled) = (place(key.span().range), sources.text(&key.span()));
                writeln!(out, "{at} twice: {spelled}").expect("a string takes all");
            }
        }
        Err(error) => {
            out = format!("{} {}", place(error.range), error.message);
            out += &error.help.map(|help| format!(" ({help})")).unwrap_or_default();
        }
    }
    out
}

#[track_caller]
fn check_json(text: &str, expected: &str) {
    assert_eq!(show_all(text, Document::json(FILE, text)).trim_end(), expected.trim());
}

#[track_caller]
fn check_yaml(text: &str, expected: &str) {
    assert_eq!(show_all(text, Document::yaml(FILE, text)).trim_end(), expected.trim());
}

#[test]
fn every_value_and_key_knows_its_spelling() {
    check_json(
        " {\"a\" : [1.5, true,null , {}] ,\r\n\"\\u00e4\":\"x\\n\"} ",
        r#"
{"a" : [1.5, true,null , {}] ,
⏎"\u00e4":"x\n"} → Object
  "a" → Text("a")
    [1.5, true,null , {}] → Array
      1.5 → Number("1.5")
      true → Bool(true)
      null → Null
      {} → Object
  "\u00e4" → Text("ä")
    "x\n" → Text("x\n")"#
            .replace(",\n⏎", ",\r⏎")
            .as_str(),
    );
}

#[test]
fn errors_say_where_what_was_found_and_what_to_do() {
    check_json(
        "",
        "1:1 expected a value, found the end of the file (export the file again: its end is missing)",
    );
    check_json("{\n  \"a\": 1,\n}", "2:9 trailing comma before `}` (remove the comma)");
    check_json("[1, 2,]", "1:6 trailing comma before `]` (remove the comma)");
    check_json("[1 2]", "1:4 expected `,` or `]`, found `2`");
    check_json(
        "{\"a\":1 \"b\":2}",
        "1:8 expected `,` or `}`, found `\"` (put a comma in front of it)",
    );
    check_json("{\"a\" 1}", "1:6 expected `:` behind the key, found `1`");
    check_json("{a: 1}", "1:2 expected a key in double quotes, found `a`");
    check_json(
        "{'a': 1}",
        "1:2 expected a key in double quotes, found `'` (JSON puts strings in straight double quotes)",
    );
    check_json("[1] x", "1:5 expected the end of the file, found `x`");
    check_json("// no\n[]", "1:1 expected a value, found `/` (JSON has no comments: remove them)");
    check_json("[True]", "1:2 expected a value, found `True` (write it in lower case)");
    check_json("[None]", "1:2 expected a value, found `None` (write `null`)");
    check_json("[01]", "1:2 `01` is not a number in JSON");
    check_json(
        "{\"a\": \"b",
        "1:7 this string is never closed (put a double quote behind its last character)",
    );
    check_json(
        "[\"a\nb\"]",
        "1:2 this string is not closed on its line (put a double quote behind its last character, or write line ends as `\\n`)",
    );
    check_json(
        "[\"a\tb\"]",
        "1:4 control character 0x09 in a string (write it as an escape, such as `\\t`)",
    );
    check_json(r#"["C:\dir"]"#, "1:5 JSON has no such escape (write a backslash as `\\\\`)");
    check_json(r#"["\u12"]"#, "1:3 `\\u` stands before four hexadecimal digits");
    check_json(r#"["\ud83d"]"#, "1:3 half of a surrogate pair without its other half");
    check_json(r#"["\ude00\ud83d"]"#, "1:3 half of a surrogate pair without its other half");
    check_json(r#"["\ud83d\u0041"]"#, "1:3 half of a surrogate pair without its other half");
    check_json(
        "[",
        "1:2 expected a value, found the end of the file (export the file again: its end is missing)",
    );
}

#[test]
fn a_surrogate_pair_is_one_character() {
    check_json(r#""\ud83d\ude00""#, "\"\\ud83d\\ude00\" → Text(\"😀\")");
}

#[test]
fn the_last_of_two_equal_keys_counts_and_the_repetition_is_reported() {
    let text = r#"{"a": 1, "b": 2, "A": 3}"#;
    let parsed = Document::json(FILE, text).expect("is JSON");
    let root = parsed.document.roots(text).next().expect("has a root");
    assert_eq!(root.get("a").and_then(Value::as_integer), Some(3));
    assert_eq!(root.entries().count(), 3);
    let names: Vec<_> = parsed
        .duplicates
        .iter()
        .map(|key| parsed.document.value(text, *key).span().range)
        .collect();
    assert_eq!(names.iter().map(|name| (name.start, name.end)).collect::<Vec<_>>(), [(17, 20)]);
}

#[test]
fn repeated_keys_are_found_in_large_objects_too() {
    let mut members: Vec<String> = (0..40).map(|at| format!("\"k{at}\":0")).collect();
    members.push("\"K7\":1".to_owned());
    let text = format!("{{{}}}", members.join(","));
    let parsed = Document::json(FILE, &text).expect("is JSON");
    let [repeated] = parsed.duplicates.as_slice() else { panic!("one key is there twice") };
    assert_eq!(parsed.document.value(&text, *repeated).as_text().as_deref(), Some("K7"));
}

#[test]
fn the_case_of_a_key_s_first_letter_does_not_count() {
    assert!(same_name("DisplayName", "displayName") && same_name("", "") && same_name("ä", "ä"));
    assert!(
        !same_name("displayname", "displayName") && !same_name("a", "") && !same_name("ab", "a")
    );
}

#[test]
fn an_object_of_nothing_but_nulls_is_absent() {
    let absent = |text: &str| {
        let parsed = Document::json(FILE, text).expect("is JSON");
        parsed.document.roots(text).next().expect("has a root").is_absent()
    };
    assert!(
        absent("null") && absent("{}") && absent(r#"{"a":null,"b":{"c":null},"x@odata.type":"t"}"#)
    );
    assert!(!absent("[]") && !absent("0") && !absent(r#"{"a":null,"b":false}"#));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Document::json(FILE, &nested(MAX_NESTING)).is_ok());
    check_json(
        &nested(MAX_NESTING + 1),
        "1:129 more than 128 arrays and objects inside each other",
    );
    check_json(&"[".repeat(1_000_000), "1:129 more than 128 arrays and objects inside each other");
    check_json(
        &"{\"a\":".repeat(500_000),
        "1:641 more than 128 arrays and objects inside each other",
    );
    assert!(Document::yaml(FILE, &nested(MAX_NESTING)).is_ok());
    check_yaml(
        &nested(MAX_NESTING + 1),
        "1:129 more than 128 lists and mappings inside each other",
    );
    check_yaml(&"[".repeat(100_000), "1:256 this is not YAML: recursion limit exceeded");
    check_yaml(&"- ".repeat(100_000), "1:257 more than 128 lists and mappings inside each other");
}

#[test]
fn the_densest_documents_take_less_than_twenty_times_their_text() {
    let dense =
        |open: &str, member: &str, close: &str| format!("{open}{}0{close}", member.repeat(20_000));
    let texts = [
        dense("[", "0,", "]"),
        dense("[", "[],", "]"),
        dense("{\"\":", "0,\"\":", "}"),
        dense("[", "\"\\n\",", "]"),
        dense("[", "0,", "]").replace("0,", "\"\","),
    ];
    for text in &texts {
        let json = Document::json(FILE, text).expect("is JSON").document.footprint();
        assert!(json <= 11 * text.len(), "JSON: {} for {}", json, text.len());
        let yaml = Document::yaml(FILE, text).expect("is YAML").document.footprint();
        assert!(yaml <= 12 * text.len(), "YAML: {} for {}", yaml, text.len());
        let quoted = format!("{text:?}");
        let outer = Document::json(FILE, &quoted).expect("is JSON").document;
        let root = outer.roots(&quoted).next().expect("has a root");
        let inner = root.nested().expect("is JSON inside").document.footprint();
        assert!(inner <= 12 * quoted.len(), "nested: {} for {}", inner, quoted.len());
    }
}

#[test]
fn yaml_has_the_same_shapes() {
    check_yaml(
        "# policies\npolicies:\n  - name: \"MFA\"\n    n: [1, ~]\n    s: it's\n    on: yes\n\n",
        r#"
policies:⏎  - name: "MFA"⏎    n: [1, ~]⏎    s: it's⏎    on: yes → Object
  policies → Text("policies")
    - name: "MFA"⏎    n: [1, ~]⏎    s: it's⏎    on: yes → Array
      name: "MFA"⏎    n: [1, ~]⏎    s: it's⏎    on: yes → Object
        name → Text("name")
          "MFA" → Text("MFA")
        n → Text("n")
          [1, ~] → Array
            1 → Number("1")
            ~ → Null
        s → Text("s")
          it's → Text("it's")
        on → Text("on")
          yes → Text("yes")"#,
    );
}

#[test]
fn yaml_scalars_that_are_spelled_otherwise_are_decoded() {
    check_yaml(
        "ä: \"x\\ty\"\nb: 'it''s'\nc: |\n  two\n  lines\nd: !!str 1\n1: 0x1F\n",
        r#"
ä: "x\ty"⏎b: 'it''s'⏎c: |⏎  two⏎  lines⏎d: !!str 1⏎1: 0x1F → Object
  ä → Text("ä")
    "x\ty" → Text("x\ty")
  b → Text("b")
    'it''s' → Text("it's")
  c → Text("c")
    two⏎  lines⏎ → Text("two\nlines\n")
  d → Text("d")
    !!str 1 → Text("1")
  1 → Text("1")
    0x1F → Number("0x1F")"#,
    );
}

#[test]
fn yaml_streams_have_a_root_for_each_document() {
    check_yaml("--- 1\n--- a\n...\n", "1 → Number(\"1\")\na → Text(\"a\")");
    check_yaml("", "");
}

#[test]
fn an_alias_is_a_copy_of_its_anchor() {
    check_yaml(
        "a: &x [1]\nb: *x\n",
        r#"
a: &x [1]⏎b: *x → Object
  a → Text("a")
    &x [1] → Array
      1 → Number("1")
  b → Text("b")
    &x [1] → Array
      1 → Number("1")"#,
    );
    check_yaml("&x [*x]", "1:5 an alias inside the value that it stands for");
    check_yaml("[*y]", "1:2 this is not YAML: while parsing node, found unknown anchor");
}

#[test]
fn aliases_cannot_blow_a_file_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").expect("a string takes all");
    }
    let error = Document::yaml(FILE, &text).expect_err("is too large");
    assert_eq!(error.message, "there are more values than a text of this length can say");
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        writeln!(text, "a{level}: &a{level} [*a{}]{:200}", level - 1, "")
            .expect("a string takes all");
    }
    let error = Document::yaml(FILE, &text).expect_err("is too deep");
    assert_eq!(error.message, "more than 128 lists and mappings inside each other");
}

#[test]
fn a_list_in_brackets_is_read_however_long_it_is_if_nothing_hangs_on_its_end() {
    let list = format!("[{}x]", "x, ".repeat(20_000));
    let members = |text: &str| {
        let parsed = Document::yaml(FILE, text).expect("is YAML");
        let root = parsed.document.roots(text).next().expect("has a root");
        root.get("a").unwrap_or(root).items().count()
    };
    assert_eq!(members(&format!("a: {list}\n")), 20_001);
    assert_eq!(members(&format!(" {}\n", list.replace('x', "\"x\""))), 20_001);
    // It could be a key until it ends.
    let error = Document::yaml(FILE, &format!("- {list}\n")).expect_err("is too long");
    assert_eq!(error.message, "no value comes of the next 32768 characters");
}

#[test]
fn values_are_not_more_than_the_text() {
    let error = Document::yaml(FILE, &format!("a: [{}]", ":,".repeat(5000))).expect_err("many");
    assert_eq!(error.message, "there are more values than a text of this length can say");
}

#[test]
fn yaml_errors_have_a_place() {
    check_yaml("a: [1\nb: 2", "2:2 this is not YAML: illegal placement of ':' indicator");
    check_yaml("? [a]\n: 1", "1:3 a key that is a list or a mapping (use text as a key)");
    check_yaml(
        "a: 1\na: 2\n",
        "a: 1⏎a: 2 → Object\n  a → Text(\"a\")\n    1 → Number(\"1\")\n  a → Text(\"a\")\n    2 → Number(\"2\")\n2:1 twice: a",
    );
}

fn check_nested(text: &str, expected: &str) {
    let outer = Document::json(FILE, text).expect("is JSON").document;
    let nested = outer.roots(text).next().and_then(|root| root.get("d")).expect("has `d`").nested();
    let nested = nested.ok_or_else(|| SyntaxError {
        range: 0..0,
        message: "no JSON".to_owned(),
        help: None,
    });
    assert_eq!(show_all(text, nested).trim_end(), expected.trim());
}

#[test]
fn json_in_a_string_points_into_the_outer_file() {
    check_nested(
        r#"{"d": "{\"ä\":\n[1, \"\\\"\u00e4\"]}"}"#,
        r#"
{\"ä\":\n[1, \"\\\"\u00e4\"]} → Object
  \"ä\" → Text("ä")
    [1, \"\\\"\u00e4\"] → Array
      1 → Number("1")
      \"\\\"\u00e4\" → Text("\"ä")"#,
    );
    check_nested(
        r#"{"d": " [1, 2] "}"#,
        "[1, 2] → Array\n  1 → Number(\"1\")\n  2 → Number(\"2\")",
    );
    check_nested(r#"{"d": "[ZTDId]: x"}"#, "1:1 no JSON");
    check_nested(r#"{"d": "text"}"#, "1:1 no JSON");
}

#[test]
fn json_in_a_string_in_json_in_a_string_points_into_the_outer_file() {
    let innermost = r#"{"a": "ä"}"#;
    let inner = format!("{{\"d\": {innermost:?}}}");
    let text = format!("{{\"d\": {inner:?}}}");
    let outer = Document::json(FILE, &text).expect("is JSON").document;
    let first = outer.roots(&text).next().and_then(|root| root.get("d")).expect("has `d`").nested();
    let first = first.expect("is JSON").document;
    let second =
        first.roots(&text).next().and_then(|root| root.get("d")).expect("has `d`").nested();
    let value = second.expect("is JSON").document;
    let value = value.roots(&text).next().and_then(|root| root.get("a")).expect("has `a`");
    assert_eq!(value.as_text().as_deref(), Some("ä"));
    assert_eq!(sources(&text).text(&value.span()), r#"\\\"ä\\\""#);
}

/// JSON values as text, with the strings that make trouble.
fn any_json() -> impl Strategy<Value = String> {
    let string = "[a\\\\\"\u{e4}\u{1F600}\n\t]{0,4}".prop_map(|text| serde_json_string(&text));
    let leaf = prop_oneof![Just("null".to_owned()), Just("-1.5e3".to_owned()), string.clone()];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let key = string.clone();
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" ,"))),
            proptest::collection::vec((key, inner.clone()), 0..4).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{ {} }}", members.join(","))
            }),
            inner.prop_map(|text| serde_json_string(&text)),
        ]
    })
}

fn serde_json_string(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

fn to_serde(value: Value<'_>) -> serde_json::Value {
    match value.shape() {
        Shape::Null => serde_json::Value::Null,
        Shape::Bool(truth) => truth.into(),
        Shape::Number(number) => serde_json::from_str(number).expect("is a number"),
        Shape::Text(text) => text.into_owned().into(),
        Shape::Array => value.items().map(to_serde).collect(),
        Shape::Object => value
            .entries()
            .map(|entry| (entry.name().into_owned(), to_serde(entry.value)))
            .collect(),
    }
}

/// A value's own bytes, read alone, say the same.
fn spans_spell_their_values(value: Value<'_>, sources: &Sources) {
    let spelled = sources.text(&value.span());
    let again = Document::json(FILE, spelled).expect("a value alone is JSON").document;
    assert_eq!(again.roots(spelled).map(to_serde).collect::<Vec<_>>(), [to_serde(value)]);
    value.items().for_each(|item| spans_spell_their_values(item, sources));
    for entry in value.entries() {
        spans_spell_their_values(entry.key, sources);
        spans_spell_their_values(entry.value, sources);
    }
}

/// A nested value's bytes in the file, with the escapes of the outer string undone, say the same.
fn nested_spans_spell_their_values(value: Value<'_>, sources: &Sources) {
    let spelled = unescape(sources.text(&value.span()));
    let again = Document::json(FILE, &spelled).expect("a value alone is JSON").document;
    assert_eq!(again.roots(&spelled).map(to_serde).collect::<Vec<_>>(), [to_serde(value)]);
    value.items().for_each(|item| nested_spans_spell_their_values(item, sources));
    value.entries().for_each(|entry| nested_spans_spell_their_values(entry.value, sources));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"'\\\\u0-9a-f eE.+\u{e4}\n&*?|>#!%@`-]{0,60}") {
        let _ = Document::json(FILE, &text);
        let _ = Document::yaml(FILE, &text);
    }

    #[test]
    fn json_means_what_another_reader_says(text in any_json()) {
        let parsed = Document::json(FILE, &text).expect("is JSON").document;
        let root = parsed.roots(&text).next().expect("has a root");
        prop_assert_eq!(to_serde(root), serde_json::from_str::<serde_json::Value>(&text).expect("is JSON"));
        spans_spell_their_values(root, &sources(&text));
    }

    #[test]
    fn both_readers_refuse_the_same_texts(text in "[\\[\\]{}:,\"\\\\u0-9 eE.+-]{0,12}") {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = Document::json(FILE, &text);
        let out_of_range = theirs.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range"));
        prop_assert!(out_of_range || theirs.is_ok() == ours.is_ok(), "{:?} {:?}", theirs, ours);
    }

    #[test]
    fn nested_json_points_into_the_outer_file(inner in any_json()) {
        let text = format!("[{}]", serde_json_string(&inner));
        let outer = Document::json(FILE, &text).expect("is JSON").document;
        let string = outer.roots(&text).next().and_then(|root| root.items().next()).expect("has a member");
        if let Some(parsed) = string.nested() {
            let root = parsed.document.roots(&text).next().expect("has a root");
            nested_spans_spell_their_values(root, &sources(&text));
        }
    }

    #[test]
    fn yaml_reads_json_to_the_same_values(text in any_json()) {
        let yaml = Document::yaml(FILE, &text).expect("JSON is YAML").document;
        let json = Document::json(FILE, &text).expect("is JSON").document;
        prop_assert_eq!(yaml.roots(&text).map(to_serde).collect::<Vec<_>>(), json.roots(&text).map(to_serde).collect::<Vec<_>>());
    }
}
