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
    /// A name, an address or an id.
    pub person: String,
    /// The same of an app; or `register`, for registering a way to sign in.
    pub app: String,
    /// Graph's word of a platform; empty for any.
    pub platform: String,
    /// Graph's word of a kind of client; empty for a browser.
    pub client: String,
    /// An IP address; empty for any.
    pub address: String,
    /// What the person has: `registered`, `password`, `pass`.
    pub has: String,
    /// Which policies count: `on` or `all`.
    pub policies: String,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
}

/// What may be chosen beside the fixed words.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// Apps: ids and names.
    pub apps: Vec<(String, String)>,
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
const CLIENT: [(&str, &str); 2] =
    [("browser", "a browser"), ("mobileAppsAndDesktopClients", "an app")];
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
        let apps = self.offer.apps.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let apps: Vec<_> = apps.chain([("register", "Registering a way to sign in")]).collect();
        let fields = vec![
            Field::line("person", "Who", it.person.clone()).hint("A name, an address or an id."),
            Field::select("app", "To what", (&apps, &it.app)),
            Field::select("platform", "On", (&PLATFORM, &it.platform)),
            Field::select("client", "With", (&CLIENT, &it.client)),
            Field::line("address", "From the IP address", it.address.clone())
                .hint("Empty means any network that no policy names."),
            radio("has", "Has", &HAS, &it.has),
            radio("policies", "Counts", &COUNT, &it.policies),
        ];
        let mark = |field: Field| match it.wrong.iter().find(|(name, _)| *name == field.name) {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        };
        fields.into_iter().map(mark).collect()
    }
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
