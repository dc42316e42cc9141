//! Policies and sign-ins in a few words.
//!
//! ```text
//! policy users=All not-groups=staff apps=mail grant=mfa
//! settings baseline=legacy
//! user=ada groups=staff app=mail => principal
//! ```
//!
//! A line that begins with `policy` adds a policy, `settings` changes the tenant. Any other line is
//! a sign-in, and behind the arrow stands what becomes of each policy, in order: `applies`, the
//! first dimension that does not match, `off`, or `reports` and `ignored` for report-only ones.
//! Words that are left out mean the plainest thing: everybody, the app `mail`, a browser on
//! Windows, an unknown network, an unregistered device, no risk, an ordinary flow.

mod policy;
mod sign_in;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

use cardea_policy::conditions::target::{BaselineScopes, UserAction};
use cardea_policy::evaluate::{Dimension, Reason, SignIn};
use cardea_policy::id::{AppId, Id};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{ApprovedApplication, Settings};

pub(crate) use self::policy::{grant, policy};
pub(crate) use self::sign_in::sign_in;
use crate::direct;

const ACTIONS: [UserAction; 2] = [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice];

/// Reads policies and sign-ins and compares what becomes of them with what the text says.
#[track_caller]
pub(crate) fn check(text: &str) {
    let (mut policies, mut settings, mut wrong, mut checked) =
        (Vec::new(), Settings::default(), String::new(), 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(' ') {
            Some(("policy", words)) => policies.push(policy(words)),
            Some(("settings", words)) => settings = self::settings(words),
            _ => {
                let (words, expected) = line.split_once("=>").expect("a sign-in needs an arrow");
                let index = Index::new(policies.clone(), settings.clone());
                let found = outcome(&index, &sign_in(words));
                checked += 1;
                if found != expected.trim() {
                    writeln!(wrong, "{line}\n    but {found}").unwrap();
                }
            }
        }
    }
    assert!(checked > 0, "no sign-in to check");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What becomes of each policy; the compiled index must agree with the conditions themselves.
fn outcome(index: &Index, sign_in: &SignIn) -> String {
    let evaluation = index.evaluate(sign_in);
    assert_eq!(evaluation, direct::evaluate(index.policies(), index.settings(), sign_in));
    let words = evaluation.reasons.iter().enumerate().map(|(at, reason)| {
        let at = PolicyIndex::at(at);
        match reason {
            Reason::NotEnabled => "off",
            Reason::Mismatch(dimension) => name(*dimension),
            Reason::Applies if evaluation.decision.applied.contains(at) => "applies",
            Reason::Applies if evaluation.decision.report_only.contains(at) => "reports",
            Reason::Applies => "ignored",
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Principal => "principal",
        Dimension::Target => "target",
        Dimension::Client => "client",
        Dimension::Platform => "platform",
        Dimension::Network => "network",
        Dimension::Device => "device",
        Dimension::Risk => "risk",
        Dimension::Flow => "flow",
    }
}

/// The words of a line. A device filter has spaces, so it comes last.
struct Words<'a> {
    line: &'a str,
    words: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    fn of(line: &'a str) -> Self {
        let line = line.trim();
        let (rest, rule) = match line.split_once("filter=") {
            Some((rest, rule)) => (rest, Some(rule.trim())),
            None => (line, None),
        };
        let word = |word: &'a str| word.split_once('=').unwrap_or((word, ""));
        let mut words: BTreeMap<_, _> = rest.split_whitespace().map(word).collect();
        words.extend(rule.map(|rule| ("filter", rule)));
        Self { line, words }
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        self.words.remove(key)
    }

    fn list(&mut self, key: &str) -> Vec<&'a str> {
        self.take(key).map_or_else(Vec::new, |list| list.split(',').collect())
    }

    fn ids<K: Ord>(&mut self, key: &str) -> BTreeSet<Id<K>> {
        self.list(key).into_iter().map(Id::new).collect()
    }

    fn done(self) {
        assert!(self.words.is_empty(), "what are {:?} in `{}`?", self.words, self.line);
    }
}

/// The one of the values that is called so, without regard to case.
fn one_of<T: Debug + Copy>(all: &[T], name: &str) -> T {
    let called = |it: &&T| format!("{it:?}").eq_ignore_ascii_case(name);
    *all.iter().find(called).unwrap_or_else(|| panic!("no `{name}` among {all:?}"))
}

fn some_of<T: Debug + Copy + Ord>(all: &[T], names: &[&str]) -> BTreeSet<T> {
    names.iter().map(|name| one_of(all, name)).collect()
}

fn settings(line: &str) -> Settings {
    let mut words = Words::of(line);
    let settings = Settings {
        approved_application: match words.take("approved") {
            Some("enforced") => ApprovedApplication::Enforced,
            _ => ApprovedApplication::Retired,
        },
        baseline_scopes: match words.take("baseline") {
            Some("legacy") => BaselineScopes::Legacy,
            None | Some("directory") => BaselineScopes::Directory,
            Some(app) => BaselineScopes::App(AppId::new(app)),
        },
    };
    words.done();
    settings
}
