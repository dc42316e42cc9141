//! Addresses of the admin center.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but letters, digits, and the marks of ids.
const REST: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Readiness: what would happen to people if everything were enforced now.
pub const HOME: &str = "/admin";
/// A form that came after the session had ended.
pub const RESUME: &str = "/admin/resume";
/// People, with search.
pub const PEOPLE: &str = "/admin/people";
/// Groups.
pub const GROUPS: &str = "/admin/groups";
/// A new person.
pub const NEW_PERSON: &str = "/admin/people/new";
/// People from a table.
pub const PEOPLE_TABLE: &str = "/admin/people/table";
/// A new group.
pub const NEW_GROUP: &str = "/admin/groups/new";
/// Roles and who has them.
pub const ROLES: &str = "/admin/roles";
/// Asks before a role is taken away (GET, with `assignment`), and takes it (POST).
pub const ROLES_REMOVE: &str = "/admin/roles/remove";
/// Passes that work now or later.
pub const PASSES: &str = "/admin/passes";
/// Temporary exemptions, the next to end first.
pub const EXEMPTIONS: &str = "/admin/exemptions";
/// Policies.
pub const POLICIES: &str = "/admin/policies";
/// A policy that is not there yet.
pub const NEW_POLICY: &str = "/admin/policies/new";
/// Proves a draft and shows the editor again.
pub const PROVE: &str = "/admin/policies/prove";
/// Proves a draft and gives the panel alone, for a script.
pub const PROOF: &str = "/admin/policies/proof";
/// Shows a fix for a draft, and uses it.
pub const DRAFT_FIX: &str = "/admin/policies/fix";
/// Objects of Graph as JSON.
pub const IMPORT: &str = "/admin/policies/import";
/// Findings.
pub const FINDINGS: &str = "/admin/findings";
/// Strengths.
pub const STRENGTHS: &str = "/admin/strengths";
/// Named locations.
pub const LOCATIONS: &str = "/admin/locations";
/// Authentication contexts.
pub const CONTEXTS: &str = "/admin/contexts";
/// Terms of use.
pub const TERMS: &str = "/admin/terms";
/// The methods policy.
pub const METHODS: &str = "/admin/methods";
/// Passkeys: profiles, attestation, models.
pub const METHOD_PASSKEY: &str = "/admin/methods/passkey";
/// The registration campaign and the way to enforcement.
pub const ROLLOUT: &str = "/admin/rollout";
/// One sign-in that is asked about.
pub const WHAT_IF: &str = "/admin/whatif";
/// Sign-ins.
pub const SIGN_INS: &str = "/admin/logs/signins";
/// Changes.
pub const AUDIT: &str = "/admin/logs/audit";
/// What apps changed of people and groups by themselves.
pub const PROVISIONING: &str = "/admin/logs/provisioning";
/// Apps.
pub const APPS: &str = "/admin/apps";
/// Which apps have a tag and a policy.
pub const APPS_REVIEW: &str = "/admin/apps/review";
/// A policy for all resources that becomes one for tagged apps.
pub const APPS_FILTER: &str = "/admin/apps/review/filter";
/// Settings.
pub const SETTINGS: &str = "/admin/settings";
/// Accounts for emergencies, and the drill.
pub const BREAK_GLASS: &str = "/admin/settings/breakglass";
/// Keys that sign tokens.
pub const KEYS: &str = "/admin/settings/keys";
/// Whether everything runs.
pub const HEALTH: &str = "/admin/settings/health";

/// A thing of a list: `/admin/policies` and its id give the address of that policy.
pub fn one(list: &str, id: &str) -> String {
    format!("{list}/{}", utf8_percent_encode(id, REST))
}

/// What belongs to a thing: its `history`, its `accept`.
pub fn of(list: &str, id: &str, what: &str) -> String {
    format!("{}/{what}", one(list, id))
}

/// A list with a filter.
pub fn filtered(list: &str, filter: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = filter
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, REST)))
        .collect();
    if pairs.is_empty() { list.to_owned() } else { format!("{list}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place_in_an_address() {
        assert_eq!(one(PEOPLE, "../x?y#z"), "/admin/people/%2E%2E%2Fx%3Fy%23z");
        assert_eq!(of(POLICIES, "a b", "history"), "/admin/policies/a%20b/history");
        assert_eq!(filtered(PEOPLE, &[("q", "a&b")]), "/admin/people?q=a%26b");
    }
}
