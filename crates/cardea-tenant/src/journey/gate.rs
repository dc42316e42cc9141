//! What a request demands in a situation, and whether what a person can show satisfies it.
//!
//! The one place where registration differs from ordinary access. Source: Entra, *How
//! authentication strengths work* (registration and precedence), *Conditional Access: Grant*
//! (what Authenticator may read and write), *Register passkeys in Authenticator*.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::control::{Control, Grant};
use cardea_policy::index::Index;
use cardea_policy::lattice::Lattice;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::{Evidence, Strengths};
use cardea_policy::strength::{CertificateRule, Mode, PasskeyRule, Strength};

use super::actor::{Device, Intent};
use super::app::App;
use super::means::{Means, MeansIndex, Method, PasskeyHome};
use super::permission::Permissions;
use super::wizard::registers;
use crate::assumption::{Assumption, Assumptions};
use crate::methods::{Attests, PasskeyType};

/// What kind of passage a request is. Each kind reads the demands in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passage {
    /// Access to a resource, or Security info opened directly: every demand holds as written.
    Plain,
    /// Authenticator's own sign-in, which looks up what can be registered: compliance and app
    /// controls do not stand in its way.
    AuthenticatorSignIn,
    /// Authenticator writes a credential: it is neither an approved nor a protected app.
    AuthenticatorWrites,
    /// The registration wizard in the middle of a sign-in.
    Wizard,
    /// Registering or joining a device: Windows Hello and device-bound passkeys do not count.
    DeviceRegistration,
}

/// How the wizard reads a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It holds as written.
    Stays,
    /// It counts as met.
    GivesWay,
    /// It lets people in who do not meet it, to register what it lists.
    LetsIn,
}

/// What a request demands: the applied policies, read as a kind of passage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gate {
    /// How the demands are read.
    pub passage: Passage,
    /// The policies that apply.
    pub applied: PolicySet,
}

/// What remains to be shown at a gate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demands {
    /// Nothing helps: a policy blocks.
    Blocked,
    /// Of each list, any one control.
    All(Vec<Vec<Control>>),
}

impl Demands {
    /// Whether the demands are met, given the truth of each control.
    pub fn met<L: Lattice>(
        &self,
        lattice: &L,
        truth: &mut impl FnMut(&Control) -> L::Truth,
    ) -> L::Truth {
        match self {
            Self::Blocked => lattice.bottom(),
            Self::All(list) => {
                lattice.all(list.iter().map(|any| lattice.any(any.iter().map(&mut *truth))))
            }
        }
    }
}

/// The rules of a tenant, compiled, as gates need them.
#[derive(Clone, Debug)]
pub struct Book {
    /// The policies.
    pub index: Index,
    /// The strengths.
    pub strengths: Strengths,
    /// What people can hold.
    pub means: Means,
    /// What is taken for granted.
    pub assumptions: Assumptions,
}

/// What a person can show in one session, as truth values of a lattice.
#[derive(Debug)]
pub struct Session<'a, L: Lattice> {
    /// The lattice.
    pub lattice: &'a L,
    /// The rules.
    pub book: &'a Book,
    /// For each of the means, whether it is at hand. One-time passes count by [`Self::one_time`].
    pub held: &'a [L::Truth],
    /// Whether a one-time pass is at hand for this session.
    pub one_time: L::Truth,
    /// What the methods policy allows.
    pub permissions: &'a Permissions,
    /// The device of the session.
    pub device: &'a Device,
    /// The client of the session.
    pub client: ClientApp,
    /// The app that it is.
    pub app: App,
    /// Who acts.
    pub intent: Intent,
    /// The passage that the evidence is for.
    pub passage: Passage,
}

impl<L: Lattice> Lattice for Session<'_, L> {
    type Truth = L::Truth;

    fn top(&self) -> L::Truth {
        self.lattice.top()
    }
    fn bottom(&self) -> L::Truth {
        self.lattice.bottom()
    }
    fn meet(&self, left: &L::Truth, right: &L::Truth) -> L::Truth {
        self.lattice.meet(left, right)
    }
    fn join(&self, left: &L::Truth, right: &L::Truth) -> L::Truth {
        self.lattice.join(left, right)
    }
    fn all(&self, values: impl IntoIterator<Item = L::Truth>) -> L::Truth {
        self.lattice.all(values)
    }
    fn any(&self, values: impl IntoIterator<Item = L::Truth>) -> L::Truth {
        self.lattice.any(values)
    }
}

