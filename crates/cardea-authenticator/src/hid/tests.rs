//! What clients send, byte by byte, and what they get.

use core::time::Duration;

use super::channel::{Channel, Channels};
use super::message::LONGEST;
use super::{PACKET, Packet, Step, TakenBack, Transport};
use crate::authenticator::MAX_MESSAGE;

const PING: u8 = 0x81;
const MSG: u8 = 0x83;
const LOCK: u8 = 0x84;
const INIT: u8 = 0x86;
const WINK: u8 = 0x88;
const CBOR: u8 = 0x90;
const CANCEL: u8 = 0x91;
const KEEPALIVE: u8 = 0xbb;
const ERROR: u8 = 0xbf;

const NOBODY: [u8; 4] = [0xff; 4];
const ADA: [u8; 4] = [0, 0, 0, 1];
const KIM: [u8; 4] = [0, 0, 0, 2];

const fn at(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn packet(channel: [u8; 4], bytes: &[u8]) -> Packet {
    let mut packet = [0; PACKET];
    packet[..4].copy_from_slice(&channel);
    packet[4..4 + bytes.len()].copy_from_slice(bytes);
    Packet(packet)
}

/// The first packet of a message, and those after it.
fn packets(channel: [u8; 4], command: u8, payload: &[u8]) -> Vec<Packet> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let (first, rest) = payload.split_at(payload.len().min(57));
    let mut packets = vec![packet(channel, &[&[command][..], &length, first].concat())];
    for (number, part) in rest.chunks(59).enumerate() {
        let number = u8::try_from(number).unwrap();
        packets.push(packet(channel, &[&[number][..], part].concat()));
    }
    packets
}

/// Two programs with a channel each, and a transport in between.
struct Two(Transport);

impl Two {
    fn new() -> Self {
        let mut transport = Transport::default();
        for channel in [ADA, KIM] {
            let step = transport.receive(&packets(NOBODY, INIT, &[7; 8])[0], at(0));
            let Step::Send(sent) = step else { panic!("{step:?}") };
            assert_eq!(sent[0].0[15..19], channel);
        }
        Self(transport)
    }

    /// Sends a message, of which only the last packet may have consequences.
    fn send(&mut self, channel: [u8; 4], command: u8, payload: &[u8]) -> Step {
        let mut packets = packets(channel, command, payload);
        let last = packets.pop().unwrap();
        for packet in packets {
            assert_eq!(self.0.receive(&packet, at(0)), Step::Send(Vec::new()));
        }
        self.0.receive(&last, at(0))
    }

    fn error(&mut self, channel: [u8; 4], command: u8, payload: &[u8]) -> u8 {
        error(channel, &self.send(channel, command, payload))
    }
}

/// The code of the error that a channel gets.
fn error(channel: [u8; 4], step: &Step) -> u8 {
    let Step::Send(sent) = step else { panic!("{step:?}") };
    let [only] = &sent[..] else { panic!("{step:?}") };
    assert_eq!(only.0[..7], [&channel[..], &[ERROR, 0, 1]].concat());
    only.0[7]
}

fn nothing() -> Step {
    Step::Send(Vec::new())
}

#[test]
fn the_longest_message_is_the_largest_request() {
    assert_eq!(LONGEST, MAX_MESSAGE);
}

