//! Ids that nothing in the input defines.

use std::collections::{BTreeMap, BTreeSet};

use cardea_graph::lower::Lowered;
use cardea_graph::recognise::ObjectKind;
use cardea_policy::conditions::location::{IncludedLocations, LocationList};
use cardea_policy::conditions::principal::{Include, People, Principals};
use cardea_policy::conditions::target::{IncludedResources, Target};
use cardea_policy::control::{Control, Grant};
use cardea_policy::id::{GroupId, Id};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::policy::Policy;
use cardea_policy::strength::Origin;

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unknown-reference",
    summary: "a policy names something that nothing in the input defines",
    severity: Severity::Doubt,
    questions: &Question::ALL,
    page: include_str!("../../rules/unknown-reference.md"),
    run,
};

/// How many places are shown of each finding.
const SHOWN: usize = 5;

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let Some(lowered) = examination.lowered else { return Vec::new() };
    let (unknown, stand_ins) = (BTreeMap::new(), BTreeMap::new());
    let mut search = Search { examination, lowered, unknown, stand_ins };
    for at in examination.index().enabled().iter() {
        if let Some(policy) = examination.policy(at) {
            search.policy(at, policy);
        }
    }
    search.settings(examination);
    let stand_ins = search.stand_ins.into_iter().filter_map(stands_in);
    search.unknown.into_iter().map(draft).chain(stand_ins).collect()
}

/// Something that is named and not defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Unknown {
    severity: Severity,
    kind: &'static str,
    id: String,
}

struct Search<'e> {
    examination: &'e Examination<'e>,
    lowered: &'e Lowered,
    unknown: BTreeMap<Unknown, Vec<Mark>>,
    /// Names and placeholders where ids belong, by what they stand for.
    stand_ins: BTreeMap<&'static str, (BTreeSet<String>, Vec<Mark>)>,
}

