//! The situation of an escape, in words: what is opened, from where, with what.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::evaluate::Dimension;
use cardea_prover::gap::{Breadth, Ease, Gap, Range};
use cardea_prover::universe::DeviceCase;

use super::{apps, networks};
use crate::examine::Examination;
use crate::rules::people::Number;
use crate::rules::stuck::joined;

/// A situation in words; every part but the app is empty where it does not matter. The parts are
/// what makes two escapes one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) struct Situation {
    /// "any app", "Microsoft Intune Enrollment".
    app: String,
    /// "inside Plants", "on a trusted network".
    network: String,
    /// "in a browser".
    client: String,
    /// "on an unregistered device".
    device: String,
    /// "on any platform but Android and iOS".
    platform: String,
    /// "at high user risk".
    risk: String,
    /// "by device code flow".
    flow: String,
    /// What it takes beside a password.
    ease: Ease,
}

impl Situation {
    pub(super) fn of(examination: &Examination<'_>, gap: &Gap) -> Self {
        // Only sign-ins that can show it count, so that those are not said to be special.
        let universe = gap.ease.within(&examination.universe);
        let universe = universe.as_ref().unwrap_or(&examination.universe);
        let breadth: Breadth = gap.breadth(examination.index(), universe);
        let legacy = !gap.witness.sign_in.client.is_modern();
        let range = breadth.range(&universe.networks, Dimension::Network);
        Self {
            app: apps::text(examination, &breadth.range(&universe.targets, Dimension::Target)),
            network: networks::text(examination, &range),
            client: match gap.ease {
                Ease::Password | Ease::Terms => {
                    client(&breadth.range(&universe.clients, Dimension::Client), legacy)
                }
                Ease::ProtectedApp => "in a protected app on a phone".to_owned(),
            },
            device: device(&breadth.range(&universe.devices, Dimension::Device)),
            platform: platform(&breadth.range(&universe.platforms, Dimension::Platform)),
            risk: risk(&breadth.range(&universe.risks, Dimension::Risk)),
            flow: flow(&breadth.range(&universe.flows, Dimension::Flow)),
            ease: gap.ease,
        }
    }

    /// "anybody inside Plants opens any app with a password alone, in a browser".
    pub(in crate::rules) fn sentence(&self, (subject, number): (String, Number)) -> String {
        let Self { app, network, .. } = self;
        let opens = number.verb("opens", "open");
        let near = if network.is_empty() { String::new() } else { format!(" {network}") };
        let rest = self.rest();
        format!("{subject}{near} {opens} {app} with {}{rest}", self.shown("password"))
    }

    /// What an attacker does: "opens any app as user X with a stolen password alone, inside Plants".
    pub(super) fn attack(&self, whose: &str) -> String {
        let Self { app, network, .. } = self;
        let near = if network.is_empty() { String::new() } else { format!(", {network}") };
        let shown = self.shown("stolen password");
        format!("opens {app}{whose} with {shown}{near}{}", self.rest())
    }

    /// "a password alone", "a password and a click".
    fn shown(&self, password: &str) -> String {
        match self.ease {
            Ease::Password | Ease::ProtectedApp => format!("a {password} alone"),
            Ease::Terms => format!("a {password} and a click"),
        }
    }

    fn rest(&self) -> String {
        let Self { client, device, platform, risk, flow, .. } = self;
        let parts = [client, device, platform, risk, flow];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.fold(String::new(), |text, part| text + " " + part)
    }

    /// What more people do in this situation, to whom a narrower one is open anyway.
    pub(super) fn beyond(&self, narrower: &Self) -> String {
        let gone = |wide: &str, narrow: &str, text: &'static str| {
            if wide.is_empty() && !narrow.is_empty() { text } else { "" }
        };
        let anywhere = [
            gone(&self.network, &narrower.network, " from anywhere"),
            gone(&self.client, &narrower.client, " with any client"),
            gone(&self.device, &narrower.device, " on any device"),
            gone(&self.platform, &narrower.platform, " on any platform"),
            gone(&self.risk, &narrower.risk, " at any risk"),
        ];
        format!("{}{}", self.too(), anywhere.concat())
    }

    /// What people do as well: "open any app with a password alone in a browser".
    pub(in crate::rules) fn too(&self) -> String {
        let Self { app, network, .. } = self;
        let near = if network.is_empty() { String::new() } else { format!(" {network}") };
        format!("open {app} with {}{near}{}", self.shown("password"), self.rest())
    }

    /// How much the situation takes: those that take less are said first.
    pub(in crate::rules) fn weight(&self) -> usize {
        let Self { app, network, client, device, platform, risk, flow, ease: _ } = self;
        let parts = [network, client, device, platform, risk, flow];
        let taken = parts.into_iter().filter(|part| !part.is_empty()).count();
        taken + usize::from(app != apps::ANY)
    }
}

