//! Conditional Access policies.

use super::ledger::{Fields, Item, Leftovers};
use super::names::{Names, display_name, text};
use super::positions::entry_span;
use super::{Lowering, conditions, grant, principals, session, target};
use crate::document::Value;
use crate::export::Found;
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;
use cardea_policy::conditions::client::ClientApps;
use cardea_policy::conditions::flow::Flows;
use cardea_policy::conditions::principal::{Principals, Users};
use cardea_policy::conditions::risk::RiskLevels;
use cardea_policy::conditions::target::{Resources, Target};
use cardea_policy::id::PolicyId;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::policy::{Conditions, Policy, State};
use cardea_tenant::tenant::Tenant;

/// How many policies are lowered: twenty times what Entra stores for a tenant. The rest would only
/// take memory.
const MOST: usize = 5000;

impl Lowering<'_> {
    /// Lowers all policies, and returns their objects in the order of the tenant's list.
    pub(super) fn policies(&mut self) -> Vec<Found> {
        let mut found: Vec<_> = self.objects(ObjectKind::Policy).collect();
        if let Some((_, value)) = found.get(MOST) {
            self.ledger.problems.add(ProblemKind::TooLarge, value.head(), || {
                let message =
                    format!("this policy and those behind it are not read: {MOST} is enough");
                (message, Some("check one tenant at a time".to_owned()))
            });
        }
        found.truncate(MOST);
        for (found, value) in &found {
            let wrapper = found.wrapper.and_then(|wrapper| self.export.value(wrapper));
            let object = Object::Policy(PolicyIndex::at(self.tenant.policies.len()));
            let Self { ledger, names, tenant, .. } = self;
            ledger.doubted.clear();
            let mut policy =
                ledger.object(*value, Field::Whole, Leftovers::MatterIfStructured, |fields| {
                    read(fields, names, tenant)
                });
            policy.unmodelled = std::mem::take(&mut ledger.doubted);
            self.positions.note(object, *value);
            if let Some(wrapper) = wrapper {
                self.take_from_wrapper(&mut policy, object, wrapper);
            }
            self.tenant.policies.push(policy);
        }
        found.into_iter().map(|(found, _)| *found).collect()
    }

    /// A template has the name and the id outside of the policy.
    fn take_from_wrapper(&mut self, policy: &mut Policy, object: Object, wrapper: Value<'_>) {
        if policy.name.is_empty() {
            policy.name = display_name(wrapper);
            let entry = wrapper.entry("displayName").or_else(|| wrapper.entry("name"));
            if let Some(entry) = entry {
                self.positions
                    .insert(Place { object, field: Field::DisplayName }, entry_span(entry));
            }
        }
        if policy.id.is_none() {
            policy.id = text(wrapper, "id").map(|id| PolicyId::new(&id));
        }
    }
}

fn read(fields: &mut Fields<'_, '_>, names: &Names, tenant: &mut Tenant) -> Policy {
    let id = fields.text("id").map(|id| PolicyId::new(&id.text));
    let names_of_policy = [fields.text("displayName"), fields.text("name")];
    let name = names_of_policy.into_iter().flatten().next();
    let name = name.map(|name| name.text.into_owned()).unwrap_or_default();
    let state = state(fields);
    fields.ignore(&["createdDateTime", "modifiedDateTime", "description", "templateId"]);
    fields.unmodelled("partialEnablementStrategy", Field::State);
    let conditions =
        fields.object("conditions", Field::Whole, |fields| read_conditions(fields, names));
    Policy {
        id,
        name,
        state,
        conditions: conditions.unwrap_or_else(|| nothing(fields)),
        grant: grant::grant(fields, names, tenant),
        session: session::session(fields),
        unmodelled: Vec::new(),
    }
}

/// The state. A policy without one is a template, which is not in force; so is a deleted policy.
fn state(fields: &mut Fields<'_, '_>) -> State {
    const KNOWN: [(&str, State); 3] = [
        ("enabled", State::Enabled),
        ("disabled", State::Disabled),
        ("enabledForReportingButNotEnforced", State::ReportOnly),
    ];
    if let Some(Item { at, .. }) = fields.text("deletedDateTime") {
        let message = "the policy is deleted, and read as disabled".to_owned();
        fields.ledger().remark(at.span(), message, None);
        fields.ignore(&["state"]);
        return State::Disabled;
    }
    let Some(item) = fields.text("state") else {
        let head = fields.value().head();
        let help = "add `\"state\": \"enabled\"` to check it as if it were in force";
        let message = "a policy without a state is read as a disabled template".to_owned();
        fields.ledger().remark(head, message, Some(help));
        return State::Disabled;
    };
    fields.choose(&item, Field::State, &KNOWN).unwrap_or(State::Disabled)
}

fn read_conditions(fields: &mut Fields<'_, '_>, names: &Names) -> Conditions {
    let conditions = Conditions {
        principals: principals::principals(fields, names),
        target: target::target(fields, names),
        client_apps: conditions::client_apps(fields),
        platforms: conditions::platforms(fields),
        locations: conditions::locations(fields, names),
        devices: conditions::devices(fields),
        risks: conditions::risks(fields),
        flows: conditions::flows(fields),
    };
    fields.unmodelled("agentContext", Field::Agents);
    fields.unmodelled("deviceStates", Field::Devices);
    conditions
}

/// The conditions of a policy whose `conditions` are no object: nobody meets them.
fn nothing(fields: &mut Fields<'_, '_>) -> Conditions {
    fields.ledger().doubt(Field::Whole);
    Conditions {
        principals: Principals::Users(Users::default()),
        target: Target::Resources(Resources::default()),
        client_apps: ClientApps::All,
        platforms: None,
        locations: None,
        devices: None,
        risks: RiskLevels::default(),
        flows: Flows::default(),
    }
}
