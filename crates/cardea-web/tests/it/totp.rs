//! An authenticator app that makes codes (RFC 6238).

use aws_lc_rs::hmac;

use crate::clock;

/// The code of now.
pub(crate) fn code(seed: &[u8]) -> String {
    let step = u64::try_from(clock::now().as_second()).unwrap() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 0xf);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The bytes of a seed as pages show it: base 32 (RFC 4648).
pub(crate) fn seed(text: &str) -> Vec<u8> {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    let mut bits = 0_u64;
    let (mut count, mut bytes) = (0, Vec::new());
    for letter in letters {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        bits = bits << 5 | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

#[test]
fn the_app_makes_the_codes_of_the_specification() {
    // RFC 6238 Appendix B, the last six digits.
    let at = clock::now().as_second();
    clock::seconds(59 - at);
    assert_eq!(code(b"12345678901234567890"), "287082");
}
