//! A change that was not made: because of what is proved, or because of who asked.

use askama::Template;
use cardea_check::render::html::view::FindingView;

use super::findings::{AcceptWish, Acceptable};
use super::form::{Button, Fault, Form};
use super::table::{Action, Weight};
use super::{Center, Desk, center};
use crate::fields::admin as fields;
use crate::pages::Page;

/// A save that the proof refuses.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/refused.html")]
pub struct Refused {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was to be changed: the policy's name.
    pub what: String,
    /// The findings that it would bring, worst first.
    pub findings: Vec<FindingView>,
    /// Fixes for them that were proved: what each does, and what is posted to see it.
    pub fixes: Vec<(String, String)>,
    /// Where a fix is looked at.
    pub fix_action: String,
    /// Whether they lock nobody out, and only let somebody in more cheaply.
    pub only_opens: bool,
    /// Whether they can be accepted.
    pub acceptable: Acceptable,
    /// Where the change is posted again with what is accepted.
    pub action: String,
    /// The change as it was posted: names and values.
    pub posted: Vec<(String, String)>,
    /// The acceptance as it was typed, one for each rule.
    pub wish: AcceptWish,
    /// Goes back to the form with what was typed.
    pub back: String,
}

center!(
    Refused,
    Policies,
    |page| format!("Not saved: {}", page.what),
    fn faults(&self) -> Vec<Fault> {
        self.form().faults()
    }
);

impl Refused {
    fn lead(&self) -> &'static str {
        match self.acceptable {
            Acceptable::Never => {
                "Nobody could edit policies after this. Keep one administrator out of it, or declare break-glass."
            }
            Acceptable::Yes if self.only_opens => {
                "Somebody would get in more cheaply than today. Use a fix, or say why that is all right and until when."
            }
            Acceptable::Yes => {
                "People who get in now would be locked out. Use a fix, or say why that is all right and until when."
            }
        }
    }

    fn form(&self) -> Form {
        let mut form = Form::new(self.action.clone(), &self.desk.frame);
        form.hidden.clone_from(&self.posted);
        match self.acceptable {
            Acceptable::Never => form,
            Acceptable::Yes => {
                form.with(self.wish.fields()).button(Button::danger("accept", "Save and accept it"))
            }
        }
    }

    /// The forms that lead to the fixes.
    fn fix_forms(&self) -> Vec<Form> {
        let form = |(title, value): &(String, String)| {
            let mut form = Form::new(self.fix_action.clone(), &self.desk.frame);
            form.hidden.clone_from(&self.posted);
            form.hidden(fields::FIX, value.clone())
                .button(Button::new("look", format!("Look at the fix: {title}")))
        };
        self.fixes.iter().map(form).collect()
    }

    fn links(&self) -> Vec<Action> {
        let back = Action::first("Back to the editor", self.back.clone());
        vec![Action { weight: Weight::First, ..back }]
    }
}

/// Whoever asked may not do this.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/not_allowed.html")]
pub struct NotAllowed {
    /// What surrounds the page.
    pub desk: Desk,
    /// What was asked for: "change policies".
    pub what: String,
    /// Why not, in a sentence.
    pub why: String,
    /// Roles that may, and who has them.
    pub roles: Vec<(String, Vec<String>)>,
}

center!(NotAllowed, Home, |page| format!("You may not {}", page.what));
