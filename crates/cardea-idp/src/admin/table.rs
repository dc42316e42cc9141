//! People from a table: who of them is new, and the changes that create them.

use cardea_store as store;
use cardea_store::Upn;
use jiff::Timestamp;

use super::edit::{Edit, Edits};
use super::person;
use crate::failure::Failure;

/// What a table asks for.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The changes.
    pub edits: Edits,
    /// The people, in the table's order.
    pub lines: Vec<Line>,
    /// What is wrong with it, a sentence for each line that is left out.
    pub problems: Vec<String>,
}

/// A person of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line, counted from 1.
    pub line: u64,
    /// The display name.
    pub name: String,
    /// The name to sign in with.
    pub upn: String,
    /// What becomes of them.
    pub fate: Fate,
}

/// What becomes of a person of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are created.
    New,
    /// Somebody has the name already, and stays as they are.
    There,
}

/// What a table of people asks for. A password in it is not taken: whoever is new gets a pass.
///
/// # Errors
/// The database failed.
pub async fn people(
    store: &mut store::Snapshot,
    text: &str,
    now: Timestamp,
) -> Result<Brought, Failure> {
    let roster = cardea_roster::read(text);
    let mut problems: Vec<String> = roster.problems.iter().map(ToString::to_string).collect();
    if roster.further_problems > 0 {
        problems.push(format!("and {} more", roster.further_problems));
    }
    let (mut edits, mut lines) = (Vec::new(), Vec::new());
    for it in roster.people {
        let has_password = it.user.contains_key("passwordProfile");
        let wanted = match person::created(it.user, now)? {
            Ok(wanted) => wanted,
            Err(unfit) => {
                problems.push(format!("line {}: {unfit}", it.line));
                continue;
            }
        };
        if has_password {
            problems
                .push(format!("line {}: the password is left out; give a pass instead", it.line));
        }
        let row = wanted.person;
        let known = match Upn::parse(row.upn.as_str()) {
            Ok(upn) => store.person_by_upn(&upn).await?,
            Err(_) => None,
        };
        let fate = if known.is_some() { Fate::There } else { Fate::New };
        lines.push(Line {
            line: it.line,
            name: row.display_name.clone(),
            upn: row.upn.as_str().to_owned(),
            fate,
        });
        if fate == Fate::New {
            edits.push(Edit::PutPerson(Box::new(row)));
        }
    }
    let edits = Edits { edits, ..Edits::none("Bulk create users") };
    Ok(Brought { edits, lines, problems })
}
