//! python-fido2 as the client, over a socket: registers, signs in, and manages what there is, with requests as they are and
//! through CTAPHID.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests may fail, and say that they were skipped"
)]

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::hid::{Packet, REPORT_DESCRIPTOR, Step, Transport};
use cardea_authenticator::{
    Attachment, Attestation, Authenticator, Binding, Host, MAX_MESSAGE, MemoryStore, PlatformCheck,
    PlatformVerified, Prompt, Refusal, State, SystemRandom, User,
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Somebody who agrees to everything, on a computer without a check of its own.
struct Agreeing;

impl User for Agreeing {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        PlatformCheck::Missing
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        Err(Refusal::Declined)
    }
}

/// Python with the pinned libraries; nothing where they are not installed, which is said.
fn python() -> Option<PathBuf> {
    let folder = env::var_os("CARDEA_CLIENTS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!(
            "skipped: `CARDEA_CLIENTS` is not set; `cargo xtask test` installs what this test needs"
        );
    }
    Some(folder?.join("python/bin/python"))
}

/// Serves one connection until it ends. Frames are described in the client's program.
fn serve(mut stream: TcpStream, attachment: Attachment) {
    let now = "2026-06-01T12:00:00Z".parse().unwrap();
    let store = MemoryStore(State::new(Binding::DeviceBound));
    let mut authenticator = Some(powered(store, now).attached(attachment));
    let mut transport = Transport::default();
    loop {
        let mut length = [0; 4];
        if stream.read_exact(&mut length).is_err() {
            return;
        }
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        assert!((1..=MAX_MESSAGE + 1).contains(&length), "a frame of {length} bytes");
        let mut frame = vec![0; length];
        stream.read_exact(&mut frame).unwrap();
        let mut answer = |request: &[u8]| {
            let mut host = Host { now, random: &mut SystemRandom, user: &mut Agreeing };
            authenticator.as_mut().unwrap().handle(request, &mut host)
        };
        match frame[0] {
            0 => send(&mut stream, &answer(&frame[1..])),
            1 => {
                let store = authenticator.take().unwrap().into_store();
                authenticator = Some(powered(store, now).attached(attachment));
                transport = Transport::default();
            }
            kind => {
                assert_eq!(kind, 2);
                let packet = Packet(frame[1..].try_into().unwrap());
                let packets = match transport.receive(&packet, Duration::ZERO) {
                    Step::Send(packets) | Step::TakeBack(packets) => packets,
                    Step::Work(request) => transport.answer(&answer(&request)),
                };
                for packet in packets {
                    send(&mut stream, &packet.0);
                }
            }
        }
    }
}

fn send(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(&u32::try_from(bytes.len()).unwrap().to_be_bytes()).unwrap();
    stream.write_all(bytes).unwrap();
}

fn powered(store: MemoryStore, now: Timestamp) -> Authenticator<MemoryStore> {
    let mut host = Host { now, random: &mut SystemRandom, user: &mut Agreeing };
    Authenticator::power_up(store, Attestation::by_credentials(), &mut host).unwrap()
}

/// What the client saw.
fn seen(python: &Path, attachment: Attachment) -> Value {
    let program = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/clients/python/fido2_authenticator.py");
    let mut child = Command::new(python)
        .arg("-I")
        .arg(program)
        .args((attachment == Attachment::Usb).then(|| URL_SAFE_NO_PAD.encode(REPORT_DESCRIPTOR)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start `{}`: {error}", python.display()));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    if let Some(port) = lines.next() {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.parse().unwrap())).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream.set_nodelay(true).unwrap();
        serve(stream, attachment);
    }
    let last = lines.last();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the client has failed:\n{errors}");
    serde_json::from_str(&last.unwrap()).unwrap()
}

#[test]
fn python_fido2_registers_signs_in_and_manages() {
    let Some(python) = python() else { return };
    let seen = seen(&python, Attachment::Platform);
    assert_eq!(seen["transports"], json!(["internal"]));
    as_expected(&seen);
}

#[test]
fn python_fido2_does_the_same_with_a_security_key_through_its_own_end_of_ctaphid() {
    let Some(python) = python() else { return };
    let seen = seen(&python, Attachment::Usb);
    assert_eq!(seen["transports"], json!(["usb"]));
    let framing = json!({
        "version": 2,
        "capabilities": 0x0c,
        "sizes": [64, 64],
        "echoed": true,
        "wink": "INVALID_COMMAND",
        "ctap1": "INVALID_COMMAND",
    });
    assert_eq!(seen["framing"], framing);
    as_expected(&seen);
}

fn as_expected(seen: &Value) {
    assert_eq!(seen["versions"], json!(["FIDO_2_0", "FIDO_2_1"]));
    assert_eq!(seen["protocols"], json!([2, 1]));
    for pins in seen["pins"].as_array().unwrap() {
        assert_eq!(*pins, expected_pins());
    }
    let mut ceremonies = seen["ceremonies"].clone();
    let counter = ceremonies["counter"].take();
    assert!(counter.as_u64() > Some(5), "each use was counted: {counter}");
    assert_eq!(ceremonies, expected_ceremonies());
    let management = json!({
        "counts": [2, 998],
        "rps": ["example.org"],
        "users": ["grace", "ada"],
        "after": ["ada.l"],
    });
    assert_eq!(seen["management"], management);
    assert_eq!(seen["blobs"], 1, "the blob of a passkey that is gone is for clients to remove");
    let settings =
        json!({"always": true, "length": 6, "force": true, "token": "PIN_POLICY_VIOLATION"});
    assert_eq!(seen["settings"], settings);
}

fn expected_pins() -> Value {
    json!({
        "retries": 8,
        "tokens": [32, 32],
        "wrong": ["PIN_INVALID", "PIN_INVALID", "PIN_AUTH_BLOCKED", "PIN_AUTH_BLOCKED"],
        "after": 5,
        "old": "PIN_INVALID",
        "new": 32,
    })
}

fn expected_ceremonies() -> Value {
    json!({
        "format": "packed",
        "aaguid": "d9ab3495-6ce1-4543-a226-bb7adcd06621",
        // UP, UV, a credential and extensions; not BE, not BS.
        "flags": 0xc5,
        "extensions": {"credBlob": true, "credProtect": 1, "hmac-secret": true},
        "again": "CREDENTIAL_EXCLUDED",
        "used": true,
        // The newest is first.
        "accounts": [2, "ada"],
        "prf": [true, true, true],
        "blob": "a large blob",
        "small": "blob",
        "counter": null,
    })
}
