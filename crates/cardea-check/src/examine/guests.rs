//! Guests who cannot get in. What a guest can show depends on what the tenant believes of the
//! guest's home: with trust everything that the home can do counts, without it only what guests
//! can register here.
//!
//! Guests come from elsewhere and are on no network of the tenant. Guests with an account here have
//! devices like everybody's, and cannot register what guests cannot.
//!
//! Source: Entra, *Authentication strengths for external users* and *Authentication and Conditional
//! Access for External ID*.

mod fold;
mod judge;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{GuestKind, Membership, Person};
use cardea_policy::place::PolicyIndex;
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::gate::Book;

use super::Examination;
use super::case::Barrier;
use super::trouble::Intent;

/// Guests who cannot get in, because of the same policies.
#[derive(Clone, Debug)]
pub struct Stranded {
    /// The guests, by where they sign in.
    pub guests: BTreeMap<Home, Guests>,
    /// One of each kind that policies tell apart; the first is kept out by nothing else.
    pub people: Vec<Person>,
    /// The goal.
    pub goal: String,
    /// A smallest set of policies without which they would get in.
    pub blamed: Vec<PolicyIndex>,
    /// Policies that stand in the way of some of them as well.
    pub also: BTreeSet<PolicyIndex>,
    /// What is not met at the goal with what they can come by.
    pub unmet: Vec<Barrier>,
    /// What is not met at the goal even with every method that they can have.
    pub barriers: Vec<Barrier>,
    /// Whether they are those who were meant, where blocks keep them out.
    pub intent: Option<Intent>,
}

/// Where guests sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// In a tenant of their own, or with another provider.
    Elsewhere,
    /// Here: internal guests.
    Here,
}

/// Stranded guests with the same kind of home.
#[derive(Clone, Debug)]
pub struct Guests {
    /// Their kinds, by memberships that they have as well and that are not known of anybody: the
    /// smallest combinations, none where guests are stranded whatever else they are.
    pub who: BTreeMap<Vec<Membership>, BTreeSet<GuestKind>>,
    /// How many there are, where the input has people.
    pub people: Option<usize>,
    /// Some of them by name.
    pub examples: Vec<String>,
    /// Whether trust in their homes would let them in.
    pub trust: TrustHelps,
}

/// Whether trust in the home tenants of guests would let them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustHelps {
    /// It would, and the input does not say whether it is there.
    Undecided,
    /// It would, and the input says that it is not there.
    Refused,
    /// It would not.
    No,
}

impl Home {
    /// The home of a kind of guests.
    pub fn of(kind: GuestKind) -> Self {
        match kind {
            GuestKind::InternalGuest => Self::Here,
            GuestKind::B2bCollaborationGuest
            | GuestKind::B2bCollaborationMember
            | GuestKind::B2bDirectConnectUser
            | GuestKind::OtherExternalUser
            | GuestKind::ServiceProvider => Self::Elsewhere,
        }
    }
}

impl Stranded {
    /// See [`Guests::are_certain`].
    pub fn is_certain(&self) -> bool {
        self.guests.values().any(Guests::are_certain)
    }
}

impl Guests {
    /// Whether people of the input are among them, or guests of some kind whatever else they are.
    pub fn are_certain(&self) -> bool {
        self.people.is_some() || self.who.contains_key(&Vec::new())
    }
}

/// Finds every guest who cannot get in.
pub fn find(examination: &Examination<'_>) -> Vec<Stranded> {
    let targets = examination.targets(examination.goals());
    let book = book(examination);
    let mut judged = Vec::new();
    for home in [Home::Elsewhere, Home::Here] {
        let court = judge::Court::new(examination, (&book, &targets), home);
        judged.extend(court.judge(people::of(examination, home)));
    }
    fold::fold(judged)
}

/// The rules for guests: nobody sets up Windows Hello for them.
fn book(examination: &Examination<'_>) -> Book {
    let mut book = examination.book.clone();
    if book.assumptions.hold(Assumption::WindowsHelloAtSetup) {
        book.assumptions = book.assumptions.with_switched(Assumption::WindowsHelloAtSetup);
    }
    book
}
