//! Policies whose demands others make wherever they apply.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::{Field, Place, PolicyIndex};

use super::{RULE, SHOWN, first_names, together};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::Severity;
use crate::rules::people::Number;
use crate::rules::stuck::names;

/// Whether a policy is shadowed by another one that says the very same under the same name.
pub(super) fn is_copy(
    examination: &Examination<'_>,
    policy: PolicyIndex,
    by: &[PolicyIndex],
) -> bool {
    let [other] = by else { return false };
    match (examination.policy(policy), examination.policy(*other)) {
        (Some(one), Some(other)) => {
            one.name == other.name && one.conditions == other.conditions && one.grant == other.grant
        }
        (Some(_) | None, None) | (None, Some(_)) => false,
    }
}

/// All copies, as one remark.
pub(super) fn copies(examination: &Examination<'_>, copies: &[PolicyIndex]) -> Option<Draft> {
    let names: BTreeSet<String> = names(examination, copies).into_iter().collect();
    let names: Vec<String> = names.into_iter().collect();
    let message = match (copies.len(), names.as_slice()) {
        (1, [name]) => format!("a second copy of {name} changes nothing"),
        (count, [name]) => format!("{count} more copies of {name} change nothing"),
        (count, names) => format!(
            "{count} policies are copies of others with the same name and change nothing: {}",
            first_names(names)
        ),
    };
    let mark = |policy: &PolicyIndex| {
        Mark::new(Place::policy(*policy, Field::DisplayName), "stands elsewhere as well")
    };
    let help = "keep one of each; folders that hold alternative sets are checked one by one";
    together(message, copies.iter().map(mark), help)
}

/// Policies that others cover, those of the same names together: folders with alternative sets have
/// each of them several times.
#[derive(Default)]
pub(super) struct Shadowed(BTreeMap<Vec<String>, Vec<(PolicyIndex, Vec<PolicyIndex>)>>);

impl Shadowed {
    pub(super) fn add(
        &mut self,
        examination: &Examination<'_>,
        policy: PolicyIndex,
        by: Vec<PolicyIndex>,
    ) {
        let mut all = Vec::from([policy]);
        all.extend(&by);
        self.0.entry(names(examination, &all)).or_default().push((policy, by));
    }

    pub(super) fn drafts(self, examination: &Examination<'_>) -> Vec<Draft> {
        self.0.into_values().filter_map(|alike| draft(examination, &alike)).collect()
    }
}

fn draft(
    examination: &Examination<'_>,
    alike: &[(PolicyIndex, Vec<PolicyIndex>)],
) -> Option<Draft> {
    let ((policy, by), more) = alike.split_first()?;
    let name = examination.name(*policy);
    let others = others(examination, *policy, by);
    let blocking = examination.index().blocking();
    let blocks = by.iter().filter(|other| blocking.contains(**other)).count();
    let number = Number::of(by);
    let (does, mark) = if blocks == by.len() {
        (number.verb("blocks", "block"), "blocks wherever that applies")
    } else if blocks > 0 {
        ("ask as much or block", "asks as much, or blocks")
    } else {
        (number.verb("asks as much", "ask as much"), "asks as much")
    };
    let message =
        format!("{name} changes nothing: wherever it applies, {} {does}", first_names(&others));
    let place = |policy| Place::policy(policy, Field::GrantControls);
    let first = Mark::new(place(*policy), "asked for elsewhere as well");
    let mut draft = Draft::new(RULE.name, Severity::Note, message, first);
    draft.marks.extend(by.iter().take(SHOWN).map(|other| Mark::new(place(*other), mark)));
    match more.len() {
        0 => {}
        1 => draft.notes.push("the same holds of another policy of this name".to_owned()),
        more => draft.notes.push(format!("the same holds of {more} more policies of this name")),
    }
    draft.help = Some("if all of them are meant, this one can go; if not, correct one".to_owned());
    Some(draft)
}

/// The names of the others; where one has the policy's own name, the file says which is meant.
fn others(examination: &Examination<'_>, policy: PolicyIndex, by: &[PolicyIndex]) -> Vec<String> {
    let own = examination.name(policy);
    let other = |other: &PolicyIndex| {
        let name = examination.name(*other);
        match file(examination, *other) {
            Some(file) if name == own => format!("the one of that name in {file}"),
            Some(_) | None => name,
        }
    };
    by.iter().map(other).collect()
}

/// The file that a policy stands in.
fn file<'e>(examination: &'e Examination<'_>, policy: PolicyIndex) -> Option<&'e str> {
    let lowered = examination.lowered?;
    let span = lowered.positions.exact(Place::policy(policy, Field::Whole))?;
    lowered.export.sources.file(span.file).map(|file| file.path.as_str())
}
