//! An export of Graph as rows.
//!
//! Nothing is lost: every known object is kept with the fields that nobody here knows, and what is
//! not kept is named. People and memberships have columns and tables of their own; everything else
//! is an object under the name of its type.

mod kind;

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use cardea_graph::document::Value;
use cardea_graph::export::{Export, Found};
use cardea_graph::recognise::ObjectKind;
use cardea_store as store;
use cardea_store::{
    Account, Audited, MemberKind, Object, Person, PersonKind, StoredPerson, Transaction, Upn,
};
use jiff::Timestamp;
use uuid::Builder;

use crate::failure::Failure;
use crate::json::{self, Field, Spacing};

/// The kind of groups.
pub(crate) const GROUP: &str = "group";
/// The kind of people who cannot sign in, because their names are none.
pub(crate) const USER: &str = "user";

/// What an export says, as rows.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The text of a `cardea.toml` that came with it.
    pub settings: Option<String>,
    /// What was not kept, or not as it stands, and where that is.
    pub notes: Vec<String>,
    people: Vec<Person>,
    objects: Vec<Object>,
    /// Members by group, where the export says them.
    members: BTreeMap<String, Vec<(String, MemberKind)>>,
    /// Where an object is, by kind and id.
    places: BTreeMap<(String, String), Place>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Person(usize),
    Object(usize),
}

/// What an import brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People and objects that were not there before.
    pub added: usize,
    /// People and objects that took the place of what was there.
    pub replaced: usize,
    /// People who cannot sign in, and why.
    pub notes: Vec<String>,
}

impl Import {
    /// Takes everything known out of an export.
    pub fn of(export: &Export, now: Timestamp) -> Self {
        let mut import = Self::default();
        for found in &export.objects {
            if let Some(value) = export.value(found.at) {
                let wrapper = found.wrapper.and_then(|at| export.value(at));
                import.take(found, (value, wrapper), now);
            }
        }
        import.tell_members_apart();
        import.notes.extend(export.problems.iter().map(|problem| {
            let file = export.sources.file(problem.span.file);
            let at = export.sources.start(&problem.span);
            let path = file.map_or("", |file| file.path.as_str());
            format!("{path}:{}:{}: {}", at.line, at.column, problem.message)
        }));
        let taken: usize = export.objects.len();
        let seen: usize = export.counts().values().sum();
        if seen > taken {
            import.notes.push(format!(
                "{} people or groups of tables or very large files were not kept: give them as \
                 JSON, in files of less than a megabyte",
                seen - taken
            ));
        }
        import
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.objects.is_empty() && self.settings.is_none()
    }

    /// The objects of a kind.
    pub(crate) fn objects(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(move |object| object.kind == kind)
    }

    /// The objects of a kind, to be changed before they are kept.
    pub(crate) fn objects_mut(&mut self, kind: &str) -> impl Iterator<Item = &mut Object> {
        self.objects.iter_mut().filter(move |object| object.kind == kind)
    }

    /// The objects of every kind.
    pub(crate) fn all_objects(&self) -> &[Object] {
        &self.objects
    }

    /// Groups and their members, as far as it says them.
    pub(crate) fn memberships(&self) -> impl Iterator<Item = (&str, &str, MemberKind)> {
        let groups = self.members.iter();
        groups.flat_map(|(group, members)| {
            members.iter().map(move |(member, kind)| (group.as_str(), member.as_str(), *kind))
        })
    }

    /// The people.
    pub(crate) fn people(&self) -> &[Person] {
        &self.people
    }

    fn take(
        &mut self,
        found: &Found,
        (value, wrapper): (Value<'_>, Option<Value<'_>>),
        now: Timestamp,
    ) {
        let kind = kind::name(found.kind);
        let own = |name: &str| text_of(value, name);
        let outer = |name: &str| wrapper.and_then(|wrapper| text_of(wrapper, name));
        let plain = json::text(value, &[], Spacing::Compact);
        let id = own("id").or_else(|| outer("id"));
        let id = id.or_else(|| kind::own_id(found.kind, value)).unwrap_or_else(|| derived(&plain));
        let name = own("displayName").or_else(|| own("name")).or_else(|| outer("displayName"));
        let name = name.or_else(|| own("userPrincipalName")).unwrap_or_else(|| id.clone());
        let (quoted_id, quoted_name) = (json::quoted(&id), json::quoted(&name));
        let mut fields = Vec::new();
        if own("id").is_none() && kind::has_id(found.kind) {
            fields.push(Field::With("id", &quoted_id));
        }
        if own("displayName").is_none() && wrapper.is_some() && outer("displayName").is_some() {
            fields.push(Field::With("displayName", &quoted_name));
        }
        if found.kind == ObjectKind::Group {
            fields.push(Field::Without("members"));
            if let Some(members) = value.get("members").filter(|members| members.is_array()) {
                let members = members.items().filter_map(member).collect();
                self.members.insert(id.clone(), members);
            }
        }
        let json = json::text(value, &fields, Spacing::Compact);
        let object = Object { kind: kind.to_owned(), id, name, position: 0, json, changed: now };
        match (found.kind, own("userPrincipalName").map(|upn| Upn::parse(&upn))) {
            (ObjectKind::User, Some(Ok(upn))) => self.keep_person(value, upn, object),
            (ObjectKind::User, Some(Err(problem))) => {
                self.notes.push(format!("`{}` cannot sign in: {problem}", object.name));
                self.keep(object);
            }
            _ => self.keep(object),
        }
    }

