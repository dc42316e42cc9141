//! What clients send to a security key: whatever the packets are, whoever sends one gets whole messages on their channel,
//! and the authenticator one request at a time.

use core::time::Duration;

use cardea_authenticator::hid::{PACKET, Packet, Step, TakenBack, Transport};

/// The longest message: a packet with 57 bytes of it, and 128 with 59.
const LONGEST: usize = 57 + 128 * 59;

/// Bytes as moments: each begins with a byte that says what happens. Even ones bring a packet, the others are what
/// the program around does; so much of the byte as is left is time that has passed.
pub fn ctaphid_packets(bytes: &[u8]) {
    reached(bytes);
}

/// Whether a request reached the authenticator.
pub(crate) fn reached(bytes: &[u8]) -> bool {
    let (mut transport, mut now) = (Transport::default(), Duration::ZERO);
    let (mut rest, mut works, mut reached) = (bytes, false, false);
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        now += Duration::from_millis(u64::from(kind >> 3) * 8);
        match kind & 0x07 {
            0 | 2 | 4 | 6 => {
                let (packet, after) = rest.split_at(rest.len().min(PACKET));
                rest = after;
                let mut whole = [0; PACKET];
                whole[..packet.len()].copy_from_slice(packet);
                match transport.receive(&Packet(whole), now) {
                    Step::Send(packets) => messages(&packets, Some(&whole)),
                    Step::TakeBack(packets) => {
                        assert!(works, "there was nothing to take back");
                        messages(&packets, Some(&whole));
                    }
                    Step::Work(request) => {
                        assert!(!works, "there is one request at a time");
                        assert!((1..=LONGEST).contains(&request.len()));
                        (works, reached) = (true, true);
                    }
                }
            }
            1 => {
                let packets = transport.tick(now);
                assert!(transport.next_tick().is_none_or(|next| next > now), "it was due");
                messages(&packets, None);
            }
            3 => match transport.ask(now) {
                Ok(packets) => {
                    assert!(works);
                    messages(&packets, None);
                }
                Err(TakenBack) => {}
            },
            5 => assert!(works || transport.asked().is_err()),
            _ => {
                let packets = transport.answer(&vec![0; usize::from(*kind) * 40]);
                assert!(works || packets.is_empty(), "nothing was asked");
                messages(&packets, None);
                works = false;
            }
        }
    }
    reached
}

/// Packets are at most one message, whole and in order, on the channel of whoever is answered.
fn messages(packets: &[Packet], to: Option<&[u8; PACKET]>) {
    let Some((first, further)) = packets.split_first() else { return };
    assert_ne!(first.0[4] & 0x80, 0, "it begins");
    let length = usize::from(u16::from_be_bytes([first.0[5], first.0[6]]));
    assert_eq!(further.len(), length.saturating_sub(57).div_ceil(59));
    for (number, packet) in (0_u8..).zip(further) {
        assert_eq!((&packet.0[..4], packet.0[4]), (&first.0[..4], number));
    }
    assert!(to.is_none_or(|packet| packet[..4] == first.0[..4]), "nobody else is answered");
}
