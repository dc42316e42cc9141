//! Whom the methods policy tells apart.

use alloc::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::Membership;
use cardea_policy::id::PasskeyProfileId;

use super::{AuthenticatorMode, MethodKind, MethodsPolicy, TargetId};

/// What the methods policy says of a target.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Included(MethodKind, &'a BTreeSet<PasskeyProfileId>, AuthenticatorMode),
    Excluded(MethodKind),
    Nudged(MethodKind),
    NotNudged,
}

impl MethodsPolicy {
    /// The memberships that methods or the campaign are targeted at; those of which the same is
    /// said are together. Who has one of a set may and is asked the same as who has another, or
    /// several, of it.
    pub fn told_apart(&self) -> impl Iterator<Item = BTreeSet<Membership>> {
        let mut parts: BTreeMap<Membership, BTreeSet<Part<'_>>> = BTreeMap::new();
        for (target, part) in self.targets() {
            let membership = match target {
                TargetId::AllUsers => continue,
                TargetId::Group(group) => Membership::Group(group.clone()),
                TargetId::User(user) => Membership::User(user.clone()),
            };
            parts.entry(membership).or_default().insert(part);
        }
        let mut together: BTreeMap<BTreeSet<Part<'_>>, BTreeSet<Membership>> = BTreeMap::new();
        for (membership, parts) in parts {
            together.entry(parts).or_default().insert(membership);
        }
        together.into_values()
    }

    fn targets(&self) -> impl Iterator<Item = (&TargetId, Part<'_>)> {
        let configured = self.configurations.iter().flat_map(|(kind, it)| {
            let included = it.include.iter().map(|target| {
                let part = Part::Included(*kind, &target.profiles, target.authenticator);
                (&target.id, part)
            });
            included.chain(it.exclude.iter().map(|target| (target, Part::Excluded(*kind))))
        });
        let campaigns = self.campaign.iter().flat_map(|it| {
            let nudged = it.include.iter().map(|target| (&target.id, Part::Nudged(target.method)));
            nudged.chain(it.exclude.iter().map(|target| (target, Part::NotNudged)))
        });
        configured.chain(campaigns)
    }
}
