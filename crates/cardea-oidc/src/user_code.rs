//! The code that a person types from one device into another (RFC 8628 §6.1).

use std::fmt;

use crate::secret::SecretHash;

/// Consonants: no vowels, so no words; no digits, so nothing to mistake for a letter. The set of
/// RFC 8628 §6.1.
const ALPHABET: [char; 20] = [
    'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X',
    'Z',
];
/// Nine letters are 2³⁸ codes.
const LENGTH: usize = 9;

/// Nine letters. It is shown in groups of three, and compared without what stands between them.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new code. Of 128 bits of chance the remainders are even enough: the most likely code is more
    /// likely than the least by less than 2⁻⁸⁸.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(bytes);
        let mut code = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            let letter = usize::try_from(rest % 20).ok().and_then(|it| ALPHABET.get(it));
            code.extend(letter);
            rest /= 20;
        }
        Self(code)
    }

    /// What a person typed: any case, with or without hyphens, spaces and dots.
    pub fn typed(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|it| !it.is_whitespace() && !matches!(it, '-' | '.' | '‐' | '‑' | '–' | '—'))
            .map(|it| it.to_ascii_uppercase())
            .collect();
        let fits = code.chars().count() == LENGTH && code.chars().all(|it| ALPHABET.contains(&it));
        fits.then_some(Self(code))
    }

    /// What is kept of it. It is short, so its hash protects it only for the minutes that it lives.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

/// As it is shown: `BCD-FGH-JKL`.
impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % 3 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        let code = UserCode::typed(typed).map(|it| it.to_string());
        assert_eq!(code.as_deref(), expected, "{typed:?}");
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in
            ["BCD-FGH-JKL", "bcdfghjkl", " bcd fgh jkl ", "BcD.fGh–jKl", "b-c-d-f-g-h-j-k-l"]
        {
            check(typed, Some("BCD-FGH-JKL"));
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "BCD-FGH-JK",
            "BCD-FGH-JKLM",
            "ACD-FGH-JKL",
            "0CD-FGH-JKL",
            "ßCDFGHJKL",
            "BCD_FGHJKL",
        ] {
            check(typed, None);
        }
        check(&"-".repeat(100_000), None);
    }

    proptest! {
        #[test]
        fn every_code_is_found_again_when_typed(bytes: [u8; 16]) {
            let code = UserCode::from_random(bytes);
            prop_assert_eq!(UserCode::typed(&code.to_string()), Some(code.clone()));
            prop_assert_eq!(UserCode::typed(&code.to_string().to_lowercase()), Some(code.clone()));
            prop_assert_eq!(code.to_string().len(), 11);
        }
    }
}
