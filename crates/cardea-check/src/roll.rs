//! Who the people of a finding are, one by one.
//!
//! Findings speak of classes, because millions of people fall into a few of them. Whoever wants to
//! see the people behind a number asks the roll, which is called once for all findings of a report.

use cardea_graph::lower::Lowered;
use cardea_tenant::directory::PersonIndex;

use crate::config::Config;
use crate::examine::Examination;
use crate::report::Who;

/// The people of a directory with their classes.
#[derive(Clone, Debug)]
pub struct Roll {
    /// For each person of the directory the class, as [`Who::classes`] counts them.
    class_of: Vec<Option<usize>>,
}

impl Roll {
    /// Calls the roll of a tenant: the same one, with the same settings, that a report is about.
    pub fn of(lowered: &Lowered, config: &Config) -> Self {
        let config = config.clone().resolved(&lowered.names);
        let examination = Examination::folded(&lowered.tenant, &config);
        let directory = &lowered.tenant.directory;
        let class = |person| {
            let person = directory.person(person);
            examination.classes.of_person(examination.index(), &examination.universe, &person)
        };
        Self { class_of: directory.people().map(class).collect() }
    }

    /// The people whom a finding concerns, in the order of the directory; nobody where it does not
    /// tell.
    pub fn people(&self, who: &Who) -> impl Iterator<Item = PersonIndex> {
        let of = |class: &Option<usize>| class.is_some_and(|class| who.classes.contains(&class));
        let positions = self.class_of.iter().enumerate().filter(move |(_, class)| of(class));
        positions.map(|(at, _)| PersonIndex(u32::try_from(at).unwrap_or(u32::MAX)))
    }
}
