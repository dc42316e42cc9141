//! Events of Linux's `/dev/uhid`, through which a program is a device: what is written to it and read from it, byte
//! by byte, as `<linux/uhid.h>` lays it out.
//!
//! Opening the file, and reading and writing it, is for the program around this crate.

use crate::hid::{PACKET, Packet, REPORT_DESCRIPTOR};

/// How many bytes an event has at most (`sizeof(struct uhid_event)`). Each read gives one event, each write takes one.
pub const EVENT: usize = 4380;

/// `UHID_DESTROY`.
const DESTROY: u32 = 1;
/// `UHID_OUTPUT`.
const OUTPUT: u32 = 6;
/// `UHID_GET_REPORT` and its reply.
const GET_REPORT: u32 = 9;
const GET_REPORT_REPLY: u32 = 10;
/// `UHID_CREATE2`.
const CREATE2: u32 = 11;
/// `UHID_INPUT2`.
const INPUT2: u32 = 12;
/// `UHID_SET_REPORT` and its reply.
const SET_REPORT: u32 = 13;
const SET_REPORT_REPLY: u32 = 14;

/// `BUS_USB`: clients look for security keys there.
const BUS_USB: u16 = 3;
/// `UHID_OUTPUT_REPORT`.
const OUTPUT_REPORT: u8 = 1;
/// `EIO`, for reports that there are not.
const EIO: u16 = 5;

/// How long the fields of `struct uhid_create2_req` are that are texts: name, place and serial number.
const TEXTS: [usize; 3] = [128, 64, 64];
/// `UHID_DATA_MAX`: how much data an event has room for.
const DATA_MAX: usize = 4096;

/// What the kernel has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromKernel {
    /// A packet of a client.
    Packet(Packet),
    /// A question that needs this event as its answer: a key has no feature reports.
    Reply(Vec<u8>),
    /// Nothing that a key has to do with: that somebody has opened the device or closed it, and events of other kernels.
    Nothing,
}

/// The event that makes a security key of that name. Of a name that is too long the end is left off.
///
/// It has the numbers of no maker: clients know a key by its report descriptor.
pub fn create(name: &str) -> Vec<u8> {
    let mut event = Writing::new(CREATE2);
    for (text, room) in [name, "", ""].into_iter().zip(TEXTS) {
        // What reads it as text needs a zero at the end.
        let end = text.floor_char_boundary(room.saturating_sub(1));
        event.field(text.get(..end).unwrap_or_default().as_bytes(), room);
    }
    let length = u16::try_from(REPORT_DESCRIPTOR.len()).unwrap_or(u16::MAX);
    event.bytes(&length.to_ne_bytes()).bytes(&BUS_USB.to_ne_bytes());
    let [vendor, product, version, country] = [0_u32, 0, 1, 0].map(u32::to_ne_bytes);
    event.bytes(&vendor).bytes(&product).bytes(&version).bytes(&country);
    event.bytes(&REPORT_DESCRIPTOR).whole()
}

/// The event that sends a packet to clients.
pub fn input(packet: &Packet) -> Vec<u8> {
    let length = u16::try_from(PACKET).unwrap_or(u16::MAX);
    Writing::new(INPUT2).bytes(&length.to_ne_bytes()).bytes(&packet.0).whole()
}

/// The event that ends the device.
pub fn destroy() -> Vec<u8> {
    Writing::new(DESTROY).whole()
}

/// Reads an event of the kernel.
pub fn read(event: &[u8]) -> FromKernel {
    let Some((kind, rest)) = event.split_first_chunk::<4>() else { return FromKernel::Nothing };
    let reply = |kind, answer: &[u8]| {
        let Some(id) = rest.first_chunk::<4>() else { return FromKernel::Nothing };
        FromKernel::Reply(Writing::new(kind).bytes(id).bytes(answer).whole())
    };
    match u32::from_ne_bytes(*kind) {
        OUTPUT => output(rest).map_or(FromKernel::Nothing, FromKernel::Packet),
        GET_REPORT => reply(GET_REPORT_REPLY, &EIO.to_ne_bytes()),
        SET_REPORT => reply(SET_REPORT_REPLY, &EIO.to_ne_bytes()),
        _ => FromKernel::Nothing,
    }
}

/// The packet of a `struct uhid_output_req`. Through `/dev/hidraw` it comes after the number of its report, which is
/// zero where reports have no numbers.
fn output(request: &[u8]) -> Option<Packet> {
    let (data, rest) = request.split_at_checked(DATA_MAX)?;
    let [low, high, kind, ..] = rest else { return None };
    let data = data.get(..usize::from(u16::from_ne_bytes([*low, *high])))?;
    let packet = match data {
        [0, packet @ ..] if packet.len() == PACKET => packet,
        packet => packet,
    };
    let packet = <[u8; PACKET]>::try_from(packet).ok();
    packet.filter(|_| *kind == OUTPUT_REPORT).map(Packet)
}

/// An event that is being written.
struct Writing(Vec<u8>);

