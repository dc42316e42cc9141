//! The editor of a policy: what is edited often as fields, everything else as it was, and the proof of the draft
//! beside it.

use askama::Template;

use super::findings::Acceptable;
use super::form::{Button, Choice, Control, Fault, Field, FieldSet, Form, Picked};
use super::policies::PolicyState;
use super::proof::ProofPanel;
use super::table::Action;
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::{Page, address};
use crate::paths::admin as paths;

/// `/admin/policies/{id}` and `/admin/policies/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/editor.html")]
pub struct Editor {
    /// What surrounds the page.
    pub desk: Desk,
    /// Which policy it is.
    pub subject: Subject,
    /// What the form holds.
    pub draft: Draft,
    /// What may be chosen from.
    pub offer: Offer,
    /// Fields and what is wrong with them.
    pub wrong: Vec<(&'static str, String)>,
    /// Parts of the policy that the form does not show, as JSON; empty where there are none.
    pub kept: String,
    /// The whole draft as Graph's JSON.
    pub json: String,
    /// What is proved of the draft.
    pub panel: ProofPanel,
    /// Whether it may be saved, and how.
    pub saving: Saving,
}

/// Which policy is edited.
#[derive(Debug, Clone)]
pub enum Subject {
    /// One that is not there yet.
    New,
    /// One that is there.
    Kept {
        /// Its id.
        id: String,
        /// The version that the form was made of.
        version: String,
        /// How many lines differ from what is saved; 0 for none.
        changed: usize,
    },
}

/// Whether a draft may be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// It may, in any state.
    Free,
    /// It may as report-only; turning it on would lock people out.
    NotOn(
        /// Why, and what to do.
        String,
        /// Whether somebody may accept that.
        Acceptable,
    ),
    /// Whoever looks at it may not change policies.
    ReadOnly(
        /// Which roles may.
        String,
    ),
}

/// What a policy's form holds: names of fields and values, as they are posted. A field may be there several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft(pub Vec<(String, String)>);

/// What may be chosen in the form.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Strengths: ids and names.
    pub strengths: Vec<(String, String)>,
    /// Named locations: ids and names.
    pub locations: Vec<(String, String)>,
    /// Terms of use: ids and names.
    pub terms: Vec<(String, String)>,
}

impl Draft {
    /// The value of a field; empty where there is none.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Adds a value.
    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

const WHO: [(&str, &str); 3] =
    [("all", "Everybody"), ("chosen", "These people, groups and roles"), ("none", "Nobody yet")];
const WHAT: [(&str, &str); 6] = [
    ("all", "All resources"),
    ("office", "Office 365"),
    ("chosen", "These apps"),
    ("register", "Registering a way to sign in (Security info)"),
    ("device", "Registering or joining a device"),
    ("none", "Nothing yet"),
];
const PLATFORMS: [(&str, &str); 6] = [
    ("android", "Android"),
    ("iOS", "iOS"),
    ("windows", "Windows"),
    ("macOS", "macOS"),
    ("linux", "Linux"),
    ("windowsPhone", "Windows Phone"),
];
const CLIENTS: [(&str, &str); 4] = [
    ("browser", "Browsers"),
    ("mobileAppsAndDesktopClients", "Apps on phones and desktops"),
    ("exchangeActiveSync", "Exchange ActiveSync"),
    ("other", "Older clients"),
];
const RISKS: [(&str, &str); 4] =
    [("high", "High"), ("medium", "Medium"), ("low", "Low"), ("none", "None")];
const FLOWS: [(&str, &str); 2] =
    [("deviceCodeFlow", "Device code"), ("authenticationTransfer", "Authentication transfer")];
const CONTROLS: [(&str, &str); 6] = [
    ("mfa", "Multifactor authentication"),
    ("compliantDevice", "A compliant device"),
    ("domainJoinedDevice", "A hybrid joined device"),
    ("approvedApplication", "An approved app"),
    ("compliantApplication", "An app with a protection policy"),
    ("passwordChange", "A new password"),
];
const FREQUENCY: [(&str, &str); 4] = [
    ("", "As usual"),
    ("hours", "After so many hours"),
    ("days", "After so many days"),
    ("everyTime", "Every time"),
];
const PERSISTENT: [(&str, &str); 3] =
    [("", "As the person wants"), ("always", "Always"), ("never", "Never")];
const FILTER: [(&str, &str); 3] = [
    ("", "Any device"),
    ("include", "Only devices that match"),
    ("exclude", "All but devices that match"),
];
const OPERATOR: [(&str, &str); 2] = [("OR", "One of these is enough"), ("AND", "All of these")];
const GRANT: [(&str, &str); 3] =
    [("require", "Let in who shows this"), ("block", "Block"), ("none", "Ask for nothing")];

impl Editor {
    fn form(&self) -> Form {
        let mut form = Form::new(self.action(), &self.desk.frame);
        form.proof = paths::PROOF.to_owned();
        if let Subject::Kept { id, version, .. } = &self.subject {
            form = form.hidden("id", id.clone()).hidden(fields::VERSION, version.clone());
        }
        form = form.hidden("kept", self.kept.clone());
        let sets = [
            FieldSet::new("", vec![self.line(fields::NAME, "Name")]),
            self.who(),
            self.what(),
            self.when(),
            self.ask(),
            self.session(),
            FieldSet::new("State", vec![self.state()]),
        ];
        form.sets.extend(sets);
        self.buttons(form)
    }

