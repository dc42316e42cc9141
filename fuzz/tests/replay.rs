//! Every target over its saved corpus, as it is and bent a fixed number of times: the short form of
//! fuzzing that every run of the tests can afford. The dice are seeded, so a failure comes again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use cardea_check::certificate::certify;
use cardea_fuzz::{ACCEPTING, INPUT, KNOWN, TARGETS, Target};

/// How often each entry is bent.
const BENT: u64 = 150;

/// What one input may take in a build without optimisation on a busy machine. The long form holds
/// a release build to less.
const LIMIT: Duration = Duration::from_secs(5);

/// Bytes that mean something to one of the readers.
const TOKENS: [&[u8]; 16] = [
    b"{",
    b"[",
    b"\"",
    b"\\u0000",
    b":",
    b",",
    b"-1e999",
    b"null",
    b"\xff\xfe",
    b"\xf0\x9f",
    b"&a ",
    b"*a",
    b"<<: ",
    b" -and ",
    b"(",
    b"-not ",
];

/// A small generator of pseudo-random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides.max(1)
    }
}

/// The entry with one to four changes.
fn bent(entry: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = entry.to_vec();
    for _ in 0..=dice.throw(4) {
        let at = dice.throw(bytes.len() + 1);
        let end = (at + dice.throw(16)).min(bytes.len());
        match dice.throw(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, TOKENS[dice.throw(TOKENS.len())].to_vec())),
            3 => {
                let copy = bytes[at..end].repeat(1 + dice.throw(8));
                drop(bytes.splice(at..at, copy));
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << dice.throw(8),
            _ if at < bytes.len() => bytes[at] = u8::try_from(dice.throw(256)).unwrap_or(0),
            _ => bytes.push(b'}'),
        }
    }
    bytes
}

/// The saved corpus of a target, by name.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = std::fs::read_dir(folder).expect("a corpus for every target");
    let mut corpus: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a file"))
        })
        .collect();
    corpus.sort();
    corpus
}

#[expect(clippy::disallowed_methods, reason = "a time limit is measured, nothing is decided by it")]
fn holds(target: Target, what: &str, bytes: &[u8]) {
    let begin = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| target(bytes)));
    assert!(outcome.is_ok(), "{what}: {:?}", String::from_utf8_lossy(bytes));
    let took = begin.elapsed();
    assert!(took < LIMIT, "{what} took {took:?} for {} bytes", bytes.len());
}

fn run(name: &str) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).expect("a target");
    let corpus = corpus(name);
    assert!(corpus.len() >= 5, "{name} has a corpus of {}", corpus.len());
    for (entry, bytes) in corpus {
        holds(target, &format!("{name}/{entry}"), &bytes);
        for seed in 1..=BENT {
            let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let bytes = bent(&bytes, &mut dice);
            holds(target, &format!("{name}/{entry} bent with seed {seed}"), &bytes);
        }
    }
}

#[test]
fn exports_in_json_are_read_or_refused() {
    run("import-json");
}

#[test]
fn exports_in_utf16_are_read_or_refused() {
    run("import-utf16");
}

#[test]
fn exports_in_yaml_are_read_or_refused() {
    run("import-yaml");
}

#[test]
fn filters_for_devices_print_as_themselves_or_are_refused() {
    run("device-filter");
}

#[test]
fn filters_for_applications_print_as_themselves_or_are_refused() {
    run("application-filter");
}

#[test]
fn no_bent_certificate_is_believed() {
    run("certificate");
}

#[test]
fn requests_of_applications_mean_the_same_in_any_order_or_are_refused() {
    run("authorize-request");
    run("token-request");
}

#[test]
fn no_bent_assertion_is_believed() {
    run("client-assertion");
}

#[test]
fn a_code_that_somebody_typed_is_one_code_or_none() {
    run("user-code");
}

#[test]
fn what_authenticators_say_is_read_to_its_last_byte_or_refused() {
    run("client-data");
    run("authenticator-data");
    run("attestation-object");
}

#[test]
fn an_answer_registers_what_it_says_or_is_refused() {
    run("registration");
}

#[test]
fn every_request_to_an_authenticator_has_an_answer_and_verifies_nobody() {
    run("ctap-requests");
}

#[test]
fn what_programs_of_administrators_ask_means_the_same_when_it_is_written_again_or_is_refused() {
    run("odata-query");
    run("odata-path");
    run("scim-filter");
    run("scim-patch");
}

#[test]
fn a_table_of_people_has_each_name_once_and_problems_at_its_lines() {
    run("roster");
}

#[test]
fn whatever_packets_come_answers_are_whole_and_requests_one_at_a_time() {
    run("ctaphid-packets");
}

#[test]
fn of_every_corpus_something_is_accepted_and_something_refused() {
    for (name, accepts) in ACCEPTING {
        let corpus = corpus(name);
        let accepted = corpus.iter().filter(|(_, bytes)| accepts(bytes)).count();
        assert!(accepted >= 2, "{name}: {accepted} of {} are accepted", corpus.len());
        assert!(corpus.len() - accepted >= 2, "{name}: {accepted} of {} accepted", corpus.len());
    }
}

/// `UPDATE=1 cargo test --manifest-path fuzz/Cargo.toml` writes them anew.
#[test]
fn the_good_certificates_of_the_corpus_are_what_the_prover_writes_and_are_believed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/certificate");
    let mut old = Vec::new();
    for known in KNOWN.iter() {
        let written = certify(&known.tenant, &known.claim, INPUT.to_owned()).expect("a proof");
        known.check(&written).unwrap_or_else(|refusal| panic!("{}: {refusal}", known.name));
        let text = serde_json::to_string(&written).expect("text") + "\n";
        let path = folder.join(format!("good-{}.json", known.name));
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(path, text).expect("a place to write");
            } else {
                old.push(known.name);
            }
        }
    }
    assert!(old.is_empty(), "run with UPDATE=1 and read what changes: {old:?}");
}

#[test]
fn every_target_has_a_binary_of_its_name() {
    for (name, _) in TARGETS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("targets/{name}.rs"));
        assert!(path.exists(), "{}", path.display());
    }
}

#[test]
#[should_panic(expected = "broken")]
fn a_broken_target_is_noticed() {
    holds(|_| panic!("broken"), "a broken target", b"");
}
