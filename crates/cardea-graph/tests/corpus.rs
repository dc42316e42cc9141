//! Every file of the corpus is read, and no field of it is dropped in silence.

#[cfg(test)]
mod corpus {
    #![expect(clippy::print_stdout, reason = "the tables are there to be looked at")]

    use cardea_graph::document::{Value, is_annotation, same_name};
    use cardea_graph::export::{Export, Found, Reader};
    use cardea_graph::lower::{Lowered, lower};
    use cardea_graph::problem::Consequence;
    use cardea_graph::recognise::ObjectKind;
    use cardea_policy::place::{Field, Object, Place, PolicyIndex};
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
        let entries = folder.read_dir().expect("is a folder");
        let entries = entries.map(|entry| entry.expect("can be read").path());
        let mut found: Vec<_> = entries
            .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
            .collect();
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

    fn show_problems(lowered: &Lowered) {
        let mut shown: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for problem in &lowered.problems {
            let at = lowered.export.sources.start(&problem.span);
            let path = &lowered.export.sources.file(problem.span.file).expect("has a file").path;
            let place = format!("{path}:{}:{}", at.line, at.column);
            let help = problem.help.as_deref().unwrap_or_default();
            let text = format!("{:?} {}; {help}", problem.kind, problem.message);
            shown.entry(text).or_insert((place, 0)).1 += 1;
        }
        for (text, (place, count)) in shown {
            println!("    {count:4} × {text} ({place})");
        }
    }

    /// The leaves of an object, counted without the help of the code under test.
    fn leaves(value: Value<'_>) -> usize {
        if value.is_array() {
            return value.items().map(leaves).sum::<usize>().max(1);
        }
        let fields = value.entries().filter(|entry| !is_annotation(&entry.name()));
        fields.map(|entry| leaves(entry.value)).sum::<usize>().max(1)
    }

    #[test]
    fn every_file_of_the_corpus_is_read_and_every_field_is_accounted_for() {
        println!(
            "{:60} {:>5} {:>8} {:>6} {:>10} {:>9}",
            "repository", "files", "policies", "read", "incomplete", "malformed"
        );
        for (repository, files) in repositories() {
            let export = read(&files);
            let objects = export.objects.clone();
            let total: usize =
                objects.iter().filter_map(|found| export.value(found.at)).map(leaves).sum();
            let lowered = lower(export);
            let policies = lowered.tenant.policies.len();
            let incomplete = lowered
                .tenant
                .policies
                .iter()
                .filter(|policy| !policy.unmodelled.is_empty())
                .count();
            let problems = lowered.problems.iter();
            let malformed =
                problems.filter(|it| it.kind.consequence() == Consequence::Unread).count();
            println!(
                "{repository:60} {:5} {policies:8} {:6} {incomplete:10} {malformed:9}",
                files.len(),
                policies - incomplete,
            );
            show_problems(&lowered);
            assert_eq!(lowered.export.sources.files().len(), files.len());
            assert_eq!(lowered.tally.total(), total, "{repository}: {:?}", lowered.tally);
            assert_eq!(malformed, 0, "{repository} can be read");
            assert!(policies > 0, "{repository} has policies");
            for (at, found) in lowered.policies.iter().enumerate() {
                check_policy(&lowered, PolicyIndex::at(at), *found);
            }
        }
    }

    /// A policy has a name, and its fields stand where the files have them.
    fn check_policy(lowered: &Lowered, index: PolicyIndex, found: Found) {
        assert_eq!(found.kind, ObjectKind::Policy);
        let policy = &lowered.tenant.policies[index.position()];
        let value = lowered.export.value(found.at).expect("is there");
        assert!(!policy.name.is_empty());
        let object = Object::Policy(index);
        let place = |field| Place { object, field };
        let text = |field| {
            let span = lowered.positions.span(place(field)).expect("has a place");
            lowered.export.sources.text(span)
        };
        let is_in_a_file = |text: &str| !text.is_empty();
        assert!(is_in_a_file(text(Field::IncludeUsers)) && is_in_a_file(text(Field::DeviceFilter)));
        if value.get("state").is_some() {
            let key = text(Field::State).split(':').next().expect("has a key").trim_matches('"');
            assert!(same_name(key, "state"), "{key}");
        }
    }
}