    fn action(&self) -> String {
        match &self.subject {
            Subject::New => paths::NEW_POLICY.to_owned(),
            Subject::Kept { id, .. } => paths::one(paths::POLICIES, id),
        }
    }

    fn buttons(&self, form: Form) -> Form {
        let prove = Button::new("prove", "Prove this draft").to(paths::PROVE);
        let on = Button::new("on", "Turn on");
        let form = match &self.saving {
            Saving::ReadOnly(_) => return form.button(prove),
            Saving::Free | Saving::NotOn(..) => form
                .button(Button::first("report-only", "Save as report-only"))
                .button(Button::new("save", "Save with the state above")),
        };
        match &self.saving {
            Saving::Free | Saving::ReadOnly(_) => form.button(on),
            Saving::NotOn(why, acceptable) => {
                let form = form.button(on.shut(why.clone()));
                match acceptable {
                    Acceptable::Yes => {
                        form.button(Button::danger("accept", "Accept it and turn on…"))
                    }
                    Acceptable::Never => form,
                }
            }
        }
        .button(prove)
    }

    fn fault(&self, field: Field) -> Field {
        let found = self.wrong.iter().find(|(name, _)| *name == field.name);
        match found {
            Some((_, text)) => field.fault(text.clone()),
            None => field,
        }
    }

    fn line(&self, name: &'static str, label: &str) -> Field {
        self.fault(Field::line(name, label, self.draft.one(name)))
    }

    fn lines(&self, name: &'static str, label: &str, hint: &str) -> Field {
        let value: Vec<&str> = self.draft.all(name).collect();
        let control = Control::Lines { value: value.join("\n"), rows: 3 };
        self.fault(Field::new(name, label, control).hint(hint))
    }

    fn chosen<S: AsRef<str>>(&self, name: &'static str, options: &[(S, S)]) -> Vec<Choice> {
        let chosen: Vec<&str> = self.draft.all(name).collect();
        let choice =
            |(value, label): &(S, S)| Choice::among(value.as_ref(), label.as_ref(), &chosen);
        options.iter().map(choice).collect()
    }

    fn checks<S: AsRef<str>>(&self, name: &'static str, label: &str, options: &[(S, S)]) -> Field {
        self.fault(Field::new(name, label, Control::Checks(self.chosen(name, options))))
    }

    fn radio(&self, name: &'static str, label: &str, options: &[(&str, &str)]) -> Field {
        let mut choices = self.chosen(name, options);
        if choices.iter().all(|it| it.picked == Picked::No)
            && let Some(first) = choices.first_mut()
        {
            first.picked = Picked::Yes;
        }
        self.fault(Field::new(name, label, Control::Radio(choices)))
    }

    fn select(&self, name: &'static str, label: &str, options: &[(&str, &str)]) -> Field {
        self.fault(Field::select(name, label, (options, self.draft.one(name))))
    }

    fn select_of(&self, name: &'static str, label: &str, options: &[(String, String)]) -> Field {
        let own = options.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let all: Vec<_> = [("", "—")].into_iter().chain(own).collect();
        self.select(name, label, &all)
    }

    fn who(&self) -> FieldSet {
        const ONE: &str = "One on a line: an address or an id.";
        const GROUP: &str = "One on a line: a name or an id.";
        const ROLE: &str = "One on a line, such as Global Administrator.";
        let fields = vec![
            self.radio("who", "Included", &WHO),
            self.lines("include_users", "People", ONE),
            self.lines("include_groups", "Groups", GROUP),
            self.lines("include_roles", "Roles", ROLE),
            self.lines("exclude_users", "Except these people", ONE),
            self.lines("exclude_groups", "Except these groups", GROUP),
            self.lines("exclude_roles", "Except these roles", ROLE),
        ];
        FieldSet::new("Who", fields)
            .hint("Whoever is excluded is excluded, however else they are included.")
    }