impl<L: Lattice> Session<'_, L> {
    fn plain(&self, truth: bool) -> L::Truth {
        if truth { self.top() } else { self.bottom() }
    }

    /// Whether the means can be shown in this session.
    pub fn shows(&self, index: MeansIndex) -> L::Truth {
        let Some(method) = self.book.means.method(index) else { return self.bottom() };
        if !self.permissions.usable(index) || !self.device.shows(method) {
            return self.bottom();
        }
        match method {
            Method::Mode(Mode::TemporaryAccessPassOneTime) => self.one_time.clone(),
            Method::Mode(_) | Method::Passkey(_) => {
                self.held.get(index.0).cloned().unwrap_or_else(|| self.bottom())
            }
        }
    }

    /// Whether the session can begin at all: some first factor. What cannot satisfy the policies
    /// on registering a device still begins a sign-in.
    pub fn first_factor(&self) -> L::Truth {
        let first = |method: &Method| is_first_factor(method.mode());
        let methods = self.book.means.iter().filter(|(_, method)| first(method));
        self.any(methods.map(|(index, _)| self.shows(index)))
    }

    /// Whether a control on apps is met. Its people get an app that the organisation protects, and
    /// their phone is registered through the broker on the way. Authenticator is none when it
    /// registers, and nobody protects the app of somebody who should not get in.
    fn meets_by_app(&self, control: &Control) -> bool {
        self.intent == Intent::Person
            && self.passage != Passage::AuthenticatorWrites
            && self.app.meets(control, self.client, self.device.form)
    }

    /// Whether the session holds multifactor authentication of any kind.
    pub fn strong(&self) -> L::Truth {
        self.book.strengths.multifactor(self)
    }
}

impl<L: Lattice> Evidence for Session<'_, L> {
    fn method(&self, mode: Mode) -> L::Truth {
        if self.passage == Passage::DeviceRegistration && mode == Mode::WindowsHelloForBusiness {
            return self.bottom();
        }
        self.book.means.mode(mode).map_or_else(|| self.bottom(), |index| self.shows(index))
    }

    fn passkey(&self, rule: &PasskeyRule) -> L::Truth {
        self.any(self.book.means.passkeys().map(|(index, passkey)| {
            let bound = passkey.home.kind() == PasskeyType::DeviceBound
                && passkey.home != PasskeyHome::SecurityKey;
            if self.passage == Passage::DeviceRegistration && bound || !rule.accepts(passkey.model)
            {
                self.bottom()
            } else {
                self.shows(index)
            }
        }))
    }

    /// Issuers and policies of people's certificates are not part of any export, so a certificate
    /// is taken to fulfil the rule.
    fn certificate(&self, mode: Mode, _rule: &CertificateRule) -> L::Truth {
        self.method(mode)
    }

    fn control(&self, control: &Control) -> L::Truth {
        let state = self.device.state;
        match control {
            Control::Mfa | Control::Strength(_) => self.book.strengths.control(self, control),
            Control::CompliantDevice => self.plain(state.is_compliant()),
            Control::DomainJoinedDevice => self.plain(state.is_hybrid_joined()),
            Control::ApprovedApplication | Control::CompliantApplication => {
                self.plain(self.meets_by_app(control))
            }
            Control::PasswordChange | Control::RiskRemediation => self.strong(),
            Control::Terms(_) => self.top(),
            Control::Custom(_) => self.plain(self.intent == Intent::Person),
        }
    }

    /// What a strength accepts that the input does not define is unknown: nobody is let in on it,
    /// and nobody is said to be kept out because of it (the prover reports the doubt).
    fn unknown_strength(&self, _strength: &Strength) -> L::Truth {
        match self.intent {
            Intent::Person => self.strong(),
            Intent::Attacker => self.bottom(),
        }
    }
}

/// Whether a sign-in can begin with the method.
pub fn is_first_factor(mode: Mode) -> bool {
    match mode {
        Mode::Password
        | Mode::WindowsHelloForBusiness
        | Mode::DeviceBasedPush
        | Mode::TemporaryAccessPassOneTime
        | Mode::TemporaryAccessPassMultiUse
        | Mode::X509CertificateSingleFactor
        | Mode::X509CertificateMultiFactor
        | Mode::FederatedSingleFactor
        | Mode::FederatedMultiFactor
        | Mode::QrCodePin
        | Mode::Email
        | Mode::Fido2 => true,
        Mode::Voice
        | Mode::HardwareOath
        | Mode::SoftwareOath
        | Mode::Sms
        | Mode::MicrosoftAuthenticatorPush => false,
    }
}

impl Gate {
    /// Whether the gate opens to what the session can show.
    pub fn opens<L: Lattice>(&self, session: &Session<'_, L>) -> L::Truth {
        let demands = self.demands(session.book, session.permissions, session.device);
        let met =
            demands.met(session, &mut |control| session.book.strengths.control(session, control));
        session.meet(&session.first_factor(), &met)
    }

