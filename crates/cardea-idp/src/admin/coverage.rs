//! Which policies are for an app, as the policies themselves are evaluated: with groups of apps,
//! exclusions and filters.

use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;

use crate::snapshot::Snapshot;

/// A policy that is for an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Snapshot {
    /// The policies that are on and whose condition on resources matches a sign-in to this app.
    pub fn covering(&self, app: &str) -> Vec<Covering> {
        let index = &self.book.index;
        let request = Request::resource(self.tenant().resource(&AppId::new(app)));
        let policies = index.target(&request).and(index.enabled());
        let policies = policies.iter().filter_map(|at| index.policy(at));
        policies
            .map(|policy| Covering {
                id: policy.id.as_ref().map(ToString::to_string).unwrap_or_default(),
                name: policy.name.clone(),
            })
            .collect()
    }
}
