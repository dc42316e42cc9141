//! A form that came after the session had ended, shown again after signing in.

use askama::Template;

use super::form::{Button, Form};
use super::parts::Forms;
use super::table::{Action, Cell, Table};
use super::{Center, Desk, center};
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/resume`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/form_page.html")]
pub struct Resume {
    /// What surrounds the page.
    pub desk: Desk,
    /// Where it was posted to.
    pub action: String,
    /// Names of fields, and what was typed.
    pub pairs: Vec<(String, String)>,
}

center!(Resume, Home, |_| "What you typed is still here".to_owned());

impl Forms for Resume {
    fn lead(&self) -> String {
        "You were signed out before it arrived, so nothing was saved. Look it over, and send it again."
            .to_owned()
    }

    fn form(&self) -> Form {
        let mut form = Form::new(self.action.clone(), &self.desk.frame);
        // Which button was pressed is among them, and of two the first one counts.
        form.hidden.clone_from(&self.pairs);
        form.button(Button::first("again", "Send it again"))
    }

    fn lists(&self) -> Vec<(String, Table)> {
        let shown = self.pairs.iter().filter(|(_, value)| !value.is_empty());
        let row = |(name, value): &(String, String)| {
            vec![Cell::Code(name.clone()), Cell::text(value.clone())]
        };
        let table = Table {
            caption: "What you typed".to_owned(),
            head: vec!["Field", "Value"],
            rows: shown.map(row).collect(),
            empty: "Nothing but a button was pressed.".to_owned(),
        };
        vec![("What you typed".to_owned(), table)]
    }

    fn links(&self) -> Vec<Action> {
        vec![Action::new("Leave it", paths::HOME)]
    }
}
