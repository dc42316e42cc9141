//! Sign-ins of which policies ask something that takes no more than a password.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::target::{Request, UserAction};
use cardea_policy::control::Control;
use cardea_policy::index::Index;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

use super::{Gap, Gaps, Limits, among, nothing, within};
use crate::gap::question::Question;
use crate::gap::search::Search;
use crate::people::Crowd;
use crate::universe::Universe;

/// What a sign-in takes beside the password, which an attacker can show as well. Each counts with
/// those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ease {
    /// Nothing.
    Password,
    /// Terms of use: anybody accepts them. A client without modern authentication cannot show them.
    Terms,
    /// App protection: whoever signs in to such an app on a phone gets the protection with it. The
    /// phone is registered on the way, so policies on registering devices have a say.
    ProtectedApp,
}

impl Ease {
    const MORE: [Self; 2] = [Self::Terms, Self::ProtectedApp];

    /// Whether it meets the control.
    pub fn meets(self, control: &Control) -> bool {
        match control {
            Control::Terms(_) => self >= Self::Terms,
            Control::ApprovedApplication | Control::CompliantApplication => {
                self == Self::ProtectedApp
            }
            Control::Mfa
            | Control::Strength(_)
            | Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Custom(_) => false,
        }
    }

    /// The counted policies that ask for more.
    pub fn closing(self, index: &Index, universe: &Universe) -> PolicySet {
        index.demanding().and(&universe.counted).minus(&self.contents(index))
    }

    /// The policies that it is enough for.
    pub fn contents(self, index: &Index) -> PolicySet {
        PolicySet::of(index.policies().len(), |at| {
            let grant = index.grant(PolicyIndex::at(at));
            grant.is_some_and(|grant| grant.met(&Plain, |control| self.meets(control)))
        })
    }

    /// The sign-ins that it can be shown in; `None` where there are none.
    pub fn within(self, universe: &Universe) -> Option<Universe> {
        match self {
            Self::Password => Some(universe.clone()),
            Self::Terms => {
                let clients = universe.clients.only(|client| client.is_modern())?;
                Some(Universe { clients, ..universe.clone() })
            }
            Self::ProtectedApp => {
                let app = ClientApp::MobileAppsAndDesktopClients;
                let clients = universe.clients.only(|client| *client == app)?;
                let platforms = universe.platforms.only(|platform| platform.is_phone())?;
                Some(Universe { clients, platforms, ..universe.clone() })
            }
        }
    }
}

/// Sign-ins of which policies ask nothing that takes more than a password; by the people of these
/// classes, or by anybody where nobody is known. Those that no policy asks anything of are not
/// listed again, nor those that a smaller [`Ease`] is enough for.
pub fn lenient(
    index: &Index,
    universe: &Universe,
    people: Option<&Crowd<'_>>,
    limits: Limits,
) -> Vec<Gap> {
    let demanding = index.demanding().and(&universe.counted);
    let mut known = Ease::Password.contents(index);
    let mut found = Vec::new();
    for ease in Ease::MORE {
        let more = ease.contents(index).and(&demanding).minus(&known);
        if more.is_empty() {
            continue;
        }
        let Some(within) = ease.within(universe).and_then(|it| within(&it, limits.scope)) else {
            continue;
        };
        let closing = ease.closing(index, universe);
        let gaps = match people {
            Some(people) => among::gaps(index, &within, people, &closing, limits),
            None => of_anybody(index, &within, &closing, limits),
        };
        let gaps = gaps.list.into_iter().map(|gap| Gap { ease, ..gap });
        found.extend(gaps.filter(|gap| needs(index, gap, &more) && is_shown(index, gap, &closing)));
        known.unite(&more);
    }
    found
}

fn of_anybody(index: &Index, universe: &Universe, closing: &PolicySet, limits: Limits) -> Gaps {
    let question = Question::of(index, universe);
    let space = question.space(closing);
    let search = Search { space: &space, closing, hit: None, limits };
    question.answer(search).unwrap_or_else(|_| nothing(universe))
}

/// Whether one of the policies asks something of the sign-in.
fn needs(index: &Index, gap: &Gap, more: &PolicySet) -> bool {
    gap.witness.applied(index).meets(more)
}

/// Whether nothing that is needed on the way asks for more.
fn is_shown(index: &Index, gap: &Gap, closing: &PolicySet) -> bool {
    match gap.ease {
        Ease::Password | Ease::Terms => true,
        Ease::ProtectedApp => {
            let mut registration = gap.witness.sign_in.clone();
            registration.request = Request {
                audiences: Vec::new(),
                action: Some(UserAction::RegisterDevice),
                contexts: BTreeSet::new(),
                ..registration.request
            };
            !index.evaluate(&registration).decision.applied.meets(closing)
        }
    }
}
