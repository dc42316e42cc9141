//! `$expand`: related objects, each list with options of its own.

use super::parse::Reading;
use super::{Options, Properties, Query, Target};
use crate::problem::{Problem, quoted};

/// How deep expansions can stand inside of each other. Graph has one level for most relations.
pub const MAX_DEPTH: usize = 3;
/// The most relations of one `$expand`.
const MAX_RELATIONS: usize = 20;

/// Related objects that are wanted with each object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The relation.
    pub property: String,
    /// Which of the related objects, and what of them.
    pub query: Query,
}

/// Reads the value of `$expand` that stands inside of `depth` others.
pub(super) fn parse(
    text: &str,
    options: &Options<'_>,
    depth: usize,
) -> Result<Vec<Expansion>, Problem> {
    if depth == MAX_DEPTH {
        return Err(Problem::unsupported(format!("$expand nests deeper than {MAX_DEPTH}.")));
    }
    let items = parts(text, ',')?;
    if items.len() > MAX_RELATIONS {
        return Err(Problem::bad(format!("$expand names more than {MAX_RELATIONS} relations.")));
    }
    let mut expansions: Vec<Expansion> = Vec::new();
    for item in items {
        let expansion = one(item.trim(), options, depth)?;
        if expansions.iter().any(|it| it.property.eq_ignore_ascii_case(&expansion.property)) {
            return Err(Problem::bad(format!(
                "$expand names {} twice.",
                quoted(&expansion.property)
            )));
        }
        expansions.push(expansion);
    }
    Ok(expansions)
}

fn one(item: &str, options: &Options<'_>, depth: usize) -> Result<Expansion, Problem> {
    let (property, inside) = match item.split_once('(') {
        Some((property, rest)) => {
            let inside = rest.strip_suffix(')').ok_or_else(|| {
                Problem::bad(format!("$expand: {} has no closing parenthesis.", quoted(item)))
            })?;
            (property.trim(), Some(inside))
        }
        None => (item, None),
    };
    if property.is_empty() || !property.chars().all(|it| it.is_alphanumeric() || it == '_') {
        return Err(Problem::bad(format!(
            "$expand: {} is not the name of a relation. Write 'members' or 'members($select=id)'.",
            quoted(property)
        )));
    }
    // The properties of related objects are others than those of the object.
    let related = Options { target: Target::List, properties: Properties::Any, ..*options };
    let mut reading = Reading::new(&related);
    for pair in inside.map(|it| parts(it, ';')).transpose()?.unwrap_or_default() {
        nested(&mut reading, pair.trim(), depth)?;
    }
    Ok(Expansion { property: property.to_owned(), query: reading.query })
}

fn nested(reading: &mut Reading<'_>, pair: &str, depth: usize) -> Result<(), Problem> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let option = reading.admit(name.trim())?.filter(|it| it.is_nested());
    let Some(option) = option else {
        return Err(Problem::bad(format!(
            "$expand: {} cannot stand inside of its parentheses.",
            quoted(name.trim())
        )));
    };
    reading.option(option, value, depth + 1)
}

/// The parts of a text between separators that stand outside of quotes and parentheses.
fn parts(text: &str, separator: char) -> Result<Vec<&str>, Problem> {
    let mut parts = Vec::new();
    let (mut begin, mut open, mut quote) = (0, 0_usize, None);
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(closing) = quote {
            // A doubled single quote closes and opens again; a search escapes with a backslash.
            if character == closing && !escaped {
                quote = None;
            }
            escaped = closing == '"' && character == '\\' && !escaped;
            continue;
        }
        match character {
            '\'' | '"' => quote = Some(character),
            '(' => open += 1,
            ')' => {
                open = open.checked_sub(1).ok_or_else(|| {
                    Problem::bad(format!(
                        "$expand: {} closes more parentheses than it opens.",
                        quoted(text)
                    ))
                })?;
            }
            it if it == separator && open == 0 => {
                parts.push(text.get(begin..at).unwrap_or_default());
                begin = at + it.len_utf8();
            }
            _ => {}
        }
    }
    if open > 0 || quote.is_some() {
        return Err(Problem::bad(format!(
            "$expand: {} does not close what it opens.",
            quoted(text)
        )));
    }
    parts.push(text.get(begin..).unwrap_or_default());
    Ok(parts)
}
