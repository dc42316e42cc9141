//! `cargo xtask tidy`: what the compiler cannot check. Plain `cargo test` runs it too.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

mod arrows;
mod budget;
mod examples;
mod leaks;
mod libraries;
mod links;
mod map;
mod names;
mod pages;
mod safety;

/// One thing to mend.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    file: String,
    line: Option<usize>,
    text: String,
}

impl Problem {
    /// A problem of a whole file.
    fn of(file: &str, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, text: text.into() }
    }

    /// A problem of one line, counted from 0.
    fn at(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line + 1), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.text),
            None => write!(f, "{}: {}", self.file, self.text),
        }
    }
}

/// A file of the repository that is text.
#[derive(Debug)]
struct File {
    path: String,
    text: String,
}

impl File {
    /// Whether the name ends in this extension.
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|it| it == extension)
    }
}

/// Prints the size table and every problem; an error if there is one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let files = texts(workspace)?;
    print!("{}", budget::table(&files));
    let problems = problems(workspace, &files)?;
    for problem in &problems {
        println!("{problem}");
    }
    if !problems.is_empty() {
        bail!("{} things to mend", problems.len());
    }
    println!("{} files are tidy", files.len());
    Ok(())
}

/// Every file that git tracks or would track and that is UTF-8.
fn texts(workspace: &Workspace) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for path in workspace.files()? {
        if let Ok(text) = String::from_utf8(fs::read(workspace.path(&path))?) {
            files.push(File { path, text });
        }
    }
    Ok(files)
}

fn problems(workspace: &Workspace, files: &[File]) -> Result<Vec<Problem>> {
    let metadata = workspace.metadata("Cargo.toml")?;
    let mut problems = arrows::problems(&metadata);
    problems.extend(map::problems(&metadata, files));
    problems.extend(budget::problems(files));
    problems.extend(names::problems(files));
    problems.extend(pages::problems(files));
    problems.extend(examples::problems(files));
    problems.extend(libraries::problems(files));
    problems.extend(links::problems(files, |path| workspace.has(path)));
    problems.extend(leaks::problems(files));
    problems.extend(safety::problems(files));
    problems.sort();
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of some files, a line each, for the tests of every check.
    pub(super) fn shown(problems: &[Problem]) -> String {
        problems.iter().fold(String::new(), |text, problem| text + &problem.to_string() + "\n")
    }

    /// Files from their paths and texts.
    pub(super) fn files(texts: &[(&str, &str)]) -> Vec<File> {
        texts
            .iter()
            .map(|(path, text)| File { path: (*path).into(), text: (*text).into() })
            .collect()
    }

    #[test]
    fn the_repository_is_tidy() {
        let workspace = Workspace::here().unwrap();
        let files = texts(&workspace).unwrap();
        assert!(files.len() > 20, "the files of the repository were not found");
        assert_eq!(shown(&problems(&workspace, &files).unwrap()), "");
    }
}
