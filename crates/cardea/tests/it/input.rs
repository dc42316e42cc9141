//! The same export in other bytes.

use std::fs;
use std::path::Path;

use crate::{copy_of, json, run_in};

/// Rewrites every JSON file of a folder.
fn rewrite(folder: &Path, bytes: &dyn Fn(&str) -> Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rewrite(&path, bytes);
        } else if path.extension().is_some_and(|it| it == "json") {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, bytes(&text)).unwrap();
        }
    }
}

/// A way to spell text, and its name.
type Form<'a> = (&'a str, &'a dyn Fn(&str) -> Vec<u8>);

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn an_export_says_the_same_in_every_encoding() {
    let plain = copy_of("loop");
    let expected = run_in(plain.path(), &["check", "loop", "--format", "json", "--no-fixes"]);
    let expected = json(&expected.stdout);
    assert_ne!(expected["findings"], serde_json::json!([]));
    let forms: [Form<'_>; 4] = [
        ("UTF-8 with a mark", &|text| [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("UTF-16 little endian", &|text| utf16(text, u16::to_le_bytes)),
        ("UTF-16 big endian", &|text| utf16(text, u16::to_be_bytes)),
        ("Windows line ends", &|text| text.replace('\n', "\r\n").into_bytes()),
    ];
    for (form, bytes) in forms {
        let other = copy_of("loop");
        rewrite(&other.path().join("loop"), bytes);
        let check = run_in(other.path(), &["check", "loop", "--format", "json", "--no-fixes"]);
        assert_eq!(check.code, Some(1), "{form}");
        assert_eq!(json(&check.stdout), expected, "{form}");
    }
}

#[test]
fn the_nearest_settings_count_and_those_of_a_parent_where_there_are_no_nearer_ones() {
    let folder = copy_of("loop");
    fs::write(folder.path().join("cardea.toml"), "[nonsense]\n").unwrap();
    let check = ["check", "loop/policies", "loop/strengths", "loop/methods-policy.json"];
    let check = [&check[..], &["--no-fixes"]].concat();
    assert_eq!(run_in(folder.path(), &check).code, Some(1));
    fs::remove_file(folder.path().join("loop/cardea.toml")).unwrap();
    let refused = run_in(folder.path(), &check);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("cardea.toml:1:"), "{}", refused.stderr);
    let chosen = folder.path().join("other.toml");
    fs::write(&chosen, "").unwrap();
    let check = [&check[..], &["--config", "other.toml"]].concat();
    assert_eq!(run_in(folder.path(), &check).code, Some(1));
}
