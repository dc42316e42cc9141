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
#[template(path = "admin/exemptions.html")]
pub struct Exemptions {
    /// What surrounds the page.
    pub desk: Desk,
    /// People who are exempt for hours, the next to end first.
    pub people: Vec<ExemptRow>,
    /// Groups that are left out until a day, the next to end first.
    pub rows: Vec<ExemptionRow>,
}

/// Somebody who is out of a policy for some hours.
#[derive(Debug, Clone)]
pub struct ExemptRow {
    /// The exemption's id.
    pub id: String,
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The policy: its id and its name.
    pub policy: (String, String),
    /// What holds in the policy's place.
    pub control: String,
    /// When it ends.
    pub ends: Moment,
    /// Who gave it.
    pub by: String,
}

/// An exemption in the list: a group that is left out of policies until a day.
#[derive(Debug, Clone)]
pub struct ExemptionRow {
    /// The group's id.
    pub group: String,
    /// The group's name.
    pub name: String,
    /// How many people are in it.
    pub people: usize,
    /// The policies that leave it out.
    pub policies: Vec<String>,
    /// The last day, `YYYY-MM-DD`.
    pub until: String,
    /// Whether it counts.
    pub end: ExemptionEnd,
    /// The rule that has something to say about it; empty for none.
    pub rule: String,
}

/// Whether an exemption counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExemptionEnd {
    /// It does.
    Live,
    /// Its day is over, and people are still left out.
    Over,
}

center!(Exemptions, People, |_| "Exemptions".to_owned());

impl Exemptions {
    fn people_table(&self) -> Table {
        let row = |it: &ExemptRow| {
            let (policy, policy_name) = &it.policy;
            vec![
                Cell::link(it.name.clone(), paths::one(paths::PEOPLE, &it.person)),
                Cell::link(policy_name.clone(), paths::one(paths::POLICIES, policy)),
                Cell::text(it.control.clone()),
                Cell::At(it.ends),
                Cell::text(it.by.clone()),
                Cell::link("End it now", paths::of(paths::EXEMPTIONS, &it.id, "end")),
            ]
        };
        Table {
            caption: "People who are exempt for hours, the next to end first".to_owned(),
            head: vec!["Person", "Left out of", "In its place", "Ends", "Given by", "Change"],
            rows: self.people.iter().map(row).collect(),
            empty: "Nobody is exempt for hours. Exempt somebody on their page.".to_owned(),
        }
    }

    fn groups_table(&self) -> Table {
        let row = |it: &ExemptionRow| {
            let end = match it.end {
                ExemptionEnd::Live => Chip::new(Tone::Weak, "counts now"),
                ExemptionEnd::Over => Chip::new(Tone::Bad, "its day is over"),
            };
            let rule = if it.rule.is_empty() {
                Cell::None
            } else {
                let findings = paths::filtered(paths::FINDINGS, &[("rule", &it.rule)]);
                Cell::link(it.rule.clone(), findings)
            };
            vec![
                Cell::link(it.name.clone(), paths::one(paths::GROUPS, &it.group)),
                Cell::text(super::people(it.people)),
                Cell::text(it.policies.join(", ")),
                Cell::text(it.until.clone()),
                Cell::Chip(end),
                rule,
            ]
        };
        Table {
            caption: "Groups that are exempt until a day, the next to end first".to_owned(),
            head: vec!["Group", "People", "Left out of", "Until", "State", "Finding"],
            rows: self.rows.iter().map(row).collect(),
            empty: "The settings declare no exemption of a group.".to_owned(),
        }
    }
}
