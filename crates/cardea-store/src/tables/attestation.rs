//! The tenant's own attestation: authorities, whose keys are sealed, and the certificates that they issued to
//! installations of Authenticator.

use std::fmt;

use aws_lc_rs::digest;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::seal::Cell;
use crate::tables::audit::Audited;
use crate::tables::{Change, Put};
use crate::value::Row;
use crate::{Snapshot, StoreError, Transaction};

/// An authority that certifies installations.
pub struct AttestationAuthority {
    /// Its id, which is part of its name in certificates.
    pub id: String,
    /// Its own certificate, in DER.
    pub certificate: Vec<u8>,
    /// Its private key, in PKCS #8.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// When it was made.
    pub created: Timestamp,
    /// When its certificate ends.
    pub ends: Timestamp,
}

/// Without the private key.
impl fmt::Debug for AttestationAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestationAuthority").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A certificate that was issued to an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationCertificate {
    /// Its serial number, in base 16.
    pub serial: String,
    /// Who was signed in when it was issued, by object id.
    pub person: String,
    /// The platform that the app says it runs on.
    pub platform: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

impl Snapshot {
    /// The certificates of all authorities, in DER, that of the one that ends last first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn attestation_roots(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT id, certificate FROM attestation_authority ORDER BY ends DESC, id";
        let rows = self.rows("attestation_authority", sql, &[]).await?;
        rows.iter().map(|row| row.bytes("certificate")).collect()
    }

    /// The authority that ends last.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read or opened.
    pub async fn attestation_authority(
        &mut self,
    ) -> Result<Option<AttestationAuthority>, StoreError> {
        let sql = "SELECT id, certificate, pkcs8, created, ends FROM attestation_authority \
                   ORDER BY ends DESC, id LIMIT 1";
        let Some(row) = self.row("attestation_authority", sql, &[]).await? else { return Ok(None) };
        let id = row.text("id")?;
        let cell = Cell { table: "attestation_authority", column: "pkcs8", row: &id };
        Ok(Some(AttestationAuthority {
            pkcs8: self.key().open(cell, &row.bytes("pkcs8")?)?,
            certificate: row.bytes("certificate")?,
            created: row.time("created")?,
            ends: row.time("ends")?,
            id,
        }))
    }

    /// The record of this certificate, in DER.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn attestation_certificate(
        &mut self,
        der: &[u8],
    ) -> Result<Option<AttestationCertificate>, StoreError> {
        let sql = "SELECT serial, person, platform, issued, ends, revoked FROM attestation_certificate \
                   WHERE hash = $1";
        let hash = hash(der);
        let row = self.row("attestation_certificate", sql, &[hash.as_slice().into()]).await?;
        row.as_ref().map(certificate).transpose()
    }

    /// All certificates that were issued, the latest first.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn attestation_certificates(
        &mut self,
    ) -> Result<Vec<AttestationCertificate>, StoreError> {
        let sql = "SELECT serial, person, platform, issued, ends, revoked FROM attestation_certificate \
                   ORDER BY issued DESC, serial";
        let rows = self.rows("attestation_certificate", sql, &[]).await?;
        rows.iter().map(certificate).collect()
    }
}

impl Transaction {
    /// Keeps an authority, its key sealed.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_attestation_authority(
        &mut self,
        audited: &Audited,
        authority: &AttestationAuthority,
    ) -> Result<Put, StoreError> {
        self.require(audited)?;
        let AttestationAuthority { id, certificate, pkcs8, created, ends } = authority;
        let cell = Cell { table: "attestation_authority", column: "pkcs8", row: id };
        let sealed = self.key().seal(cell, pkcs8)?;
        let sql = "INSERT INTO attestation_authority (id, certificate, pkcs8, created, ends) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let values = [
            id.into(),
            certificate.as_slice().into(),
            sealed.as_slice().into(),
            (*created).into(),
            (*ends).into(),
        ];
        Ok(Put::of(self.execute(sql, &values).await?))
    }

    /// Keeps the record of a certificate, which stands here in DER too: by that it is found again.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_attestation_certificate(
        &mut self,
        audited: &Audited,
        (record, der): (&AttestationCertificate, &[u8]),
    ) -> Result<Put, StoreError> {
        self.require(audited)?;
        let sql = "INSERT INTO attestation_certificate (serial, hash, person, platform, issued, ends, revoked) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
        let hash = hash(der);
        let values = [
            (&record.serial).into(),
            hash.as_slice().into(),
            (&record.person).into(),
            (&record.platform).into(),
            record.issued.into(),
            record.ends.into(),
            record.revoked.into(),
        ];
        Ok(Put::of(self.execute(sql, &values).await?))
    }

    /// Revokes a certificate. The first time is kept.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn revoke_attestation_certificate(
        &mut self,
        audited: &Audited,
        serial: &str,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql =
            "UPDATE attestation_certificate SET revoked = COALESCE(revoked, $2) WHERE serial = $1";
        Ok(Change::of(self.execute(sql, &[serial.into(), now.into()]).await?))
    }
}

fn hash(der: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, der).as_ref().to_vec()
}

fn certificate(row: &Row) -> Result<AttestationCertificate, StoreError> {
    Ok(AttestationCertificate {
        serial: row.text("serial")?,
        person: row.text("person")?,
        platform: row.text("platform")?,
        issued: row.time("issued")?,
        ends: row.time("ends")?,
        revoked: row.maybe_time("revoked")?,
    })
}
