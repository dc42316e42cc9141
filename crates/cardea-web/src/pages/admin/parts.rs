//! Pages that are a form, with words before it and lists behind it.

use super::Center;
use super::form::Form;
use super::table::{Action, Facts, Table};

/// A page that is a form.
pub trait Forms: Center {
    /// The form; without fields and buttons there is none.
    fn form(&self) -> Form;

    /// What it is about, in a sentence or two.
    fn lead(&self) -> String {
        String::new()
    }

    /// What is already known.
    fn facts(&self) -> Option<Facts> {
        None
    }

    /// Lists behind the form, each with a heading.
    fn lists(&self) -> Vec<(String, Table)> {
        Vec::new()
    }

    /// Further forms, each with a heading: what is removed, what is drilled.
    fn others(&self) -> Vec<(String, Form)> {
        Vec::new()
    }

    /// Where else to go.
    fn links(&self) -> Vec<Action> {
        Vec::new()
    }
}
