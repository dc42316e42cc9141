//! Fixes as SARIF replacements.

use std::borrow::Cow;

use similar::{DiffOp, TextDiff};

use super::artifact;
use super::model::{ArtifactChange, Fix, Message, Region, Replacement};
use crate::report;
use crate::report::FileEdit;

/// A fix with its description; remarks and prices are part of the description, because a viewer
/// shows nothing else of a fix.
pub(super) fn fix(fix: &report::Fix) -> Fix<'_> {
    let mut text = fix.title.clone();
    for (lead, lines) in [("re-proved", &fix.proved), ("weaker", &fix.weaker), ("note", &fix.notes)]
    {
        for line in lines {
            text.push_str(&["\n", lead, ": ", line].concat());
        }
    }
    let changed = fix.edits.iter().filter(|edit| edit.before.as_ref() != Some(&edit.after));
    Fix {
        description: Message { text: text.into() },
        artifact_changes: changed
            .map(|edit| ArtifactChange {
                artifact_location: artifact(&edit.path),
                replacements: replacements(edit),
            })
            .collect(),
    }
}

/// Whole lines to delete with the lines that take their place.
fn replacements(edit: &FileEdit) -> Vec<Replacement<'_>> {
    let before = edit.before.as_deref().unwrap_or("");
    let diff = TextDiff::from_lines(before, edit.after.as_str());
    let lines: Vec<&str> = diff.iter_old_slices().collect();
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let start = position(&lines, op.old_range().start);
            let end = position(&lines, op.old_range().end);
            let inserted: String = diff
                .iter_new_slices()
                .skip(op.new_range().start)
                .take(op.new_range().len())
                .collect();
            Replacement {
                deleted_region: Region {
                    start_line: start.0,
                    start_column: start.1,
                    end_line: end.0,
                    end_column: end.1,
                },
                inserted_content: Message { text: Cow::Owned(inserted) },
            }
        })
        .collect()
}

/// Line and column (both from 1) where the line with this index begins. Behind a last line that has
/// no line end, that is the end of this last line.
fn position(lines: &[&str], index: usize) -> (usize, usize) {
    match lines.last() {
        Some(last) if index >= lines.len() && !last.ends_with('\n') => {
            (lines.len(), last.chars().count() + 1)
        }
        Some(_) | None => (index + 1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies the replacements, last first, to the text before.
    fn applied(edit: &FileEdit) -> String {
        let mut text = edit.before.clone().unwrap_or_default();
        for one in replacements(edit).iter().rev() {
            let region = one.deleted_region;
            let start = offset(&text, region.start_line, region.start_column);
            let end = offset(&text, region.end_line, region.end_column);
            text.replace_range(start..end, &one.inserted_content.text);
        }
        text
    }

    fn offset(text: &str, line: usize, column: usize) -> usize {
        let lines = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
        let rest = text.get(lines..).unwrap();
        lines + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at)
    }

    #[test]
    fn the_replacements_give_the_text_after() {
        let long = format!("{{{}\"é\":1}}", "\"x\":1,".repeat(20_000));
        for (before, after) in [
            (None, "{\n}\n"),
            (Some(""), "{}"),
            (Some("{\n1\n}\n"), "{\n2\n}\n"),
            (Some("{\r\n1\r\n}"), "{\r\n1,\r\n2\r\n}"),
            (Some("1\n2\n3"), "1\n3\n4"),
            (Some("1\n2"), "1\n"),
            (Some("1\n2\n"), ""),
            (Some(long.as_str()), "{}"),
        ] {
            let edit =
                FileEdit { path: "a".into(), before: before.map(Into::into), after: after.into() };
            assert_eq!(applied(&edit), after, "{:.40?}", edit.before);
        }
    }
}
