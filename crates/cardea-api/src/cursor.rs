//! Cursors of lists, sealed: whoever holds one can follow it and cannot change it.
//!
//! A cursor is good for whoever got it, for the address that it came from, and for a day. Whether its
//! holder may see the next page is asked anew.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_odata::cursor::Cursor;
use cardea_odata::problem::Code;
use jiff::Timestamp;

use crate::problem::{Problem, Result};

/// How long a cursor is good, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;
/// The length of a seal, in bytes.
const SEAL: usize = 32;

/// What a cursor was issued for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'a> {
    /// Who follows the list.
    pub actor: &'a str,
    /// The path of the list.
    pub path: &'a str,
}

/// A cursor as text.
pub(crate) fn sealed(
    key: &hmac::Key,
    cursor: &Cursor,
    (holder, now): (Holder<'_>, Timestamp),
) -> String {
    let mut bytes = now.as_second().to_be_bytes().to_vec();
    bytes.extend(cursor.to_bytes());
    let seal = hmac::sign(key, &signed(&bytes, holder));
    bytes.extend(seal.as_ref());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The cursor of a text.
///
/// # Errors
/// It was not issued here, to this holder, or it is too old.
pub(crate) fn opened(
    key: &hmac::Key,
    text: &str,
    (holder, now): (Holder<'_>, Timestamp),
) -> Result<Cursor> {
    let refused = || {
        Problem::new(
            Code::BadRequest,
            "The '$skiptoken' was not issued for this list. Begin with its first page.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
    let body = bytes.len().checked_sub(SEAL).ok_or_else(refused)?;
    let (bytes, seal) = bytes.split_at_checked(body).ok_or_else(refused)?;
    hmac::verify(key, &signed(bytes, holder), seal).map_err(|_| refused())?;
    let (issued, cursor) = bytes.split_first_chunk::<8>().ok_or_else(refused)?;
    if now.as_second().saturating_sub(i64::from_be_bytes(*issued)) > LIFETIME {
        return Err(Problem::new(
            Code::ExpiredPageToken,
            "The '$skiptoken' is older than a day. Begin with the first page of the list.",
        ));
    }
    Ok(Cursor::from_bytes(cursor)?)
}

/// What is sealed: no two holders and cursors give the same bytes.
fn signed(bytes: &[u8], holder: Holder<'_>) -> Vec<u8> {
    let mut signed = Vec::new();
    for part in [holder.actor.as_bytes(), holder.path.as_bytes(), bytes] {
        signed.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        signed.extend(part);
    }
    signed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KIM: Holder<'_> = Holder { actor: "kim", path: "/users" };

    fn key() -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &[7; 32])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_796_000_000 + seconds).unwrap()
    }

    fn cursor() -> Cursor {
        let body = json!({ "q": "0f", "k": [], "i": "7", "n": 0 }).to_string();
        Cursor::from_bytes(body.as_bytes()).unwrap()
    }

    // GR-09
    #[test]
    fn a_cursor_is_good_for_its_holder_and_its_list_and_a_day() {
        let text = sealed(&key(), &cursor(), (KIM, at(0)));
        let opens = |holder, at| opened(&key(), &text, (holder, at)).is_ok();
        assert!(opens(KIM, at(0)) && opens(KIM, at(LIFETIME)));
        assert!(!opens(KIM, at(LIFETIME + 1)));
        assert!(!opens(Holder { actor: "lee", ..KIM }, at(0)));
        assert!(!opens(Holder { path: "/groups", ..KIM }, at(0)));
        assert!(!opens(Holder { actor: "kim/", path: "users" }, at(0)));
    }

    #[test]
    fn no_byte_of_a_cursor_can_be_changed() {
        let text = sealed(&key(), &cursor(), (KIM, at(0)));
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(opened(&key(), &changed, (KIM, at(0))).is_err(), "{position}");
        }
        for text in ["", "AAAA", "?"] {
            assert!(opened(&key(), text, (KIM, at(0))).is_err());
        }
    }
}