#[test]
fn whoever_asks_gets_a_channel_with_what_they_sent_to_know_it_by() {
    let mut transport = Transport::default();
    let asked = packet(NOBODY, &[INIT, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    let step = transport.receive(&asked, at(0));
    // The nonce, the channel, version 2 of CTAPHID, the device's version, CBOR and no MSG.
    let answer = [INIT, 0, 17, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 2, 1, 0, 0, 0x0c];
    assert_eq!(step, Step::Send(vec![packet(NOBODY, &answer)]));
}

#[test]
fn a_message_of_any_length_comes_back_as_it_was() {
    let mut two = Two::new();
    for length in [0, 1, 56, 57, 58, 116, 117, LONGEST - 1, LONGEST] {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        let expected = Step::Send(packets(ADA, PING, &payload));
        assert_eq!(two.send(ADA, PING, &payload), expected, "{length} bytes");
    }
}

#[test]
fn what_pads_a_packet_is_not_looked_at() {
    let mut two = Two::new();
    let mut padded = packet(ADA, &[PING, 0, 2, 1, 2]);
    padded.0[9..].fill(0xee);
    let expected = Step::Send(vec![packet(ADA, &[PING, 0, 2, 1, 2])]);
    assert_eq!(two.0.receive(&padded, at(0)), expected);
}

#[test]
fn a_request_reaches_the_authenticator_and_its_answer_the_client() {
    let mut two = Two::new();
    let request = vec![4; 200];
    assert_eq!(two.send(ADA, CBOR, &request), Step::Work(request));
    let answer = vec![9; 300];
    assert_eq!(two.0.answer(&answer), packets(ADA, CBOR, &answer));
    assert_eq!(two.0.answer(&answer), [], "it was asked once");
    assert_eq!(two.send(KIM, CBOR, &[4]), Step::Work(vec![4]), "it is free again");
}

#[test]
fn an_answer_that_does_not_fit_is_an_error_of_the_authenticator() {
    let mut two = Two::new();
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
    assert_eq!(two.0.answer(&vec![0; LONGEST + 1]), packets(ADA, CBOR, &[0x7f]));
}

#[test]
fn what_is_no_command_here_is_refused() {
    let mut two = Two::new();
    for command in [MSG, LOCK, WINK, KEEPALIVE, ERROR, 0x80, 0xc0] {
        assert_eq!(two.error(ADA, command, &[0]), 0x01, "{command:#x}");
    }
    assert_eq!(two.send(ADA, PING, &[]), Step::Send(packets(ADA, PING, &[])));
}

#[test]
fn a_length_that_a_command_cannot_have_is_refused() {
    let mut two = Two::new();
    assert_eq!(two.error(ADA, CBOR, &[]), 0x03);
    assert_eq!(two.error(ADA, INIT, &[0; 7]), 0x03);
    assert_eq!(two.error(NOBODY, INIT, &[0; 9]), 0x03);
    let [high, low] = u16::try_from(LONGEST + 1).unwrap().to_be_bytes();
    let too_long = two.0.receive(&packet(ADA, &[PING, high, low]), at(0));
    assert_eq!(error(ADA, &too_long), 0x03);
    let longest = two.0.receive(&packet(ADA, &[CBOR, 0xff, 0xff]), at(0));
    assert_eq!(error(ADA, &longest), 0x03);
}

#[test]
fn a_channel_that_nobody_was_given_is_refused() {
    let mut two = Two::new();
    for channel in [[0; 4], [0, 0, 0, 3], [0xff, 0xff, 0xff, 0xfe], NOBODY] {
        assert_eq!(two.error(channel, PING, &[1]), 0x0b, "{channel:?}");
        assert_eq!(two.0.receive(&packet(channel, &[0]), at(0)), nothing());
    }
    assert_eq!(two.error([0, 0, 0, 3], INIT, &[0; 8]), 0x0b);
}

#[test]
fn there_are_not_more_channels_than_numbers() {
    let mut transport = Transport::with_channels(Channels::up_to(u32::MAX - 2));
    let init = &packets(NOBODY, INIT, &[7; 8])[0];
    let Step::Send(sent) = transport.receive(init, at(0)) else { panic!() };
    assert_eq!(sent[0].0[15..19], [0xff, 0xff, 0xff, 0xfe]);
    assert_eq!(error(NOBODY, &transport.receive(init, at(0))), 0x7f);
    assert!(!Channels::up_to(u32::MAX - 1).has(Channel::BROADCAST));
}

#[test]
fn packets_out_of_order_end_the_message() {
    let mut two = Two::new();
    let message = packets(ADA, PING, &[1; 300]);
    for wrong in [0, 1, 3, 4] {
        assert_eq!(two.0.receive(&message[0], at(0)), nothing());
        assert_eq!(two.0.receive(&message[1], at(0)), nothing());
        assert_eq!(error(ADA, &two.0.receive(&message[wrong], at(0))), 0x04, "{wrong}");
        assert_eq!(two.0.receive(&message[2], at(0)), nothing(), "there is no message any more");
    }
    assert_eq!(two.send(ADA, PING, &[2]), Step::Send(packets(ADA, PING, &[2])));
}

#[test]
fn only_its_own_channel_goes_on_with_a_message() {
    let mut two = Two::new();
    let message = packets(ADA, PING, &[1; 100]);
    assert_eq!(two.0.receive(&message[0], at(0)), nothing());
    assert_eq!(two.error(KIM, PING, &[1]), 0x06);
    assert_eq!(two.error(KIM, INIT, &[1; 8]), 0x06);
    assert_eq!(two.0.receive(&packet(KIM, &[0, 9, 9]), at(0)), nothing(), "passed over");
    let Step::Send(opened) = two.send(NOBODY, INIT, &[5; 8]) else { panic!() };
    assert_eq!(opened[0].0[15..19], [0, 0, 0, 3], "a channel can be had meanwhile");
    assert_eq!(two.0.receive(&message[1], at(0)), Step::Send(message));
}

#[test]
fn whoever_is_lost_begins_anew() {
    let mut two = Two::new();
    let message = packets(ADA, PING, &[1; 100]);
    assert_eq!(two.0.receive(&message[0], at(0)), nothing());
    let Step::Send(sent) = two.send(ADA, INIT, &[3; 8]) else { panic!() };
    let same = [&[INIT, 0, 17][..], &[3; 8], &ADA, &[2, 1, 0, 0, 0x0c]].concat();
    assert_eq!(sent, [packet(ADA, &same)], "the channel stays the same");
    assert_eq!(two.0.receive(&message[1], at(0)), nothing(), "what was begun is forgotten");

    assert_eq!(two.0.receive(&message[0], at(0)), nothing());
    assert_eq!(two.error(ADA, PING, &[1]), 0x04, "another message is not what comes next");
}

#[test]
fn a_message_that_is_not_completed_is_given_up() {
    let mut two = Two::new();
    let message = packets(ADA, PING, &[1; 200]);
    assert_eq!(two.0.next_tick(), None);
    assert_eq!(two.0.receive(&message[0], at(1000)), nothing());
    assert_eq!(two.0.receive(&message[1], at(1400)), nothing(), "each packet has its own time");
    assert_eq!(two.0.next_tick(), Some(at(1900)));
    assert_eq!(two.0.tick(at(1899)), []);
    assert_eq!(error(ADA, &Step::Send(two.0.tick(at(1900)))), 0x05);
    assert_eq!(two.0.tick(at(3000)), [], "it is told once");
    assert_eq!(two.send(KIM, PING, &[1]), Step::Send(packets(KIM, PING, &[1])));
}

#[test]
fn a_client_hears_that_its_request_is_worked_on_and_when_the_user_is_asked() {
    let mut two = Two::new();
    let asked = two.0.receive(&packet(ADA, &[CBOR, 0, 1, 4]), at(1000));
    assert_eq!(asked, Step::Work(vec![4]));
    assert_eq!(two.0.next_tick(), Some(at(1080)));
    assert_eq!(two.0.tick(at(1080)), packets(ADA, KEEPALIVE, &[1]));
    assert_eq!(two.0.tick(at(1100)), []);
    assert_eq!(two.0.ask(at(1110)), Ok(packets(ADA, KEEPALIVE, &[2])));
    assert_eq!(two.0.tick(at(1190)), packets(ADA, KEEPALIVE, &[2]));
    assert_eq!(two.0.asked(), Ok(()));
    assert_eq!(two.0.tick(at(1270)), packets(ADA, KEEPALIVE, &[1]));
    assert_eq!(two.0.answer(&[0]), packets(ADA, CBOR, &[0]));
    assert_eq!(two.0.next_tick(), None);
}

#[test]
fn while_a_request_is_worked_on_the_others_have_to_wait() {
    let mut two = Two::new();
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
    assert_eq!(two.error(KIM, CBOR, &[4]), 0x06);
    assert_eq!(two.error(ADA, CBOR, &[4]), 0x06, "nor is there a second one of the same program");
    assert_eq!(two.error(KIM, INIT, &[1; 8]), 0x06);
    assert_eq!(two.0.answer(&[0]), packets(ADA, CBOR, &[0]));
}

#[test]
fn a_request_that_is_taken_back_while_the_user_is_asked_is_answered_at_once() {
    let mut two = Two::new();
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
    two.0.ask(at(0)).unwrap();
    assert_eq!(two.send(KIM, CANCEL, &[]), nothing(), "others cannot");
    let cancelled = packets(ADA, CBOR, &[0x2d]);
    assert_eq!(two.send(ADA, CANCEL, &[]), Step::TakeBack(cancelled));
    assert_eq!(two.0.asked(), Err(TakenBack), "what the user says comes too late");
    assert_eq!(two.error(ADA, CBOR, &[4]), 0x06, "the user is still being asked");
    assert_eq!(two.0.tick(at(9999)), []);
    assert_eq!(two.0.answer(&[0x2d]), [], "there was an answer");
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
}

#[test]
fn a_request_that_is_taken_back_before_the_user_is_asked_asks_nobody() {
    let mut two = Two::new();
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
    assert_eq!(two.send(ADA, CANCEL, &[]), Step::TakeBack(Vec::new()));
    assert_eq!(two.0.ask(at(0)), Err(TakenBack));
    assert_eq!(two.0.answer(&[0x2d]), packets(ADA, CBOR, &[0x2d]));
}

#[test]
fn there_may_be_nothing_to_take_back() {
    let mut two = Two::new();
    for channel in [ADA, NOBODY, [0, 0, 0, 9]] {
        assert_eq!(two.send(channel, CANCEL, &[]), nothing());
    }
    let message = packets(ADA, PING, &[1; 100]);
    assert_eq!(two.0.receive(&message[0], at(0)), nothing());
    assert_eq!(two.send(ADA, CANCEL, &[]), nothing());
    assert_eq!(two.0.receive(&message[1], at(0)), Step::Send(message));
    assert_eq!(two.0.ask(at(0)), Err(TakenBack), "nobody has asked for anything");
}

#[test]
fn whoever_begins_anew_during_a_request_gives_it_up() {
    let mut two = Two::new();
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
    let Step::TakeBack(sent) = two.send(ADA, INIT, &[3; 8]) else { panic!() };
    assert_eq!(sent[0].0[..5], [0, 0, 0, 1, INIT]);
    assert_eq!(two.error(ADA, CBOR, &[4]), 0x06, "the authenticator is not done yet");
    let Step::Send(again) = two.send(ADA, INIT, &[3; 8]) else { panic!() };
    assert_eq!(again, sent);
    assert_eq!(two.0.ask(at(0)), Err(TakenBack));
    assert_eq!(two.0.answer(&[0; 500]), []);
    assert_eq!(two.send(ADA, CBOR, &[4]), Step::Work(vec![4]));
}
