//! From the objects of an export to a tenant. Lowering never fails: what has no meaning here is
//! named as a problem, and the policy that has it is marked as not understood in that field.

mod application;
mod conditions;
mod directory;
mod grant;
mod ledger;
mod location;
mod methods;
mod names;
mod policy;
mod positions;
mod principals;
mod session;
mod settings;
mod strength;
mod suggest;
mod target;

pub(crate) use directory::{Claims, claim, is_about_people, method_names};
pub(crate) use ledger::{Ledger, suggestion};
pub use ledger::{Tally, leaves};
pub use names::{Names, Table};
pub use positions::Positions;

use crate::document::Value;
use crate::export::{Export, Found, Lifted};
use crate::problem::Problem;
use crate::recognise::ObjectKind;
use cardea_tenant::tenant::Tenant;
use std::collections::BTreeMap;

/// A tenant, and where everything in it came from.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The tenant.
    pub tenant: Tenant,
    /// Where its policies, strengths and its methods policy stand in the files.
    pub positions: Positions,
    /// What exists: ids that are not in here refer to something that the input does not define.
    pub names: Names,
    /// What was not read or not understood, while reading and while lowering.
    pub problems: Vec<Problem>,
    /// How many objects of each kind were found.
    pub counts: BTreeMap<ObjectKind, usize>,
    /// What became of the fields of all objects.
    pub tally: Tally,
    /// People whose accounts are disabled; they cannot sign in at all and are not in the directory.
    pub disabled_people: usize,
    /// The objects of the tenant's policies, in the same order.
    pub policies: Vec<Found>,
    /// The documents and files.
    pub export: Export,
}

/// Lowers an export.
pub fn lower(mut export: Export) -> Lowered {
    let problems = std::mem::take(&mut export.problems);
    let Lifted { mut claims, tally, problems: counted, .. } = export.take_lifted();
    let mut of_people = Ledger::after(tally, &counted);
    directory::claim_all(&export, &mut claims, &mut of_people);
    let mut names = Names::of(&export, &mut claims);
    let statements = directory::Statements::of(claims);
    statements.define(&mut names);
    let mut lowering = Lowering {
        names,
        export: &export,
        tenant: Tenant::default(),
        ledger: Ledger::resume(problems),
        positions: Positions::default(),
    };
    lowering.strengths();
    lowering.locations();
    lowering.applications();
    lowering.methods();
    lowering.settings();
    let policies = lowering.policies();
    lowering.ledger.append(of_people);
    let disabled_people = lowering.directory(statements);
    let Lowering { names, tenant, ledger, positions, .. } = lowering;
    Lowered {
        tenant,
        positions,
        names,
        problems: ledger.problems.finish(),
        counts: export.counts(),
        tally: ledger.tally,
        disabled_people,
        policies,
        export,
    }
}

/// A tenant in the making.
struct Lowering<'e> {
    export: &'e Export,
    names: Names,
    tenant: Tenant,
    ledger: Ledger,
    positions: Positions,
}

impl<'e> Lowering<'e> {
    /// The objects of a kind.
    fn objects(&self, kind: ObjectKind) -> impl Iterator<Item = (&'e Found, Value<'e>)> + use<'e> {
        let export = self.export;
        let objects = export.objects.iter().filter(move |found| found.kind == kind);
        objects.filter_map(move |found| Some((found, export.value(found.at)?)))
    }
}

#[cfg(test)]
mod tests;
