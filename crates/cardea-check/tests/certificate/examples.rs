//! The example tenants.

use std::path::{Path, PathBuf};

use cardea_check::certificate::{certify, claim};
use cardea_check::config::Config;
use cardea_check::examine::Examination;
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;
use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::Certificate;
use cardea_verify::check::check;
use cardea_verify::claim::Claim;

use crate::chance::Chance;
use crate::mutation::{self, Tally};
use crate::{INPUT, says_no_more};

/// An example tenant with its settings.
struct Example {
    tenant: Tenant,
    config: Config,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

fn example(name: &str) -> Example {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants").join(name);
    let mut found = Vec::new();
    files(&folder, &mut found);
    let mut reader = Reader::default();
    for path in found {
        reader.add(path.display().to_string(), std::fs::read(path).unwrap());
    }
    let lowered = lower(reader.finish());
    let settings = std::fs::read_to_string(folder.join("cardea.toml")).unwrap_or_default();
    let config = Config::from_toml(&settings, "2026-11-22").unwrap().resolved(&lowered.names);
    Example { tenant: lowered.tenant, config }
}

fn written(example: &Example) -> (Claim, Certificate) {
    let claim = claim(&example.tenant, &example.config);
    let certificate = certify(&example.tenant, &claim, INPUT.to_owned()).unwrap();
    (claim, certificate)
}

#[test]
fn certificates_of_all_examples_hold_and_survive_being_text() {
    let examples =
        ["loop", "split", "filter", "exemption", "bootstrap", "baseline", "clean", "demo"];
    for name in examples {
        let example = example(name);
        let (claim, certificate) = written(&example);
        let text = serde_json::to_string(&certificate).unwrap();
        let read: Certificate = serde_json::from_str(&text).unwrap();
        assert_eq!(read, certificate, "{name}");
        let verified = check(&read, INPUT, &example.tenant, &claim).unwrap();
        assert!(verified.protection.is_some(), "{name}");
    }
}

#[test]
fn who_is_stuck_in_a_certificate_is_in_trouble_in_the_report() {
    for (name, stuck) in [("loop", true), ("split", false), ("filter", false), ("clean", false)] {
        let example = example(name);
        let (claim, certificate) = written(&example);
        let verified = check(&certificate, INPUT, &example.tenant, &claim).unwrap();
        assert_eq!(verified.sign_in.iter().any(|it| !it.stuck.is_empty()), stuck, "{name}");
        let examination = Examination::of_access(&example.tenant, &example.config);
        assert_eq!(!examination.troubles.is_empty(), stuck, "{name}");
    }
}

#[test]
fn a_certificate_holds_for_no_other_input() {
    let (one, other) = (example("loop"), example("split"));
    let (_, certificate) = written(&one);
    let other_claim = claim(&other.tenant, &other.config);
    let refusal = check(&certificate, "sha256:another", &one.tenant, &other_claim).unwrap_err();
    let text = "it was made for another input, or with other settings";
    assert_eq!(refusal.to_string(), text);
    // Even with a forged fingerprint it proves nothing about another tenant.
    check(&certificate, INPUT, &other.tenant, &other_claim).unwrap_err();
}

#[test]
fn mutated_certificates_of_examples_are_refused() {
    let mut chance = Chance::new(11, 0);
    let mut tally = Tally::default();
    for name in ["loop", "exemption", "clean"] {
        let example = example(name);
        let (claim, certificate) = written(&example);
        let original = check(&certificate, INPUT, &example.tenant, &claim).unwrap();
        for _ in 0..60 {
            let mutant = mutation::mutant(&certificate, &mut chance);
            tally.count(&mutant, |mutant| {
                let verified = check(mutant, INPUT, &example.tenant, &claim).ok()?;
                Some(says_no_more(&verified, &original))
            });
        }
    }
    println!("{tally:?}");
    assert_eq!(tally.lies, 0, "{tally:?}");
    assert!(tally.refused > 100, "{tally:?}");
}
