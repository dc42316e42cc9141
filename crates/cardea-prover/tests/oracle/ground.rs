//! A case, compiled: what the prover, the search and the restatement all start from.

use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{OneTime, Start};
use cardea_prover::reach::terrain::{self, Targets, Terrain};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::{Means, MeansIndex};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::{State, Traveller};

use crate::draw::Case;

/// A case, compiled.
pub(crate) struct Ground<'c> {
    pub(crate) case: &'c Case,
    pub(crate) book: Book,
    pub(crate) targets: Targets,
    pub(crate) who: PolicySet,
    pub(crate) permissions: Permissions,
}

impl<'c> Ground<'c> {
    pub(crate) fn new(case: &'c Case) -> Self {
        let tenant = &case.tenant;
        let book = Book {
            index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
            strengths: Strengths::new(tenant.strengths.clone()),
            means: Means::of(tenant),
            assumptions: case.assumptions.clone(),
        };
        let targets = Targets::new(tenant, &book, case.goals.clone());
        let who = book.index.who(&book.index.member(&case.person));
        let permissions = Permissions::of(tenant, &book.means, &case.person, &case.assumptions);
        Self { case, book, targets, who, permissions }
    }

    pub(crate) fn terrain(&self) -> Terrain<'_> {
        let Self { case, book, targets, who, permissions } = self;
        let ground = terrain::Ground::new(book, targets, &case.actor);
        Terrain::new(&ground, who, permissions)
    }

    pub(crate) fn traveller(&self) -> Traveller<'_> {
        Traveller {
            book: &self.book,
            who: &self.who,
            permissions: &self.permissions,
            intent: self.case.actor.intent,
            flow: Flow::Ordinary,
            risks: Risks::default(),
        }
    }

    /// What the person has, passes excepted.
    pub(crate) fn has(&self) -> Vec<MeansIndex> {
        let means = &self.book.means;
        let passkeys: Vec<MeansIndex> = means.passkeys().map(|(index, _)| index).collect();
        let modes = self.case.has.iter().filter_map(|mode| means.mode(*mode));
        modes.chain(self.case.passkeys.iter().map(|at| passkeys[at % passkeys.len()])).collect()
    }

    /// The start for the prover.
    pub(crate) fn start(&self) -> Start<bool> {
        let mut has = self.has();
        if self.case.desk.gives_multi_use() {
            has.extend(self.book.means.mode(Mode::TemporaryAccessPassMultiUse));
        }
        let mut start = Start::with(self.book.means.len(), &has, self.case.account);
        start.one_time = OneTime::everywhere(&self.case.desk.gives_one_time());
        start
    }

    /// The start for the search. The help desk acts on the way.
    pub(crate) fn state(&self) -> State {
        State {
            held: self.has().into_iter().collect(),
            account: self.case.account,
            ..State::default()
        }
    }
}
