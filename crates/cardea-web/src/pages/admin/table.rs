//! Lists: a table that becomes cards on a narrow page, with a filter above and a pager below.

#![expect(unused_qualifications, reason = "the derive of a template of an enum writes them")]

use askama::Template;

use super::Center;
use super::chip::Chip;
use super::form::Field;
use crate::pages::{Moment, address};

/// What stands in a place of a table or a list of facts.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/cell.html")]
pub enum Cell {
    /// Nothing is known or set.
    None,
    /// Words.
    Text(String),
    /// A mark.
    Chip(Chip),
    /// Words that lead to a page of ours.
    Link {
        /// The words.
        text: String,
        /// The page.
        to: String,
    },
    /// An id or a code.
    Code(String),
    /// A moment.
    At(Moment),
    /// Words with smaller ones below.
    Two(String, String),
    /// Several, below each other.
    Many(Vec<Self>),
}

impl Cell {
    /// Words; nothing where they are empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }

    /// Words that lead to a page of ours.
    pub fn link(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self::Link { text: text.into(), to: to.into() }
    }

    /// A number.
    pub fn number(number: usize) -> Self {
        Self::Text(super::grouped(number))
    }
}

/// Rows of the same kind.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/table.html")]
pub struct Table {
    /// What the rows are, for those who do not see the page.
    pub caption: String,
    /// The heads of the columns.
    pub head: Vec<&'static str>,
    /// The rows; the first cell of each names it.
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there are no rows: what goes here, and how.
    pub empty: String,
}

impl Table {
    /// Head of a column by its number.
    fn label(&self, column: usize) -> &'static str {
        self.head.get(column).copied().unwrap_or_default()
    }
}

/// Names and values.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/facts.html")]
pub struct Facts(pub Vec<(&'static str, Cell)>);

/// A link that looks like a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does: a verb.
    pub text: String,
    /// The page.
    pub to: String,
    /// How much it stands out.
    pub weight: Weight,
}

/// How much an action stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one to do first.
    First,
    /// Any other.
    Other,
    /// Takes something away.
    Danger,
}

impl Weight {
    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::First => "primary",
            Self::Other => "",
            Self::Danger => "danger",
        }
    }
}

impl Action {
    /// An action like any other.
    pub fn new(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self { text: text.into(), to: to.into(), weight: Weight::Other }
    }

    /// The action to do first.
    pub fn first(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self { weight: Weight::First, ..Self::new(text, to) }
    }

    pub(crate) fn address(&self) -> &str {
        address::local(&self.to)
    }
}

/// What narrows a list. It is part of the address, so a filtered list can be sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "admin/part/filter.html")]
pub struct Filter {
    /// The list.
    pub action: &'static str,
    /// What to narrow it by.
    pub fields: Vec<Field>,
}

/// The way through a long list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "admin/part/pager.html")]
pub struct Pager {
    /// How much there is: "1 to 50 of 1,240 people"; empty where that is not known.
    pub extent: String,
    /// The page before; empty on the first.
    pub back: String,
    /// The page after; empty on the last.
    pub on: String,
}

super::safe!(Cell, Table, Facts, Filter, Pager);

/// A page that is a list.
pub trait Listing: Center {
    /// The rows.
    fn table(&self) -> Table;

    /// What the list is, in a sentence or two; empty where the heading says it.
    fn lead(&self) -> String {
        String::new()
    }

    /// What can be done.
    fn actions(&self) -> Vec<Action> {
        Vec::new()
    }

    /// What narrows it.
    fn filter(&self) -> Option<Filter> {
        None
    }

    /// The way through it.
    fn pager(&self) -> Pager {
        Pager::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_path_of_this_site_only() {
        let html = |to: &str| Cell::link("x", to).to_string();
        assert!(html("/admin/people/a").contains("href=\"/admin/people/a\""));
        assert!(!html("//evil.example").contains("evil"));
    }
}