impl Search<'_> {
    fn has(&self, kinds: &[ObjectKind]) -> bool {
        kinds.iter().any(|kind| self.lowered.counts.get(kind).is_some_and(|count| *count > 0))
    }

    fn add(&mut self, unknown: (Severity, &'static str, &str), mark: Mark) {
        let (severity, kind, id) = unknown;
        let mark = self.at_element(mark, id);
        let unknown = Unknown { severity, kind, id: id.to_owned() };
        self.unknown.entry(unknown).or_default().push(mark);
    }

    /// The mark at the element of the list that names the id.
    fn at_element(&self, mark: Mark, id: &str) -> Mark {
        let element = || self.examination.element(mark.place, |it| it.eq_ignore_ascii_case(id));
        let span = mark.span.clone().or_else(element);
        Mark { span, ..mark }
    }

    /// Something that the input would define if it had such objects: it is missed where there are
    /// any, and otherwise must be an id at least.
    fn miss<K>(&mut self, kind: ObjectKind, what: (Severity, &'static str, &Id<K>), mark: Mark) {
        let (severity, name, id) = what;
        if self.has(&[kind]) {
            self.add((severity, name, id.as_str()), mark);
        } else if !id.is_guid() {
            let mark = self.at_element(mark, id.as_str());
            let (ids, marks) = self.stand_ins.entry(name).or_default();
            ids.insert(id.as_str().to_owned());
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
    }

    fn policy(&mut self, at: PolicyIndex, policy: &Policy) {
        if let Principals::Users(users) = &policy.conditions.principals {
            if let Include::Only(people) = &users.include {
                let fields = (Field::IncludeUsers, Field::IncludeGroups, Field::IncludeRoles);
                self.people(at, people, fields);
            }
            let fields = (Field::ExcludeUsers, Field::ExcludeGroups, Field::ExcludeRoles);
            self.people(at, &users.exclude, fields);
        }
        if let Some(locations) = &policy.conditions.locations {
            if let IncludedLocations::Only(list) = &locations.include {
                self.locations(at, list, Field::IncludeLocations);
            }
            self.locations(at, &locations.exclude, Field::ExcludeLocations);
        }
        self.target(at, &policy.conditions.target);
        if let Some(Grant::Require { controls, .. }) = &policy.grant {
            self.controls(at, controls);
        }
    }

    /// People and groups are missed only where the input lists such objects at all: most exports
    /// have policies and nothing else.
    fn people(&mut self, at: PolicyIndex, people: &People, fields: (Field, Field, Field)) {
        let (users, groups, roles) = fields;
        let names = &self.lowered.names;
        for id in people.users.iter().filter(|id| !names.users.defines(id)) {
            let mark = Mark::new(Place::policy(at, users), "named here");
            self.miss(ObjectKind::User, (RULE.severity, "person", id), mark);
        }
        for id in people.groups.iter().filter(|id| !names.groups.defines(id)) {
            let mark = Mark::new(Place::policy(at, groups), "named here");
            self.miss(ObjectKind::Group, (RULE.severity, "group", id), mark);
        }
        for id in people.roles.iter().filter(|id| !names.roles.defines(id)) {
            let mark = Mark::new(Place::policy(at, roles), "named here");
            self.add((RULE.severity, "role", id.as_str()), mark);
        }
    }

    /// What a location covers decides where a policy applies, so it is always missed.
    fn locations(&mut self, at: PolicyIndex, list: &LocationList, field: Field) {
        let names = &self.lowered.names;
        for id in list.named.iter().filter(|id| !names.locations.defines(id)) {
            let mark = Mark::new(Place::policy(at, field), "named here");
            self.add((RULE.severity, "named location", id.as_str()), mark);
        }
    }

    fn target(&mut self, at: PolicyIndex, target: &Target) {
        let names = &self.lowered.names;
        match target {
            Target::Resources(resources) => {
                let included = match &resources.include {
                    IncludedResources::Only(list) => Some((list, Field::IncludeApplications)),
                    IncludedResources::All | IncludedResources::Nothing => None,
                };
                let excluded = (&resources.exclude, Field::ExcludeApplications);
                for (list, field) in included.into_iter().chain([excluded]) {
                    for id in list.apps.iter().filter(|id| !names.apps.defines(id)) {
                        let mark = Mark::new(Place::policy(at, field), "has no service principal");
                        self.miss(ObjectKind::ServicePrincipal, (Severity::Note, "app", id), mark);
                    }
                }
            }
            Target::Contexts(contexts) if self.has(&[ObjectKind::AuthenticationContext]) => {
                for id in contexts.iter().filter(|id| !names.contexts.defines(id)) {
                    let mark = Mark::new(Place::policy(at, Field::IncludeContexts), "named here");
                    self.add((Severity::Note, "authentication context", id.as_str()), mark);
                }
            }
            Target::Contexts(_) | Target::UserActions(_) => {}
        }
    }

    fn controls(&mut self, at: PolicyIndex, controls: &[Control]) {
        let Lowered { tenant, names, .. } = self.lowered;
        for control in controls {
            let mark = Mark::new(Place::policy(at, control.field()), "named here");
            match control {
                Control::Strength(index) => {
                    let strength = tenant.strengths.get(index.position());
                    if let Some(it) = strength.filter(|it| it.origin == Origin::Unknown) {
                        let id = if it.name.is_empty() { it.id.as_str() } else { &it.name };
                        self.add((RULE.severity, "authentication strength", id), mark);
                    }
                }
                Control::Terms(id) => {
                    if !names.terms.defines(id) {
                        let terms = (Severity::Note, "terms of use", id);
                        self.miss(ObjectKind::TermsOfUse, terms, mark);
                    }
                }
                Control::Mfa
                | Control::CompliantDevice
                | Control::DomainJoinedDevice
                | Control::ApprovedApplication
                | Control::CompliantApplication
                | Control::PasswordChange
                | Control::RiskRemediation
                | Control::Custom(_) => {}
            }
        }
    }

    /// Groups and accounts that `cardea.toml` names.
    fn settings(&mut self, examination: &Examination<'_>) {
        let config = examination.config;
        let place = Place { object: Object::Settings, field: Field::Whole };
        let names = &self.lowered.names;
        let declared = &config.break_glass;
        let groups = declared.groups.iter().map(|group| (group, &declared.at));
        let exempt = config.exemptions.iter().map(|it| (&it.group, &it.at));
        let unknown = |id: &GroupId| !names.groups.defines(id);
        let missing = groups.chain(exempt).filter(|(group, _)| unknown(group));
        if self.has(&[ObjectKind::Group]) {
            for (group, at) in missing {
                let mark = Mark::at(place, config.span(at), "named here");
                self.add((RULE.severity, "group", group.as_str()), mark);
            }
        }
        if self.has(&[ObjectKind::User]) {
            for user in declared.users.iter().filter(|user| !names.users.defines(user)) {
                let mark = Mark::at(place, config.span(&declared.at), "named here");
                self.add((RULE.severity, "person", user.as_str()), mark);
            }
        }
    }
}

/// What has a name or a placeholder in place of its id: the tenant that the export is for would
/// refuse it, so it is a template's.
fn stands_in(
    (kind, (ids, mut marks)): (&'static str, (BTreeSet<String>, Vec<Mark>)),
) -> Option<Draft> {
    let first = ids.first()?;
    let message = match (ids.len(), kind) {
        (1, "terms of use") => format!("`{first}` is no id of terms of use; it is taken for one"),
        (1, _) => {
            let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            format!("`{first}` is no id of {article} {kind}; it is taken to stand for one")
        }
        (count, "person") => format!(
            "{count} people are named by something that is no id, as `{first}`; each name is taken \
             to stand for one person"
        ),
        (count, "terms of use") => {
            format!("{count} terms of use have no ids, as `{first}`; each name is taken for one")
        }
        (count, _) => format!(
            "{count} {kind}s are named by something that is no id, as `{first}`; each name is taken \
             to stand for one {kind}"
        ),
    };
    marks.truncate(SHOWN);
    let mut draft = Draft::new(RULE.name, Severity::Note, message, marks.first()?.clone());
    draft.marks = marks;
    draft.help = Some("Graph takes object ids only: put them in before you import this".to_owned());
    Some(draft)
}

fn draft((unknown, mut marks): (Unknown, Vec<Mark>)) -> Draft {
    let Unknown { severity, kind, id } = unknown;
    let more = marks.len().saturating_sub(SHOWN);
    marks.truncate(SHOWN);
    let place = Place { object: Object::Input, field: Field::Whole };
    let first = marks.first().cloned().unwrap_or_else(|| Mark::new(place, ""));
    let message = format!("nothing in the input defines the {kind} `{id}`");
    let mut draft = Draft::new(RULE.name, severity, message, first);
    draft.marks = marks;
    draft.help = Some(format!("add the {kind} to the export, or correct the id"));
    if more > 0 {
        draft.notes.push(format!("and in {more} more places"));
    }
    draft
}