impl Writing {
    fn new(kind: u32) -> Self {
        Self(kind.to_ne_bytes().to_vec())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Bytes and as many zeros as make them as long as their field.
    fn field(&mut self, bytes: &[u8], room: usize) {
        let end = self.0.len().saturating_add(room);
        self.bytes(bytes);
        self.0.resize(end, 0);
    }

    fn whole(&mut self) -> Vec<u8> {
        let mut event = core::mem::take(&mut self.0);
        event.resize(EVENT, 0);
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: u32, parts: &[(usize, &[u8])]) -> Vec<u8> {
        let mut event = vec![0; EVENT];
        event[..4].copy_from_slice(&kind.to_ne_bytes());
        for (at, bytes) in parts {
            event[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        event
    }

    #[test]
    fn a_device_is_made_with_a_name_and_what_its_reports_look_like() {
        let expected = event(
            11,
            &[
                (4, b"Cardea Authenticator"),
                (260, &34_u16.to_ne_bytes()),
                (262, &3_u16.to_ne_bytes()),
                (272, &1_u32.to_ne_bytes()),
                (280, &REPORT_DESCRIPTOR),
            ],
        );
        assert_eq!(create("Cardea Authenticator"), expected);
        let long = create(&"é".repeat(100));
        assert_eq!(long[4 + 126..4 + 130], [0; 4], "a name ends with zero, at a character");
    }

    #[test]
    fn packets_go_to_clients_and_the_device_ends() {
        let packet = Packet(core::array::from_fn(|at| u8::try_from(at).unwrap()));
        let expected = event(12, &[(4, &64_u16.to_ne_bytes()), (6, &packet.0)]);
        assert_eq!(input(&packet), expected);
        assert_eq!(destroy(), event(1, &[]));
    }

    #[test]
    fn packets_come_with_and_without_the_number_of_their_report() {
        let packet = [0x5a; PACKET];
        let with = [&[0][..], &packet].concat();
        let of = |data: &[u8], length: u16, kind: u8| {
            read(&event(6, &[(4, data), (4100, &length.to_ne_bytes()), (4102, &[kind])]))
        };
        assert_eq!(of(&packet, 64, 1), FromKernel::Packet(Packet(packet)));
        assert_eq!(of(&with, 65, 1), FromKernel::Packet(Packet(packet)));
        assert_eq!(of(&[0; 64], 64, 1), FromKernel::Packet(Packet([0; PACKET])));
        for (data, length, kind) in [
            (&packet[..], 64, 0),
            (&packet, 63, 1),
            (&packet, 65, 1),
            (&with, 66, 1),
            (&with, u16::MAX, 1),
        ] {
            assert_eq!(of(data, length, kind), FromKernel::Nothing, "{length} bytes, {kind}");
        }
    }

    #[test]
    fn the_kernel_waits_for_no_report_that_there_is_not() {
        let id = 0x0102_0304_u32.to_ne_bytes();
        let error = 5_u16.to_ne_bytes();
        let got = read(&event(9, &[(4, &id), (8, &[1, 0])]));
        assert_eq!(got, FromKernel::Reply(event(10, &[(4, &id), (8, &error)])));
        let set = read(&event(13, &[(4, &id), (8, &[1, 0, 3])]));
        assert_eq!(set, FromKernel::Reply(event(14, &[(4, &id), (8, &error)])));
    }

    #[test]
    fn everything_else_is_passed_over() {
        // START, STOP, OPEN, CLOSE, and what no kernel says.
        for kind in [2, 3, 4, 5, 0, 7, 99, u32::MAX] {
            assert_eq!(read(&event(kind, &[])), FromKernel::Nothing);
        }
        for length in [0, 3, 4, 7, 100, 4102] {
            for kind in [6, 9, 13] {
                let short = &event(kind, &[])[..length];
                assert!(!matches!(read(short), FromKernel::Packet(_)), "{kind}, {length} bytes");
            }
        }
    }

    /// The kernel's header, where the system has it, and the compiler that the cryptographic library needs anyway.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_bytes_are_where_the_kernels_header_has_them() {
        use std::fmt::Write as _;
        use std::io::Write as _;
        use std::process::{Command, Stdio};

        let places = [
            ("create2.name", 4),
            ("create2.phys", 132),
            ("create2.uniq", 196),
            ("create2.rd_size", 260),
            ("create2.bus", 262),
            ("create2.vendor", 264),
            ("create2.product", 268),
            ("create2.version", 272),
            ("create2.country", 276),
            ("create2.rd_data", 280),
            ("input2.size", 4),
            ("input2.data", 6),
            ("output.data", 4),
            ("output.size", 4100),
            ("output.rtype", 4102),
            ("get_report.id", 4),
            ("get_report_reply.id", 4),
            ("get_report_reply.err", 8),
            ("set_report.id", 4),
            ("set_report_reply.id", 4),
            ("set_report_reply.err", 8),
        ];
        let kinds = [
            ("UHID_DESTROY", DESTROY),
            ("UHID_OUTPUT", OUTPUT),
            ("UHID_GET_REPORT", GET_REPORT),
            ("UHID_GET_REPORT_REPLY", GET_REPORT_REPLY),
            ("UHID_CREATE2", CREATE2),
            ("UHID_INPUT2", INPUT2),
            ("UHID_SET_REPORT", SET_REPORT),
            ("UHID_SET_REPORT_REPLY", SET_REPORT_REPLY),
            ("UHID_OUTPUT_REPORT", u32::from(OUTPUT_REPORT)),
            ("BUS_USB", u32::from(BUS_USB)),
        ];
        let mut program = String::from("#include <stddef.h>\n#include <linux/uhid.h>\n");
        let mut holds =
            |claim: String| writeln!(program, "_Static_assert({claim}, \"it holds\");").unwrap();
        // How the end is padded depends on the processor.
        holds(format!("sizeof(struct uhid_event) <= {EVENT}"));
        for (field, at) in places {
            holds(format!("offsetof(struct uhid_event, u.{field}) == {at}"));
        }
        for (name, number) in kinds {
            holds(format!("{name} == {number}"));
        }
        let mut compiler = Command::new("cc")
            .args(["-x", "c", "-fsyntax-only", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        compiler.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
        let output = compiler.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
