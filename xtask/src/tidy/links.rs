//! Links between pages lead somewhere.

use super::{File, Problem};

/// Relative links in Markdown whose target does not exist.
pub(super) fn problems(files: &[File], exists: impl Fn(&str) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|it| it.is("md")) {
        for (number, line) in file.text.lines().enumerate() {
            for target in targets(line) {
                if !exists(&resolved(&file.path, target)) {
                    problems.push(Problem::at(
                        &file.path,
                        number,
                        format!("the link to `{target}` leads nowhere"),
                    ));
                }
            }
        }
    }
    problems
}

/// The relative targets of the links in a line, without their fragment.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|target| !target.is_empty() && !target.contains(':'))
}

/// A target as a path from the root.
fn resolved(file: &str, target: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn a_link_to_nothing_is_a_problem() {
        let text = "[a](../b.md#top) [c](https://example.org/x) [d](#here)\n[e](f/)\n";
        let problems = problems(&files(&[("docs/page.md", text)]), |path| path == "b.md");
        assert_eq!(shown(&problems), "docs/page.md:2: the link to `f/` leads nowhere\n");
    }
}
