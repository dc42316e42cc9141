//! What stands in a cell.

use serde_json::{Value, json};

use crate::column::Column;

/// The most characters of a value; Graph takes no more for any of these properties.
const LONGEST: usize = 256;

/// The value of a property; `None` for an empty cell.
///
/// # Errors
///
/// What is wrong with the cell. A password is not repeated.
pub(crate) fn value(column: Column, cell: &str) -> Result<Option<Value>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    if cell.contains(char::is_control) {
        return Err("the value has a line break or another control character in it".to_owned());
    }
    if cell.chars().count() > LONGEST {
        return Err(format!("the value is longer than {LONGEST} characters"));
    }
    let value = match column {
        Column::DisplayName | Column::Text(_) => json!(cell),
        Column::UserPrincipalName => principal_name(cell)?,
        Column::Password => json!({ "password": cell, "forceChangePasswordNextSignIn": true }),
        Column::AccountEnabled => json!(truth(cell)?),
        Column::BlockSignIn => json!(!truth(cell)?),
        Column::UsageLocation => country(cell)?,
        Column::List(_) => {
            cell.split(';').map(str::trim).filter(|it| !it.is_empty()).map(Value::from).collect()
        }
    };
    Ok(Some(value))
}

fn principal_name(cell: &str) -> Result<Value, String> {
    let (name, domain) = cell.split_once('@').unwrap_or_default();
    let is_whole = !name.is_empty() && !domain.is_empty() && !domain.contains('@');
    if is_whole && !cell.contains(char::is_whitespace) {
        return Ok(json!(cell));
    }
    Err(format!("`{cell}` is no name to sign in with, such as `kim@contoso.com`"))
}

fn truth(cell: &str) -> Result<bool, String> {
    let is = |words: [&str; 2]| words.iter().any(|it| it.eq_ignore_ascii_case(cell));
    if is(["yes", "true"]) {
        return Ok(true);
    }
    if is(["no", "false"]) {
        return Ok(false);
    }
    Err(format!("`{cell}` is neither `Yes` nor `No`"))
}

fn country(cell: &str) -> Result<Value, String> {
    if cell.len() == 2 && cell.bytes().all(|it| it.is_ascii_alphabetic()) {
        return Ok(json!(cell.to_ascii_uppercase()));
    }
    Err(format!("`{cell}` is no country of two letters, such as `DE`"))
}
