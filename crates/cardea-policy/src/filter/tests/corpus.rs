//! The rules of published policy sets. They are read with as little as it takes: the text of every
//! file, whatever its encoding, and the values of its `rule` fields.

use super::*;
use std::path::{Path, PathBuf};
use std::{env, eprintln, fs};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

fn decoded(bytes: &[u8]) -> String {
    let utf16 = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|it| of([it[0], it[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The values of all `rule` fields that hold text.
fn rules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    for (at, key) in lower.match_indices("\"rule\"") {
        let rest = text.get(at + key.len()..).unwrap().trim_start();
        let Some(rest) = rest.strip_prefix(':').and_then(|it| it.trim_start().strip_prefix('"'))
        else {
            continue;
        };
        let mut value = String::new();
        let mut characters = rest.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => break,
                '\\' => value.extend(characters.next()),
                other => value.push(other),
            }
        }
        found.push(value);
    }
    found
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn every_filter_of_the_corpus_parses_and_prints_to_itself() {
    let corpus = env::var_os("CARDEA_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    let folder = corpus.join("policies");
    if !folder.is_dir() {
        eprintln!("skipped: there is no corpus at {}", folder.display());
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut count = 0;
    for path in paths {
        for rule in rules(&decoded(&fs::read(&path).unwrap())) {
            let shown = if rule.contains("CustomSecurityAttribute") {
                canonical_app(&rule)
            } else {
                canonical(&rule)
            };
            assert_eq!(shown, rule, "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 40, "only {count} filters found, is the corpus whole?");
}
