//! What the authenticator says: authenticator data (WebAuthn §6.1).

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::cbor::{self, Item};
use crate::error::{CeremonyError, Checked, Code, require};
use crate::models::Aaguid;
use crate::relying_party::RelyingParty;
use crate::value::CREDENTIAL_ID_MAX;

/// Authenticator data, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    /// The SHA-256 hash of the relying party id.
    pub rp_id_hash: [u8; 32],
    /// Whether somebody touched the authenticator.
    pub presence: UserPresence,
    /// Whether it verified who.
    pub verification: UserVerification,
    /// Whether the credential can be backed up; never changes.
    pub backup_eligibility: BackupEligibility,
    /// Whether it is.
    pub backup_state: BackupState,
    /// How often it signed; 0 where it does not count.
    pub sign_count: u32,
    /// The new credential, at registration.
    pub attested: Option<AttestedCredential<'a>>,
    /// Outputs of authenticator extensions, by name.
    pub extensions: Extensions<'a>,
}

/// Outputs of authenticator extensions, by name.
pub type Extensions<'a> = Vec<(&'a str, Item<'a>)>;

/// A new credential in authenticator data (§6.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedCredential<'a> {
    /// The model, by the authenticator's word.
    pub aaguid: Aaguid,
    /// The credential id; its length is checked by §7.1 step 25.
    pub id: &'a [u8],
    /// The public key as a COSE key.
    pub public_key: &'a [u8],
}

/// Whether somebody was there (flag UP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPresence {
    /// Somebody was.
    Present,
    /// It is not known.
    Absent,
}

/// Whether the authenticator verified the user, by a PIN or a biometric (flag UV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserVerification {
    /// It did.
    Verified,
    /// It did not.
    NotVerified,
}

/// Whether a credential can leave its device (flag BE). It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BackupEligibility {
    /// It can: a synced passkey.
    Eligible,
    /// It cannot: a device-bound passkey.
    NotEligible,
}

/// Whether a credential is backed up now (flag BS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BackupState {
    /// It is.
    BackedUp,
    /// It is not.
    NotBackedUp,
}

mod flag {
    pub(super) const UP: u8 = 1;
    pub(super) const UV: u8 = 1 << 2;
    pub(super) const BE: u8 = 1 << 3;
    pub(super) const BS: u8 = 1 << 4;
    pub(super) const AT: u8 = 1 << 6;
    pub(super) const ED: u8 = 1 << 7;
}

/// Takes authenticator data apart; refuses `authdata_malformed`, and `cbor` for the key or the
/// extensions. The flags AT and ED say exactly what follows; nothing may be left.
pub fn parse(bytes: &[u8]) -> Checked<AuthenticatorData<'_>> {
    let (rp_id_hash, rest) = split::<32>(bytes)?;
    let ([flags], rest) = split::<1>(rest)?;
    let (sign_count, rest) = split::<4>(rest)?;
    let set = |bit: u8| flags & bit != 0;
    let (attested, rest) = if set(flag::AT) { attested(rest)? } else { (None, rest) };
    let (extensions, rest) = if set(flag::ED) { extensions(rest)? } else { (Vec::new(), rest) };
    let reason = "authenticator data have bytes after what their flags announce";
    require(rest.is_empty(), Code::AuthenticatorData, reason)?;
    Ok(AuthenticatorData {
        rp_id_hash,
        presence: if set(flag::UP) { UserPresence::Present } else { UserPresence::Absent },
        verification: if set(flag::UV) {
            UserVerification::Verified
        } else {
            UserVerification::NotVerified
        },
        backup_eligibility: if set(flag::BE) {
            BackupEligibility::Eligible
        } else {
            BackupEligibility::NotEligible
        },
        backup_state: if set(flag::BS) { BackupState::BackedUp } else { BackupState::NotBackedUp },
        sign_count: u32::from_be_bytes(sign_count),
        attested,
        extensions,
    })
}

