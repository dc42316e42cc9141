//! Service principals: the applications of the tenant and their custom security attributes.

use super::Lowering;
use super::ledger::{Fields, Leftovers, leaves};
use super::names::{display_name, text};
use crate::document::{Shape, Value, is_annotation};
use crate::problem::ProblemKind;
use crate::recognise::ObjectKind;
use cardea_policy::filter::{AppAttributes, AttributeId, AttributeValue};
use cardea_policy::id::AppId;
use cardea_policy::place::Field;
use cardea_tenant::tenant::App;
use std::borrow::Cow;

/// Fields of Graph's `servicePrincipal` that Conditional Access does not look at.
const WITHOUT_MEANING: [&str; 34] = [
    "accountEnabled",
    "addIns",
    "alternativeNames",
    "appDescription",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "appRoles",
    "applicationTemplateId",
    "createdByAppId",
    "createdDateTime",
    "deletedDateTime",
    "description",
    "disabledByMicrosoftStatus",
    "homepage",
    "info",
    "keyCredentials",
    "loginUrl",
    "logoutUrl",
    "notes",
    "notificationEmailAddresses",
    "oauth2PermissionScopes",
    "passwordCredentials",
    "preferredSingleSignOnMode",
    "preferredTokenSigningKeyThumbprint",
    "replyUrls",
    "resourceSpecificApplicationPermissions",
    "samlSingleSignOnSettings",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
    "tags",
    "tokenEncryptionKeyId",
    "verifiedPublisher",
    "isManagementRestricted",
];

impl Lowering<'_> {
    /// Lowers the service principals.
    pub(super) fn applications(&mut self) {
        for (_, value) in self.objects(ObjectKind::ServicePrincipal) {
            let app = self.ledger.object(value, Field::Whole, Leftovers::AreRemarks, read);
            self.tenant.apps.push(app);
        }
        self.ledger.doubted.clear();
    }
}

fn read(fields: &mut Fields<'_, '_>) -> App {
    let id = text(fields.value(), "appId").unwrap_or_default();
    let name = display_name(fields.value());
    for name in ["id", "appId", "displayName", "appDisplayName"] {
        fields.text(name);
    }
    fields.ignore(&WITHOUT_MEANING);
    let mut attributes = AppAttributes::default();
    if let Some(sets) = fields.take("customSecurityAttributes") {
        fields.ledger().tally.read += leaves(sets);
        read_attributes(fields, sets, &mut attributes);
    }
    App { id: AppId::new(&id), name, attributes }
}

/// Sets of attributes by name, each with attributes by name.
fn read_attributes(fields: &mut Fields<'_, '_>, sets: Value<'_>, attributes: &mut AppAttributes) {
    for set in sets.entries().filter(|set| !is_annotation(&set.name())) {
        for attribute in set.value.entries().filter(|attribute| !is_annotation(&attribute.name())) {
            let id = AttributeId::new(&set.name(), &attribute.name());
            match attribute.value.shape() {
                Shape::Text(text) => attributes.assign(id, AttributeValue::Text(text.into_owned())),
                Shape::Array => {
                    let texts =
                        attribute.value.items().filter_map(Value::as_text).map(Cow::into_owned);
                    attributes.assign(id, AttributeValue::Collection(texts.collect()));
                }
                // Only strings count in a filter for applications.
                Shape::Null | Shape::Bool(_) | Shape::Number(_) => {}
                Shape::Object => {
                    let span = attribute.value.span();
                    fields.ledger().problems.add(ProblemKind::UnmodelledValue, span, || {
                        ("a custom security attribute is a value or a list".to_owned(), None)
                    });
                }
            }
        }
    }
}
