//! Texts of Graph's objects as changes: what an administrator pastes, and what a fix writes.

use cardea_check::report::Fix;
use cardea_graph::export::Reader;
use cardea_store as store;
use cardea_store::{Membership, Object};
use jiff::Timestamp;

use super::edit::{Edit, Edits};
use crate::failure::Failure;
use crate::import::{Import, USER};

/// Changes that texts ask for, and what of the texts is left out.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The changes.
    pub edits: Edits,
    /// What they are about, in order.
    pub objects: Vec<Incoming>,
    /// What was not taken, each with the reason.
    pub notes: Vec<String>,
}

/// An object of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its kind, by the name of its type in Graph.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of an object of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// There is none with its id yet.
    Added,
    /// It takes the place of the one with its id.
    Replaces,
    /// It says what is there already, to the byte.
    Same,
}

/// What a pasted text asks for.
///
/// # Errors
/// The database failed.
pub async fn pasted(
    store: &mut store::Snapshot,
    text: &str,
    now: Timestamp,
) -> Result<Brought, Failure> {
    let mut reader = Reader::default();
    reader.add("pasted.json", text.as_bytes().to_vec());
    brought(store, &Import::of(&reader.finish(), now), "Import objects").await
}

/// What a fix asks for.
///
/// # Errors
/// The database failed.
pub async fn fix(
    store: &mut store::Snapshot,
    fix: &Fix,
    now: Timestamp,
) -> Result<Brought, Failure> {
    let mut reader = Reader::default();
    for edit in &fix.edits {
        reader.add(edit.path.clone(), edit.after.as_bytes().to_vec());
    }
    let mut brought =
        brought(store, &Import::of(&reader.finish(), now), "Apply a proved fix").await?;
    // The log names what is changed first.
    brought.edits.target = brought.objects.first().map(|it| it.name.clone()).unwrap_or_default();
    Ok(brought)
}

async fn brought(
    store: &mut store::Snapshot,
    import: &Import,
    activity: &'static str,
) -> Result<Brought, Failure> {
    let mut edits = Vec::new();
    let mut objects = Vec::new();
    for person in import.people() {
        let known = store.person(&person.id).await?;
        let fate = fate(known.as_ref().map(|it| it.json.as_str()), &person.json);
        objects.push(Incoming { kind: USER.to_owned(), name: person.display_name.clone(), fate });
        if fate != Fate::Same {
            edits.push(Edit::PutPerson(Box::new(person.clone())));
        }
    }
    for object in import.all_objects() {
        let known = store.object(&object.kind, &object.id).await?;
        let fate = fate(known.as_ref().map(|it| it.json.as_str()), &object.json);
        let Object { kind, name, .. } = object;
        objects.push(Incoming { kind: kind.clone(), name: name.clone(), fate });
        let position = known.map_or(object.position, |known| known.position);
        if fate != Fate::Same {
            edits.push(Edit::Put(Object { position, ..object.clone() }));
        }
    }
    for (group, member, kind) in import.memberships() {
        let (group, member) = (group.to_owned(), member.to_owned());
        edits.push(Edit::AddMember(Membership { group, member, kind }));
    }
    let edits = Edits { edits, ..Edits::none(activity) };
    Ok(Brought { edits, objects, notes: import.notes.clone() })
}

fn fate(before: Option<&str>, after: &str) -> Fate {
    match before {
        None => Fate::Added,
        Some(before) if before == after => Fate::Same,
        Some(_) => Fate::Replaces,
    }
}