    fn keep_person(&mut self, value: Value<'_>, upn: Upn, object: Object) {
        let enabled = value.get("accountEnabled").and_then(Value::as_bool).unwrap_or(true);
        let guest = text_of(value, "userType").is_some_and(|it| it.eq_ignore_ascii_case("guest"));
        let person = Person {
            id: object.id,
            upn,
            display_name: object.name,
            account: if enabled { Account::Enabled } else { Account::Disabled },
            kind: if guest { PersonKind::Guest } else { PersonKind::Member },
            json: object.json,
            changed: object.changed,
            sessions_valid_from: None,
        };
        let key = (USER.to_owned(), person.id.clone());
        match self.places.get(&key).copied() {
            Some(Place::Person(at)) => {
                self.notes.push(twice(USER, &person.display_name));
                if let Some(slot) = self.people.get_mut(at) {
                    *slot = person;
                }
            }
            Some(Place::Object(_)) | None => {
                self.places.insert(key, Place::Person(self.people.len()));
                self.people.push(person);
            }
        }
    }

    fn keep(&mut self, mut object: Object) {
        let key = (object.kind.clone(), object.id.clone());
        if let Some(Place::Object(at)) = self.places.get(&key).copied() {
            self.notes.push(twice(&object.kind, &object.name));
            if let Some(slot) = self.objects.get_mut(at) {
                object.position = slot.position;
                *slot = object;
            }
            return;
        }
        object.position = i64::try_from(self.objects.len()).unwrap_or(i64::MAX);
        self.places.insert(key, Place::Object(self.objects.len()));
        self.objects.push(object);
    }

    /// Members that the export gives by id only: what they are, the rest of the export says.
    fn tell_members_apart(&mut self) {
        let Self { members, places, .. } = self;
        for (id, kind) in members.values_mut().flatten() {
            let is = |kind: &str| places.contains_key(&(kind.to_owned(), id.clone()));
            match kind {
                MemberKind::Other if is(GROUP) => *kind = MemberKind::Group,
                MemberKind::Other if is(USER) => *kind = MemberKind::Person,
                MemberKind::Person | MemberKind::Group | MemberKind::Other => {}
            }
        }
    }

    /// Writes the rows.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn apply(
        &self,
        transaction: &mut Transaction,
        audited: &Audited,
    ) -> Result<Imported, Failure> {
        let mut imported = Imported::default();
        for person in &self.people {
            let known = transaction.person(&person.id).await?.is_some();
            imported.count(known);
            if transaction.put_person(audited, person).await? == StoredPerson::NameTaken {
                let name = person.upn.as_str();
                imported.notes.push(format!(
                    "`{name}` cannot sign in: somebody else has that name, or one that looks the \
                     same"
                ));
                transaction.put_object(audited, &unnamed(person)).await?;
            } else {
                transaction.delete_object(audited, USER, &person.id).await?;
            }
        }
        for object in &self.objects {
            let known = transaction.object(&object.kind, &object.id).await?;
            imported.count(known.is_some());
            let position = known.map_or(object.position, |known| known.position);
            transaction.put_object(audited, &Object { position, ..object.clone() }).await?;
        }
        for (group, members) in &self.members {
            let mut known = Vec::with_capacity(members.len());
            for (id, kind) in members {
                known.push((id.clone(), kind_of(transaction, id, *kind).await?));
            }
            transaction.set_members(audited, group, &known).await?;
        }
        Ok(imported)
    }
}

impl Imported {
    fn count(&mut self, known: bool) {
        if known {
            self.replaced += 1;
        } else {
            self.added += 1;
        }
    }
}

/// What a member is that the export gives by its id only, where the tenant has it already.
async fn kind_of(
    store: &mut store::Snapshot,
    id: &str,
    kind: MemberKind,
) -> Result<MemberKind, Failure> {
    Ok(match kind {
        MemberKind::Person | MemberKind::Group => kind,
        MemberKind::Other if store.person(id).await?.is_some() => MemberKind::Person,
        MemberKind::Other if store.object(GROUP, id).await?.is_some() => MemberKind::Group,
        MemberKind::Other => MemberKind::Other,
    })
}

/// The kind of the object that a text is, where it is one.
pub(crate) fn kind_of_text(export: &Export) -> Option<&'static str> {
    export.objects.first().map(|found| kind::name(found.kind))
}

/// Somebody whose name another has, as an object that can be given back.
fn unnamed(person: &Person) -> Object {
    Object {
        kind: USER.to_owned(),
        id: person.id.clone(),
        name: person.display_name.clone(),
        position: 0,
        json: person.json.clone(),
        changed: person.changed,
    }
}

fn twice(kind: &str, name: &str) -> String {
    format!("{kind} `{name}` comes twice; the last one counts")
}

fn text_of(value: Value<'_>, name: &str) -> Option<String> {
    value.get(name)?.as_text().filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned)
}

/// A member of a group, as far as its own text tells.
fn member(value: Value<'_>) -> Option<(String, MemberKind)> {
    let id = value.as_text().map(std::borrow::Cow::into_owned).or_else(|| text_of(value, "id"))?;
    let kind = value.entries().find(|entry| entry.name() == "@odata.type");
    let kind = kind.and_then(|entry| entry.value.as_text()).unwrap_or_default();
    let kind = match kind.trim_start_matches('#') {
        "microsoft.graph.user" => MemberKind::Person,
        "microsoft.graph.group" => MemberKind::Group,
        _ if value.get("userPrincipalName").is_some() => MemberKind::Person,
        _ => MemberKind::Other,
    };
    Some((id, kind))
}

/// An id for an object that has none, the same for the same object.
fn derived(json: &str) -> String {
    let digest = digest::digest(&digest::SHA256, json.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests;
