//! Pages of few words: one asks before something is taken away, one says that a thing is not there.

use askama::Template;

use super::form::{Button, Form};
use super::parts::Forms;
use super::table::Action;
use super::{Center, Desk, center};
use crate::pages::Page;

/// Asks before something is taken away.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Confirm {
    /// What surrounds the page.
    pub desk: Desk,
    /// The question.
    pub question: String,
    /// What happens then.
    pub consequence: String,
    /// Where the answer is posted.
    pub action: String,
    /// What the button says: a verb.
    pub verb: String,
    /// What is posted beside it.
    pub posted: Vec<(String, String)>,
    /// Goes back without doing anything.
    pub back: String,
}

center!(Confirm, People, |page| page.question.clone());

impl Forms for Confirm {
    fn lead(&self) -> String {
        self.consequence.clone()
    }

    fn form(&self) -> Form {
        let mut form = Form::new(self.action.clone(), &self.desk.frame);
        form.hidden.clone_from(&self.posted);
        form.button(Button::danger("yes", self.verb.clone()))
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Leave it as it is", self.back.clone())]
    }
}

/// A thing that is not there.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Unknown {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was asked for: "sign-in", "policy".
    pub what: String,
    /// The list to look in.
    pub list: String,
}

center!(Unknown, Home, |page| format!("There is no such {}", page.what));

impl Forms for Unknown {
    fn lead(&self) -> String {
        "It may have been deleted, or the address may be cut short.".to_owned()
    }

    fn form(&self) -> Form {
        Form::new("", &self.desk.frame)
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::first("Look in the list", self.list.clone())]
    }
}
