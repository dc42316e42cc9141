//! Passkeys: the relying party's record of a credential (WebAuthn level 3, section 4, "credential record").

use jiff::Timestamp;

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::value::{Row, Word};
use crate::{Snapshot, StoreError, Transaction};

/// How many passkeys a person may have in Entra.
const MOST: i64 = 10;

/// Whether the model of the authenticator is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// An attestation statement was verified up to a trusted root.
    Proven,
    /// The model is what the authenticator said.
    Unproven,
}

/// Where the private key can be: the flags BE and BS, of which one combination cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backup {
    /// On one device for ever.
    DeviceBound,
    /// It may be synced, and is not at the moment.
    Eligible,
    /// It is synced.
    BackedUp,
}

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The id of the method in Graph.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What the authenticator calls it; unique in the tenant.
    pub credential_id: Vec<u8>,
    /// The public key and what else is needed to verify with it, as the verifier wrote it.
    pub public_key: String,
    /// The authenticator's counter when it was used last.
    pub sign_count: u32,
    /// The model of the authenticator, as a GUID in lower case.
    pub aaguid: String,
    /// Whether that is proven.
    pub attestation: Attestation,
    /// Where the private key can be.
    pub backup: Backup,
    /// How a browser may reach it, as a JSON list.
    pub transports: String,
    /// What the person calls it.
    pub name: String,
    /// When it was registered.
    pub created: Timestamp,
    /// When it last let somebody in.
    pub last_used: Option<Timestamp>,
    /// When its counter was seen to go back, which a copied key does.
    pub flagged: Option<Timestamp>,
    /// Where it is, if an app that made it has said so.
    pub device: Option<Device>,
    /// The serial number of the tenant's own certificate by which its model is proven, if it is by one.
    pub certificate: Option<String>,
}

/// Where a passkey is, as the app says that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What its owner calls the device.
    pub name: String,
    /// The profile on it.
    pub profile: String,
}

/// What became of a passkey that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedPasskey {
    /// It is kept.
    Stored,
    /// The person has ten already.
    TooMany,
    /// Somebody in the tenant, perhaps the same person, has this credential already.
    CredentialExists,
    /// There is no such person.
    NoSuchPerson,
}

/// What an assertion says of the authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// The passkey.
    pub id: String,
    /// The counter that the passkey had when the assertion was verified against it.
    pub expected: u32,
    /// The counter in the assertion.
    pub sign_count: u32,
    /// The backup flags in the assertion.
    pub backup: Backup,
}

/// What became of an assertion's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It is kept.
    Advanced,
    /// Another assertion came between, or the passkey is gone; this one must be refused.
    Overtaken,
}

impl Word for Attestation {
    const ALL: &'static [Self] = &[Self::Proven, Self::Unproven];

    fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Unproven => "unproven",
        }
    }
}

impl Word for Backup {
    const ALL: &'static [Self] = &[Self::DeviceBound, Self::Eligible, Self::BackedUp];

    fn word(self) -> &'static str {
        match self {
            Self::DeviceBound => "deviceBound",
            Self::Eligible => "eligible",
            Self::BackedUp => "backedUp",
        }
    }
}

impl Snapshot {
    /// A person's passkeys, the oldest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn passkeys(&mut self, person: &str) -> Result<Vec<Passkey>, StoreError> {
        let sql = "SELECT id, person, credential_id, public_key, sign_count, aaguid, attestation, backup, \
                   transports, name, created, last_used, flagged, device, profile, certificate FROM passkey WHERE person = $1 \
                   ORDER BY created, id";
        self.rows("passkey", sql, &[person.into()]).await?.iter().map(passkey).collect()
    }

    /// The passkey that an authenticator calls so.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn passkey_by_credential(
        &mut self,
        credential_id: &[u8],
    ) -> Result<Option<Passkey>, StoreError> {
        let sql = "SELECT id, person, credential_id, public_key, sign_count, aaguid, attestation, backup, \
                   transports, name, created, last_used, flagged, device, profile, certificate FROM passkey WHERE credential_id = $1";
        self.row("passkey", sql, &[credential_id.into()]).await?.as_ref().map(passkey).transpose()
    }

    /// The passkeys whose model is proven by the tenant's certificate with this serial number, by person.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn passkeys_by_certificate(
        &mut self,
        serial: &str,
    ) -> Result<Vec<Passkey>, StoreError> {
        let sql = "SELECT id, person, credential_id, public_key, sign_count, aaguid, attestation, backup, \
                   transports, name, created, last_used, flagged, device, profile, certificate FROM passkey \
                   WHERE certificate = $1 ORDER BY person, created, id";
        self.rows("passkey", sql, &[serial.into()]).await?.iter().map(passkey).collect()
    }

    /// All passkeys, by person.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn all_passkeys(&mut self) -> Result<Vec<Passkey>, StoreError> {
        let sql = "SELECT id, person, credential_id, public_key, sign_count, aaguid, attestation, backup, \
                   transports, name, created, last_used, flagged, device, profile, certificate FROM passkey ORDER BY person, created, id";
        self.rows("passkey", sql, &[]).await?.iter().map(passkey).collect()
    }
}