    fn what(&self) -> FieldSet {
        const ONE: &str = "One on a line: a name or an id.";
        let fields = vec![
            self.radio("what", "Included", &WHAT),
            self.lines("include_apps", "Apps", ONE),
            self.lines("exclude_apps", "Except these apps", ONE),
        ];
        FieldSet::new("What", fields)
            .hint("\"All resources\" holds Authenticator and Security info too, where ways to sign in are added.")
    }

    fn when(&self) -> FieldSet {
        let own = self.offer.locations.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let all = [("All", "Any network"), ("AllTrusted", "All trusted networks")];
        let places: Vec<(&str, &str)> = all.into_iter().chain(own).collect();
        let fields = vec![
            self.checks("include_platforms", "Only on", &PLATFORMS),
            self.checks("exclude_platforms", "Not on", &PLATFORMS),
            self.checks("include_locations", "Only from", &places),
            self.checks("exclude_locations", "Not from", &places),
            self.checks("clients", "Only with", &CLIENTS),
            self.checks("sign_in_risk", "Only at this risk of the sign-in", &RISKS),
            self.checks("user_risk", "Only at this risk of the account", &RISKS),
            self.checks("flows", "Only in these flows", &FLOWS),
            self.select("device_filter", "Devices", &FILTER),
            self.line("device_rule", "Rule for devices")
                .hint("Such as device.isCompliant -eq True"),
        ];
        FieldSet::new("When", fields).hint("Nothing chosen means any.")
    }

    fn ask(&self) -> FieldSet {
        let fields = vec![
            self.radio("grant", "What happens", &GRANT),
            self.select_of("strength", "Authentication strength", &self.offer.strengths),
            self.checks("controls", "Or other controls", &CONTROLS),
            self.checks("terms", "Terms of use", &self.offer.terms),
            self.select("operator", "Of several", &OPERATOR),
        ];
        FieldSet::new("Ask for", fields)
    }

    fn session(&self) -> FieldSet {
        let value = self.draft.one("frequency_value").to_owned();
        let number = Control::Number { value, least: 1, most: 365 };
        let fields = vec![
            self.select("frequency", "Ask again", &FREQUENCY),
            self.fault(Field::new("frequency_value", "Hours or days", number)),
            self.select("persistent", "Stay signed in", &PERSISTENT),
        ];
        FieldSet::new("Session", fields)
    }

    fn state(&self) -> Field {
        let states = PolicyState::ALL.map(|it| (it.word(), it.text()));
        let mut choices = self.chosen(fields::STATE, &states);
        for choice in &mut choices {
            choice.hint = match PolicyState::from_word(&choice.value) {
                Some(PolicyState::ReportOnly) => {
                    "Evaluated and logged, asks for nothing. Registering is evaluated too, beyond what Entra does."
                        .to_owned()
                }
                Some(PolicyState::On | PolicyState::Off) | None => String::new(),
            };
        }
        self.fault(Field::new(fields::STATE, "State", Control::Radio(choices)))
    }

    fn changed(&self) -> String {
        match &self.subject {
            Subject::New => String::new(),
            Subject::Kept { changed: 0, .. } => "Nothing differs from what is saved.".to_owned(),
            Subject::Kept { changed, .. } => {
                format!(
                    "Changed since it was saved: {}.",
                    super::counted(*changed, "line", "lines")
                )
            }
        }
    }

    fn links(&self) -> Vec<Action> {
        match &self.subject {
            Subject::New => Vec::new(),
            Subject::Kept { id, .. } => vec![
                Action::new("History", paths::of(paths::POLICIES, id, "history")),
                Action::new("Delete", paths::of(paths::POLICIES, id, "delete")),
            ],
        }
    }

    fn address<'a>(&self, action: &'a Action) -> &'a str {
        address::local(&action.to)
    }
}

center!(
    Editor,
    Policies,
    |page| match &page.subject {
        Subject::New => "New policy".to_owned(),
        Subject::Kept { .. } => page.draft.one(fields::NAME).to_owned(),
    },
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_keeps_every_value_of_a_field() {
        let mut draft = Draft::default();
        draft.put("clients", "browser");
        draft.put("clients", "other");
        assert_eq!(draft.all("clients").collect::<Vec<_>>(), ["browser", "other"]);
        assert_eq!((draft.one("clients"), draft.one("who")), ("browser", ""));
    }
}
