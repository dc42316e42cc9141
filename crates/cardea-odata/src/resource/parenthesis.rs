//! Keys and arguments in parentheses.

use super::{Segment, checked};
use crate::problem::{Problem, quoted};

/// The parts of a path between slashes. A slash inside of quotes separates too: it is refused in a
/// key, and a path that servers before this one cut elsewhere must not mean something else here.
pub(super) fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(move |_| !path.is_empty())
}

/// Reads one decoded part: a name, a key, or a name with something in parentheses.
pub(super) fn read(part: &str, segments: &mut Vec<Segment>) -> Result<(), Problem> {
    checked(part, part)?;
    let Some((name, rest)) = part.split_once('(') else {
        segments.push(Segment::Plain(plain(part)?));
        return Ok(());
    };
    let unclosed =
        || Problem::bad(format!("The segment {} has no closing parenthesis.", quoted(part)));
    let inside = rest.strip_suffix(')').ok_or_else(unclosed)?;
    segments.push(Segment::Plain(plain(name)?));
    segments.push(arguments(inside, part)?);
    Ok(())
}

/// A part without parentheses.
fn plain(text: &str) -> Result<String, Problem> {
    if text.is_empty() || text == "." || text == ".." {
        return Err(Problem::bad(
            "The path has an empty segment, '.' or '..' in it. Write the path of the resource itself.",
        ));
    }
    if text.contains([';', '(', ')', '"', '?', '#', '%']) {
        return Err(Problem::bad(format!(
            "The segment {} has a character in it that names and keys cannot have. Write a key with such characters as ('key').",
            quoted(text)
        )));
    }
    Ok(text.to_owned())
}

/// What stands between parentheses: nothing, one key, or names with values.
fn arguments(inside: &str, part: &str) -> Result<Segment, Problem> {
    if inside.trim().is_empty() {
        return Ok(Segment::Named(Vec::new()));
    }
    if let Some((key, "")) = value(inside.trim(), part)? {
        return Ok(Segment::Key(key));
    }
    let mut named: Vec<(String, String)> = Vec::new();
    let mut rest = inside.trim();
    loop {
        let (name, after) = rest.split_once('=').ok_or_else(|| malformed(part))?;
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
        if !is_name || named.iter().any(|(it, _)| it == name) {
            return Err(malformed(part));
        }
        let (value, after) = value(after.trim_start(), part)?.ok_or_else(|| malformed(part))?;
        named.push((name.to_owned(), value));
        if after.is_empty() {
            return Ok(Segment::Named(named));
        }
        rest = after.strip_prefix(',').ok_or_else(|| malformed(part))?.trim_start();
    }
}

/// The value that a text begins with, in quotes or without, and what comes after it; `None` if the
/// text begins with a name.
fn value<'a>(text: &'a str, part: &str) -> Result<Option<(String, &'a str)>, Problem> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        let end = text.find([',', '=']).unwrap_or(text.len());
        let (bare, rest) = text.split_at(end);
        let bare = bare.trim();
        if rest.starts_with('=') {
            return Ok(None);
        }
        let is_bare = !matches!(bare, "" | "." | "..")
            && bare.chars().all(|it| it.is_ascii_alphanumeric() || "-._:+".contains(it));
        return if is_bare { Ok(Some((bare.to_owned(), rest))) } else { Err(malformed(part)) };
    };
    let mut value = String::new();
    loop {
        let (text, after) = rest.split_once('\'').ok_or_else(|| malformed(part))?;
        value.push_str(text);
        match after.strip_prefix('\'') {
            // A quote inside of a text is written twice.
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None if matches!(value.as_str(), "" | "." | "..") => return Err(malformed(part)),
            None => return Ok(Some((value, after.trim_start()))),
        }
    }
}

fn malformed(part: &str) -> Problem {
    Problem::bad(format!(
        "The parentheses in {} hold neither a key in quotes nor names with values, such as users('kim@contoso.com').",
        quoted(part)
    ))
}
