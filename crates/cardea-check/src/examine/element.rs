//! Where in a list of a policy something is named.

use cardea_graph::document::Value;
use cardea_graph::source::Span;
use cardea_policy::conditions::principal::Membership;
use cardea_policy::place::{Object, Place};

use super::Examination;

impl Examination<'_> {
    /// The element of a policy's list that names something; `None` where the list does not, and
    /// where the tenant was not read from files.
    pub fn element(&self, place: Place, names: impl Fn(&str) -> bool) -> Option<Span> {
        let lowered = self.lowered?;
        let Object::Policy(policy) = place.object else { return None };
        let list = lowered.positions.exact(place)?;
        let whole = lowered.export.value(lowered.policies.get(policy.position())?.at)?;
        named(whole, list, &names)
    }

    /// The element of a policy's list that names a membership.
    pub fn element_of(&self, place: Place, membership: &Membership) -> Option<Span> {
        let names = &self.lowered?.names;
        self.element(place, |text| match membership {
            Membership::User(user) => names.users.resolve(text) == *user,
            Membership::Group(group) => names.groups.resolve(text) == *group,
            Membership::Role(role) => names.roles.resolve(text) == *role,
        })
    }
}

/// The first text within a list that names something.
fn named(value: Value<'_>, list: &Span, names: &impl Fn(&str) -> bool) -> Option<Span> {
    let span = value.span();
    let apart = span.range.end <= list.range.start || list.range.end <= span.range.start;
    if span.file != list.file || apart {
        return None;
    }
    let inside = list.range.start <= span.range.start && span.range.end <= list.range.end;
    if inside && value.as_text().is_some_and(|text| names(&text)) {
        return Some(span);
    }
    let members = value.entries().map(|entry| entry.value).chain(value.items());
    members.into_iter().find_map(|member| named(member, list, names))
}
