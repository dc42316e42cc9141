//! What an authenticator answers with when it does not do what it is asked (CTAP 2.1 §8.2).

use thiserror::Error;

/// A status other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("the authenticator answers {:#04x} ({self:?})", self.code())]
pub enum Status {
    /// The command is not a valid CTAP command.
    InvalidCommand,
    /// A parameter is not valid.
    InvalidParameter,
    /// A message or item has the wrong length.
    InvalidLength,
    /// Parts come in the wrong order.
    InvalidSeq,
    /// A parameter has another type than it must have.
    CborUnexpectedType,
    /// The message is not CBOR in canonical form.
    InvalidCbor,
    /// A parameter is missing.
    MissingParameter,
    /// A list is too long.
    LimitExceeded,
    /// The large-blob array is full.
    LargeBlobStorageFull,
    /// A credential of the exclude list is here.
    CredentialExcluded,
    /// No offered algorithm is supported.
    UnsupportedAlgorithm,
    /// The user declined.
    OperationDenied,
    /// There is no room for another credential.
    KeyStoreFull,
    /// An option is not supported.
    UnsupportedOption,
    /// An option has a value that it cannot have.
    InvalidOption,
    /// The client cancelled.
    KeepaliveCancel,
    /// No credential fits.
    NoCredentials,
    /// The user took too long.
    UserActionTimeout,
    /// There is nothing to go on with.
    NotAllowed,
    /// The PIN is wrong.
    PinInvalid,
    /// The PIN was wrong too often; only a reset helps.
    PinBlocked,
    /// The proof of a PIN or token is wrong.
    PinAuthInvalid,
    /// The PIN was wrong too often since power-up.
    PinAuthBlocked,
    /// There is no PIN.
    PinNotSet,
    /// A token is needed.
    PuatRequired,
    /// The PIN is too short, too long, or must be changed.
    PinPolicyViolation,
    /// The request is larger than `maxMsgSize`.
    RequestTooLarge,
    /// User presence is needed.
    UpRequired,
    /// The platform's check is blocked.
    UvBlocked,
    /// The large-blob array is not what its checksum says.
    IntegrityFailure,
    /// The sub-command is not known.
    InvalidSubcommand,
    /// The platform's check failed.
    UvInvalid,
    /// The permission cannot be granted.
    UnauthorizedPermission,
    /// Anything else: nothing could be saved, or there is no randomness.
    Other,
}

impl Status {
    const ALL: [Self; 34] = [
        Self::InvalidCommand,
        Self::InvalidParameter,
        Self::InvalidLength,
        Self::InvalidSeq,
        Self::CborUnexpectedType,
        Self::InvalidCbor,
        Self::MissingParameter,
        Self::LimitExceeded,
        Self::LargeBlobStorageFull,
        Self::CredentialExcluded,
        Self::UnsupportedAlgorithm,
        Self::OperationDenied,
        Self::KeyStoreFull,
        Self::UnsupportedOption,
        Self::InvalidOption,
        Self::KeepaliveCancel,
        Self::NoCredentials,
        Self::UserActionTimeout,
        Self::NotAllowed,
        Self::PinInvalid,
        Self::PinBlocked,
        Self::PinAuthInvalid,
        Self::PinAuthBlocked,
        Self::PinNotSet,
        Self::PuatRequired,
        Self::PinPolicyViolation,
        Self::RequestTooLarge,
        Self::UpRequired,
        Self::UvBlocked,
        Self::IntegrityFailure,
        Self::InvalidSubcommand,
        Self::UvInvalid,
        Self::UnauthorizedPermission,
        Self::Other,
    ];

    /// The status of a code. Those that CTAP does not know or that never come from here are
    /// [`Other`](Self::Other).
    pub fn of_code(code: u8) -> Self {
        Self::ALL.into_iter().find(|it| it.code() == code).unwrap_or(Self::Other)
    }

    /// The code on the wire.
    pub const fn code(self) -> u8 {
        match self {
            Self::InvalidCommand => 0x01,
            Self::InvalidParameter => 0x02,
            Self::InvalidLength => 0x03,
            Self::InvalidSeq => 0x04,
            Self::CborUnexpectedType => 0x11,
            Self::InvalidCbor => 0x12,
            Self::MissingParameter => 0x14,
            Self::LimitExceeded => 0x15,
            Self::LargeBlobStorageFull => 0x18,
            Self::CredentialExcluded => 0x19,
            Self::UnsupportedAlgorithm => 0x26,
            Self::OperationDenied => 0x27,
            Self::KeyStoreFull => 0x28,
            Self::UnsupportedOption => 0x2b,
            Self::InvalidOption => 0x2c,
            Self::KeepaliveCancel => 0x2d,
            Self::NoCredentials => 0x2e,
            Self::UserActionTimeout => 0x2f,
            Self::NotAllowed => 0x30,
            Self::PinInvalid => 0x31,
            Self::PinBlocked => 0x32,
            Self::PinAuthInvalid => 0x33,
            Self::PinAuthBlocked => 0x34,
            Self::PinNotSet => 0x35,
            Self::PuatRequired => 0x36,
            Self::PinPolicyViolation => 0x37,
            Self::RequestTooLarge => 0x39,
            Self::UpRequired => 0x3b,
            Self::UvBlocked => 0x3c,
            Self::IntegrityFailure => 0x3d,
            Self::InvalidSubcommand => 0x3e,
            Self::UvInvalid => 0x3f,
            Self::UnauthorizedPermission => 0x40,
            Self::Other => 0x7f,
        }
    }
}
