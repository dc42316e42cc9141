//! Forms: fields in groups, each with its label, hint and fault, and buttons that say what they do.

use askama::Template;

use super::table::Weight;
use crate::pages::{Frame, Moment, address};

/// What has to be mended in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The `id` of the field.
    pub field: String,
    /// What happened, and what to do.
    pub text: String,
}

/// A form that posts to a path of ours.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/form.html")]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// The token against cross-site requests.
    pub csrf: String,
    /// Names and values that nobody edits.
    pub hidden: Vec<(String, String)>,
    /// The groups of fields.
    pub sets: Vec<FieldSet>,
    /// What can be done with it.
    pub buttons: Vec<Button>,
    /// Where a script has every draft proved; empty where nothing is to be proved.
    pub proof: String,
}

impl Form {
    /// A form without fields yet.
    pub fn new(action: impl Into<String>, frame: &Frame) -> Self {
        Self {
            action: action.into(),
            csrf: frame.csrf.clone(),
            hidden: Vec::new(),
            sets: Vec::new(),
            buttons: Vec::new(),
            proof: String::new(),
        }
    }

    /// The same with a group of fields.
    #[must_use]
    pub fn with(mut self, set: FieldSet) -> Self {
        self.sets.push(set);
        self
    }

    /// The same with a button.
    #[must_use]
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }

    /// The same with a value that nobody edits.
    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// What has to be mended.
    pub fn faults(&self) -> Vec<Fault> {
        let fields = self.sets.iter().flat_map(|set| &set.fields);
        let wrong = fields.filter(|field| !field.fault.is_empty());
        wrong.map(|it| Fault { field: it.target(), text: it.fault.clone() }).collect()
    }
}

/// Fields that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSet {
    /// What they are about; empty where the form has one group only.
    pub legend: String,
    /// A sentence about them; may be empty.
    pub hint: String,
    /// The fields.
    pub fields: Vec<Field>,
}

impl FieldSet {
    /// A group of fields.
    pub fn new(legend: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { legend: legend.into(), hint: String::new(), fields }
    }

    /// The same with a sentence about them.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/field.html")]
pub struct Field {
    /// The `name`; the `id` too, with hyphens.
    pub name: String,
    /// What it is.
    pub label: String,
    /// What may stand in it; may be empty.
    pub hint: String,
    /// What is wrong with it; empty where nothing is.
    pub fault: String,
    /// How it is filled in.
    pub control: Control,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// A line of text.
    Line(String),
    /// A whole number within bounds.
    Number {
        /// The value; empty where none is set.
        value: String,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A day.
    Day {
        /// The value, `YYYY-MM-DD`; may be empty.
        value: String,
        /// The first and the last day that may be chosen.
        bounds: Option<(Moment, Moment)>,
    },
    /// Several lines of text.
    Lines {
        /// The text.
        value: String,
        /// How many lines are seen at once.
        rows: u32,
    },
    /// JSON or another text whose spaces count.
    Source(String),
    /// One of several, folded away.
    Select(Vec<Choice>),
    /// One of several, all seen.
    Radio(Vec<Choice>),
    /// Any number of several.
    Checks(Vec<Choice>),
    /// A value that may not be changed here.
    Fixed(String),
}

/// Something that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Smaller words below; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub picked: Picked,
}

/// Whether something is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl Choice {
    /// Something that may be chosen, and is if its value is among those given.
    pub fn among<S: AsRef<str>>(
        value: impl Into<String>,
        label: impl Into<String>,
        chosen: &[S],
    ) -> Self {
        let value = value.into();
        let found = chosen.iter().any(|it| it.as_ref() == value);
        let picked = if found { Picked::Yes } else { Picked::No };
        Self { value, label: label.into(), hint: String::new(), picked }
    }

    /// The same with smaller words below.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    fn is_picked(&self) -> bool {
        self.picked == Picked::Yes
    }
}

impl Field {
    /// A field.
    pub fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        let (hint, fault) = (String::new(), String::new());
        Self { name: name.into(), label: label.into(), hint, fault, control }
    }

    /// A line of text.
    pub fn line(
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self::new(name, label, Control::Line(value.into()))
    }

    /// One of several, folded away: values and labels, and the value that is chosen.
    pub fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        (options, chosen): (&[(&str, &str)], &str),
    ) -> Self {
        let options = options.iter().map(|(value, label)| Choice::among(*value, *label, &[chosen]));
        Self::new(name, label, Control::Select(options.collect()))
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with what is wrong with it.
    #[must_use]
    pub fn fault(mut self, fault: impl Into<String>) -> Self {
        self.fault = fault.into();
        self
    }

    fn id(&self) -> String {
        self.name.replace('_', "-")
    }

    /// What a link to the field leads to: of several the first.
    fn target(&self) -> String {
        match &self.control {
            Control::Radio(choices) | Control::Checks(choices) if !choices.is_empty() => {
                format!("{}-1", self.id())
            }
            Control::Line(_)
            | Control::Number { .. }
            | Control::Day { .. }
            | Control::Lines { .. }
            | Control::Source(_)
            | Control::Select(_)
            | Control::Radio(_)
            | Control::Checks(_)
            | Control::Fixed(_) => self.id(),
        }
    }

    /// The ids of what describes it.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.fault.is_empty() {
            ids.push(format!("{}-fault", self.id()));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id()));
        }
        ids.join(" ")
    }
}

/// A button of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it does: a verb.
    pub text: String,
    /// What it posts as `choice`.
    pub value: &'static str,
    /// How much it stands out.
    pub weight: Weight,
    /// Where it posts to instead; empty for the form's own address.
    pub elsewhere: String,
    /// Why it cannot be pressed; empty where it can.
    pub shut: String,
}

impl Button {
    /// A button like any other.
    pub fn new(value: &'static str, text: impl Into<String>) -> Self {
        let (elsewhere, shut) = (String::new(), String::new());
        Self { text: text.into(), value, weight: Weight::Other, elsewhere, shut }
    }

    /// The button to press first.
    pub fn first(value: &'static str, text: impl Into<String>) -> Self {
        Self { weight: Weight::First, ..Self::new(value, text) }
    }

    /// A button that takes something away.
    pub fn danger(value: &'static str, text: impl Into<String>) -> Self {
        Self { weight: Weight::Danger, ..Self::new(value, text) }
    }

    /// The same, posting to another address.
    #[must_use]
    pub fn to(mut self, address: impl Into<String>) -> Self {
        self.elsewhere = address.into();
        self
    }

    /// The same, shut for a reason.
    #[must_use]
    pub fn shut(mut self, why: impl Into<String>) -> Self {
        self.shut = why.into();
        self
    }
}

super::safe!(Form, Field);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_leads_to_what_can_be_filled_in() {
        let one = Choice::among("a", "A", &["b"]);
        let radio =
            Field::new("check_kind", "Check", Control::Radio(vec![one])).fault("Choose one.");
        assert_eq!(radio.target(), "check-kind-1");
        let line = Field::line("name", "Name", "").fault("Give it a name.");
        assert_eq!(line.target(), "name");
        assert_eq!(line.described_by(), "name-fault");
    }
}
