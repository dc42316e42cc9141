//! Names as people type them: part of a name is enough where it means one thing.

use anyhow::{Result, bail};
use cardea_graph::lower::Table;
use cardea_policy::id::Id;

use crate::explain::nearest;

/// How many names a message lists.
const LISTED: usize = 5;

/// The id that a text stands for; `what` is it called in a message.
///
/// # Errors
/// Nothing has that name, or several things have.
pub(super) fn lookup<K>(table: &Table<K>, text: &str, what: &str) -> Result<Id<K>> {
    let id = table.resolve(text);
    if table.defines(&id) || id.is_guid() {
        return Ok(id);
    }
    let typed = text.to_lowercase();
    // "kim" is kim@contoso.example, and "Teams" is Microsoft Teams.
    let ends = |name: &str| {
        name.strip_suffix(&typed).is_some_and(|before| before.ends_with(' '))
            || name.strip_prefix(&typed).is_some_and(|behind| behind.starts_with('@'))
    };
    let mut found = matching(table, &ends);
    if found.is_empty() {
        found = matching(table, &|name: &str| name.contains(&typed));
    }
    match found.as_slice() {
        [(id, _)] => Ok(Id::new(id)),
        [] => match nearest(text, table.iter().map(|(_, name)| name)) {
            Some(near) => bail!("there is no {what} `{text}`\nhelp: did you mean `{near}`?"),
            None => bail!("there is no {what} `{text}` in the input"),
        },
        several => {
            let names: Vec<String> =
                several.iter().take(LISTED).map(|(_, name)| format!("`{name}`")).collect();
            let more = if several.len() > LISTED { ", …" } else { "" };
            bail!("`{text}` could be {}{more}\nhelp: write more of the name", names.join(", "))
        }
    }
}

/// The objects whose names are meant, in the order of their ids.
fn matching<'t, K>(
    table: &'t Table<K>,
    is_meant: &dyn Fn(&str) -> bool,
) -> Vec<(&'t str, &'t str)> {
    let named = table.iter().filter(|(_, name)| is_meant(&name.to_lowercase()));
    let mut named: Vec<_> = named.collect();
    named.sort_unstable();
    named
}
