//! What would happen if: one person's sign-in that nobody makes, asked of the same rules that decide
//! those that are made.

use std::collections::BTreeSet;
use std::sync::Arc;

use cardea_check::whatif::answer::reasons;
use cardea_check::whatif::question::Question as Supposed;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::Person;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Request;
use cardea_policy::evaluate::{Dimension, Principal, Reason};
use cardea_policy::id::AppId;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::State;
use cardea_policy::well_known;
use cardea_store as store;
use cardea_store::{NewPass, Usable};
use cardea_tenant::journey::channel::Leg;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::step::Wall;
use cardea_tenant::location::network;
use jiff::{SignedDuration, Timestamp};

use super::caller::{Caller, Denied};
use super::right::Right;
use crate::decision::{Case, Next, Way};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::snapshot::Snapshot;
use crate::subject::{Holdings, Subject};
use crate::visitor::Place;

/// A sign-in that is asked about.
#[derive(Clone, Debug)]
pub struct Question {
    /// The person's object id.
    pub person: String,
    /// Which sign-in.
    pub sign_in: Asked,
    /// What the person has.
    pub has: Has,
    /// Which policies count.
    pub counts: Counts,
}

/// Which sign-in is asked about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Any app in a browser on such a platform, from an address that no policy knows.
    AnyApp(Platform),
    /// One of which everything is said, as the request of Graph's `conditionalAccess/evaluate` says
    /// it. Who signs in is [`Question::person`].
    Supposed(Box<Supposed>),
}

/// What the person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// What is registered.
    Registered,
    /// A password and nothing else.
    Password,
    /// A password and a pass that lasts.
    Pass,
}

/// Which policies count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Those that are on.
    Enabled,
    /// Those in report-only mode too.
    All,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Told {
    /// What the person is asked next.
    pub next: Next,
    /// What every policy says.
    pub policies: Vec<Said>,
}

/// What a policy says.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its id; empty where it has none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is enforced here.
    pub state: State,
    /// Whether it applies, or why not.
    pub reason: Reason,
    /// Whether something of it has no meaning here, so that its answer is no proof.
    pub meaning: Meaning,
    /// Whether the person gets past it.
    pub stands: Stands,
}

/// Whether everything that a policy says has a meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It has.
    Whole,
    /// It has not.
    Partial,
}

/// Whether the person gets past a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// They do: it does not apply, or they can meet it.
    Passed,
    /// They do not.
    InTheWay,
    /// Another one stops them before this one matters.
    NotReached,
}

/// What would happen to a person, in one of four words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// Gets in without registering anything.
    Ready,
    /// Gets in by steps that they can take alone.
    Alone,
    /// Gets in after one act of the help desk.
    Help,
    /// Has no way in.
    Trapped,
}

impl Prospect {
    /// What an answer means for the person.
    pub fn of(next: &Next) -> Self {
        match next {
            // A pass ends: whoever has nothing else is about to register something.
            Next::Show(ways) if ways.iter().all(|way| *way == Way::Pass) => Self::Alone,
            Next::Granted | Next::Show(_) | Next::Accept(_) => Self::Ready,
            Next::Register(_) => Self::Alone,
            Next::Shut(shut) => shut
                .exits
                .iter()
                .copied()
                .map(Self::by)
                .min_by_key(|it| it.rank())
                .unwrap_or(Self::Trapped),
        }
    }

    fn by(exit: Exit) -> Self {
        match exit {
            Exit::Phone | Exit::TrustedNetwork => Self::Alone,
            // Who has none of these cannot make one.
            Exit::ManagedDevice | Exit::Pass | Exit::PassOnPhone | Exit::PassOnTrustedNetwork => {
                Self::Help
            }
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Ready => 0,
            Self::Alone => 1,
            Self::Help => 2,
            Self::Trapped => 3,
        }
    }

    /// The better one of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if other.rank() < self.rank() { other } else { self }
    }
}

/// Why a policy does not apply, in a word; `None` where it does.
pub fn mismatch(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::Applies => return None,
        Reason::NotEnabled => "it is off",
        Reason::Mismatch(dimension) => match dimension {
            Dimension::Principal => "the person",
            Dimension::Target => "the app or action",
            Dimension::Client => "the kind of client",
            Dimension::Platform => "the platform",
            Dimension::Network => "the network",
            Dimension::Device => "the device",
            Dimension::Risk => "the risk",
            Dimension::Flow => "the flow",
        },
    })
}

impl Question {
    /// What is asked of everybody who opens an app on such a device.
    pub fn any_app(person: &str, on: Platform) -> Self {
        Self {
            person: person.to_owned(),
            sign_in: Asked::AnyApp(on),
            has: Has::Registered,
            counts: Counts::Enabled,
        }
    }

    /// Everything of the sign-in that policies look at, but who signs in.
    fn supposed(&self, snapshot: &Snapshot) -> Supposed {
        let tenant = snapshot.tenant();
        let on = match &self.sign_in {
            Asked::Supposed(said) => return (**said).clone(),
            Asked::AnyApp(on) => *on,
        };
        let request = Request::resource(tenant.resource(&AppId::new(well_known::MY_SIGN_INS)));
        Supposed {
            principal: Principal::Person(Person::default()),
            leg: Leg { passage: Passage::Plain, request },
            client: Some(ClientApp::Browser),
            app: None,
            platform: on,
            network: network(&tenant.locations, None, None),
            device: None,
            risks: Risks::default(),
            flow: Flow::Ordinary,
            places: Vec::new(),
            who: String::new(),
            what: String::new(),
        }
    }

