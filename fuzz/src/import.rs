//! Exports: whatever the bytes are, reading ends, keeps within its memory, says where each problem
//! is, and says the same again.

use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_policy::place::{Field, Place, PolicyIndex};

/// Bytes as a file of an export.
pub fn import_json(bytes: &[u8]) {
    import("export.json", bytes);
}

/// Bytes as a YAML file of an export.
pub fn import_yaml(bytes: &[u8]) {
    import("export.yaml", bytes);
}

/// Bytes as UTF-16, with and without a mark of the byte order, cut wherever they end. The first
/// byte chooses; where the rest is valid text, its UTF-16 must read as its UTF-8 does.
pub fn import_utf16(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 4 {
        0 => drop(import("export.json", &[&[0xff, 0xfe], rest].concat())),
        1 => drop(import("export.json", &[&[0xfe, 0xff], rest].concat())),
        2 => drop(import("export.json", rest)),
        _ => {
            let Ok(text) = std::str::from_utf8(rest) else { return };
            // Marks and zeros are part of how the encoding is found out.
            if text.contains(['\u{feff}', '\u{fffe}', '\0']) {
                return;
            }
            let plain = import("export.json", rest);
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
                let wide: Vec<u8> = marked.flat_map(order).collect();
                assert_eq!(meaning(&import("export.json", &wide)), meaning(&plain));
            }
        }
    }
}

fn import(path: &str, bytes: &[u8]) -> Lowered {
    let first = read(path, bytes);
    let second = read(path, bytes);
    assert_eq!(meaning(&first), meaning(&second), "read twice, understood twice");
    within_memory(&first, bytes.len());
    within_files(&first);
    first
}

fn read(path: &str, bytes: &[u8]) -> Lowered {
    let mut reader = Reader::default();
    reader.add(path, bytes.to_vec());
    lower(reader.finish())
}

/// What was understood, without where it stands.
fn meaning(lowered: &Lowered) -> String {
    let problems = lowered.problems.iter().map(|it| (it.kind, &it.message)).collect::<Vec<_>>();
    format!("{:?} {problems:?} {:?}", lowered.tenant, lowered.counts)
}

/// Less than twenty times the input, and a megabyte: what the densest documents take.
fn within_memory(lowered: &Lowered, input: usize) {
    let text: usize = lowered.export.sources.files().iter().map(|file| file.text.len()).sum();
    let held = lowered.export.footprint() + text;
    assert!(held <= 20 * input + (1 << 20), "{held} bytes held for {input} bytes of input");
}

/// Every position is inside its file and between characters.
fn within_files(lowered: &Lowered) {
    let sources = &lowered.export.sources;
    for problem in &lowered.problems {
        let file = sources.file(problem.span.file).expect("a file of the input");
        assert!(file.text.get(problem.span.range.clone()).is_some(), "{problem:?}");
        assert!(sources.start(&problem.span).line >= 1);
    }
    for at in 0..lowered.tenant.policies.len() {
        let whole = Place::policy(PolicyIndex::at(at), Field::Whole);
        let span = lowered.positions.span(whole).expect("a policy stands somewhere");
        assert!(!sources.text(span).is_empty(), "a policy is not nothing");
    }
}
