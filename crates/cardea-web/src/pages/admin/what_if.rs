//! What If: one sign-in that is asked about, and what every policy says.

use askama::Template;
use cardea_check::report::Answer;

use super::chip::{Chip, Tone};
use super::form::{Choice, Control, Fault, Field};
use super::table::{Cell, Table};
use super::{Center, Desk, center};
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/whatif`. The question is in the address, so it can be sent to somebody.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/what_if.html")]
pub struct WhatIf {
    /// What surrounds the page.
    pub desk: Desk,
    /// The question.
    pub question: Question,
    /// Platforms, flows and other words that may be chosen.
    pub offer: Offered,
    /// The answer; `None` where nothing was asked yet.
    pub verdict: Option<Verdict>,
}

/// The question, as it is typed.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// An address or an id.
    pub person: String,
    /// The id of an app; empty for one that no policy names.
    pub app: String,
    /// Graph's word of a user action that is asked for in the place of an app; empty for none.
    pub action: String,
    /// Graph's word of a platform; empty for any.
    pub platform: String,
    /// What the directory knows of the device; empty for nothing.
    pub device: String,
    /// Graph's word of a kind of client; empty for a browser.
    pub client: String,
    /// The id of a named location; empty for none.
    pub location: String,
    /// An IP address; empty for any.
    pub address: String,
    /// The two letters of a country; empty for that of the address.
    pub country: String,
    /// Graph's word of a level of risk; empty for none.
    pub sign_in_risk: String,
    /// The same of the person.
    pub user_risk: String,
    /// Graph's word of a flow; empty for an ordinary sign-in.
    pub flow: String,
    /// What the person has: `registered`, `password`, `pass`.
    pub has: String,
    /// Which policies count: `on` or `all`.
    pub policies: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

/// What may be chosen beside the fixed words: ids and names.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// Apps.
    pub apps: Vec<(String, String)>,
    /// Named locations.
    pub locations: Vec<(String, String)>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether the person gets in.
    pub answer: Answer,
    /// How, or why not: "gets in after adding a passkey (2 steps)".
    pub text: String,
    /// The steps there.
    pub steps: Vec<String>,
    /// What every policy says.
    pub policies: Vec<Said>,
    /// The same question as a call of the evaluate action of Graph.
    pub curl: String,
    /// What the answer leaves open.
    pub limits: Vec<String>,
}

/// What a policy says to a sign-in.
#[derive(Debug, Clone)]
pub struct Said {
    /// The policy's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it applies.
    pub applies: Applies,
    /// Why: the condition that did not match, or what it asks for.
    pub because: String,
    /// Whether the person can meet it, and how; empty where it does not apply.
    pub met: String,
    /// The answer to that.
    pub can: Option<Answer>,
}

/// Whether a policy applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// It does, and is enforced.
    Yes,
    /// It would, and is report-only.
    Shadow,
    /// It does not.
    No,
    /// That is not decided: a field is not understood.
    Open,
}

const PLATFORM: [(&str, &str); 6] = [
    ("", "something else"),
    ("android", "Android"),
    ("iOS", "iOS"),
    ("windows", "Windows"),
    ("macOS", "macOS"),
    ("linux", "Linux"),
];
const CLIENT: [(&str, &str); 4] = [
    ("browser", "a browser"),
    ("mobileAppsAndDesktopClients", "a mobile or desktop app"),
    ("exchangeActiveSync", "an Exchange ActiveSync client"),
    ("other", "a legacy client"),
];
const DEVICE: [(&str, &str); 5] = [
    ("", "not registered, unmanaged"),
    ("registered", "registered, not managed"),
    ("compliant", "compliant"),
    ("joined", "hybrid joined"),
    ("compliantAndJoined", "compliant and hybrid joined"),
];
const ACTION: [(&str, &str); 3] = [
    ("", "opens the app"),
    ("registerSecurityInformation", "registers security information"),
    ("registerOrJoinDevices", "registers or joins a device"),
];
const RISK: [(&str, &str); 4] =
    [("", "none"), ("low", "low"), ("medium", "medium"), ("high", "high")];
const FLOW: [(&str, &str); 3] = [
    ("", "an ordinary sign-in"),
    ("deviceCodeFlow", "a device code"),
    ("authenticationTransfer", "a transfer from another device"),
];
const HAS: [(&str, &str); 3] = [
    ("registered", "As registered now"),
    ("password", "Only a password"),
    ("pass", "A password and a Temporary Access Pass"),
];
const COUNT: [(&str, &str); 2] = [("on", "Policies that are on"), ("all", "Report-only ones too")];

center!(
    WhatIf,
    Policies,
    |_| "What If".to_owned(),
    fn faults(&self) -> Vec<Fault> {
        let wrong = self.question.wrong.iter();
        wrong.map(|(name, text)| Fault { field: (*name).to_owned(), text: text.clone() }).collect()
    }
);

impl WhatIf {
    /// What most questions are about.
    fn fields(&self) -> Vec<Field> {
        let it = &self.question;
        let radio = |name: &str, label: &str, options: &[(&str, &str)], chosen: &str| {
            let chosen = if chosen.is_empty() {
                options.first().map_or("", |(word, _)| word)
            } else {
                chosen
            };
            let choices = options.iter().map(|(word, text)| Choice::among(*word, *text, &[chosen]));
            Field::new(name, label, Control::Radio(choices.collect()))
        };
        let apps = with_none("an app that no policy names", &self.offer.apps);
        let locations = with_none("anywhere that no policy names", &self.offer.locations);
        self.marked(vec![
            Field::line("person", "Who", it.person.clone()).hint("An address or an id."),
            Field::select("app", "To what", (&apps, &it.app)),
            Field::select("platform", "On", (&PLATFORM, &it.platform)),
            Field::select("device", "The device is", (&DEVICE, &it.device)),
            Field::select("location", "From", (&locations, &it.location)),
            radio("has", "Has", &HAS, &it.has),
            radio("policies", "Counts", &COUNT, &it.policies),
        ])
    }

    /// The rest, which is folded away until something of it is asked for.
    fn rest(&self) -> Vec<Field> {
        let it = &self.question;
        self.marked(vec![
            Field::select("action", "What they do there", (&ACTION, &it.action))
                .hint("Registering asks for no app, so the app above does not count then."),
            Field::select("client", "With", (&CLIENT, &it.client)),
            Field::line("address", "From the IP address", it.address.clone())
                .hint("Empty means any address that no policy names."),
            Field::line("country", "In the country", it.country.clone())
                .hint("Two letters. Empty means the country of the address, where it is known."),
            Field::select("signInRisk", "Risk of the sign-in", (&RISK, &it.sign_in_risk)),
            Field::select("userRisk", "Risk of the person", (&RISK, &it.user_risk)),
            Field::select("flow", "Flow", (&FLOW, &it.flow)),
        ])
    }

    fn marked(&self, fields: Vec<Field>) -> Vec<Field> {
        let wrong = &self.question.wrong;
        let mark = |field: Field| match wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        fields.into_iter().map(mark).collect()
    }

    /// Whether something of the rest is asked for.
    fn is_wide(&self) -> bool {
        let it = &self.question;
        let texts =
            [&it.action, &it.address, &it.country, &it.sign_in_risk, &it.user_risk, &it.flow];
        texts.iter().any(|text| !text.is_empty()) || !matches!(it.client.as_str(), "" | "browser")
    }
}

/// Things to choose from, and first the choice of none of them.
fn with_none<'a>(none: &'a str, list: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    let list = list.iter().map(|(id, name)| (id.as_str(), name.as_str()));
    std::iter::once(("", none)).chain(list).collect()
}

impl Verdict {
    fn chip(&self) -> Chip {
        let word = match self.answer {
            Answer::Proved => "gets in",
            Answer::Refuted => "does not get in",
            Answer::Undecided => "not decided",
        };
        Chip::new(Tone::of(self.answer), word)
    }

    fn table(&self) -> Table {
        let row = |it: &Said| {
            let applies = match it.applies {
                Applies::Yes => Chip::new(Tone::Plain, "yes"),
                Applies::Shadow => Chip::new(Tone::Plain, "yes, report-only"),
                Applies::No => Chip::new(Tone::Plain, "no"),
                Applies::Open => Chip::new(Tone::Open, "not decided"),
            };
            let met = match it.can {
                Some(answer) => {
                    let word = match answer {
                        Answer::Proved => "yes",
                        Answer::Refuted => "no",
                        Answer::Undecided => "not decided",
                    };
                    let chip = Cell::Chip(Chip::new(Tone::of(answer), word));
                    if it.met.is_empty() {
                        chip
                    } else {
                        Cell::Many(vec![chip, Cell::text(it.met.clone())])
                    }
                }
                None => Cell::None,
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::POLICIES, &it.id)),
                Cell::Chip(applies),
                Cell::text(it.because.clone()),
                met,
            ]
        };
        Table {
            caption: "What every policy says".to_owned(),
            head: vec!["Policy", "Applies", "Because", "Can they meet it?"],
            rows: self.policies.iter().map(row).collect(),
            empty: "No policy counts, so nothing is asked for.".to_owned(),
        }
    }
}
