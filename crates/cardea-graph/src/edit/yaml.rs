//! Changes of YAML: a single value in place of a single value on one line. Everything else would
//! have to guess at indentation, comments and tags that somebody keeps by hand.

use super::address::{Step, child};
use super::json::Json;
use super::splice::{Splice, apply};
use super::style::quoted;
use super::{Change, Refusal};
use crate::document::{Document, Shape, Value};
use crate::source::FileId;

/// Makes the change in a YAML text.
pub(super) fn rewrite(text: &str, address: &[Step], change: &Change) -> Result<String, Refusal> {
    // An anchor may stand behind values elsewhere, which would change along.
    if text.contains('&') {
        return Err(Refusal::Yaml);
    }
    let parsed = Document::yaml(FileId(0), text).map_err(|_| Refusal::Gone)?;
    let mut steps = address.iter();
    let Some(Step::Child(root)) = steps.next() else { return Err(Refusal::Gone) };
    let mut value = parsed.document.roots(text).nth(*root).ok_or(Refusal::Gone)?;
    for step in steps {
        match step {
            Step::Child(at) => value = child(value, *at).ok_or(Refusal::Gone)?,
            Step::Text => return Err(Refusal::Yaml),
        }
    }
    let Change::Set { path, value: new } = change else { return Err(Refusal::Yaml) };
    let old = path.split('.').try_fold(value, Value::get).ok_or(Refusal::Yaml)?;
    let range = old.span().range;
    let spelled = text.get(range.clone()).unwrap_or_default();
    let is_single = match old.shape() {
        Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) => true,
        Shape::Null => !spelled.is_empty(),
        Shape::Array | Shape::Object => false,
    };
    if !is_single || spelled.contains('\n') {
        return Err(Refusal::Yaml);
    }
    let with = scalar(new, spelled).ok_or(Refusal::Yaml)?;
    Ok(apply(text, &[Splice { range, with }]))
}

/// The spelling of a single value; without quotes where the old one had none and none are needed.
fn scalar(value: &Json, old: &str) -> Option<String> {
    match value {
        Json::Null => Some("null".to_owned()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Number(number) => Some(number.clone()),
        Json::Text(text) => {
            let word = text.starts_with(|c: char| c.is_ascii_alphabetic())
                && text.chars().all(|c| c.is_ascii_alphanumeric())
                && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
                    .contains(&text.to_ascii_lowercase().as_str());
            let bare = word && !old.starts_with(['"', '\'']);
            Some(if bare { text.clone() } else { quoted(text) })
        }
        Json::Array(_) | Json::Object(_) => None,
    }
}