fn split<const N: usize>(bytes: &[u8]) -> Checked<([u8; N], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<N>().ok_or_else(too_short)?;
    Ok((*head, rest))
}

fn too_short() -> CeremonyError {
    CeremonyError::new(
        Code::AuthenticatorData,
        "authenticator data end before what their flags announce",
    )
}

fn attested(bytes: &[u8]) -> Checked<(Option<AttestedCredential<'_>>, &[u8])> {
    let (aaguid, rest) = split::<16>(bytes)?;
    let (length, rest) = split::<2>(rest)?;
    let length = usize::from(u16::from_be_bytes(length));
    let (id, at_key) = rest.split_at_checked(length).ok_or_else(too_short)?;
    let (_, rest) = cbor::parse_first(at_key)?;
    let (public_key, _) =
        at_key.split_at_checked(at_key.len() - rest.len()).ok_or_else(too_short)?;
    Ok((Some(AttestedCredential { aaguid: Aaguid::from_bytes(aaguid), id, public_key }), rest))
}

fn extensions(bytes: &[u8]) -> Checked<(Extensions<'_>, &[u8])> {
    let refused =
        || CeremonyError::new(Code::AuthenticatorData, "extensions are not a map from names");
    let (item, rest) = cbor::parse_first(bytes)?;
    let Item::Map(entries) = item else { return Err(refused()) };
    let named = entries.into_iter().map(|(key, value)| match key.as_text() {
        Some(name) => Ok((name, value)),
        None => Err(refused()),
    });
    Ok((named.collect::<Result<_, _>>()?, rest))
}

impl AuthenticatorData<'_> {
    /// §7.1 step 14, §7.2 step 15: `rpIdHash` is the SHA-256 hash of the relying party id.
    pub(crate) fn check_rp_id_hash(&self, rp: &RelyingParty) -> Checked {
        let expected = digest(&SHA256, rp.id().as_bytes());
        let reason = "the passkey belongs to another relying party";
        require(expected.as_ref() == self.rp_id_hash, Code::RpIdHash, reason)
    }

    /// §7.1 step 15, §7.2 step 16: UP is set.
    pub(crate) fn check_presence(&self) -> Checked {
        let reason = "the authenticator does not say that somebody was there";
        require(self.presence == UserPresence::Present, Code::UserPresence, reason)
    }

    /// §7.1 step 16, §7.2 step 17: UV is set where user verification is required.
    pub(crate) fn check_verification(&self, wish: UserVerificationWish) -> Checked {
        let fine = match wish {
            UserVerificationWish::Required => self.verification == UserVerification::Verified,
            UserVerificationWish::Preferred | UserVerificationWish::Discouraged => true,
        };
        let reason = "the authenticator did not verify the user by a PIN or a biometric";
        require(fine, Code::UserVerification, reason)
    }

    /// §7.1 step 17, §7.2 step 18: BS is not set where BE is not.
    pub(crate) fn check_backup_flags(&self) -> Checked {
        let fine = match (self.backup_eligibility, self.backup_state) {
            (BackupEligibility::NotEligible, BackupState::BackedUp) => false,
            (BackupEligibility::NotEligible, BackupState::NotBackedUp)
            | (BackupEligibility::Eligible, _) => true,
        };
        require(fine, Code::BackupFlags, "a passkey that cannot be backed up says that it is")
    }

    /// §7.1 step 25: the credential id has at most 1023 bytes; and it has some.
    pub(crate) fn check_credential_id(id: &[u8]) -> Checked {
        let reason = "the credential id is empty or longer than 1023 bytes";
        require((1..=CREDENTIAL_ID_MAX).contains(&id.len()), Code::CredentialIdLength, reason)
    }
}

/// How much the relying party wants user verification (§5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserVerificationWish {
    /// It must happen; refused otherwise.
    #[default]
    Required,
    /// It should happen.
    Preferred,
    /// It need not.
    Discouraged,
}
