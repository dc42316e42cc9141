//! Names of form fields of the admin center.

/// Words to search for.
pub const SEARCH: &str = "q";
/// Where the page before ended.
pub const AFTER: &str = "after";
/// The state of a policy, a person, or a method.
pub const STATE: &str = "state";
/// Narrows a list to a verdict.
pub const PROOF: &str = "proof";
/// Narrows a list to a kind.
pub const KIND: &str = "kind";
/// The version of an object that a form was made of.
pub const VERSION: &str = "version";
/// A display name.
pub const NAME: &str = "name";
/// JSON.
pub const JSON: &str = "json";
/// A rule whose findings are accepted.
pub const RULE: &str = "rule";
/// Why.
pub const REASON: &str = "reason";
/// The last day.
pub const UNTIL: &str = "until";
/// How the help desk has made sure that it is the person.
pub const IDENTITY: &str = "identity";
/// What the help desk does for a person.
pub const REMEDY: &str = "remedy";
/// People, groups or apps, one on a line.
pub const MEMBERS: &str = "members";
/// Minutes.
pub const MINUTES: &str = "minutes";
/// How often something may be used.
pub const USES: &str = "uses";
/// A policy.
pub const POLICY: &str = "policy";
/// A named location.
pub const LOCATION: &str = "location";
/// A fix: the number of the finding that it is for and its own, with a dot between them.
pub const FIX: &str = "fix";
/// What was asked for before something else had to be answered.
pub const WANTED: &str = "wanted";
/// What a post did that led to a page; one of few words.
pub const DONE: &str = "done";
