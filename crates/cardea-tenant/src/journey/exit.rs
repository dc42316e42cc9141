//! What somebody who is kept out can really do next, cheapest first. Each way out is found by
//! walking it to its end.

use alloc::vec::Vec;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::location::Network;

use super::actor::{Device, Situation};
use super::channel::{Channel, Leg};
use super::prompt::{Enrolment, Offer, Prompt, Visit};
use super::step::{Event, Spot, State, Traveller};
use crate::methods::PassUse;

/// A way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Adding a passkey in Authenticator on a phone, with what the person has.
    Phone,
    /// Connecting to a trusted network.
    TrustedNetwork,
    /// Using a device that the organisation manages.
    ManagedDevice,
    /// A pass from the help desk, used here.
    Pass,
    /// A pass from the help desk, used in Authenticator on a phone.
    PassOnPhone,
    /// A pass from the help desk, used on a trusted network.
    PassOnTrustedNetwork,
}

/// What is around somebody who is kept out.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Phones that people may have, with the platform that each claims first.
    pub phones: Vec<Device>,
    /// A managed computer.
    pub managed: Device,
    /// A trusted network, if the tenant has one.
    pub trusted: Option<Network>,
    /// The requests of [`Channel::Authenticator`].
    pub authenticator: Vec<Leg>,
    /// The pass that the help desk would issue, if the methods policy has passes.
    pub pass: Option<PassUse>,
}

impl Traveller<'_> {
    /// The ways out that lead to the goal of the visit, cheapest first.
    pub fn exits(&self, state: &State, visit: &Visit<'_>, around: &Surroundings) -> Vec<Exit> {
        let mut exits = Vec::new();
        let mut add = |exit: Exit, leads_on: bool| {
            if leads_on {
                exits.push(exit);
            }
        };
        let trusted = around.trusted.as_ref().map(|network| elsewhere(visit, network));
        add(Exit::Phone, self.phone_helps(state, visit, around));
        add(Exit::TrustedNetwork, trusted.iter().any(|visit| self.leads_on(state, visit)));
        add(Exit::ManagedDevice, self.leads_on(state, &on(visit, &around.managed)));
        if let Some(usable) = around.pass {
            let (given, _) = self.step(state.clone(), &Event::IssuePass(usable));
            add(Exit::Pass, self.leads_on(&given, visit));
            add(Exit::PassOnPhone, self.phone_helps(&given, visit, around));
            add(
                Exit::PassOnTrustedNetwork,
                trusted.iter().any(|visit| self.leads_on(&given, visit)),
            );
        }
        if exits.contains(&Exit::Pass) {
            exits.retain(|exit| *exit != Exit::PassOnTrustedNetwork);
        }
        exits
    }

    fn leads_on(&self, state: &State, visit: &Visit<'_>) -> bool {
        !matches!(self.prompt(state, visit), Prompt::Shut(_))
    }

    /// Whether a passkey made in Authenticator on some phone opens the gate of the visit.
    fn phone_helps(&self, state: &State, visit: &Visit<'_>, around: &Surroundings) -> bool {
        around.phones.iter().enumerate().any(|(at, phone)| {
            phone.claims.iter().any(|platform| {
                let situation = Situation {
                    device: phone,
                    platform: *platform,
                    client: ClientApp::MobileAppsAndDesktopClients,
                    network: visit.spot.situation.network,
                };
                let enrolment = Enrolment {
                    spot: Spot { device: visit.spot.device + 1 + at, situation },
                    channel: Channel::Authenticator,
                    legs: around.authenticator.clone(),
                    interrupted: None,
                };
                let offer =
                    self.offer_that(state, &enrolment, &|state, _| self.leads_on(state, visit));
                !matches!(offer, Offer::Nothing(_))
            })
        })
    }
}

/// The visit from another network.
fn elsewhere<'a>(visit: &Visit<'a>, network: &'a Network) -> Visit<'a> {
    let situation = Situation { network, ..visit.spot.situation.clone() };
    Visit { spot: Spot { situation, ..visit.spot.clone() }, ..visit.clone() }
}

/// The visit on another device.
fn on<'a>(visit: &Visit<'a>, device: &'a Device) -> Visit<'a> {
    let claimed = device.claims.first().copied();
    let platform = claimed.unwrap_or(visit.spot.situation.platform);
    let situation = Situation { device, platform, ..visit.spot.situation.clone() };
    Visit { spot: Spot { situation, ..visit.spot.clone() }, ..visit.clone() }
}