/// The kinds of clients, where not all of the sort will do.
fn client(range: &Range<ClientApp>, legacy: bool) -> String {
    let inside: BTreeSet<ClientApp> =
        range.inside.iter().copied().filter(|it| it.is_modern() != legacy).collect();
    let sort = ClientApp::ALL.into_iter().filter(|it| it.is_modern() != legacy).count();
    if legacy && inside.len() == sort {
        return "in a legacy client".to_owned();
    }
    if inside.len() == sort {
        return String::new();
    }
    if legacy && !inside.contains(&ClientApp::Other) {
        return "in an Exchange ActiveSync client".to_owned();
    }
    if legacy && inside.len() == 1 {
        return "in a legacy client other than Exchange ActiveSync".to_owned();
    }
    let words: BTreeSet<&str> = inside.into_iter().map(ClientApp::text).collect();
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    format!("in {}", either(&words))
}

/// Platforms with a name, those that people use first.
const NAMED: [Platform; 6] = [
    Platform::Windows,
    Platform::MacOs,
    Platform::Linux,
    Platform::Ios,
    Platform::Android,
    Platform::WindowsPhone,
];

/// The platforms; empty where Windows and most others will do.
fn platform(range: &Range<Platform>) -> String {
    let rare = [Platform::WindowsPhone, Platform::Unknown];
    let usual = range.inside.iter().filter(|platform| !rare.contains(platform)).count();
    if range.outside.is_empty() || range.inside.contains(&Platform::Windows) && usual > 2 {
        return String::new();
    }
    let shown = |platform: &Platform| {
        range.inside.contains(platform) && (usual == 0 || !rare.contains(platform))
    };
    let named = NAMED.iter().copied().filter(shown);
    let mut words: Vec<String> = named.map(|platform| platform.text().to_owned()).collect();
    if usual == 0 && range.inside.contains(&Platform::Unknown) {
        words.push(Platform::Unknown.text().to_owned());
    }
    format!("on {}", either(&words))
}

/// A device; empty where one that is not registered will do, which everybody has.
fn device(range: &Range<DeviceCase>) -> String {
    if range.inside.iter().any(|case| case.facts.is_none()) {
        return String::new();
    }
    "on a registered device that filters leave out".to_owned()
}

fn risk(range: &Range<Risks>) -> String {
    if range.outside.is_empty() {
        return String::new();
    }
    if range.inside.contains(&Risks::default()) {
        return "while no risk is detected".to_owned();
    }
    let mut words: Vec<String> = range.inside.iter().map(|risks| risks_in_words(*risks)).collect();
    words.dedup();
    words.truncate(3);
    format!("at {}", either(&words))
}

fn risks_in_words(risks: Risks) -> String {
    let mut words = Vec::new();
    if risks.sign_in != RiskLevel::None {
        words.push(format!("{} sign-in risk", risks.sign_in.name()));
    }
    if risks.user != RiskLevel::None {
        words.push(format!("{} user risk", risks.user.name()));
    }
    if risks.insider != InsiderRisk::None {
        words.push(format!("{} insider risk", risks.insider.name()));
    }
    joined(&words)
}

fn flow(range: &Range<Flow>) -> String {
    if range.inside.contains(&Flow::Ordinary) {
        return String::new();
    }
    let words: Vec<String> = range.inside.iter().map(|flow| flow.text().to_owned()).collect();
    format!("by {}", either(&words))
}

/// Joins words: "a", "a or b", "a, b or c".
pub(super) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
