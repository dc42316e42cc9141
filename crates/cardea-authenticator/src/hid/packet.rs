//! Packets: a message is cut into pieces of 64 bytes (CTAP 2.1 §11.2.4).

use super::channel::Channel;
use super::message::{LONGEST, Message};

/// How many bytes a packet has, in both directions.
pub const PACKET: usize = 64;

/// What of a message fits into its first packet, after channel, command and length.
pub(super) const FIRST: usize = PACKET - 7;
/// What fits into each further one, after channel and number.
pub(super) const FURTHER: usize = PACKET - 5;

/// The bit that tells a first packet from further ones.
const BEGINS: u8 = 0x80;

/// One packet, as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet(pub [u8; PACKET]);

/// What a packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    /// The first of a message. The data may be longer than the message, never shorter than what of it fits.
    First {
        /// The command's number, without the bit that says that a message begins.
        command: u8,
        /// How many bytes the whole message has.
        length: usize,
        data: &'a [u8; FIRST],
    },
    /// One that goes on.
    Further {
        /// Counted from zero.
        number: u8,
        data: &'a [u8; FURTHER],
    },
}

impl Packet {
    pub(super) fn read(&self) -> (Channel, Content<'_>) {
        let [a, b, c, d, kind, rest @ ..] = &self.0;
        let channel = Channel([*a, *b, *c, *d]);
        if kind & BEGINS == 0 {
            return (channel, Content::Further { number: *kind, data: rest });
        }
        let [high, low, data @ ..] = rest;
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        (channel, Content::First { command: kind & !BEGINS, length, data })
    }

    /// The packets of a message, of which not more than [`LONGEST`] bytes are sent.
    pub(super) fn of(message: &Message<'_>) -> Vec<Self> {
        let payload = message.payload.get(..LONGEST).unwrap_or(message.payload);
        let length = u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes();
        let (first, further) = payload.split_at(payload.len().min(FIRST));
        let head = [&message.channel.0[..], &[BEGINS | message.command], &length].concat();
        let mut packets = vec![Self::padded(&head, first)];
        for (number, part) in (0..BEGINS).zip(further.chunks(FURTHER)) {
            packets.push(Self::padded(&[&message.channel.0[..], &[number]].concat(), part));
        }
        packets
    }

    fn padded(head: &[u8], data: &[u8]) -> Self {
        let mut packet = [0; PACKET];
        for (to, from) in packet.iter_mut().zip(head.iter().chain(data)) {
            *to = *from;
        }
        Self(packet)
    }
}
