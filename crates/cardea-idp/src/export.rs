//! The tenant as files of Graph's objects, always the same bytes for the same tenant.
//!
//! People come in lists of a thousand, in the order of their ids; everything else has a file of its
//! own in a folder named after its type, so that a change shows in the file that it is about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cardea_store as store;
use cardea_store::{MemberKind, Membership};

use crate::failure::Failure;
use crate::import::GROUP;
use crate::json::{self, Field, Spacing};
use crate::settings::Settings;

/// People in a list.
const PAGE: u32 = 1000;
/// The longest part of a name in the name of a file, in characters.
const LONGEST: usize = 60;

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// All that the tenant is made of, secrets and sign-ins left out.
///
/// # Errors
/// The database failed, or something in it is no JSON.
pub async fn files(store: &mut store::Snapshot) -> Result<Vec<File>, Failure> {
    let tenant = store.tenant().await?.ok_or(Failure::NoTenant)?;
    let mut files = Vec::new();
    let settings = Settings::of(&tenant)?.check;
    if !settings.is_empty() {
        files.push(File { path: String::from("cardea.toml"), text: settings });
    }
    people(store, &mut files).await?;
    let members = members(&store.memberships().await?);
    for object in store.all_objects().await? {
        let members = members.get(&object.id).map_or("", String::as_str);
        let members = format!("[{members}]");
        let fields: &[Field<'_>] =
            if object.kind == GROUP { &[Field::With("members", &members)] } else { &[] };
        let text = json::rewritten(&object.json, fields, Spacing::Indented)? + "\n";
        files.push(File { path: path(&object), text });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// Where an object stands.
pub(crate) fn path(object: &store::Object) -> String {
    let name: String = words(&object.name).chars().take(LONGEST).collect();
    format!("{}/{}.{}.json", words(&object.kind), name.trim_matches('-'), words(&object.id))
}

/// Letters and digits, with a dash in place of everything between them.
fn words(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

async fn people(store: &mut store::Snapshot, files: &mut Vec<File>) -> Result<(), Failure> {
    let (mut after, mut number) = (String::new(), 0_u32);
    loop {
        let people = store.people(&after, PAGE).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after.clone_from(&last.id);
        number += 1;
        let list: Vec<&str> = people.iter().map(|person| person.json.as_str()).collect();
        let page = format!("{{\"value\":[{}]}}", list.join(","));
        let text = json::rewritten(&page, &[], Spacing::Indented)? + "\n";
        files.push(File { path: format!("user/{number:04}.json"), text });
    }
}

/// The members of each group as Graph lists them.
fn members(memberships: &[Membership]) -> BTreeMap<String, String> {
    let mut lists: BTreeMap<String, String> = BTreeMap::new();
    for Membership { group, member, kind } in memberships {
        let kind = match kind {
            MemberKind::Person => "user",
            MemberKind::Group => "group",
            MemberKind::Other => "directoryObject",
        };
        let list = lists.entry(group.clone()).or_default();
        let separator = if list.is_empty() { "" } else { "," };
        let id = json::quoted(member);
        // Writing to a string cannot fail.
        let _ =
            write!(list, "{separator}{{\"@odata.type\":\"#microsoft.graph.{kind}\",\"id\":{id}}}");
    }
    lists
}
