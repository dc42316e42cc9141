//! What ends by itself: passes and exemptions.

use askama::Template;

use super::chip::{Chip, Tone};
use super::table::{Cell, Listing, Pager, Table};
use super::{Center, Desk, Moment, center};
use crate::pages::Page;
use crate::paths::admin as paths;

/// `/admin/passes`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Passes {
    /// What surrounds the page.
    pub desk: Desk,
    /// Passes that work now or later, the next to end first.
    pub rows: Vec<PassRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// A pass in the list. The pass itself is kept nowhere.
#[derive(Debug, Clone)]
pub struct PassRow {
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// From when it works.
    pub starts: Moment,
    /// When it ends.
    pub ends: Moment,
    /// How often it may be used, in words.
    pub uses: String,
    /// Who issued it.
    pub issuer: String,
    /// Whether it lets the person do what it is for.
    pub worth: Worth,
}

/// Whether something is of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// The person gets on with it.
    Useful,
    /// The person does not, for this reason.
    Useless(String),
    /// That is not decided.
    Open,
}

impl Worth {
    pub(crate) fn cell(&self) -> Cell {
        match self {
            Self::Useful => Cell::Chip(Chip::new(Tone::Good, "opens the way")),
            Self::Open => Cell::Chip(Chip::new(Tone::Open, "not decided")),
            Self::Useless(why) => Cell::Many(vec![
                Cell::Chip(Chip::new(Tone::Bad, "of no use")),
                Cell::text(why.clone()),
            ]),
        }
    }
}

center!(Passes, People, |_| "Passes".to_owned());

impl Listing for Passes {
    fn lead(&self) -> String {
        "Temporary Access Passes that work now or later. What a pass reads is shown once, when it is issued, and \
         kept nowhere."
            .to_owned()
    }

    fn table(&self) -> Table {
        let row = |it: &PassRow| {
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.person)),
                Cell::At(it.starts),
                Cell::At(it.ends),
                Cell::text(it.uses.clone()),
                Cell::text(it.issuer.clone()),
                it.worth.cell(),
            ]
        };
        Table {
            caption: "Passes, the next to end first".to_owned(),
            head: vec!["Person", "Works from", "Ends", "Uses", "Issued by", "Does it help"],
            rows: self.rows.iter().map(row).collect(),
            empty: "No pass works now. Issue one on a person's page.".to_owned(),
        }
    }

    fn pager(&self) -> Pager {
        self.pager.clone()
    }
}

/// `/admin/exemptions`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/list.html")]
pub struct Exemptions {
    /// What surrounds the page.
    pub desk: Desk,
    /// Exemptions, the next to end first.
    pub rows: Vec<ExemptionRow>,
}

/// An exemption in the list.
#[derive(Debug, Clone)]
pub struct ExemptionRow {
    /// Its id.
    pub id: String,
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The policy that it is from.
    pub policy: String,
    /// What keeps it narrow: "only from HQ network".
    pub narrowed: String,
    /// When it ends.
    pub ends: Moment,
    /// What became of it.
    pub end: ExemptionEnd,
}

/// What became of an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExemptionEnd {
    /// It counts.
    Live,
    /// The person has done what it was for.
    Used,
    /// It ended before the person had done it.
    Missed,
}

center!(Exemptions, People, |_| "Exemptions".to_owned());

impl Listing for Exemptions {
    fn lead(&self) -> String {
        "People who are let past a policy for hours. Each ends by itself.".to_owned()
    }

    fn table(&self) -> Table {
        let row = |it: &ExemptionRow| {
            let (tone, text) = match it.end {
                ExemptionEnd::Live => (Tone::Weak, "counts now"),
                ExemptionEnd::Used => (Tone::Good, "used"),
                ExemptionEnd::Missed => (Tone::Bad, "missed window"),
            };
            let end = match it.end {
                ExemptionEnd::Live => {
                    Cell::link("End it now", paths::of(paths::EXEMPTIONS, &it.id, "end"))
                }
                ExemptionEnd::Missed => {
                    Cell::link("Issue again", paths::one(paths::PEOPLE, &it.person))
                }
                ExemptionEnd::Used => Cell::None,
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.person)),
                Cell::text(it.policy.clone()),
                Cell::text(it.narrowed.clone()),
                Cell::At(it.ends),
                Cell::Chip(Chip::new(tone, text)),
                end,
            ]
        };
        Table {
            caption: "Exemptions, the next to end first".to_owned(),
            head: vec!["Person", "From", "Narrowed to", "Ends", "What became of it", "Change"],
            rows: self.rows.iter().map(row).collect(),
            empty: "Nobody is exempt. An exemption is issued on a person's page.".to_owned(),
        }
    }
}
