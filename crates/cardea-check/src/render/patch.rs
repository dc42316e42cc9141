//! Fixes as unified diffs.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::report::FileEdit;

/// How many unchanged lines a hunk shows on each side.
const CONTEXT: usize = 3;
/// A line of a diff longer than this is cut for a reader.
const LONGEST: usize = 400;
/// Text kept before and behind the change in such a line.
const AROUND: usize = 80;

/// The edits as one unified diff that `git apply` and `patch -p1` take.
///
/// The texts are decoded ones: applied to a file in UTF-16 a patch does not fit, `cardea fix
/// --apply` does. Line ends are kept as they are.
pub fn patch(edits: &[FileEdit]) -> String {
    let mut out = String::new();
    for edit in edits.iter().filter(|edit| edit.before.as_ref() != Some(&edit.after)) {
        let diff = TextDiff::from_lines(edit.before.as_deref().unwrap_or(""), &edit.after);
        let (old, new) = names(edit);
        let _ = write!(out, "{}", diff.unified_diff().context_radius(CONTEXT).header(&old, &new));
    }
    out
}

/// The two names in a diff's header.
pub(super) fn names(edit: &FileEdit) -> (String, String) {
    let old = match edit.before {
        Some(_) => quoted("a", &edit.path),
        None => "/dev/null".to_owned(),
    };
    (old, quoted("b", &edit.path))
}

/// A path as git writes it: between quotes where it holds a quote, a backslash or a control
/// character, which would otherwise end the header's line.
fn quoted(side: &str, path: &str) -> String {
    let path = path.trim_start_matches('/');
    if !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return format!("{side}/{path}");
    }
    let mut out = format!("\"{side}/");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What a line of a diff is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiffLine {
    File,
    Hunk,
    Same,
    Removed,
    Added,
}

/// The lines of a diff for a reader: without line ends, tabs as spaces, and a very long line cut
/// around the first character that changes.
pub(super) fn shown(edit: &FileEdit) -> Vec<(DiffLine, String)> {
    let (old, new) = names(edit);
    let mut out =
        vec![(DiffLine::File, format!("--- {old}")), (DiffLine::File, format!("+++ {new}"))];
    let diff = TextDiff::from_lines(edit.before.as_deref().unwrap_or(""), &edit.after);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out.push((DiffLine::Hunk, hunk.header().to_string()));
        let changes: Vec<_> = hunk.iter_changes().collect();
        for (at, change) in changes.iter().enumerate() {
            let (kind, sign, other) = match change.tag() {
                ChangeTag::Equal => (DiffLine::Same, ' ', None),
                ChangeTag::Delete => (DiffLine::Removed, '-', changes.get(at + 1)),
                ChangeTag::Insert => {
                    (DiffLine::Added, '+', at.checked_sub(1).and_then(|at| changes.get(at)))
                }
            };
            let other = other.filter(|other| other.tag() != change.tag());
            let text = cut(change.value(), other.map_or("", |other| other.value()));
            out.push((kind, format!("{sign}{text}")));
        }
    }
    out
}

/// A long line around the first character in which it differs from its counterpart.
fn cut(line: &str, other: &str) -> String {
    let line = line.trim_end_matches(['\n', '\r']);
    if line.chars().nth(LONGEST).is_none() {
        return line.replace('\t', "    ");
    }
    let same = line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let start = same.saturating_sub(AROUND);
    let kept: String = line.chars().skip(start).take(2 * AROUND).collect();
    let before = if start > 0 { "..." } else { "" };
    let behind = if line.chars().nth(start + 2 * AROUND).is_some() { "..." } else { "" };
    format!("{before}{}{behind}", kept.replace('\t', "    "))
}

/// How many lines an edit adds and removes.
pub(super) fn changed_lines(edit: &FileEdit) -> (usize, usize) {
    let diff = TextDiff::from_lines(edit.before.as_deref().unwrap_or(""), &edit.after);
    let of = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (of(ChangeTag::Insert), of(ChangeTag::Delete))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::samples;

    fn edit(path: &str, before: Option<&str>, after: &str) -> FileEdit {
        FileEdit { path: path.into(), before: before.map(Into::into), after: after.into() }
    }

    #[test]
    fn a_changed_file_and_a_new_one_make_one_patch() {
        assert_snapshot!(patch(&samples::split_fix().edits), @r#"
        --- a/policies/CA010.json
        +++ b/policies/CA010.json
        @@ -3,6 +3,10 @@
           "state": "enabled",
           "conditions": {
             "clientAppTypes": ["all"],
        +    "platforms": {
        +      "includePlatforms": ["all"],
        +      "excludePlatforms": ["android", "iOS"]
        +    },
             "applications": {
               "includeApplications": ["All"],
               "excludeApplications": []
        --- /dev/null
        +++ b/policies/CA011-phones.json
        @@ -0,0 +1,3 @@
        +{
        +  "displayName": "CA011 Phones"
        +}
        "#);
    }

    #[test]
    fn line_ends_and_a_missing_last_one_are_kept() {
        assert_eq!(
            patch(&[edit("a.json", Some("{\r\n1\r\n}"), "{\r\n2\r\n}")]),
            "--- a/a.json\n+++ b/a.json\n@@ -1,3 +1,3 @@\n {\r\n-1\r\n+2\r\n }\n\
             \\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_path_cannot_forge_a_header() {
        let out = patch(&[edit("x\n+++ b/\"y\"", Some("1\n"), "2\n")]);
        assert!(out.starts_with("--- \"a/x\\012+++ b/\\\"y\\\"\"\n+++ \"b/x\\012"), "{out}");
    }

    #[test]
    fn an_edit_that_changes_nothing_is_left_out() {
        assert_eq!(patch(&[edit("a", Some("1\n"), "1\n")]), "");
    }

    #[test]
    fn the_patch_applied_to_the_text_before_gives_the_text_after() {
        for fix in [samples::split_fix(), samples::hostile().0.findings.remove(0).fixes.remove(0)] {
            for edit in &fix.edits {
                assert_eq!(applied(edit), edit.after);
            }
        }
    }

    /// Takes the hunks literally: what is not in a hunk comes from the text before.
    fn applied(edit: &FileEdit) -> String {
        let before: Vec<&str> =
            edit.before.as_deref().unwrap_or("").split_inclusive('\n').collect();
        let (mut out, mut next) = (String::new(), 0);
        let patch = patch(std::slice::from_ref(edit));
        for line in patch.split_inclusive('\n').skip(2) {
            let (tag, rest) = line.split_at(1);
            match tag {
                "@" => {
                    let from: usize = line.split(['-', ',', ' ']).nth(2).unwrap().parse().unwrap();
                    let from = from.saturating_sub(1);
                    out.extend(before.get(next..from).unwrap_or_default().iter().copied());
                    next = from;
                }
                "+" => out.push_str(rest),
                "\\" => drop(out.pop()),
                "-" => next += 1,
                _ => {
                    out.push_str(rest);
                    next += 1;
                }
            }
        }
        out.extend(before.get(next..).unwrap_or_default().iter().copied());
        out
    }
}
