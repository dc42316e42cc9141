//! Groups on their way: how ready they are, when they will be, and whom a policy would trap.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cardea_idp::Rows;
use cardea_idp::admin::outlook::Prospect;
use cardea_idp::snapshot::Snapshot;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::pages::admin::home::Readiness;
use crate::pages::admin::rollout::GroupReady;
use crate::pages::admin::{counted, people};
use crate::routes::admin::policy_form::list;
use crate::routes::admin::prospects::readiness;
use crate::web::Broken;

/// Days over which first passkeys are counted for a forecast.
const DAYS: u32 = 7;
/// A forecast for longer than this many days says nothing.
const HORIZON: usize = 365;

/// Everybody, by what would happen to them and the groups that they are in.
pub(super) struct Crowd<'a> {
    prospects: HashMap<&'a str, Prospect>,
    /// The people of a group, by its id in small letters, those of groups within it among them.
    of_group: BTreeMap<String, BTreeSet<String>>,
    /// Who made their first passkey in the last days.
    newly: BTreeSet<String>,
}

impl<'a> Crowd<'a> {
    pub(super) async fn read(
        snapshot: &Snapshot,
        (reader, now): (&mut Rows, Timestamp),
        found: Option<&'a [(String, Prospect)]>,
    ) -> Result<Self, Broken> {
        let directory = &snapshot.tenant().directory;
        let mut of_group: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for person in directory.people() {
            for group in directory.person(person).groups {
                let people = of_group.entry(group.as_str().to_ascii_lowercase()).or_default();
                people.insert(directory.id(person).to_owned());
            }
        }
        let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
        for passkey in reader.all_passkeys().await? {
            let at = first.entry(passkey.person).or_insert(passkey.created);
            *at = (*at).min(passkey.created);
        }
        let since = now.saturating_sub(SignedDuration::from_hours(24 * i64::from(DAYS)));
        let since = since.unwrap_or(Timestamp::MIN);
        let newly = first.into_iter().filter(|(_, at)| (since..=now).contains(at));
        Ok(Self {
            prospects: found
                .unwrap_or_default()
                .iter()
                .map(|(id, prospect)| (id.as_str(), *prospect))
                .collect(),
            of_group,
            newly: newly.map(|(person, _)| person).collect(),
        })
    }

    fn members(&self, group: &str) -> impl Iterator<Item = &str> {
        let found = self.of_group.get(&group.to_ascii_lowercase());
        found.into_iter().flatten().map(String::as_str)
    }

    /// Everybody's four numbers.
    pub(super) fn all(&self) -> Readiness {
        readiness(self.prospects.values())
    }

    /// How ready a group is.
    pub(super) fn group(&self, (id, name): (String, String), now: Timestamp) -> GroupReady {
        let readiness = self.readiness(self.members(&id));
        let newly = self.members(&id).filter(|it| self.newly.contains(*it)).count();
        GroupReady { forecast: forecast(readiness, newly, now), readiness, id, name }
    }

    fn readiness<'p>(&self, people: impl Iterator<Item = &'p str>) -> Readiness {
        readiness(people.filter_map(|it| self.prospects.get(it)))
    }

    /// Why a policy cannot be enforced for a group; empty where it can.
    pub(super) fn shut_for(&self, group: &str) -> String {
        self.shut(self.members(group))
    }

    /// Why a policy cannot be enforced for all that it names; empty where it can.
    pub(super) fn shut_of(&self, policy: &Value) -> String {
        let named = |list_of: &str| list(policy, &format!("/conditions/users/{list_of}"));
        let is_for_all = named("includeUsers").any(|it| it == "All");
        let of = |users: &str, groups: &str| -> BTreeSet<&str> {
            let by_group = named(groups).flat_map(|group| self.members(group));
            named(users).chain(by_group).collect()
        };
        let excluded = of("excludeUsers", "excludeGroups");
        // Who has a role is not looked up: they count as named, so that nobody is missed.
        let by_role = named("includeRoles").next().is_some();
        let included = of("includeUsers", "includeGroups");
        let everybody = self.prospects.keys().copied();
        let named = everybody.filter(|id| is_for_all || by_role || included.contains(id));
        self.shut(named.filter(|id| !excluded.contains(id)))
    }

    fn shut<'p>(&self, people: impl Iterator<Item = &'p str>) -> String {
        trapped(self.readiness(people).trapped)
    }
}

/// What is said of people who would have no way in; empty where there are none.
fn trapped(number: usize) -> String {
    match number {
        0 => String::new(),
        1 => "1 person would be trapped.".to_owned(),
        more => format!("{} would be trapped.", people(more)),
    }
}

/// When a group will be ready if first passkeys are made as fast as in the last days; or why that
/// cannot be said.
fn forecast(it: Readiness, newly: usize, now: Timestamp) -> String {
    let left = it.alone + it.help;
    if it.trapped > 0 {
        let none = counted(it.trapped, "person has", "people have");
        return format!("No forecast: {none} no way to get ready.");
    }
    if it.all() == 0 {
        return String::new();
    }
    if left == 0 {
        return "Ready now.".to_owned();
    }
    if newly == 0 {
        return format!("No forecast yet: nobody made a first passkey in the last {DAYS} days.");
    }
    let days = (left * usize::try_from(DAYS).unwrap_or(7)).div_ceil(newly);
    if days > HORIZON {
        return format!("No forecast: {newly} in {DAYS} days would take more than a year.");
    }
    let hours = i64::try_from(days * 24).unwrap_or(i64::MAX);
    let then = now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now);
    let day = then.to_zoned(TimeZone::UTC).strftime("%-d %b %Y");
    format!("Ready on {day}, at {newly} in {DAYS} days as now.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ready: usize, alone: usize, trapped: usize, newly: usize) -> String {
        let now = "2026-11-30T09:00:00Z".parse().unwrap();
        forecast(Readiness { ready, alone, help: 0, trapped }, newly, now)
    }

    #[test]
    fn a_forecast_is_made_of_what_people_did_and_of_nothing_else() {
        assert_eq!(said(10, 10, 0, 7), "Ready on 10 Dec 2026, at 7 in 7 days as now.");
        assert_eq!(said(10, 1, 0, 7), "Ready on 1 Dec 2026, at 7 in 7 days as now.");
        assert_eq!(said(10, 0, 0, 0), "Ready now.");
        assert!(said(10, 5, 0, 0).starts_with("No forecast yet: nobody"));
        assert!(said(10, 5, 2, 7).starts_with("No forecast: 2 people have no way"));
        assert!(said(10, 5_000, 0, 1).starts_with("No forecast: 1 in 7 days"));
        assert_eq!(said(0, 0, 0, 3), "");
    }
}
