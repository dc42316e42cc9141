//! Authentication strengths.

use super::Lowering;
use super::ledger::{Fields, Item, Leftovers};
use super::names::Names;
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;
use cardea_policy::id::{Aaguid, StrengthId};
use cardea_policy::place::{Field, Object, StrengthIndex};
use cardea_policy::strength::{Combination, Mode, Origin, PasskeyRule, Strength};
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// Defines the strengths of the input. The built-in ones are already there: Microsoft changes
    /// them for every tenant at once, so that an export can only be older.
    pub(super) fn strengths(&mut self) {
        for (_, value) in self.objects(ObjectKind::Strength) {
            let names = &self.names;
            let strength = self
                .ledger
                .object(value, Field::Whole, Leftovers::Matter, |fields| read(fields, names));
            let known = self.tenant.strengths.iter().position(|known| known.id == strength.id);
            let place = known.unwrap_or(self.tenant.strengths.len());
            if let Some(known) = self.tenant.strengths.get(place) {
                if known.combinations != strength.combinations {
                    let message = format!("another definition of `{}` is used", known.name);
                    self.ledger.remark(value.span(), message, None);
                }
            } else {
                self.tenant.strengths.push(strength);
            }
            self.positions.note(Object::Strength(StrengthIndex::at(place)), value);
        }
        self.ledger.doubted.clear();
    }
}

/// A strength, alone or inside a policy.
pub(super) fn read(fields: &mut Fields<'_, '_>, names: &Names) -> Strength {
    const ORIGINS: [(&str, Origin); 2] = [("builtIn", Origin::BuiltIn), ("custom", Origin::Custom)];
    let name = fields.text("displayName").map(|item| item.text.into_owned()).unwrap_or_default();
    let id = match fields.text("id") {
        Some(id) => StrengthId::new(&id.text),
        None => names.strengths.resolve(&name),
    };
    let origin = fields.choice("policyType", &ORIGINS).unwrap_or(Origin::Custom);
    fields.ignore(&["createdDateTime", "modifiedDateTime", "description", "requirementsSatisfied"]);
    let mut combinations: Vec<Combination> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in fields.texts("allowedCombinations").iter() {
        if let Some(modes) = modes(fields, &item).filter(|modes| seen.insert(modes.clone())) {
            combinations.push(Combination { modes, ..Combination::of(&[]) });
        }
    }
    fields.objects("combinationConfigurations", |fields| configure(fields, &mut combinations));
    Strength { id, name, origin, combinations }
}

/// The modes of a combination, which Graph joins with commas.
fn modes(fields: &mut Fields<'_, '_>, item: &Item<'_>) -> Option<BTreeSet<Mode>> {
    let words = item.text.split(',').map(str::trim);
    let modes: Option<BTreeSet<Mode>> = words.map(Mode::from_name).collect();
    if modes.is_none() {
        let known = Mode::ALL.map(Mode::name);
        fields.ledger().unknown_value(item, Field::AllowedCombinations, &known);
    }
    modes
}

/// Narrows the combinations that a configuration is for.
fn configure(fields: &mut Fields<'_, '_>, combinations: &mut [Combination]) {
    fields.ignore(&["id"]);
    let applies: Vec<_> = fields
        .texts("appliesToCombinations")
        .iter()
        .filter_map(|item| modes(fields, &item))
        .collect();
    let models = fields.value().get("allowedAAGUIDs").is_some();
    let models = models.then(|| models_of(fields, "allowedAAGUIDs"));
    let issuers = texts(fields, "allowedIssuerSkis");
    let policies = texts(fields, "allowedPolicyOIDs");
    for combination in combinations.iter_mut().filter(|it| applies.contains(&it.modes)) {
        if let Some(models) = &models {
            combination.passkeys = PasskeyRule::Only(models.clone());
        }
        combination.certificates.issuers.extend(issuers.iter().cloned());
        combination.certificates.policies.extend(policies.iter().cloned());
    }
}

fn texts(fields: &mut Fields<'_, '_>, name: &'static str) -> BTreeSet<String> {
    fields.texts(name).iter().map(|item| item.text.into_owned()).collect()
}

/// Models of authenticators by AAGUID; names what is none.
pub(super) fn models_of(fields: &mut Fields<'_, '_>, name: &'static str) -> BTreeSet<Aaguid> {
    let mut models = BTreeSet::new();
    for item in fields.texts(name).iter() {
        if let Some(model) = Aaguid::parse(&item.text) {
            models.insert(model);
            continue;
        }
        let field = fields.field();
        fields.ledger().doubt(field);
        fields.ledger().problems.add(ProblemKind::UnmodelledValue, item.at.span(), || {
            (format!("`{}` is not an AAGUID", item.text), None)
        });
    }
    models
}
