//! What authenticators and browsers send: whatever the bytes are, they are refused, or nothing of them is left over
//! and what was read writes itself down as the same.

use cardea_webauthn::authenticator_data::{AuthenticatorData, UserPresence};
use cardea_webauthn::cbor::{self, Item, MAX_DEPTH, MAX_ITEMS};
use cardea_webauthn::client_data::{self, CrossOrigin};
use cardea_webauthn::registration::{self, CredentialFacts, Pending, Selection};
use cardea_webauthn::{
    AttestationWish, BackupEligibility, BackupState, Challenge, RegistrationAnswer, RelyingParty,
    Start, Trust, UserEntity, UserHandle, UserVerification, attestation_object, authenticator_data,
};
use jiff::Timestamp;
use serde_json::json;

/// Bytes as client data.
pub fn client_data(bytes: &[u8]) {
    told(bytes);
}

pub(crate) fn told(bytes: &[u8]) -> bool {
    let Ok(read) = client_data::parse(bytes) else { return false };
    let mut object = json!({
        "type": read.kind, "challenge": read.challenge, "origin": read.origin,
        "crossOrigin": read.cross_origin == CrossOrigin::Yes,
    });
    if let Some(top) = &read.top_origin {
        object["topOrigin"] = json!(top);
    }
    let written = object.to_string();
    assert_eq!(client_data::parse(written.as_bytes()).as_ref(), Ok(&read), "{written}");
    if !bytes.starts_with(b"\xef\xbb\xbf") {
        let marked = [b"\xef\xbb\xbf", bytes].concat();
        assert_eq!(client_data::parse(&marked).as_ref(), Ok(&read), "with a mark");
    }
    // A second member of a name that is there, whichever a reader would take.
    let text = String::from_utf8_lossy(bytes);
    for name in ["type", "challenge", "origin"] {
        let twice = text.replacen('{', &format!("{{\"{name}\":\"x\","), 1);
        assert!(client_data::parse(twice.as_bytes()).is_err(), "{name} is there twice");
    }
    true
}

/// Bytes as authenticator data.
pub fn authenticator_data(bytes: &[u8]) {
    attested(bytes);
}

pub(crate) fn attested(bytes: &[u8]) -> bool {
    let Ok(read) = authenticator_data::parse(bytes) else { return false };
    let head = written_head(&read, bytes);
    assert!(bytes.starts_with(&head), "{read:?} is not what {bytes:?} begins with");
    let rest = bytes.get(head.len()..).unwrap_or_default();
    if read.extensions.is_empty() && rest.is_empty() {
        assert_eq!(bytes.get(32).map(|flags| flags & 0x80), Some(0), "extensions were announced");
    } else {
        let entries = read.extensions.iter().map(|(name, value)| (Item::Text(name), value.clone()));
        assert_eq!(cbor::parse(rest), Ok(Item::Map(entries.collect())));
    }
    let shorter = bytes.split_last().map(|(_, shorter)| shorter).unwrap_or_default();
    assert!(authenticator_data::parse(shorter).is_err(), "a byte less does as well");
    let longer = [bytes, &[0]].concat();
    assert!(authenticator_data::parse(&longer).is_err(), "a byte more does as well");
    true
}

/// Everything before the extensions, with the two flags that mean nothing as they came.
fn written_head(read: &AuthenticatorData<'_>, bytes: &[u8]) -> Vec<u8> {
    let came = bytes.get(32).copied().unwrap_or_default();
    let mut flags = came & 0b1010_0010;
    flags |= u8::from(read.presence == UserPresence::Present);
    flags |= u8::from(read.verification == UserVerification::Verified) << 2;
    flags |= u8::from(read.backup_eligibility == BackupEligibility::Eligible) << 3;
    flags |= u8::from(read.backup_state == BackupState::BackedUp) << 4;
    flags |= u8::from(read.attested.is_some()) << 6;
    let mut head = read.rp_id_hash.to_vec();
    head.push(flags);
    head.extend(read.sign_count.to_be_bytes());
    if let Some(credential) = &read.attested {
        head.extend(credential.aaguid.as_bytes());
        let length = u16::try_from(credential.id.len()).expect("a length of two bytes");
        head.extend(length.to_be_bytes());
        head.extend(credential.id);
        head.extend(credential.public_key);
    }
    head
}

/// Bytes as an attestation object, and as any item of CBOR.
pub fn attestation_object(bytes: &[u8]) {
    wrapped(bytes);
}

