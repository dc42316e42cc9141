//! Messages: a command on a channel, and errors (CTAP 2.1 §11.2.9).

use super::channel::Channel;
use super::packet::{FIRST, FURTHER, Packet};

/// The longest message: a first packet and 128 more.
pub(super) const LONGEST: usize = FIRST + 128 * FURTHER;

/// A message to a client.
pub(super) struct Message<'a> {
    pub(super) channel: Channel,
    pub(super) command: u8,
    pub(super) payload: &'a [u8],
}

/// A command of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `CTAPHID_PING`: say the same.
    Ping,
    /// `CTAPHID_INIT`: give a channel, or forget what one was about.
    Init,
    /// `CTAPHID_CBOR`: a request of CTAP2.
    Cbor,
    /// `CTAPHID_CANCEL`: a request is taken back.
    Cancel,
}

impl Command {
    const ALL: [Self; 4] = [Self::Ping, Self::Init, Self::Cbor, Self::Cancel];

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Ping => 0x01,
            Self::Init => 0x06,
            Self::Cbor => 0x10,
            Self::Cancel => 0x11,
        }
    }

    /// The command of a number. `CTAPHID_MSG`, which is CTAP1, `CTAPHID_WINK` and `CTAPHID_LOCK` are none here.
    pub(super) fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

/// Why a message was not taken (§11.2.9.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HidError {
    /// `ERR_INVALID_CMD`: there is no such command.
    Command,
    /// `ERR_INVALID_LEN`: the command's messages have another length.
    Length,
    /// `ERR_INVALID_SEQ`: packets are missing or in another order.
    Sequence,
    /// `ERR_MSG_TIMEOUT`: the rest of the message has not come.
    Timeout,
    /// `ERR_CHANNEL_BUSY`: a transaction is going on.
    Busy,
    /// `ERR_INVALID_CHANNEL`: nobody was given this channel.
    Channel,
    /// `ERR_OTHER`: there are no more channels.
    Other,
}

impl HidError {
    const fn code(self) -> u8 {
        match self {
            Self::Command => 0x01,
            Self::Length => 0x03,
            Self::Sequence => 0x04,
            Self::Timeout => 0x05,
            Self::Busy => 0x06,
            Self::Channel => 0x0b,
            Self::Other => 0x7f,
        }
    }

    /// The `CTAPHID_ERROR` for a channel.
    pub(super) fn on(self, channel: Channel) -> Vec<Packet> {
        Packet::of(&Message { channel, command: 0x3f, payload: &[self.code()] })
    }
}

/// What a request waits for (§11.2.9.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// `STATUS_PROCESSING`: the authenticator.
    Work,
    /// `STATUS_UPNEEDED`: its user.
    User,
}

impl Waiting {
    /// The `CTAPHID_KEEPALIVE` for a channel.
    pub(super) fn on(self, channel: Channel) -> Vec<Packet> {
        let status = match self {
            Self::Work => 1,
            Self::User => 2,
        };
        Packet::of(&Message { channel, command: 0x3b, payload: &[status] })
    }
}
