//! Secrets of client applications: generated here, so one plain hash is enough.

use jiff::Timestamp;

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::value::Row;
use crate::{SecretHash, Snapshot, StoreError, Transaction};

/// A client's secret: Graph's `passwordCredential`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Graph's `keyId`.
    pub id: String,
    /// The application, by its `appId`.
    pub client: String,
    /// Of the secret.
    pub hash: SecretHash,
    /// The first three characters, by which people tell secrets apart.
    pub hint: String,
    /// What it is called.
    pub name: String,
    /// From when on it works.
    pub starts: Timestamp,
    /// From when on it works no more.
    pub ends: Timestamp,
}

impl Snapshot {
    /// A client's secrets, also those that are over.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn client_secrets(&mut self, client: &str) -> Result<Vec<ClientSecret>, StoreError> {
        let sql = "SELECT id, client, hash, hint, name, starts, ends FROM client_secret WHERE client = $1 \
                   ORDER BY starts, id";
        self.rows("client_secret", sql, &[client.into()]).await?.iter().map(client_secret).collect()
    }
}

impl Transaction {
    /// Gives a client another secret.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_client_secret(
        &mut self,
        audited: &Audited,
        secret: &ClientSecret,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        let sql = "INSERT INTO client_secret (id, client, hash, hint, name, starts, ends) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let ClientSecret { id, client, hash, hint, name, starts, ends } = secret;
        let values = [
            id.into(),
            client.into(),
            hash.as_bytes().into(),
            hint.into(),
            name.into(),
            (*starts).into(),
            (*ends).into(),
        ];
        self.execute(sql, &values).await?;
        Ok(())
    }

    /// Takes one of a client's secrets away.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_client_secret(
        &mut self,
        audited: &Audited,
        client: &str,
        id: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM client_secret WHERE client = $1 AND id = $2";
        Ok(Change::of(self.execute(sql, &[client.into(), id.into()]).await?))
    }
}

fn client_secret(row: &Row) -> Result<ClientSecret, StoreError> {
    Ok(ClientSecret {
        id: row.text("id")?,
        client: row.text("client")?,
        hash: SecretHash::read(&row.bytes("hash")?).ok_or_else(|| row.unreadable("hash"))?,
        hint: row.text("hint")?,
        name: row.text("name")?,
        starts: row.time("starts")?,
        ends: row.time("ends")?,
    })
}
