//! One step of a concrete journey. Entra, *Temporary Access Pass*, *Combined registration*.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Request;
use cardea_policy::policy::Policy;
use cardea_policy::strength::Mode;
use cardea_tenant::journey::actor::{Across, Form, Situation};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::{Method, PasskeyHome};

use super::allowed::usable;
use super::assigned::{Facts, applies};
use super::demands::Shown;
use super::ways::{self, requests};
use crate::draw::Case;

const ONE_TIME: Method = Method::Mode(Mode::TemporaryAccessPassOneTime);

/// A device by position, and a client: where a session lives.
type Where = (usize, ClientApp);

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) minute: u32,
    pub(crate) has: BTreeSet<Method>,
    pub(crate) registered: bool,
    pub(crate) shown: BTreeMap<Where, BTreeMap<Method, u32>>,
    pub(crate) pass: Pass,
}

/// The one-time pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    None,
    Fresh,
    Used(Where, u32),
}

/// Something tried at a place.
pub(crate) struct Attempt<'a> {
    pub(crate) device: usize,
    pub(crate) at: Situation<'a>,
    pub(crate) show: Vec<Method>,
}

impl Standing {
    /// Whether access is granted.
    pub(crate) fn opens(
        &mut self,
        case: &Case,
        attempt: &Attempt<'_>,
        (passage, request): (Passage, &Request),
    ) -> bool {
        self.shows(case, attempt)
            && self.evidence(case, attempt, (passage, request), u32::MAX).granted()
    }

    /// Whether the method is registered.
    pub(crate) fn registers(
        &mut self,
        case: &Case,
        attempt: &Attempt<'_>,
        (channel, interrupted): (Channel, Option<&Request>),
        method: Method,
    ) -> bool {
        if !ways::exists(case, channel, &attempt.at) {
            return false;
        }
        for (passage, request) in requests(case, channel) {
            if !self.opens(case, attempt, (passage, &request)) {
                return false;
            }
        }
        // Where nothing else was opened, it was Security info.
        let wizard = requests(case, Channel::Wizard).remove(0).1;
        let opened = Request { action: None, ..wizard.clone() };
        let access = applied(case, &attempt.at, interrupted.unwrap_or(&opened));
        let registration = applied(case, &attempt.at, &wizard);
        let offered = ways::offered(case, &attempt.at, &access, &registration);
        if !ways::made(case, channel, &attempt.at, &offered).contains(&method) {
            return false;
        }
        let fresh = self.evidence(case, attempt, (Passage::Plain, &Request::default()), 5);
        let by_password = [Mode::Password, Mode::FederatedSingleFactor]
            .iter()
            .any(|mode| fresh.methods.contains(&Method::Mode(*mode)));
        let first = !self.registered
            && by_password
            && channel != Channel::Authenticator
            && [Mode::Sms, Mode::Voice, Mode::SoftwareOath, Mode::MicrosoftAuthenticatorPush]
                .contains(&method.mode())
            && case.assumptions.hold(cardea_tenant::assumption::Assumption::FirstMethodByPassword);
        if !fresh.multifactor() && !first {
            return false;
        }
        self.has.insert(method);
        self.registered = true;
        true
    }

    fn shows(&mut self, case: &Case, attempt: &Attempt<'_>) -> bool {
        let place = (attempt.device, attempt.at.client);
        for method in &attempt.show {
            if !usable(case, *method) || !works_on(*method, &attempt.at) {
                return false;
            }
            if *method == ONE_TIME {
                match self.pass {
                    Pass::Fresh => self.pass = Pass::Used(place, self.minute),
                    Pass::Used(there, _) if there == place => {}
                    Pass::Used(..) | Pass::None => return false,
                }
            } else if !self.has.contains(method) {
                return false;
            }
            self.shown.entry(place).or_default().insert(*method, self.minute);
        }
        true
    }

    /// What counts in the session there, if it was shown at most so many minutes ago.
    fn evidence<'a>(
        &self,
        case: &'a Case,
        attempt: &Attempt<'a>,
        (passage, request): (Passage, &Request),
        minutes: u32,
    ) -> Shown<'a> {
        let place = (attempt.device, attempt.at.client);
        let mut methods: BTreeSet<Method> = self
            .shown
            .get(&place)
            .into_iter()
            .flatten()
            .filter(|(_, at)| self.minute - **at <= minutes)
            .map(|(method, _)| *method)
            .collect();
        // A one-time pass counts for ten minutes from its use, whatever is asked.
        methods.remove(&ONE_TIME);
        if let Pass::Used(there, at) = self.pass
            && there == place
            && self.minute - at <= 10
        {
            methods.insert(ONE_TIME);
        }
        Shown {
            case,
            methods,
            device: attempt.at.device,
            client: attempt.at.client,
            passage,
            applied: applied(case, &attempt.at, request),
        }
    }
}

/// The policies that apply to a request.
pub(crate) fn applied<'a>(
    case: &'a Case,
    at: &Situation<'_>,
    request: &Request,
) -> Vec<&'a Policy> {
    let facts = Facts {
        person: &case.person,
        request,
        client: at.client,
        platform: at.platform,
        network: at.network,
        device: at.device.facts.as_ref(),
        risks: Risks::default(),
        flow: Flow::Ordinary,
    };
    let settings = &case.tenant.settings;
    case.tenant.policies.iter().filter(|policy| applies(policy, settings, &facts)).collect()
}

/// Whether the method can be shown on the device.
pub(crate) fn works_on(method: Method, at: &Situation<'_>) -> bool {
    let device = at.device;
    let windows = device.form == Form::Computer && device.claims.contains(&Platform::Windows);
    match method {
        Method::Mode(mode) => mode != Mode::WindowsHelloForBusiness || windows,
        Method::Passkey(passkey) => match passkey.home {
            PasskeyHome::SecurityKey | PasskeyHome::SyncedProvider => true,
            PasskeyHome::Windows => windows,
            // On the phone that keeps it, or from there over Bluetooth.
            PasskeyHome::AuthenticatorAndroid => {
                device.across == Across::Open || is_phone_with(device, Platform::Android)
            }
            PasskeyHome::AuthenticatorIos => {
                device.across == Across::Open || is_phone_with(device, Platform::Ios)
            }
        },
    }
}

fn is_phone_with(device: &cardea_tenant::journey::actor::Device, platform: Platform) -> bool {
    device.form == Form::Phone && device.claims.contains(&platform)
}
