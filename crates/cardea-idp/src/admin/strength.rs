//! The strengths that every tenant has, which no object says.

use cardea_policy::strength::{Mode, Origin};
use cardea_tenant::tenant::Tenant;

/// A built-in strength in Graph's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltIn<'a> {
    /// Its id, the same in every tenant.
    pub id: &'a str,
    /// Its display name.
    pub name: &'a str,
    /// What satisfies it: modes, and several that are needed together with commas.
    pub combinations: Vec<String>,
}

/// The built-in strengths.
pub fn built_in(tenant: &Tenant) -> impl Iterator<Item = BuiltIn<'_>> {
    tenant.strengths.iter().filter(|it| it.origin == Origin::BuiltIn).map(|it| BuiltIn {
        id: it.id.as_str(),
        name: &it.name,
        combinations: it
            .combinations
            .iter()
            .map(|it| it.modes.iter().map(|mode| Mode::name(*mode)).collect::<Vec<_>>().join(","))
            .collect(),
    })
}
