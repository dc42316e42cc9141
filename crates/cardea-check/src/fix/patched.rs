//! The tenant that changed files describe, read by the reader that reads every input.

use cardea_graph::document::Value;
use cardea_graph::edit::Edited;
use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_graph::recognise::ObjectKind;
use cardea_policy::conditions::location::IncludedLocations;
use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::conditions::target::{IncludedResources, Target};
use cardea_policy::control::{Control, Grant};
use cardea_policy::id::Id;
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Policy, State};
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
/// cannot be understood without them, as one that has names in place of ids. That the unchanged
/// files say what the tenant is, is checked before anything is believed of changed ones.
#[derive(Debug)]
pub(super) struct Patcher<'a> {
    lowered: &'a Lowered,
    /// The positions of the policies of each file.
    of_file: BTreeMap<&'a str, Vec<usize>>,
    /// How the files that were asked about can be read.
    known: BTreeMap<String, How>,
    /// How all files together can be read.
    together: Option<How>,
    /// What the states of policies count as in this run: it may be asked to take policies for
    /// enabled that are not.
    counted_as: BTreeMap<State, State>,
}

/// How changed files can be read so that what they say can be told from what they said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// On their own.
    Alone,
    /// Together with all others.
    Together,
    /// Not at all: the tenant is not what the files say.
    Not,
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
        let (known, counted_as) = (BTreeMap::new(), BTreeMap::new());
        Self { lowered, of_file, known, together: None, counted_as }
    }

    /// The parts of the tenant that the changed files describe; `None` where that cannot be told.
    pub(super) fn read(&mut self, edits: &[Edited]) -> Option<Patch> {
        let old = edits.iter().filter(|edit| edit.before.is_some());
        if old.into_iter().all(|edit| self.how(edit) == How::Alone) {
            let patch = self.alone(edits)?;
            let own = self.lowered.tenant.policies.len();
            if !patch.policies.iter().skip(own).any(has_names) {
                return Some(self.counted(patch, |at| at >= own || self.is_in(edits, at)));
            }
        }
        if self.all_together() == How::Not {
            return None;
        }
        let patch = self.everything(edits)?;
        Some(self.counted(patch, |_| true))
    }

    /// The policies that were read from files with the states that they count as.
    fn counted(&self, mut patch: Patch, is_read: impl Fn(usize) -> bool) -> Patch {
        for (at, policy) in patch.policies.iter_mut().enumerate() {
            if is_read(at)
                && let Some(state) = self.counted_as.get(&policy.state)
            {
                policy.state = *state;
            }
        }
        patch
    }

    /// Whether a policy stands in one of the files.
    fn is_in(&self, edits: &[Edited], at: usize) -> bool {
        let of_file = |edit: &Edited| self.of_file.get(edit.path.as_str());
        edits.iter().filter_map(of_file).any(|places| places.contains(&at))
    }

    fn how(&mut self, edit: &Edited) -> How {
        if let Some(known) = self.known.get(&edit.path) {
            return *known;
        }
        let before = edit.before.clone().unwrap_or_default();
        let unchanged = Edited { after: before, added: Vec::new(), ..edit.clone() };
        let places = self.of_file.get(edit.path.as_str()).cloned().unwrap_or_default();
        let same = self.alone(&[unchanged]).is_some_and(|patch| self.learns(patch, &places));
        let how = if same { How::Alone } else { How::Together };
        self.known.insert(edit.path.clone(), how);
        how
    }

    fn all_together(&mut self) -> How {
        if let Some(known) = self.together {
            return known;
        }
        let places: Vec<usize> = (0..self.lowered.tenant.policies.len()).collect();
        let same = self.everything(&[]).is_some_and(|patch| self.learns(patch, &places));
        let how = if same { How::Together } else { How::Not };
        self.together = Some(how);
        how
    }

    /// Whether unchanged files that were read again say what the tenant is, the states of the
    /// policies at these places apart; what those count as is remembered.
    fn learns(&mut self, mut read: Patch, places: &[usize]) -> bool {
        let own = self.unchanged();
        for at in places {
            let (Some(read), Some(own)) = (read.policies.get_mut(*at), own.policies.get(*at))
            else {
                return false;
            };
            let counted = *self.counted_as.entry(read.state).or_insert(own.state);
            if counted != own.state {
                return false;
            }
            read.state = own.state;
        }
        read == own
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

    /// Reads all files again that were kept. Where a policy has a name that only another file
    /// defines, the tenant does not come out as it was, and nothing is believed.
    pub(super) fn everything(&self, edits: &[Edited]) -> Option<Patch> {
        let mut reader = Reader::default();
        for file in self.lowered.export.sources.whole_files() {
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

/// Whether a policy has names in place of ids, which mean nothing without the files that define
/// them.
fn has_names(policy: &Policy) -> bool {
    let conditions = &policy.conditions;
    let people = match &conditions.principals {
        Principals::Users(users) => {
            let included = match &users.include {
                Include::Only(people) => Some(people),
                Include::Nobody | Include::Everyone => None,
            };
            included.into_iter().chain([&users.exclude]).any(|people| {
                !people.users.iter().all(Id::is_guid)
                    || !people.groups.iter().all(Id::is_guid)
                    || !people.roles.iter().all(Id::is_guid)
            })
        }
        Principals::Workloads(_) | Principals::Agents(_) => true,
    };
    let target = match &conditions.target {
        Target::Resources(resources) => {
            let included = match &resources.include {
                IncludedResources::Only(list) => Some(list),
                IncludedResources::Nothing | IncludedResources::All => None,
            };
            let mut lists = included.into_iter().chain([&resources.exclude]);
            lists.any(|list| !list.apps.iter().all(Id::is_guid))
        }
        Target::UserActions(_) | Target::Contexts(_) => false,
    };
    let network = conditions.locations.as_ref().is_some_and(|locations| {
        let included = match &locations.include {
            IncludedLocations::Only(list) => Some(list),
            IncludedLocations::All => None,
        };
        let mut lists = included.into_iter().chain([&locations.exclude]);
        lists.any(|list| !list.named.iter().all(Id::is_guid))
    });
    people || target || network
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
