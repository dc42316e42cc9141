//! Names and ids of what policies speak of, for forms that people fill in with names.

use cardea_idp::snapshot::Snapshot;
use cardea_idp::{APPS, Object, ROLES, Rows};
use serde_json::Value;

use super::desk::person_of;
use crate::pages::admin::editor::Offer;
use crate::web::Broken;

/// Ids that begin with this are names to a policy, and no GUIDs.
const WORDS: [&str; 4] = ["All", "None", "GuestsOrExternalUsers", "AllTrusted"];

/// The kinds of named locations.
pub(super) const LOCATIONS: [&str; 3] =
    ["ipNamedLocation", "countryNamedLocation", "compliantNetworkNamedLocation"];

/// What policies can speak of: ids and names, by name.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub groups: Vec<(String, String)>,
    pub apps: Vec<(String, String)>,
    pub strengths: Vec<(String, String)>,
    pub locations: Vec<(String, String)>,
    pub terms: Vec<(String, String)>,
    pub roles: Vec<(String, String)>,
}

impl Known {
    /// Reads them.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn read(snapshot: &Snapshot, reader: &mut Rows) -> Result<Self, Broken> {
        let strengths = snapshot.tenant().strengths.iter();
        let well_known = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
        };
        let mut known = Self {
            groups: named(reader.objects("group").await?),
            strengths: strengths.map(|it| (it.id.to_string(), it.name.clone())).collect(),
            terms: named(reader.objects("agreement").await?),
            roles: well_known(ROLES),
            apps: Vec::new(),
            locations: Vec::new(),
        };
        for kind in LOCATIONS {
            known.locations.extend(named(reader.objects(kind).await?));
        }
        for kind in ["application", "servicePrincipal"] {
            for app in reader.objects(kind).await? {
                let id = json(&app).get("appId").and_then(Value::as_str).map(str::to_owned);
                let Some(id) = id.filter(|id| known.apps.iter().all(|(it, _)| it != id)) else {
                    continue;
                };
                known.apps.push((id, app.name));
            }
        }
        let others = well_known(APPS).into_iter();
        let others: Vec<_> =
            others.filter(|(id, _)| known.apps.iter().all(|(it, _)| it != id)).collect();
        known.apps.extend(others);
        for list in [&mut known.apps, &mut known.locations, &mut known.strengths] {
            list.sort_by(|left, right| left.1.cmp(&right.1));
        }
        Ok(known)
    }

    /// What a form offers.
    pub(super) fn offer(&self) -> Offer {
        Offer {
            strengths: self.strengths.clone(),
            locations: self.locations.clone(),
            terms: self.terms.clone(),
        }
    }

    /// The ids of names, or what is wrong with them: "There is no group called X."
    pub(super) fn ids<'a>(
        list: &[(String, String)],
        what: &str,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<String>, String> {
        let mut ids = Vec::new();
        for text in texts {
            match one(list, text) {
                Found::Id(id) => ids.push(id),
                Found::Nothing => {
                    return Err(format!("There is no {what} called {text}. Use a name or an id."));
                }
                Found::Several => {
                    return Err(format!("Several are called {text}. Use the id of the {what}."));
                }
            }
        }
        Ok(ids)
    }

    /// The name of an id; the id where nobody has named it.
    pub(super) fn name<'a>(list: &'a [(String, String)], id: &'a str) -> &'a str {
        let found = list.iter().find(|(it, _)| it.eq_ignore_ascii_case(id));
        found.map_or(id, |(_, name)| name.as_str())
    }
}

enum Found {
    Id(String),
    Nothing,
    Several,
}

fn one(list: &[(String, String)], text: &str) -> Found {
    if WORDS.contains(&text) {
        return Found::Id(text.to_owned());
    }
    if let Some((id, _)) = list.iter().find(|(id, _)| id.eq_ignore_ascii_case(text)) {
        return Found::Id(id.clone());
    }
    let mut named = list.iter().filter(|(_, name)| name.eq_ignore_ascii_case(text));
    match (named.next(), named.next()) {
        (Some((id, _)), None) => Found::Id(id.clone()),
        (Some(_), Some(_)) => Found::Several,
        // An id may be of something that the tenant does not have yet, as an app of Microsoft's.
        (None, _) if is_guid(text) => Found::Id(text.to_owned()),
        (None, _) => Found::Nothing,
    }
}

/// Whether a text is written as a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// The ids of people, or what is wrong.
pub(super) async fn people<'a>(
    reader: &mut Rows,
    texts: impl Iterator<Item = &'a str>,
) -> Result<Result<Vec<String>, String>, Broken> {
    let mut ids = Vec::new();
    for text in texts {
        if WORDS.contains(&text) {
            ids.push(text.to_owned());
            continue;
        }
        match person_of(reader, text).await? {
            Some(person) => ids.push(person.id),
            None => {
                return Ok(Err(format!("There is nobody called {text}. Use an address or an id.")));
            }
        }
    }
    Ok(Ok(ids))
}

/// The JSON of an object; null where it is none.
pub(super) fn json(object: &Object) -> Value {
    serde_json::from_str(&object.json).unwrap_or_default()
}

fn named(objects: Vec<Object>) -> Vec<(String, String)> {
    objects.into_iter().map(|object| (object.id, object.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Vec<(String, String)> {
        let pair = |id: &str, name: &str| (id.to_owned(), name.to_owned());
        vec![pair("g1", "Sales"), pair("g2", "Field"), pair("g3", "Field")]
    }

    #[test]
    fn names_and_ids_lead_to_ids() {
        let ids = |texts: &[&str]| Known::ids(&list(), "group", texts.iter().copied());
        assert_eq!(ids(&["sales", "G2"]).unwrap(), ["g1", "g2"]);
        assert!(ids(&["Field"]).unwrap_err().starts_with("Several"));
        assert!(ids(&["Salez"]).unwrap_err().starts_with("There is no group called Salez"));
        let guid = "4813382a-8fa7-425e-ab75-3b753aab3abb";
        assert_eq!(ids(&[guid]).unwrap(), [guid], "of Microsoft's apps there may be no object");
    }
}
