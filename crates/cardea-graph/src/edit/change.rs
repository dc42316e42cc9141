//! What a change of an object means.

use super::json::Json;
use crate::document::same_name;

/// A change of an object. Paths are Graph's names from the object inwards, joined by dots; where
/// one leads through an array, the name is the `id` of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Puts a value in place of another one. Missing objects on the way are made.
    Set {
        /// Where.
        path: String,
        /// The value.
        value: Json,
    },
    /// Adds items to a list, which is made where it is missing.
    Append {
        /// The list.
        path: String,
        /// The items.
        items: Vec<Json>,
    },
    /// Takes texts out of a list, whatever their case.
    Remove {
        /// The list.
        path: String,
        /// The texts.
        items: Vec<String>,
    },
    /// Takes a member out of its object.
    Drop {
        /// The member.
        path: String,
    },
}

impl Change {
    /// [`Change::Set`].
    pub fn set(path: &str, value: Json) -> Self {
        Self::Set { path: path.to_owned(), value }
    }

    /// [`Change::Append`] of texts.
    pub fn append<T: Into<String>>(path: &str, items: impl IntoIterator<Item = T>) -> Self {
        Self::Append { path: path.to_owned(), items: items.into_iter().map(Json::text).collect() }
    }

    /// [`Change::Remove`].
    pub fn remove<T: Into<String>>(path: &str, items: impl IntoIterator<Item = T>) -> Self {
        Self::Remove { path: path.to_owned(), items: items.into_iter().map(Into::into).collect() }
    }

    /// [`Change::Drop`].
    pub fn drop(path: &str) -> Self {
        Self::Drop { path: path.to_owned() }
    }

    /// Where the change is made.
    pub fn path(&self) -> &str {
        match self {
            Self::Set { path, .. }
            | Self::Append { path, .. }
            | Self::Remove { path, .. }
            | Self::Drop { path } => path,
        }
    }

    /// Makes the change in a value; `None` where the path leads nowhere.
    pub(super) fn apply(&self, object: &mut Json) -> Option<()> {
        match self {
            Self::Set { path, value } => {
                value.clone_into(path.split('.').try_fold(object, Json::at)?);
            }
            Self::Append { path, items } => {
                let list = path.split('.').try_fold(object, Json::at)?;
                if let Json::Array(known) = list {
                    known.extend(items.iter().cloned());
                } else {
                    *list = Json::Array(items.clone());
                }
            }
            Self::Remove { path, items } => {
                let list = path.split('.').try_fold(object, Json::known);
                if let Some(Json::Array(known)) = list {
                    let goes = |item: &Json| {
                        matches!(item, Json::Text(text)
                            if items.iter().any(|one| one.eq_ignore_ascii_case(text)))
                    };
                    known.retain(|item| !goes(item));
                }
            }
            Self::Drop { path } => {
                let (parent, name) = match path.rsplit_once('.') {
                    Some((parent, name)) => (parent.split('.').try_fold(object, Json::known), name),
                    None => (Some(object), path.as_str()),
                };
                if let Some(Json::Object(members)) = parent {
                    members.retain(|(key, _)| !same_name(key, name));
                }
            }
        }
        Some(())
    }
}
