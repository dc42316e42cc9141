//! Every library has a line in DESIGN that says why it is here.

use super::{File, Problem};

const DESIGN: &str = "DESIGN.md";

/// Libraries of the workspace that DESIGN does not name in its table, and rows without a library.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let text =
        |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| &file.text);
    let libraries: Vec<&str> = libraries(text("Cargo.toml")).collect();
    let rows: Vec<&str> = rows(text(DESIGN)).collect();
    let bare = libraries.iter().filter(|it| !rows.contains(it));
    let idle = rows.iter().filter(|it| !libraries.contains(it));
    bare.map(|it| Problem::of(DESIGN, format!("does not say why `{it}` is here")))
        .chain(idle.map(|it| Problem::of(DESIGN, format!("`{it}` is not a dependency any more"))))
        .collect()
}

/// The names under `[workspace.dependencies]`, the project's own crates left out.
fn libraries(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .filter(|name| !name.starts_with("cardea") && !name.starts_with('#'))
}

/// The names in the first column of the table whose head is `crate`.
fn rows(design: &str) -> impl Iterator<Item = &str> {
    let table = design.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.filter_map(|line| line.split('|').nth(1)).flat_map(|names| names.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn libraries_and_their_reasons_belong_together() {
        let manifest = "[workspace.dependencies]\ncardea-a = 1\nserde = \"1\"\nclap = \"4\"\n\n[lints]\nx = 1\n";
        let design = "| crate | why |\n|---|---|\n| serde, toml | reading |\n\nend\n";
        assert_eq!(
            shown(&problems(&files(&[("Cargo.toml", manifest), (DESIGN, design)]))),
            "DESIGN.md: does not say why `clap` is here\n\
             DESIGN.md: `toml` is not a dependency any more\n"
        );
    }
}
