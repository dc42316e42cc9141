//! Forms of the admin center that came after the session had ended: kept for a moment, so that whoever
//! typed them finds them again after signing in. They are in memory only, and never do anything by
//! themselves.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::fields;

/// How long a form is kept.
const KEPT: SignedDuration = SignedDuration::from_mins(15);
/// How many forms are kept at once; the oldest makes room.
const MOST: usize = 32;
/// The most bytes of a form that is kept.
const LARGEST: usize = 128 * 1024;
/// Parts of names of fields whose values are secrets.
const SECRETS: [&str; 2] = ["password", "secret"];

/// A form that was not taken.
#[derive(Clone)]
pub(crate) struct Form {
    /// Where it was posted to.
    pub action: String,
    /// What was typed.
    pub pairs: Vec<(String, String)>,
    browser: String,
    until: Timestamp,
}

/// The names of the fields alone.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Form")
            .field("action", &self.action)
            .field("names", &names)
            .finish_non_exhaustive()
    }
}

/// The forms that are kept, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Unsent(Mutex<VecDeque<Form>>);

impl Unsent {
    /// Keeps a form for the browser that sent it, in the place of an older one.
    pub(crate) fn keep(
        &self,
        (browser, action): (&str, &str),
        pairs: &[(String, Zeroizing<String>)],
        now: Timestamp,
    ) {
        let size: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if browser.is_empty() || size > LARGEST {
            return;
        }
        let is_plain = |name: &str| {
            let name = name.to_ascii_lowercase();
            name != fields::CSRF && !SECRETS.iter().any(|it| name.contains(it))
        };
        let kept = pairs.iter().filter(|(name, _)| is_plain(name));
        let form = Form {
            action: action.to_owned(),
            pairs: kept.map(|(name, value)| (name.clone(), value.as_str().to_owned())).collect(),
            browser: browser.to_owned(),
            until: now.saturating_add(KEPT).unwrap_or(now),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|it| it.browser != browser && now < it.until);
        all.push_back(form);
        while all.len() > MOST {
            all.pop_front();
        }
    }

    /// The form of a browser, if it is still kept.
    pub(crate) fn of(&self, browser: &str, now: Timestamp) -> Option<Form> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|it| it.browser == browser && now < it.until).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(names: &[&str]) -> Vec<(String, Zeroizing<String>)> {
        names.iter().map(|it| ((*it).to_owned(), Zeroizing::new("typed".to_owned()))).collect()
    }

    #[test]
    fn a_form_is_found_by_its_browser_for_a_while_and_without_secrets() {
        let (unsent, now) = (Unsent::default(), Timestamp::UNIX_EPOCH);
        let typed = pairs(&["name", fields::CSRF, "newPassword", "client_secret"]);
        unsent.keep(("b", "/admin/policies/new"), &typed, now);
        let names: Vec<_> = unsent.of("b", now).unwrap().pairs;
        assert_eq!(names, [("name".to_owned(), "typed".to_owned())]);
        assert!(unsent.of("other", now).is_none());
        assert!(unsent.of("b", now + KEPT).is_none());
    }

    #[test]
    fn there_is_room_for_some_and_for_one_of_each_browser() {
        let (unsent, now) = (Unsent::default(), Timestamp::UNIX_EPOCH);
        for number in 0..=MOST {
            unsent.keep((&number.to_string(), "/admin"), &pairs(&["name"]), now);
        }
        assert!(unsent.of("0", now).is_none());
        unsent.keep(("1", "/admin/groups/new"), &pairs(&["name"]), now);
        assert_eq!(unsent.of("1", now).unwrap().action, "/admin/groups/new");
        let large = vec![("json".to_owned(), Zeroizing::new("x".repeat(LARGEST)))];
        unsent.keep(("large", "/admin"), &large, now);
        assert!(unsent.of("large", now).is_none());
    }
}
