//! Why a ceremony was refused.

use core::fmt;

/// A ceremony that was refused: the step that refused, and what it saw.
///
/// Neither the message nor the code holds a secret: a browser's answer has none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {reason}")]
pub struct CeremonyError {
    code: Code,
    reason: String,
}

impl CeremonyError {
    pub(crate) fn new(code: Code, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// The step that refused.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What it saw, for logs: lower case, one sentence, with input in backticks and cut short.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// WebAuthn §7.1 step 26: the credential id is registered already. Only the caller can know,
    /// and it has to ask in the same transaction in which it stores.
    pub fn credential_exists() -> Self {
        Self::new(
            Code::CredentialExists,
            "a credential with this id is registered already; make a new passkey",
        )
    }
}

pub(crate) type Checked<T = ()> = Result<T, CeremonyError>;

/// Refuses with `code` unless `holds`.
pub(crate) fn require(holds: bool, code: Code, reason: &str) -> Checked {
    if holds { Ok(()) } else { Err(CeremonyError::new(code, reason)) }
}

/// Input for a message: at most 100 characters, and none that could forge a log line.
pub(crate) fn quoted(input: &str) -> String {
    let shown: String = input.chars().take(100).flat_map(char::escape_debug).collect();
    let more = if input.chars().nth(100).is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The check that refused. Each has a code of its own, which is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as text, for logs and answers.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The answer is not base64url, its ids differ, or it is larger than 64 KiB.
    Answer = "answer_malformed",
    /// The client data are not UTF-8, not JSON, or name something twice (§7.1 steps 5 and 6).
    ClientData = "client_data",
    /// `type` is that of another ceremony (§7.1 step 7, §7.2 step 10).
    TypeMismatch = "type_mismatch",
    /// `challenge` is not the one that was given out (§7.1 step 8, §7.2 step 11).
    ChallengeMismatch = "challenge_mismatch",
    /// The answer came after the challenge had ended.
    ChallengeExpired = "challenge_expired",
    /// `origin` is not one of the relying party's (§7.1 step 9, §7.2 step 12).
    OriginMismatch = "origin_mismatch",
    /// The page was framed by another origin (§7.1 step 10, §7.2 step 13).
    CrossOrigin = "cross_origin",
    /// It was framed by an origin that is not expected (§7.1 step 11, §7.2 step 14).
    TopOrigin = "top_origin",
    /// A CBOR item is malformed, too deep, or has duplicate keys (§7.1 step 13).
    Cbor = "cbor",
    /// The attestation object is not a map of `fmt`, `authData` and `attStmt` (§7.1 step 13).
    AttestationObject = "attestation_object",
    /// The authenticator data disagree with their flags or have bytes left (§6.1).
    AuthenticatorData = "authdata_malformed",
    /// `rpIdHash` is of another relying party (§7.1 step 14, §7.2 step 15).
    RpIdHash = "rp_id_hash",
    /// Nobody was there (§7.1 step 15, §7.2 step 16).
    UserPresence = "up_required",
    /// The user was not verified (§7.1 step 16, §7.2 step 17).
    UserVerification = "uv_required",
    /// BS without BE, or a BE that changed (§7.1 step 17, §7.2 steps 18 and 19).
    BackupFlags = "backup_flags",
    /// The key's algorithm was not offered (§7.1 step 20).
    AlgorithmNotOffered = "alg_not_offered",
    /// The credential public key is not a valid key of its algorithm (§5.8.5, §6.5.1).
    PublicKey = "public_key",
    /// The statement's format is unknown (§7.1 step 21).
    AttestationFormat = "attestation_format",
    /// The statement lacks a field, has one too many, or one of another type (§7.1 step 22).
    AttestationStatement = "attestation_statement",
    /// The statement's algorithm is not supported, or not that of its key (§7.1 step 22).
    AttestationAlgorithm = "attestation_algorithm",
    /// The statement's signature is wrong (§7.1 step 22).
    AttestationSignature = "attestation_signature",
    /// The attestation certificate breaks the format's requirements (§8.2.1, §8.3.1).
    AttestationCertificate = "attestation_certificate",
    /// The certificate is for another model (§8.2.1).
    AaguidMismatch = "aaguid_mismatch",
    /// FIDO U2F authenticators have no AAGUID, and their signature would not cover one (§8.6).
    U2fAaguid = "u2f_aaguid",
    /// FIDO U2F knows P-256 keys only (§8.6).
    U2fKey = "u2f_key",
    /// `pubArea` is not the credential's key (§8.3).
    TpmPublicArea = "tpm_public_area",
    /// `certInfo` was not made by a TPM (§8.3).
    TpmMagic = "tpm_magic",
    /// `certInfo` is of another type (§8.3).
    TpmType = "tpm_type",
    /// `certInfo` is about other data (§8.3).
    TpmExtraData = "tpm_extra_data",
    /// `certInfo` is about another key (§8.3).
    TpmName = "tpm_name",
    /// The certificate's key is not the credential's (§8.4).
    AndroidKey = "android_key",
    /// The certificate is about another challenge (§8.4).
    AndroidChallenge = "android_challenge",
    /// The key may be used by all apps, was imported, or is not for signing (§8.4).
    AndroidAuthorization = "android_authorization",
    /// The certificate is about other data (§8.8).
    AppleNonce = "apple_nonce",
    /// The certificate's key is not the credential's (§8.8).
    AppleKey = "apple_key",
    /// Attestation is required, and there is none or only the key's own word (§7.1 step 24).
    AttestationRequired = "attestation_required",
    /// The chain does not lead to a root that is trusted for this (§7.1 step 24).
    AttestationUntrusted = "attestation_untrusted",
    /// The credential id is empty or longer than 1023 bytes (§7.1 step 25).
    CredentialIdLength = "credential_id_length",
    /// The credential id is registered already (§7.1 step 26).
    CredentialExists = "credential_exists",
    /// The client made a passkey with an authenticator that was excluded.
    CredentialExcluded = "credential_excluded",
    /// An extension's output has another type than it must have (§7.1 step 28, §7.2 step 23).
    Extensions = "extensions",
    /// The client says that the credential is not discoverable, which was required.
    ResidentKey = "resident_key_required",
    /// The credential is not one of those that were asked for (§7.2 step 5).
    CredentialNotAllowed = "credential_not_allowed",
    /// Nobody has this credential (§7.2 step 6).
    UnknownCredential = "unknown_credential",
    /// The person was not named before, and the answer does not name them (§7.2 step 6).
    UserHandleMissing = "user_handle_missing",
    /// The credential is somebody else's (§7.2 step 6).
    CredentialNotOwned = "credential_not_owned",
    /// The signature is wrong (§7.2 step 21).
    Signature = "signature",
    /// The counter did not go up: the key may have been cloned (§7.2 step 22).
    CounterRegression = "counter_regression",
    /// There was no randomness.
    Randomness = "randomness",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
