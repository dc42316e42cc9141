//! The log of sign-ins.

use jiff::Timestamp;

use crate::value::Row;
use crate::{Snapshot, StoreError, Transaction};

/// A record of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The id of the record, which the person can be told.
    pub id: String,
    /// When it was.
    pub created: Timestamp,
    /// Common to all records of one interaction.
    pub correlation: String,
    /// Who it was, if that is known.
    pub person: Option<String>,
    /// Which application they came from, if any.
    pub app: Option<String>,
    /// Graph's `signIn`.
    pub json: String,
}

/// Which records are wanted. What is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// Of this person.
    pub person: Option<String>,
    /// To this application.
    pub app: Option<String>,
    /// With this correlation id.
    pub correlation: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before this record: its time and id. For the next page.
    pub before: Option<(Timestamp, String)>,
}

impl Snapshot {
    /// At most `limit` records that pass the filter, the latest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn sign_ins(
        &mut self,
        filter: &SignInFilter,
        limit: u32,
    ) -> Result<Vec<SignIn>, StoreError> {
        // A parameter that is compared with nothing but itself has no type on PostgreSQL; the casts give it one.
        let sql = "SELECT id, created, correlation, person, app, json FROM sign_in \
                   WHERE (CAST($1 AS TEXT) IS NULL OR person = $1) \
                   AND (CAST($2 AS TEXT) IS NULL OR app = $2) \
                   AND (CAST($3 AS TEXT) IS NULL OR correlation = $3) \
                   AND created >= $4 AND (created < $5 OR (created = $5 AND id < $6)) \
                   ORDER BY created DESC, id DESC LIMIT $7";
        let (before, id) = filter.before.clone().unwrap_or((Timestamp::MAX, String::new()));
        let values = [
            filter.person.as_deref().into(),
            filter.app.as_deref().into(),
            filter.correlation.as_deref().into(),
            filter.from.unwrap_or(Timestamp::MIN).into(),
            before.into(),
            id.as_str().into(),
            limit.into(),
        ];
        self.rows("sign_in", sql, &values).await?.iter().map(sign_in).collect()
    }

    /// One record.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn sign_in(&mut self, id: &str) -> Result<Option<SignIn>, StoreError> {
        let sql = "SELECT id, created, correlation, person, app, json FROM sign_in WHERE id = $1";
        self.row("sign_in", sql, &[id.into()]).await?.as_ref().map(sign_in).transpose()
    }
}

impl Transaction {
    /// Writes a record.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn add_sign_in(&mut self, sign_in: &SignIn) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in (id, created, correlation, person, app, json) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let SignIn { id, created, correlation, person, app, json } = sign_in;
        let values = [
            id.into(),
            (*created).into(),
            correlation.into(),
            person.as_deref().into(),
            app.as_deref().into(),
            json.into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }
}

fn sign_in(row: &Row) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        id: row.text("id")?,
        created: row.time("created")?,
        correlation: row.text("correlation")?,
        person: row.maybe_text("person")?,
        app: row.maybe_text("app")?,
        json: row.text("json")?,
    })
}
