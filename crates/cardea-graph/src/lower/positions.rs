//! From places to positions in the files.

use crate::document::{Entry, Value};
use crate::source::Span;
use cardea_policy::place::{Field, Object, Place};
use std::collections::BTreeMap;

/// Where the fields of the lowered objects stand. A field's span runs from its key to the end of
/// its value.
#[derive(Clone, Debug, Default)]
pub struct Positions {
    spans: BTreeMap<Place, Span>,
}

impl Positions {
    /// Where a place stands in the files. A field that is not there is shown at the nearest field
    /// around it that is, and failing that at the whole object.
    pub fn span(&self, place: Place) -> Option<&Span> {
        let mut path = place.field.path();
        if let Some(span) = self.spans.get(&place) {
            return Some(span);
        }
        while !path.is_empty() {
            path = path.rsplit_once('.').map_or("", |(outer, _)| outer);
            let field = FIELDS.iter().find(|field| field.path() == path);
            let around = field.and_then(|field| self.spans.get(&Place { field: *field, ..place }));
            if around.is_some() {
                return around;
            }
        }
        self.spans.get(&Place { field: Field::Whole, ..place })
    }

    /// Where exactly this place stands; `None` where the object does not have the field.
    pub fn exact(&self, place: Place) -> Option<&Span> {
        self.spans.get(&place)
    }

    pub(super) fn insert(&mut self, place: Place, span: Span) {
        self.spans.insert(place, span);
    }

    /// Notes an object and all of its fields.
    pub(super) fn note(&mut self, object: Object, value: Value<'_>) {
        self.insert(Place { object, field: Field::Whole }, value.span());
        // Fields of one part stand together, and most parts are not there.
        let mut part = ("", None);
        for field in FIELDS {
            let (first, rest) = field.path().split_once('.').unwrap_or((field.path(), ""));
            if part.0 != first {
                part = (first, member(value, first));
            }
            if let Some(span) = part.1.and_then(|entry| find(entry, rest)) {
                self.insert(Place { object, field }, span);
            }
        }
    }
}

/// Where a field stands whose path goes on from this entry.
fn find(mut entry: Entry<'_>, path: &str) -> Option<Span> {
    for name in path.split('.').filter(|name| !name.is_empty()) {
        entry = member(entry.value, name)?;
    }
    Some(entry_span(entry))
}

fn member<'a>(value: Value<'a>, name: &str) -> Option<Entry<'a>> {
    let other = OTHER_NAMES.iter().find(|(graph, _)| *graph == name).map(|(_, other)| *other);
    let filled = |entry: &Entry<'_>| !entry.value.is_absent();
    let own = value.entry(name);
    own.filter(filled).or_else(|| other.and_then(|other| value.entry(other))).or(own)
}

/// From the key to the end of the value.
pub(super) fn entry_span(entry: Entry<'_>) -> Span {
    let (key, value) = (entry.key.span(), entry.value.span());
    let end = value.range.end.max(key.range.end);
    Span { range: key.range.start..end, ..key }
}

/// What tools for people write in place of Graph's name.
pub(super) const OTHER_NAMES: [(&str, &str); 9] = [
    ("displayName", "name"),
    ("includeUsers", "includeUserNames"),
    ("excludeUsers", "excludeUserNames"),
    ("includeGroups", "includeGroupNames"),
    ("excludeGroups", "excludeGroupNames"),
    ("includeRoles", "includeRoleNames"),
    ("excludeRoles", "excludeRoleNames"),
    ("includeApplications", "includeApplicationNames"),
    ("excludeApplications", "excludeApplicationNames"),
];

/// The fields with a path of their own in an object.
const FIELDS: [Field; 49] = [
    Field::Id,
    Field::DisplayName,
    Field::State,
    Field::Users,
    Field::IncludeUsers,
    Field::ExcludeUsers,
    Field::IncludeGroups,
    Field::ExcludeGroups,
    Field::IncludeRoles,
    Field::ExcludeRoles,
    Field::IncludeGuests,
    Field::ExcludeGuests,
    Field::ClientApplications,
    Field::Agents,
    Field::Applications,
    Field::IncludeApplications,
    Field::ExcludeApplications,
    Field::ApplicationFilter,
    Field::IncludeUserActions,
    Field::IncludeContexts,
    Field::ClientAppTypes,
    Field::Platforms,
    Field::IncludePlatforms,
    Field::ExcludePlatforms,
    Field::Locations,
    Field::IncludeLocations,
    Field::ExcludeLocations,
    Field::Devices,
    Field::DeviceFilter,
    Field::SignInRiskLevels,
    Field::UserRiskLevels,
    Field::ServicePrincipalRiskLevels,
    Field::InsiderRiskLevels,
    Field::AgentRiskLevels,
    Field::AuthenticationFlows,
    Field::GrantControls,
    Field::Operator,
    Field::BuiltInControls,
    Field::AuthenticationStrength,
    Field::TermsOfUse,
    Field::CustomFactors,
    Field::SessionControls,
    Field::SignInFrequency,
    Field::PersistentBrowser,
    Field::AllowedCombinations,
    Field::CombinationConfigurations,
    Field::PasskeyProfiles,
    Field::MethodConfigurations,
    Field::RegistrationCampaign,
];
