//! The tenant itself: one row.

use crate::tables::audit::Audited;
use crate::{Snapshot, StoreError, Transaction};

/// What the tenant is called and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The tenant id, a GUID.
    pub id: String,
    /// The name that people see.
    pub display_name: String,
    /// The domain of names that are given without one.
    pub default_domain: String,
    /// What a person who is stuck is told: whom to call.
    pub help_desk: String,
    /// The address under which browsers reach the tenant; its host is the relying party's id.
    pub public_url: String,
    /// Everything else, as JSON.
    pub settings: String,
}

impl Snapshot {
    /// The tenant, if one was created.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn tenant(&mut self) -> Result<Option<Tenant>, StoreError> {
        let sql =
            "SELECT id, display_name, default_domain, help_desk, public_url, settings FROM tenant";
        let Some(row) = self.row("tenant", sql, &[]).await? else { return Ok(None) };
        Ok(Some(Tenant {
            id: row.text("id")?,
            display_name: row.text("display_name")?,
            default_domain: row.text("default_domain")?,
            help_desk: row.text("help_desk")?,
            public_url: row.text("public_url")?,
            settings: row.text("settings")?,
        }))
    }
}

impl Transaction {
    /// Creates the tenant or changes it. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, there is a tenant with another id, or the audit record is of another transaction.
    pub async fn put_tenant(
        &mut self,
        audited: &Audited,
        tenant: &Tenant,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        let sql = "INSERT INTO tenant (id, sole, display_name, default_domain, help_desk, public_url, settings) \
                   VALUES ($1, 1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, \
                   default_domain = excluded.default_domain, help_desk = excluded.help_desk, \
                   public_url = excluded.public_url, settings = excluded.settings";
        let Tenant { id, display_name, default_domain, help_desk, public_url, settings } = tenant;
        let values = [
            id.into(),
            display_name.into(),
            default_domain.into(),
            help_desk.into(),
            public_url.into(),
            settings.into(),
        ];
        self.execute(sql, &values).await?;
        self.raise_revision().await
    }
}