    /// Answers for a person who was read.
    fn answer(&self, snapshot: &Snapshot, subject: &Subject, now: Timestamp) -> Told {
        let supposed = self.supposed(snapshot);
        let case = Case {
            snapshot,
            subject,
            place: &Place::supposed(&supposed),
            request: &supposed.leg.request,
            passage: supposed.leg.passage,
            shown: &[],
            accepted: &BTreeSet::new(),
            now,
        };
        let next = case.next();
        let index = &snapshot.book.index;
        let principal = Principal::Person(subject.person.clone());
        // The same function as Graph's action: what is not said of the client keeps policies away.
        let reasons = reasons(index, &Supposed { principal, ..supposed.clone() });
        let said = reasons.iter().enumerate().filter_map(|(at, reason)| {
            let policy = index.policy(PolicyIndex::at(at))?;
            Some(Said {
                id: policy.id.as_ref().map(ToString::to_string).unwrap_or_default(),
                name: policy.name.clone(),
                state: policy.state,
                reason: *reason,
                meaning: if policy.unmodelled.is_empty() {
                    Meaning::Whole
                } else {
                    Meaning::Partial
                },
                stands: stands(&next, PolicyIndex::at(at), *reason),
            })
        });
        Told { policies: said.collect(), next }
    }
}

/// Whether a policy is what stops somebody.
fn stands(next: &Next, policy: PolicyIndex, reason: Reason) -> Stands {
    if reason != Reason::Applies {
        return Stands::Passed;
    }
    match next {
        Next::Granted | Next::Show(_) | Next::Register(_) | Next::Accept(_) => Stands::Passed,
        Next::Shut(shut) => match &shut.wall {
            Wall::Blocked(by) if *by == policy => Stands::InTheWay,
            Wall::Unmet(policies) if policies.contains(&policy) => Stands::InTheWay,
            Wall::Blocked(_)
            | Wall::Unmet(_)
            | Wall::CannotShow(_)
            | Wall::PassSpent
            | Wall::NoFirstFactor
            | Wall::NoSuchWay
            | Wall::NotRegistrable
            | Wall::NotFresh => Stands::NotReached,
        },
    }
}

/// What a person would have.
fn holding(subject: &mut Subject, has: Has, now: Timestamp) {
    if has == Has::Registered {
        return;
    }
    let password = store::Password { phc: String::new(), changed: now };
    let ends = now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now);
    let issued = NewPass {
        id: String::new(),
        person: subject.row.id.clone(),
        starts: now,
        ends,
        usable: Usable::Many,
        issued_by: String::new(),
        created: now,
    };
    let pass = store::Pass { issued, used_at: None, closed: None };
    subject.holdings = Holdings {
        password: Some(password),
        pass: (has == Has::Pass).then_some(pass),
        ..Holdings::default()
    };
}

impl Idp {
    /// What would happen in sign-ins of one person, in the order of the questions; `None` where there
    /// is no enabled account.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn told(
        &self,
        caller: &Caller,
        questions: &[Question],
        now: Timestamp,
    ) -> Result<Result<Option<Vec<Told>>, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::ReadDirectory) {
            return Ok(Err(denied));
        }
        let mut answers = Vec::new();
        for question in questions {
            let snapshot = self.counting(question.counts).await?;
            let mut reader = self.store().read().await?;
            let Some(mut subject) = Subject::load(&snapshot, &mut reader, &question.person).await?
            else {
                return Ok(Ok(None));
            };
            drop(reader);
            holding(&mut subject, question.has, now);
            answers.push(question.answer(&snapshot, &subject, now));
        }
        Ok(Ok(Some(answers)))
    }

    async fn counting(&self, counts: Counts) -> Result<Arc<Snapshot>, Failure> {
        let snapshot = self.snapshot().await?;
        match counts {
            Counts::Enabled => Ok(snapshot),
            Counts::All => Ok(Arc::new(self.rehearsed(&snapshot).await?)),
        }
    }

    async fn rehearsed(&self, snapshot: &Snapshot) -> Result<Snapshot, Failure> {
        let mut reader = self.store().read().await?;
        Snapshot::rehearsed(&mut reader, snapshot.countries.clone()).await
    }

    /// What would happen to everybody who is enabled if all policies were on: object ids and the best
    /// that a laptop or a phone gives. Asks for everybody's methods, so it takes a while.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn prospects(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Result<Vec<(String, Prospect)>, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::ReadDirectory) {
            return Ok(Err(denied));
        }
        let snapshot = self.counting(Counts::All).await?;
        let directory = &snapshot.tenant().directory;
        let ids: Vec<&str> = directory.people().map(|person| directory.id(person)).collect();
        let mut reader = self.store().read().await?;
        let mut prospects = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(subject) = Subject::load(&snapshot, &mut reader, id).await? else { continue };
            let best = [Platform::Windows, Platform::Android].map(|on| {
                Prospect::of(&Question::any_app(id, on).answer(&snapshot, &subject, now).next)
            });
            let [laptop, phone] = best;
            prospects.push((id.to_owned(), laptop.or(phone)));
            // Others have requests, too.
            tokio::task::yield_now().await;
        }
        Ok(Ok(prospects))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_way_counts() {
        assert_eq!(Prospect::Trapped.or(Prospect::Help), Prospect::Help);
        assert_eq!(Prospect::Ready.or(Prospect::Trapped), Prospect::Ready);
        assert_eq!(Prospect::of(&Next::Show([Way::Pass].into())), Prospect::Alone);
        assert_eq!(Prospect::of(&Next::Show([Way::Pass, Way::Passkey].into())), Prospect::Ready);
    }
}
