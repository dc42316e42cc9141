//! What must not stand in the repository: paths of somebody's machine, and work left open.

use super::{File, Problem};

/// Texts that are a folder of one machine. They are put together here so that this file has none.
const MACHINES: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!(r"\Us", r"ers\"),
];
/// Texts in code that mean: not done.
const OPEN: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("#[ig", "nore")];

/// Lines that name a machine, and lines of code that are not done.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = MACHINES.iter().find(|it| line.contains(**it)) {
                problems.push(Problem::at(
                    &file.path,
                    number,
                    format!("names a folder of one machine: `{path}`"),
                ));
            }
            if file.is("rs")
                && let Some(mark) = OPEN.iter().find(|it| line.contains(**it))
            {
                problems.push(Problem::at(&file.path, number, format!("is left open: `{mark}`")));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn paths_of_machines_and_open_ends_are_problems() {
        let page = format!("see {}kim/cardea\n", MACHINES[0]);
        let code = format!("// {}: later\n", OPEN[0]);
        let files = files(&[("a.md", &page), ("b.rs", &code), ("c.md", &code)]);
        let expected = format!(
            "a.md:1: names a folder of one machine: `{}`\nb.rs:1: is left open: `{}`\n",
            MACHINES[0], OPEN[0]
        );
        assert_eq!(shown(&problems(&files)), expected);
    }
}