    /// What remains to be shown: the demands of the applied policies without those that the
    /// passage waives. What is waived never depends on what people hold, so this is done once.
    pub fn demands(&self, book: &Book, permissions: &Permissions, device: &Device) -> Demands {
        if self.applied.meets(book.index.blocking()) {
            return Demands::Blocked;
        }
        let mut list = BTreeSet::new();
        for policy in self.applied.iter() {
            let Some(grant) = book.index.grant(policy) else { continue };
            let waives =
                |control: &Control| self.waives((book, permissions, device), policy, control);
            list.extend(grant.choices().filter(|any| !any.iter().any(waives)).map(<[_]>::to_vec));
        }
        Demands::All(list.into_iter().collect())
    }

    /// Whether one demand is met.
    pub fn demand<L: Lattice>(
        &self,
        session: &Session<'_, L>,
        policy: PolicyIndex,
        grant: &Grant,
    ) -> L::Truth {
        grant.met(session, |control| self.control(session, policy, control))
    }

    /// Whether one control of a policy is met, as the passage reads it.
    pub fn control<L: Lattice>(
        &self,
        session: &Session<'_, L>,
        policy: PolicyIndex,
        control: &Control,
    ) -> L::Truth {
        if self.waives((session.book, session.permissions, session.device), policy, control) {
            session.top()
        } else {
            session.book.strengths.control(session, control)
        }
    }

    fn waives(
        &self,
        (book, permissions, device): (&Book, &Permissions, &Device),
        policy: PolicyIndex,
        control: &Control,
    ) -> bool {
        match self.passage {
            Passage::AuthenticatorSignIn => is_met_by_looking_up(control),
            Passage::Wizard => {
                !book.index.on_registration().contains(policy)
                    && self.in_wizard((book, permissions, device), policy, control)
                        != Reading::Stays
            }
            Passage::Plain | Passage::AuthenticatorWrites | Passage::DeviceRegistration => false,
        }
    }

    /// How the wizard reads a control of a policy that is not on registering security info. On all
    /// resources every control stays but strengths, which give way to the strengths of policies on
    /// registering security info. Policies on single resources give way to nothing. Where strengths
    /// stay, whoever could register a method that they list is let in; the multifactor control is
    /// such a strength.
    pub(super) fn in_wizard(
        &self,
        (book, permissions, device): (&Book, &Permissions, &Device),
        policy: PolicyIndex,
        control: &Control,
    ) -> Reading {
        let gives_way = match control {
            Control::Mfa => book.assumptions.hold(Assumption::MfaMetInWizard),
            Control::Strength(_) => self.displaces(book),
            Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Terms(_)
            | Control::Custom(_) => return Reading::Stays,
        };
        if gives_way && book.index.all_resources().contains(policy) {
            Reading::GivesWay
        } else if book.assumptions.hold(Assumption::ListedMeansLetIn)
            && registers(book, permissions, control, device).next().is_some()
        {
            Reading::LetsIn
        } else {
            Reading::Stays
        }
    }

    /// Whether a policy on registering security info brings a strength of its own.
    pub fn displaces(&self, book: &Book) -> bool {
        let mfa_displaces = book.assumptions.hold(Assumption::MfaOnRegistrationDisplaces);
        self.applied.and(book.index.on_registration()).iter().any(|policy| {
            match book.index.grant(policy) {
                Some(Grant::Require { controls, .. }) => controls.iter().any(|control| {
                    matches!(control, Control::Strength(_))
                        || (mfa_displaces && *control == Control::Mfa)
                }),
                Some(Grant::Block) | None => false,
            }
        })
    }

    /// Policies whose demand is not met, for a session of plain truths.
    pub fn unmet<L: Lattice<Truth = bool>>(&self, session: &Session<'_, L>) -> Vec<PolicyIndex> {
        let index = &session.book.index;
        self.applied
            .iter()
            .filter(|policy| {
                index.grant(*policy).is_some_and(|grant| !self.demand(session, *policy, grant))
            })
            .collect()
    }
}

/// Whether the control does not stand in the way of Authenticator's look-up. Entra documents it of
/// compliance; of the app controls it is what practice shows. A phone is never hybrid joined.
fn is_met_by_looking_up(control: &Control) -> bool {
    match control {
        Control::CompliantDevice | Control::ApprovedApplication | Control::CompliantApplication => {
            true
        }
        Control::Mfa
        | Control::Strength(_)
        | Control::DomainJoinedDevice
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => false,
    }
}

/// Whether a way of registering a passkey kept in `home` can attest it: Authenticator only inside
/// the app, security keys anywhere, synced and Windows passkeys never.
pub fn attests(home: PasskeyHome, passage: Passage) -> Attests {
    match home {
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => {
            if passage == Passage::AuthenticatorWrites { Attests::Yes } else { Attests::No }
        }
        PasskeyHome::SecurityKey => Attests::Yes,
        PasskeyHome::SyncedProvider | PasskeyHome::Windows => Attests::No,
    }
}
