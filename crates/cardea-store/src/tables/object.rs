//! Graph's objects, each kept as the JSON that it came as.

use jiff::Timestamp;

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::value::Row;
use crate::{Snapshot, StoreError, Transaction};

/// An object of Graph: a policy, a group, an application, a device …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is, by the name of its type in Graph: `conditionalAccessPolicy`, `namedLocation`, `group` …
    pub kind: String,
    /// Its id among those of its kind.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its place in lists of its kind. Equal places are ordered by id.
    pub position: i64,
    /// The object as it was given, with the fields that nobody here knows.
    pub json: String,
    /// When it was changed last.
    pub changed: Timestamp,
}

impl Snapshot {
    /// One object.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn object(&mut self, kind: &str, id: &str) -> Result<Option<Object>, StoreError> {
        let sql = "SELECT id, kind, name, position, json, changed FROM object WHERE kind = $1 AND id = $2";
        self.row("object", sql, &[kind.into(), id.into()]).await?.as_ref().map(object).transpose()
    }

    /// All objects of a kind, in order.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn objects(&mut self, kind: &str) -> Result<Vec<Object>, StoreError> {
        let sql = "SELECT id, kind, name, position, json, changed FROM object WHERE kind = $1 \
                   ORDER BY position, id";
        self.rows("object", sql, &[kind.into()]).await?.iter().map(object).collect()
    }

    /// All objects, by kind and then in order.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn all_objects(&mut self) -> Result<Vec<Object>, StoreError> {
        let sql = "SELECT id, kind, name, position, json, changed FROM object ORDER BY kind, position, id";
        self.rows("object", sql, &[]).await?.iter().map(object).collect()
    }
}

impl Transaction {
    /// Creates an object or replaces it. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn put_object(
        &mut self,
        audited: &Audited,
        object: &Object,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        let sql = "INSERT INTO object (kind, id, name, position, json, changed) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, position = excluded.position, \
                   json = excluded.json, changed = excluded.changed";
        let Object { kind, id, name, position, json, changed } = object;
        let values = [
            kind.into(),
            id.into(),
            name.into(),
            (*position).into(),
            json.into(),
            (*changed).into(),
        ];
        self.execute(sql, &values).await?;
        self.raise_revision().await
    }

    /// Removes an object. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_object(
        &mut self,
        audited: &Audited,
        kind: &str,
        id: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM object WHERE kind = $1 AND id = $2";
        let change = Change::of(self.execute(sql, &[kind.into(), id.into()]).await?);
        self.raise_revision().await?;
        Ok(change)
    }
}

fn object(row: &Row) -> Result<Object, StoreError> {
    Ok(Object {
        kind: row.text("kind")?,
        id: row.text("id")?,
        name: row.text("name")?,
        position: row.number("position")?,
        json: row.text("json")?,
        changed: row.time("changed")?,
    })
}
