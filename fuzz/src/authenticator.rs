//! What clients send to an authenticator: whatever the bytes are, each request has an answer that can be read, and
//! nobody is said to be verified.

use cardea_authenticator::cbor::Value;
use cardea_authenticator::{
    Attestation, Authenticator, Binding, Host, MemoryStore, NoRandom, PlatformCheck,
    PlatformVerified, Prompt, Random, Refusal, State, User,
};
use jiff::Timestamp;

/// How many requests are sent at most.
const REQUESTS: usize = 12;

/// Somebody who agrees to everything, and whom nothing verifies.
struct Agreeing;

impl User for Agreeing {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        PlatformCheck::Missing
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        panic!("there is no check, and it was asked for");
    }
}

/// Bytes that are the same each time.
struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(17);
            *byte = self.0;
        }
        Ok(())
    }
}

/// Bytes as requests: each a length in two bytes, big-endian, and as much of a request as there is.
pub fn ctap_requests(bytes: &[u8]) {
    answered(bytes);
}

/// Whether one of the requests changed something or was answered with data.
pub(crate) fn answered(bytes: &[u8]) -> bool {
    let (mut chance, mut user) = (Counting(1), Agreeing);
    let mut host = Host { now: Timestamp::UNIX_EPOCH, random: &mut chance, user: &mut user };
    let store = MemoryStore(State::new(Binding::DeviceBound));
    let mut authenticator =
        Authenticator::power_up(store, Attestation::by_credentials(), &mut host).expect("power");
    let (mut rest, mut succeeded) = (bytes, false);
    for _ in 0..REQUESTS {
        let Some((length, after)) = rest.split_first_chunk::<2>() else { break };
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (request, after) = after.split_at(length);
        rest = after;
        let answer = authenticator.handle(request, &mut host);
        succeeded |= check(request, &answer);
    }
    succeeded
}

/// Whether a request succeeded.
fn check(request: &[u8], answer: &[u8]) -> bool {
    match answer {
        [0] => true,
        [0, body @ ..] => {
            let map = Value::decode(body).expect("canonical").into_map().expect("a map");
            let ceremony = matches!(request.first(), Some(0x01 | 0x02 | 0x08));
            if ceremony && let Some(Value::Bytes(data)) = map.get(0x02) {
                assert_eq!(data[32] & 0x04, 0, "nobody was verified");
            }
            true
        }
        [_] => false,
        other => panic!("not an answer: {other:02x?}"),
    }
}
