//! What codes mean, and what to do about them.

mod table;

use table::TABLE;

/// A code explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// What happened.
    pub what: String,
    /// What to do.
    pub next: String,
}

impl Meaning {
    /// Looks a code up: `53003`, `AADSTS53003`, `CARDEA990001`, in small or capital letters, with
    /// whatever follows a colon left out. `None` where it is not known.
    pub fn of(code: &str, tenant: &str) -> Option<Self> {
        let code = code.split(':').next()?.trim().to_ascii_uppercase();
        let code = code.strip_prefix("AADSTS").unwrap_or(&code);
        TABLE.iter().find(|row| row.0 == code).map(|(_, what, next)| Self {
            what: what.replace("{tenant}", tenant),
            next: next.replace("{tenant}", tenant),
        })
    }

    /// Every code that has an explanation, as it is looked up: numbers without `AADSTS`.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_with_and_without_its_family() {
        let plain = Meaning::of("53003", "Contoso").unwrap();
        assert_eq!(Meaning::of("AADSTS53003", "Contoso").unwrap(), plain);
        assert_eq!(Meaning::of(" aadsts53003: Access has been blocked", "Contoso").unwrap(), plain);
        assert!(plain.what.contains("Contoso"));
    }

    #[test]
    fn an_unknown_code_has_no_meaning() {
        for code in ["", "1", "AADSTS", "AADSTS999999", "53003x", "<script>", "CARDEA53003"] {
            assert_eq!(Meaning::of(code, "Contoso"), None, "{code}");
        }
    }

    #[test]
    fn every_code_is_explained_once_and_politely() {
        let mut codes: Vec<_> = Meaning::codes().collect();
        codes.sort_unstable();
        codes.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
        for (code, what, next) in TABLE {
            let text = format!("{what} {next}");
            assert!(what.ends_with('.') && next.ends_with('.'), "{code}: {text}");
            for word in ["please", "!", "oops", "invalid", "the user", "admin"] {
                assert!(!text.to_lowercase().contains(word), "{code} says `{word}`: {text}");
            }
        }
    }
}
