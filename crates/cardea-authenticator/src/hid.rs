//! CTAPHID: how requests travel to a security key over USB, and answers back (CTAP 2.1 §11.2).
//!
//! [`Transport`] is a state machine without a clock, threads or a device: packets and moments go in, packets
//! and requests come out. What reads and writes packets is around it, and so is the authenticator.

mod channel;
mod message;
mod packet;
#[cfg(test)]
mod tests;
mod transport;

pub use packet::{PACKET, Packet};
pub use transport::{Step, TakenBack, Transport};

/// What a key says of its reports (§11.2.8.2): by the usage page, 0xf1d0, clients know that it is one, and reports are
/// packets in both directions.
#[rustfmt::skip]
pub const REPORT_DESCRIPTOR: [u8; 34] = [
    0x06, 0xd0, 0xf1, // usage page: FIDO Alliance
    0x09, 0x01,       // usage: CTAPHID
    0xa1, 0x01,       // a collection: application
    0x09, 0x20,       //   usage: data in
    0x15, 0x00,       //   from 0
    0x26, 0xff, 0x00, //   to 255
    0x75, 0x08,       //   8 bits
    0x95, 0x40,       //   64 of them
    0x81, 0x02,       //   input: data, variable, absolute
    0x09, 0x21,       //   usage: data out
    0x15, 0x00,       //   from 0
    0x26, 0xff, 0x00, //   to 255
    0x75, 0x08,       //   8 bits
    0x95, 0x40,       //   64 of them
    0x91, 0x02,       //   output: data, variable, absolute
    0xc0,             // end
];
