//! Policies that stand in an export several times, as a collection of alternative policy sets has
//! them: what is found of them is told once, and a run says that the folders look like several
//! tenants.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::policy::Policy;

use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::Assumption;

/// For every policy the first one that says the same under the same name.
struct Originals(Vec<PolicyIndex>);

impl Originals {
    fn of(examination: &Examination<'_>) -> Self {
        let policies = examination.index().policies();
        let bare: Vec<Policy> =
            policies.iter().map(|policy| Policy { id: None, ..policy.clone() }).collect();
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut first = Vec::new();
        for (at, policy) in bare.iter().enumerate() {
            let known = named.entry(policy.name.as_str()).or_default();
            let twin = known.iter().find(|other| bare.get(**other) == Some(policy)).copied();
            if twin.is_none() {
                known.push(at);
            }
            first.push(PolicyIndex::at(twin.unwrap_or(at)));
        }
        Self(first)
    }

    fn object(&self, object: Object) -> Object {
        match object {
            Object::Policy(policy) => {
                Object::Policy(self.0.get(policy.position()).copied().unwrap_or(policy))
            }
            Object::Strength(_) | Object::MethodsPolicy | Object::Settings | Object::Input => {
                object
            }
        }
    }

    fn place(&self, mark: &Mark) -> (Object, Field) {
        (self.object(mark.place.object), mark.place.field)
    }
}

/// Findings that say the same of copies as one, and in each the places that do.
pub(super) fn told_once(examination: &Examination<'_>, drafts: Vec<Draft>) -> Vec<Draft> {
    let originals = Originals::of(examination);
    let mut told: Vec<Draft> = Vec::new();
    let mut known: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for mut draft in drafts {
        let dropped = drop_copies(&originals, &mut draft);
        if dropped > 0 {
            draft.notes.push(match dropped {
                1 => "a copy of one of these policies is meant as well".to_owned(),
                more => format!("{more} copies of these policies are meant as well"),
            });
        }
        let marks: Vec<_> = draft.marks.iter().map(|mark| originals.place(mark)).collect();
        let key = (draft.rule, draft.message.clone(), draft.who.text.clone(), marks);
        if let Some((_, more)) = known.get_mut(&key) {
            *more += 1;
        } else {
            known.insert(key, (told.len(), 0));
            told.push(draft);
        }
    }
    for (at, more) in known.into_values().filter(|(_, more)| *more > 0) {
        if let Some(draft) = told.get_mut(at) {
            draft.notes.push(match more {
                1 => "the same holds of a copy".to_owned(),
                more => format!("the same holds of {more} copies"),
            });
        }
    }
    told
}

/// Takes out the places in copies of a policy whose place is there already; how many policies that
/// leaves unmentioned.
fn drop_copies(originals: &Originals, draft: &mut Draft) -> usize {
    let mut shown: BTreeMap<Object, Object> = BTreeMap::new();
    let mut dropped = BTreeSet::new();
    draft.marks.retain(|mark| {
        let object = mark.place.object;
        let first = *shown.entry(originals.object(object)).or_insert(object);
        if first != object {
            dropped.insert(object);
        }
        first == object
    });
    dropped.len()
}

/// How many policies two folders have in common at least, to look like versions of one set.
const COMMON: usize = 2;

/// That folders look like several tenants, where most policies of one stand by the same names in
/// another.
pub(super) fn one_tenant(examination: &Examination<'_>) -> Option<Assumption> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (at, policy) in examination.index().policies().iter().enumerate() {
        if let Some(folder) = folder(examination, PolicyIndex::at(at)) {
            names.entry(folder).or_default().insert(policy.name.as_str());
        }
    }
    let is_version = |(folder, own): &(&&str, &BTreeSet<&str>)| {
        names.iter().any(|(other, theirs)| {
            let common = own.intersection(theirs).count();
            other != *folder && common >= COMMON && 2 * common >= own.len().min(theirs.len())
        })
    };
    let versions = names.iter().filter(is_version);
    let largest = versions.clone().max_by_key(|(_, policies)| policies.len());
    let (folder, _) = largest?;
    Some(Assumption {
        name: "one-tenant".to_owned(),
        text: format!(
            "policies of the same names are in {} folders: they look like several tenants and are \
             checked as one; to check one alone: cardea check '{folder}'",
            versions.count()
        ),
    })
}

/// The folder of a policy's file.
fn folder<'e>(examination: &'e Examination<'_>, policy: PolicyIndex) -> Option<&'e str> {
    let lowered = examination.lowered?;
    let span = lowered.positions.span(Place::policy(policy, Field::Whole))?;
    let path = lowered.export.sources.file(span.file)?.path.as_str();
    path.rsplit_once('/').map(|(folder, _)| folder)
}
