//! The tenant that changed files describe, read by the reader that reads every input.

use cardea_graph::document::Value;
use cardea_graph::edit::Edited;
use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_graph::recognise::ObjectKind;
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::Policy;
use cardea_policy::strength::{Origin, Strength};
use cardea_tenant::methods::MethodsPolicy;
use std::collections::BTreeMap;

/// What of a tenant fixes change. Policies keep their positions, and new ones come last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    pub(super) policies: Vec<Policy>,
    pub(super) strengths: Vec<Strength>,
    pub(super) methods: Option<MethodsPolicy>,
}

/// Reads changed files. Files that the changes leave alone are read again only where a changed one
/// cannot be understood without them, as one that has names in place of ids.
#[derive(Debug)]
pub(super) struct Patcher<'a> {
    lowered: &'a Lowered,
    /// The positions of the policies of each file.
    of_file: BTreeMap<&'a str, Vec<usize>>,
    /// Whether a file, as it was, reads the same on its own.
    stands_alone: BTreeMap<String, Alone>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alone {
    Same,
    Different,
}

impl<'a> Patcher<'a> {
    pub(super) fn new(lowered: &'a Lowered) -> Self {
        let mut of_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, found) in lowered.policies.iter().enumerate() {
            let span = lowered.export.value(found.at).map(Value::span);
            let file = span.and_then(|span| lowered.export.sources.file(span.file));
            if let Some(file) = file {
                of_file.entry(file.path.as_str()).or_default().push(at);
            }
        }
        Self { lowered, of_file, stands_alone: BTreeMap::new() }
    }

    /// The parts of the tenant that the changed files describe; `None` where the files do not say
    /// what was to be changed and nothing else.
    pub(super) fn read(&mut self, edits: &[Edited]) -> Option<Patch> {
        let old: Vec<&Edited> = edits.iter().filter(|edit| edit.before.is_some()).collect();
        let alone = old.iter().all(|edit| self.stands_alone(edit) == Alone::Same);
        if alone { self.alone(edits) } else { self.everything(edits) }
    }

    fn stands_alone(&mut self, edit: &Edited) -> Alone {
        if let Some(known) = self.stands_alone.get(&edit.path) {
            return *known;
        }
        let before = edit.before.clone().unwrap_or_default();
        let unchanged = Edited { after: before, ..edit.clone() };
        let same = self.alone(&[unchanged]).is_some_and(|patch| patch == self.unchanged());
        let alone = if same { Alone::Same } else { Alone::Different };
        self.stands_alone.insert(edit.path.clone(), alone);
        alone
    }

    fn unchanged(&self) -> Patch {
        let tenant = &self.lowered.tenant;
        Patch {
            policies: tenant.policies.clone(),
            strengths: tenant.strengths.clone(),
            methods: tenant.methods.clone(),
        }
    }

    /// Reads the changed files only and puts what they say in place of what they said.
    pub(super) fn alone(&self, edits: &[Edited]) -> Option<Patch> {
        let mut reader = Reader::default();
        for edit in edits {
            reader.add(edit.path.clone(), edit.after.clone().into_bytes());
        }
        let read = lower(reader.finish());
        let mut patch = self.unchanged();
        let moved = merge(&mut patch.strengths, &read.tenant.strengths);
        let policies = self.in_place(&read, edits, |policy| translated(policy, &moved))?;
        patch.policies = policies
            .known
            .into_iter()
            .zip(patch.policies)
            .map(|(new, old)| new.unwrap_or(old))
            .chain(policies.added)
            .collect();
        let is_about_methods =
            |kind| matches!(kind, ObjectKind::MethodsPolicy | ObjectKind::MethodConfiguration);
        if read.export.objects.iter().any(|found| is_about_methods(found.kind)) {
            patch.methods = read.tenant.methods;
        }
        Some(patch)
    }

    /// Reads all files again.
    pub(super) fn everything(&self, edits: &[Edited]) -> Option<Patch> {
        let mut reader = Reader::default();
        for file in self.lowered.export.sources.files() {
            let edit = edits.iter().find(|edit| edit.path == file.path);
            let text = edit.map_or(&file.text, |edit| &edit.after);
            reader.add(file.path.clone(), text.clone().into_bytes());
        }
        for edit in edits.iter().filter(|edit| edit.before.is_none()) {
            reader.add(edit.path.clone(), edit.after.clone().into_bytes());
        }
        let read = lower(reader.finish());
        let policies = self.in_place(&read, edits, |policy| Some(policy.clone()))?;
        let known = policies.known.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Patch {
            policies: known.into_iter().chain(policies.added).collect(),
            strengths: read.tenant.strengths,
            methods: read.tenant.methods,
        })
    }

    /// The policies that were read, at the positions that they had.
    fn in_place(
        &self,
        read: &Lowered,
        edits: &[Edited],
        translated: impl Fn(&Policy) -> Option<Policy>,
    ) -> Option<InPlace> {
        let known = self.lowered.tenant.policies.iter().map(|_| None).collect();
        let mut policies = InPlace { known, added: Vec::new() };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (policy, found) in read.tenant.policies.iter().zip(&read.policies) {
            let span = read.export.value(found.at)?.span();
            let path = read.export.sources.file(span.file)?.path.as_str();
            let policy = translated(policy)?;
            let edit = edits.iter().find(|edit| edit.path == path);
            if edit.is_some_and(|edit| edit.added.contains(&span.range)) {
                policies.added.push(policy);
                continue;
            }
            let number = seen.entry(path).or_default();
            let at = self.of_file.get(path)?.get(*number)?;
            *number += 1;
            *policies.known.get_mut(*at)? = Some(policy);
        }
        Some(policies)
    }
}

struct InPlace {
    known: Vec<Option<Policy>>,
    added: Vec<Policy>,
}

/// Puts strengths that were read among those of the tenant, and tells where each one is there. A
/// strength that is only referred to is the one that the tenant has.
fn merge(known: &mut Vec<Strength>, read: &[Strength]) -> Vec<StrengthIndex> {
    let mut moved = Vec::with_capacity(read.len());
    for strength in read {
        let place = known.iter().position(|other| other.id == strength.id);
        let is_defined = strength.origin == Origin::Custom && !strength.combinations.is_empty();
        let at = place.unwrap_or(known.len());
        match known.get_mut(at) {
            Some(old) if is_defined => strength.clone_into(old),
            Some(_) => {}
            None => known.push(strength.clone()),
        }
        moved.push(StrengthIndex::at(at));
    }
    moved
}

/// A policy with its strengths as they are numbered in the tenant.
fn translated(policy: &Policy, moved: &[StrengthIndex]) -> Option<Policy> {
    let mut policy = policy.clone();
    if let Some(Grant::Require { controls, .. }) = &mut policy.grant {
        for control in controls.iter_mut() {
            if let Control::Strength(strength) = control {
                *strength = *moved.get(strength.position())?;
            }
        }
        controls.sort_unstable();
    }
    Some(policy)
}
