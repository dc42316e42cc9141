//! How a file writes people and apps: by id as Graph does, or by name as tools for people do.
//!
//! A fix is thought of in Graph's names and ids. Into a file that has `excludeGroupNames`, or names
//! among its groups, it is written as the rest of the file is: somebody else's tool turns names into
//! ids, and would not look at a list of ids beside them.

use cardea_graph::document::Value;
use cardea_graph::edit::{Change, Json};
use cardea_graph::lower::Lowered;
use cardea_policy::id::{AppId, GroupId, Id, RoleId, UserId};
use cardea_policy::place::PolicyIndex;

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Users,
    Groups,
    Roles,
    Apps,
}

/// The lists that are written by name: where they stand, Graph's name, the other one, and what they
/// hold.
const LISTS: [(&str, &str, &str, Kind); 8] = [
    (USERS, "includeUsers", "includeUserNames", Kind::Users),
    (USERS, "excludeUsers", "excludeUserNames", Kind::Users),
    (USERS, "includeGroups", "includeGroupNames", Kind::Groups),
    (USERS, "excludeGroups", "excludeGroupNames", Kind::Groups),
    (USERS, "includeRoles", "includeRoleNames", Kind::Roles),
    (USERS, "excludeRoles", "excludeRoleNames", Kind::Roles),
    (APPS, "includeApplications", "includeApplicationNames", Kind::Apps),
    (APPS, "excludeApplications", "excludeApplicationNames", Kind::Apps),
];

const USERS: &str = "conditions.users";
const APPS: &str = "conditions.applications";

/// The manner of one policy's file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notation<'a> {
    lowered: &'a Lowered,
    policy: Option<Value<'a>>,
}

impl<'a> Notation<'a> {
    /// The manner in which a policy is written.
    pub(super) fn of(lowered: &'a Lowered, policy: PolicyIndex) -> Self {
        let found = lowered.policies.get(policy.position());
        Self { lowered, policy: found.and_then(|found| lowered.export.value(found.at)) }
    }

    /// A change in this manner.
    pub(super) fn spelled(self, change: &Change) -> Change {
        match change {
            Change::Set { path, value } => {
                let (path, kind) = self.path(path);
                Change::Set { value: self.value(&path, value, kind), path }
            }
            Change::Append { path, items } => {
                let (path, kind) = self.path(path);
                let items = items.iter().map(|item| self.item(item, kind)).collect();
                Change::Append { path, items }
            }
            Change::Remove { path, items } => {
                let (path, kind) = self.path(path);
                // Whichever of the two stands there.
                let names = items.iter().filter_map(|item| self.name(item, kind?));
                let items = items.iter().cloned().chain(names).collect();
                Change::Remove { path, items }
            }
            Change::Drop { path } => Change::Drop { path: self.path(path).0 },
        }
    }

    /// The path of a list by the name that the file has for it, and what its items are where they
    /// are written by name.
    fn path(self, path: &str) -> (String, Option<Kind>) {
        for (parent, graph, other, kind) in LISTS {
            if path.strip_prefix(parent).and_then(|rest| rest.strip_prefix('.')) == Some(graph) {
                let name = if self.has_other_names(parent) { other } else { graph };
                return (format!("{parent}.{name}"), self.by_name(parent, kind).then_some(kind));
            }
        }
        (path.to_owned(), None)
    }

    /// A value in this manner; `kind` where it is a list of names itself.
    fn value(self, path: &str, value: &Json, kind: Option<Kind>) -> Json {
        match value {
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.item(item, kind)).collect())
            }
            Json::Object(members) => {
                let member = |(name, value): &(String, Json)| {
                    let (spelled, kind) = self.path(&format!("{path}.{name}"));
                    let own = spelled.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
                    (own.unwrap_or(name).to_owned(), self.value(&spelled, value, kind))
                };
                Json::Object(members.iter().map(member).collect())
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => value.clone(),
        }
    }

    fn item(self, item: &Json, kind: Option<Kind>) -> Json {
        let named = match (item, kind) {
            (Json::Text(id), Some(kind)) => self.name(id, kind),
            _ => None,
        };
        named.map_or_else(|| item.clone(), Json::text)
    }

    /// The name of what has this id.
    fn name(self, id: &str, kind: Kind) -> Option<String> {
        let names = &self.lowered.names;
        let name = match kind {
            Kind::Users => names.users.name(&UserId::new(id)),
            Kind::Groups => names.groups.name(&GroupId::new(id)),
            Kind::Roles => names.roles.name(&RoleId::new(id)),
            Kind::Apps => names.apps.name(&AppId::new(id)),
        };
        name.map(ToOwned::to_owned)
    }

    /// Whether an object of the policy has lists by other names than Graph's.
    fn has_other_names(self, parent: &str) -> bool {
        let filled = |(of, _, other, _): &(&str, &str, &str, Kind)| {
            *of == parent && self.list(parent, other).is_some()
        };
        LISTS.iter().any(filled)
    }

    /// Whether things of a kind are written by name.
    fn by_name(self, parent: &str, kind: Kind) -> bool {
        let written = |(of, graph, _, held): &(&str, &str, &str, Kind)| {
            let mut items = self.list(of, graph).into_iter().flat_map(Value::items);
            *held == kind && items.any(|item| item.as_text().is_some_and(|text| is_name(&text)))
        };
        self.has_other_names(parent) || kind != Kind::Apps && LISTS.iter().any(written)
    }

    fn list(self, parent: &str, name: &str) -> Option<Value<'a>> {
        let object = parent.split('.').try_fold(self.policy?, Value::get)?;
        object.get(name).filter(|list| !list.is_absent())
    }
}

/// Whether a text is neither an id nor a word of Graph's.
fn is_name(text: &str) -> bool {
    const WORDS: [&str; 3] = ["All", "None", "GuestsOrExternalUsers"];
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    !is_word && !Id::<()>::new(text).is_guid()
}
