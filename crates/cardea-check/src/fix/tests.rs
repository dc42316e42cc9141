use std::path::{Path, PathBuf};

use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};

use super::*;
use crate::config::Config;
use crate::rules;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    found.sort();
    found
}

/// An example tenant as texts, and its settings.
fn example(name: &str) -> (Vec<(String, Vec<u8>)>, Config) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants").join(name);
    let texts = files(&root).into_iter().map(|path| {
        let shown = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        (shown, std::fs::read(path).unwrap())
    });
    let settings = std::fs::read_to_string(root.join("cardea.toml")).unwrap();
    (texts.collect(), Config::from_toml(&settings, "2026-11-22").unwrap())
}

fn read(files: &[(String, Vec<u8>)]) -> Lowered {
    let mut reader = Reader::default();
    for (path, bytes) in files {
        reader.add(path.clone(), bytes.clone());
    }
    lower(reader.finish())
}

#[test]
fn demo() {
    for name in ["loop", "split", "exemption", "bootstrap", "filter", "clean", "baseline"] {
        let (texts, config) = example(name);
        let lowered = read(&texts);
        let config = config.resolved(&lowered.names);
        let examination = Examination::of(&lowered, &config);
        let drafts: Vec<Draft> =
            rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
        println!("=== {name}");
        for _ in 0..3 {
            let t = std::time::Instant::now();
            let e = Examination::of(&lowered, &config);
            let a = t.elapsed();
            let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&e)).collect();
            let b = t.elapsed();
            let fixes = attach(&e, &drafts, Effort::default());
            let c = t.elapsed();
            println!("TIME {name} examine {a:?} rules {b:?} fixes {c:?} {}", fixes.len());
            let l = weaker::lines(&e, &e);
            println!("TIME weaker {:?} {}", t.elapsed() - c, l.len());
            let plan_edits = std::time::Instant::now();
            if let Some(draft) = drafts.first() {
                let plan = Plan { lowered: &lowered, examination: &e, draft };
                let mut patcher = Patcher::new(&lowered);
                for recipe in candidates::recipes(&plan) {
                    let edits = recipe.edits(&lowered).unwrap();
                    let t1 = plan_edits.elapsed();
                    let p = patcher.read(&edits);
                    let t2 = plan_edits.elapsed();
                    let p = patcher.read(&edits);
                    println!(
                        "TIME edits {t1:?} read {t2:?} again {:?} {}",
                        plan_edits.elapsed(),
                        p.is_some()
                    );
                }
            }
        }
        let mut proposer = Proposer::new(&examination, &drafts, Effort::default()).unwrap();
        for draft in &drafts {
            println!("  {}: {} [{}]", draft.rule, draft.message, draft.who.text);
            let plan = Plan { lowered: &lowered, examination: &examination, draft };
            for recipe in candidates::recipes(&plan) {
                match recipe.edits(&lowered) {
                    Ok(edits) => {
                        let trial = proposer.trial(&edits);
                        println!(
                            "     try: {} → {:?}",
                            recipe.title,
                            trial.map(|t| (
                                price(&t, &Signature::of(draft)),
                                t.found.contains(&Signature::of(draft)),
                                t.new.clone(),
                                t.worse_off.clone()
                            ))
                        );
                    }
                    Err(refusal) => println!("     no: {} {refusal}", recipe.title),
                }
            }
            for fix in proposer.propose(draft) {
                println!("   fix: {} {:?}", fix.title, fix.proved);
                println!("{}", crate::render::patch(&fix.edits));
                for line in fix.weaker {
                    println!("     weaker: {line}");
                }
            }
        }
        println!("spent {}", proposer.spent);
    }
}
