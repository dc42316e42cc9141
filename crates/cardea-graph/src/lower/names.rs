//! What exists in the input, and ids for the names that people write in place of ids.

mod table;

pub(super) use table::NOTHING;
pub use table::Table;

use super::directory::Claims;
use crate::document::Value;
use crate::export::Export;
use crate::recognise::ObjectKind;
use crate::well_known::{
    APPS, COMPLIANT_NETWORK, MFA_TRUSTED_IPS, OTHER_APP_NAMES, OTHER_ROLE_NAMES, ROLES, WellKnown,
};
use cardea_policy::id::{Id, kind};
use cardea_policy::strength::Strength;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The objects that the input defines or that every tenant has, by id. What refers to anything else
/// refers to something unknown.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// People, by object id; the name is the user principal name.
    pub users: Table<kind::User>,
    /// Groups, also those that only a migration table names.
    pub groups: Table<kind::Group>,
    /// Directory roles by template id.
    pub roles: Table<kind::Role>,
    /// Applications by appId.
    pub apps: Table<kind::App>,
    /// Service principals by object id.
    pub service_principals: Table<kind::ServicePrincipal>,
    /// Named locations.
    pub locations: Table<kind::Location>,
    /// Authentication strengths.
    pub strengths: Table<kind::Strength>,
    /// Terms of use.
    pub terms: Table<kind::Terms>,
    /// Authentication contexts.
    pub contexts: Table<kind::Context>,
}

impl<K> Table<K> {
    fn define_all(&mut self, known: &[WellKnown], others: &[WellKnown]) {
        for (id, name) in known {
            self.define(id, name);
        }
        for (id, name) in others {
            self.alias(&Id::new(id), name);
        }
    }
}

impl Names {
    /// What every tenant has.
    fn everywhere() -> Self {
        let mut names = Self::default();
        names.roles.define_all(ROLES, OTHER_ROLE_NAMES);
        names.apps.define_all(APPS, OTHER_APP_NAMES);
        names.locations.define_all(&[COMPLIANT_NETWORK, MFA_TRUSTED_IPS], &[]);
        for strength in Strength::built_in() {
            names.strengths.define(strength.id.as_str(), &strength.name);
        }
        names
    }

    /// What every tenant has, and what the objects of an export define. People and groups are
    /// among the statements, to which those are added that are no more than named.
    pub(super) fn of(export: &Export, claims: &mut Claims) -> Self {
        static EVERYWHERE: LazyLock<Names> = LazyLock::new(Names::everywhere);
        let mut names = EVERYWHERE.clone();
        for found in &export.objects {
            if let Some(value) = export.value(found.at) {
                names.add(found.kind, value, claims);
            }
        }
        names
    }

    fn add(&mut self, kind: ObjectKind, value: Value<'_>, claims: &mut Claims) {
        let name = display_name(value);
        // What has no id is known by its name.
        let id = text(value, "id").unwrap_or_else(|| name.clone());
        match kind {
            ObjectKind::IpLocation | ObjectKind::CountryLocation | ObjectKind::CompliantNetwork => {
                self.locations.define(&id, &name);
            }
            ObjectKind::Strength => {
                self.strengths.define(&id, &name);
            }
            ObjectKind::ServicePrincipal => {
                self.service_principals.define(&id, &name);
                self.apps.define(&text(value, "appId").unwrap_or(id), &name);
            }
            ObjectKind::Role => {
                let template = text(value, "roleTemplateId").unwrap_or_else(|| id.clone());
                let role = self.roles.define(&template, &name);
                // The id of the role in this tenant stands for the role, too.
                self.roles.alias(&role, &id);
            }
            ObjectKind::RoleDefinition => {
                let template = text(value, "templateId").unwrap_or(id);
                self.roles.define(&template, &name);
            }
            ObjectKind::TermsOfUse => {
                self.terms.define(&id, &name);
            }
            ObjectKind::AuthenticationContext => {
                self.contexts.define(&id, &name);
            }
            ObjectKind::MigrationTable => self.migration_table(value, claims),
            ObjectKind::Policy
            | ObjectKind::User
            | ObjectKind::RegistrationDetails
            | ObjectKind::Group
            | ObjectKind::Application
            | ObjectKind::MethodsPolicy
            | ObjectKind::MethodConfiguration
            | ObjectKind::RegisteredMethod
            | ObjectKind::Device
            | ObjectKind::RoleAssignment
            | ObjectKind::CrossTenantAccess
            | ObjectKind::DeviceRegistration => {}
        }
    }

    fn migration_table(&mut self, table: Value<'_>, claims: &mut Claims) {
        for object in table.get("objects").into_iter().flat_map(Value::items) {
            let (Some(id), Some(kind)) = (text(object, "id"), text(object, "type")) else {
                continue;
            };
            let name = display_name(object);
            match kind.to_ascii_lowercase().as_str() {
                "group" => drop(self.groups.define(&id, &name)),
                "namedlocation" => drop(self.locations.define(&id, &name)),
                "authenticationstrength" => drop(self.strengths.define(&id, &name)),
                "user" => claims.know_person(&id, &name),
                "termsofuse" | "agreement" => drop(self.terms.define(&id, &name)),
                "authenticationcontext" => drop(self.contexts.define(&id, &name)),
                _ => {}
            }
        }
    }
}

/// What an object is called.
pub(super) fn display_name(value: Value<'_>) -> String {
    ["displayName", "name", "appDisplayName", "userDisplayName"]
        .into_iter()
        .find_map(|key| text(value, key))
        .unwrap_or_default()
}

/// A string of an object.
pub(super) fn text(value: Value<'_>, name: &str) -> Option<String> {
    value.get(name)?.as_text().map(Cow::into_owned).filter(|text| !text.is_empty())
}
