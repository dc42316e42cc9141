//! Names that say nothing.

use super::{File, Problem};

/// Parts of a name that hide what the thing is.
const HOLLOW: [&str; 6] = ["util", "utils", "helper", "helpers", "manager", "misc"];
/// Hollow as the whole name of a module or type.
const HOLLOW_WHOLE: [&str; 4] = ["common", "data", "info", "process"];
/// Beginnings of function names that say less than the rest of the name.
const HOLLOW_STARTS: [&str; 3] = ["get_", "do_", "handle_"];
/// Functions whose names traits of libraries have chosen.
const THEIRS: [&str; 1] = ["get_info"];

/// What a declaration declares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    ModuleOrType,
}

/// Every declaration with a hollow name.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|it| it.is("rs")) {
        for (number, line) in file.text.lines().enumerate() {
            if let Some((kind, name)) = declared(line)
                && hollow(kind, name)
            {
                problems.push(Problem::at(
                    &file.path,
                    number,
                    format!("`{name}` says nothing; name what it is"),
                ));
            }
        }
    }
    problems
}

/// The name that a line declares, if it declares one.
fn declared(line: &str) -> Option<(Kind, &str)> {
    let before = |word: &&str| word.starts_with("pub") || matches!(*word, "const" | "async");
    let mut words = line.split_whitespace().skip_while(before);
    let kind = match words.next()? {
        "fn" => Kind::Function,
        "mod" | "struct" | "enum" | "trait" | "type" => Kind::ModuleOrType,
        _ => return None,
    };
    let name = words.next()?.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    Some((kind, name))
}

fn hollow(kind: Kind, name: &str) -> bool {
    let snake = snake(name);
    let part = snake.split('_').any(|part| HOLLOW.contains(&part));
    let whole = match kind {
        Kind::ModuleOrType => HOLLOW_WHOLE.contains(&snake.as_str()),
        Kind::Function if THEIRS.contains(&name) => false,
        Kind::Function => {
            HOLLOW_STARTS.iter().any(|start| snake.starts_with(start))
                || snake.ends_with("_impl")
                || snake == "process"
        }
    };
    part || whole
}

/// `SomeName` as `some_name`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    fn check(line: &str) -> String {
        shown(&problems(&files(&[("a.rs", line)])))
    }

    #[test]
    fn hollow_names_are_problems() {
        for (line, name) in [
            ("mod utils;", "utils"),
            ("pub(crate) struct PolicyManager {", "PolicyManager"),
            ("    pub fn get_policy(&self) -> u8 {", "get_policy"),
            ("fn evaluate_impl() {}", "evaluate_impl"),
            ("pub enum Data {", "Data"),
        ] {
            assert_eq!(check(line), format!("a.rs:1: `{name}` says nothing; name what it is\n"));
        }
    }

    #[test]
    fn names_that_say_something_are_not() {
        for line in [
            "pub fn target(&self) -> u8 {",
            "mod security_info;",
            "let fn_get_ = 1;",
            "struct Utility;",
            "async fn get_info(&self) -> StoreInfo {",
        ] {
            assert_eq!(check(line), "");
        }
    }
}
