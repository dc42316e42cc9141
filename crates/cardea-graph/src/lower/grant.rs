//! What a policy demands.

use super::ledger::{Fields, Item};
use super::names::Names;
use super::strength;
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::id::{CustomFactorId, StrengthId};
use cardea_policy::place::{Field, StrengthIndex};
use cardea_tenant::tenant::Tenant;

#[derive(Clone, Copy, PartialEq, Eq)]
enum BuiltIn {
    Block,
    Mfa,
    CompliantDevice,
    DomainJoinedDevice,
    ApprovedApplication,
    CompliantApplication,
    PasswordChange,
    RiskRemediation,
}

const BUILT_IN: [(&str, BuiltIn); 8] = [
    ("block", BuiltIn::Block),
    ("mfa", BuiltIn::Mfa),
    ("compliantDevice", BuiltIn::CompliantDevice),
    ("domainJoinedDevice", BuiltIn::DomainJoinedDevice),
    ("approvedApplication", BuiltIn::ApprovedApplication),
    ("compliantApplication", BuiltIn::CompliantApplication),
    ("passwordChange", BuiltIn::PasswordChange),
    ("riskRemediation", BuiltIn::RiskRemediation),
];

impl BuiltIn {
    fn control(self) -> Option<Control> {
        match self {
            Self::Block => None,
            Self::Mfa => Some(Control::Mfa),
            Self::CompliantDevice => Some(Control::CompliantDevice),
            Self::DomainJoinedDevice => Some(Control::DomainJoinedDevice),
            Self::ApprovedApplication => Some(Control::ApprovedApplication),
            Self::CompliantApplication => Some(Control::CompliantApplication),
            Self::PasswordChange => Some(Control::PasswordChange),
            Self::RiskRemediation => Some(Control::RiskRemediation),
        }
    }
}

/// `grantControls`.
pub(super) fn grant(
    fields: &mut Fields<'_, '_>,
    names: &Names,
    tenant: &mut Tenant,
) -> Option<Grant> {
    fields.object("grantControls", Field::GrantControls, |fields| read(fields, names, tenant))?
}

fn read(fields: &mut Fields<'_, '_>, names: &Names, tenant: &mut Tenant) -> Option<Grant> {
    let operator = fields.text("operator").and_then(|item| {
        fields.choose(&item, Field::Operator, &[("AND", Operator::And), ("OR", Operator::Or)])
    });
    let listed = fields.texts("builtInControls");
    let mut controls: Vec<Control> = Vec::new();
    let mut block = None;
    for item in listed.iter() {
        match fields.choose(&item, Field::BuiltInControls, &BUILT_IN) {
            Some(BuiltIn::Block) => block = Some(item),
            Some(known) => controls.extend(known.control()),
            None => {}
        }
    }
    controls.extend(strength(fields, names, tenant).map(Control::Strength));
    controls.extend(
        fields
            .texts("termsOfUse")
            .iter()
            .map(|item| Control::Terms(names.terms.resolve(&item.text))),
    );
    let custom = fields.texts("customAuthenticationFactors");
    controls.extend(custom.iter().map(|item| Control::Custom(CustomFactorId::new(&item.text))));
    if let Some(block) = block {
        if !controls.is_empty() {
            let message = "`block` beside other controls: nobody gets as far as those".to_owned();
            fields.ledger().remark(block.at.span(), message, None);
        }
        return Some(Grant::Block);
    }
    controls.sort_unstable();
    controls.dedup();
    (!controls.is_empty())
        .then(|| Grant::Require { operator: operator.unwrap_or_default(), controls })
}

/// `authenticationStrength`: expanded, as an id only, or as the reference that a request writes.
fn strength(
    fields: &mut Fields<'_, '_>,
    names: &Names,
    tenant: &mut Tenant,
) -> Option<StrengthIndex> {
    if let Some(bound) = bound_strength(fields) {
        return Some(tenant.strength_or_unknown(&StrengthId::new(&bound), ""));
    }
    let value = fields.value().get("authenticationStrength")?;
    if value.as_text().is_some() {
        let Item { text, .. } = fields.text("authenticationStrength")?;
        return Some(tenant.strength_or_unknown(&names.strengths.resolve(&text), &text));
    }
    let expanded =
        fields.object("authenticationStrength", Field::AuthenticationStrength, |fields| {
            strength::read(fields, names)
        })?;
    let known = tenant.strengths.iter().any(|strength| strength.id == expanded.id);
    if !known && !expanded.combinations.is_empty() {
        tenant.strengths.push(expanded);
        return Some(StrengthIndex::at(tenant.strengths.len() - 1));
    }
    Some(tenant.strength_or_unknown(&expanded.id, &expanded.name))
}

/// The id in `…/authenticationStrengthPolicies('id')` or `…/id`.
fn bound_strength(fields: &mut Fields<'_, '_>) -> Option<String> {
    let reference = fields.text("authenticationStrength@odata.bind")?.text;
    let last = reference.trim_end_matches('/').rsplit('/').next()?;
    Some(last.split('\'').nth(1).unwrap_or(last).to_owned())
}