pub(crate) fn wrapped(bytes: &[u8]) -> bool {
    let Ok(item) = cbor::parse(bytes) else {
        assert!(attestation_object::parse(bytes).is_err(), "it is no CBOR");
        return false;
    };
    assert!(depth(&item) <= MAX_DEPTH && items(&item) <= MAX_ITEMS, "{item:?}");
    let written = encoded(&item);
    assert!(written.len() <= bytes.len(), "the shortest form is longer");
    assert_eq!(cbor::parse(&written).as_ref(), Ok(&item));
    let followed = [bytes, b"\x00"].concat();
    assert_eq!(cbor::parse_first(&followed), Ok((item, &b"\x00"[..])));
    assert!(cbor::parse(&followed).is_err(), "a byte more does as well");
    let Ok(object) = attestation_object::parse(bytes) else { return false };
    let fields = vec![
        (Item::Text("authData"), Item::Bytes(object.auth_data)),
        (Item::Text("attStmt"), object.statement.clone()),
        (Item::Text("fmt"), Item::Text(object.format)),
    ];
    let written = encoded(&Item::Map(fields));
    assert_eq!(attestation_object::parse(&written), Ok(object));
    true
}

fn depth(item: &Item<'_>) -> usize {
    let below = match item {
        Item::Array(items) => items.iter().map(depth).max(),
        Item::Map(entries) => entries.iter().map(|(key, value)| depth(key).max(depth(value))).max(),
        _ => None,
    };
    below.map_or(0, |below| below + 1)
}

fn items(item: &Item<'_>) -> usize {
    1 + match item {
        Item::Array(all) => all.iter().map(items).sum(),
        Item::Map(entries) => entries.iter().map(|(key, value)| items(key) + items(value)).sum(),
        _ => 0,
    }
}

/// The item in the shortest form (RFC 8949 §4.1), with entries in their order.
fn encoded(item: &Item<'_>) -> Vec<u8> {
    match item {
        Item::Integer(number) if *number >= 0 => head(0, *number),
        Item::Integer(number) => head(1, -1 - number),
        Item::Bytes(bytes) => [head(2, length(bytes.len())), bytes.to_vec()].concat(),
        Item::Text(text) => [head(3, length(text.len())), text.as_bytes().to_vec()].concat(),
        Item::Array(items) => {
            let items = items.iter().map(encoded);
            [head(4, length(items.len())), items.collect::<Vec<_>>().concat()].concat()
        }
        Item::Map(entries) => {
            let items = entries.iter().flat_map(|(key, value)| [encoded(key), encoded(value)]);
            [head(5, length(entries.len())), items.collect::<Vec<_>>().concat()].concat()
        }
        Item::Bool(false) => vec![0xf4],
        Item::Bool(true) => vec![0xf5],
        Item::Null => vec![0xf6],
    }
}

fn length(length: usize) -> i128 {
    i128::try_from(length).expect("a length fits")
}

fn head(major: u8, argument: i128) -> Vec<u8> {
    let argument = u64::try_from(argument).expect("an argument has eight bytes");
    let bytes = argument.to_be_bytes();
    let (short, width) = match argument {
        0..=23 => (bytes[7], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | short], &bytes[8 - width..]].concat()
}

/// Bytes as a browser's answer to a registration of which everything is known but the answer.
pub fn registration(bytes: &[u8]) {
    registered(bytes);
}

pub(crate) fn registered(bytes: &[u8]) -> bool {
    let Ok(answer) = RegistrationAnswer::parse(bytes) else { return false };
    let Some(facts) = verified(&answer, &[9; 32], AttestationWish::None) else { return false };
    assert_eq!(facts.id.to_string(), answer.id);
    assert_eq!(facts.user.as_bytes(), &[7; 64]);
    assert_eq!(facts.user_verification, UserVerification::Verified);
    let written = serde_json::to_vec(&answer).expect("it can be written");
    let again = RegistrationAnswer::parse(&written).expect("what is written can be read");
    let same = verified(&again, &[9; 32], AttestationWish::None);
    assert_eq!(same.as_ref(), Some(&facts), "written and read again");
    // To another question it is no answer, and without roots it proves no model.
    assert_eq!(verified(&answer, &[8; 32], AttestationWish::None), None);
    assert_eq!(verified(&answer, &[9; 32], AttestationWish::Required), None);
    true
}

fn verified(
    answer: &RegistrationAnswer,
    challenge: &[u8; 32],
    attestation: AttestationWish,
) -> Option<CredentialFacts> {
    let now: Timestamp = "2026-06-01T12:00:00Z".parse().expect("a time");
    let rp = RelyingParty::new("example.org", "Example", &["https://login.example.org"]);
    let rp = rp.expect("a relying party");
    let user = UserHandle::new(&[7; 64]).expect("a handle");
    let user = UserEntity { id: user, name: "ada".to_owned(), display_name: "Ada".to_owned() };
    let challenge = Challenge::new(challenge).expect("a challenge");
    let selection = Selection { attestation, ..Selection::default() };
    let (_, pending): (_, Pending) =
        registration::options(&rp, user, &[], &selection, Start { challenge, now });
    let made = registration::verify(&rp, pending, answer, now, &Trust::nobody()).ok()?;
    Some(made.facts().clone())
}
