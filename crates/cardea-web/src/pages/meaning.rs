//! What codes mean, and what to do about them.

/// A code explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What happened.
    pub what: &'static str,
    /// What to do.
    pub next: &'static str,
}

impl Meaning {
    /// Looks a code up: `53003`, `AADSTS53003`, `CARDEA990001`; `None` where it is not known.
    pub fn of(_code: &str) -> Option<Self> {
        None
    }
}