impl Transaction {
    /// Adds a passkey, if the person has fewer than ten and nobody has the credential.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_passkey(
        &mut self,
        audited: &Audited,
        passkey: &Passkey,
    ) -> Result<AddedPasskey, StoreError> {
        self.require(audited)?;
        // Holding the person's row makes registrations of one person wait for each other.
        let person = [(&passkey.person).into()];
        if self.execute("UPDATE person SET changed = changed WHERE id = $1", &person).await? == 0 {
            return Ok(AddedPasskey::NoSuchPerson);
        }
        let sql = "SELECT person, COUNT(*) AS held FROM passkey WHERE person = $1 GROUP BY person";
        let held = self.row("passkey", sql, &person).await?;
        if held.map(|row| row.number("held")).transpose()?.unwrap_or(0) >= MOST {
            return Ok(AddedPasskey::TooMany);
        }
        Ok(if self.insert_passkey(passkey).await? == 0 {
            AddedPasskey::CredentialExists
        } else {
            AddedPasskey::Stored
        })
    }

    async fn insert_passkey(&mut self, passkey: &Passkey) -> Result<u64, StoreError> {
        let sql = "INSERT INTO passkey (id, person, credential_id, public_key, sign_count, aaguid, attestation, \
                   backup, transports, name, created, last_used, flagged, device, profile, certificate) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                   ON CONFLICT (credential_id) DO NOTHING";
        let values = [
            (&passkey.id).into(),
            (&passkey.person).into(),
            passkey.credential_id.as_slice().into(),
            (&passkey.public_key).into(),
            passkey.sign_count.into(),
            (&passkey.aaguid).into(),
            passkey.attestation.word().into(),
            passkey.backup.word().into(),
            (&passkey.transports).into(),
            (&passkey.name).into(),
            passkey.created.into(),
            passkey.last_used.into(),
            passkey.flagged.into(),
            passkey.device.as_ref().map(|device| device.name.as_str()).into(),
            passkey.device.as_ref().map(|device| device.profile.as_str()).into(),
            passkey.certificate.as_deref().into(),
        ];
        self.execute(sql, &values).await
    }

    /// Keeps an assertion's counter and flags, if no other assertion came between.
    ///
    /// Whether the counter may be what it is (WebAuthn level 3, section 7.2, step 22) is decided before.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn advance_passkey(&mut self, used: &PasskeyUse) -> Result<Counted, StoreError> {
        let sql =
            "UPDATE passkey SET sign_count = $3, backup = $4 WHERE id = $1 AND sign_count = $2";
        let PasskeyUse { id, expected, sign_count, backup } = used;
        let values = [id.into(), (*expected).into(), (*sign_count).into(), backup.word().into()];
        Ok(match self.execute(sql, &values).await? {
            0 => Counted::Overtaken,
            _ => Counted::Advanced,
        })
    }

    /// Notes that a passkey let somebody in.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn passkey_let_in(&mut self, id: &str, now: Timestamp) -> Result<Change, StoreError> {
        let sql = "UPDATE passkey SET last_used = $2 WHERE id = $1";
        Ok(Change::of(self.execute(sql, &[id.into(), now.into()]).await?))
    }

    /// Notes that a passkey's counter went back. The first time is kept.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn flag_passkey(&mut self, id: &str, now: Timestamp) -> Result<Change, StoreError> {
        let sql = "UPDATE passkey SET flagged = COALESCE(flagged, $2) WHERE id = $1";
        Ok(Change::of(self.execute(sql, &[id.into(), now.into()]).await?))
    }

    /// Gives one of a person's passkeys another name.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn rename_passkey(
        &mut self,
        audited: &Audited,
        person: &str,
        id: &str,
        name: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "UPDATE passkey SET name = $3 WHERE person = $1 AND id = $2";
        Ok(Change::of(self.execute(sql, &[person.into(), id.into(), name.into()]).await?))
    }

    /// Removes one of a person's passkeys.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_passkey(
        &mut self,
        audited: &Audited,
        person: &str,
        id: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM passkey WHERE person = $1 AND id = $2";
        Ok(Change::of(self.execute(sql, &[person.into(), id.into()]).await?))
    }
}

fn passkey(row: &Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: row.text("id")?,
        person: row.text("person")?,
        credential_id: row.bytes("credential_id")?,
        public_key: row.text("public_key")?,
        sign_count: row.count("sign_count")?,
        aaguid: row.text("aaguid")?,
        attestation: row.word("attestation")?,
        backup: row.word("backup")?,
        transports: row.text("transports")?,
        name: row.text("name")?,
        created: row.time("created")?,
        last_used: row.maybe_time("last_used")?,
        flagged: row.maybe_time("flagged")?,
        device: match (row.maybe_text("device")?, row.maybe_text("profile")?) {
            (Some(name), Some(profile)) => Some(Device { name, profile }),
            (Some(_) | None, _) => None,
        },
        certificate: row.maybe_text("certificate")?,
    })
}
