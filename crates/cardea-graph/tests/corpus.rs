//! Every file of the corpus is read; what is not known in it is named.

use cardea_graph::export::{Export, Reader};
use cardea_graph::problem::Consequence;
use cardea_graph::recognise::ObjectKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The policies of the corpus by repository; nothing, said aloud, where there is no corpus.
fn repositories() -> BTreeMap<String, Vec<PathBuf>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let root =
        std::env::var_os("CARDEA_CORPUS").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let Ok(folders) = root.join("policies").read_dir() else {
        println!("skipped: there is no corpus; set CARDEA_CORPUS to its folder");
        return BTreeMap::new();
    };
    let folders = folders.map(|folder| folder.expect("can be read").path());
    folders.map(|path| (name(&path), files(&path))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("has a name").to_string_lossy().into_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        folder.read_dir().expect("is a folder").map(|entry| entry.expect("can be read").path());
    let mut found: Vec<_> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

fn read(files: &[PathBuf]) -> Export {
    let mut reader = Reader::default();
    for path in files {
        reader.add(name(path), std::fs::read(path).expect("can be read"));
    }
    reader.finish()
}

#[test]
fn every_file_of_the_corpus_is_read_and_what_is_unknown_is_named() {
    println!(
        "{:60} {:>5} {:>8} {:>6} {:>6} {:>7} {:>7}",
        "repository", "files", "policies", "other", "unread", "partial", "remarks"
    );
    for (repository, files) in repositories() {
        let export = read(&files);
        let policies = export.counts().get(&ObjectKind::Policy).copied().unwrap_or_default();
        let problems = |wanted| {
            export.problems.iter().filter(|problem| problem.kind.consequence() == wanted).count()
        };
        println!(
            "{repository:60} {:5} {policies:8} {:6} {:6} {:7} {:7}",
            files.len(),
            export.objects.len() - policies,
            problems(Consequence::Unread),
            problems(Consequence::Incomplete),
            problems(Consequence::Remark),
        );
        for problem in &export.problems {
            let at = export.sources.start(&problem.span);
            let path = &export.sources.file(problem.span.file).expect("has a file").path;
            println!("    {path}:{}:{}: {}", at.line, at.column, problem.message);
        }
        assert_eq!(export.sources.files().len(), files.len());
        assert!(policies > 0, "{repository} has policies");
        assert_eq!(problems(Consequence::Unread), 0, "{repository} can be read");
    }
}
