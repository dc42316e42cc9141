//! People.

use serde_json::{Map, Value, json};

use super::elements::{Part, without_hollow};
use super::{Member, Related, put_inner, set, take_inner};
use crate::resource::Resource;
use crate::schema::{ENTERPRISE, ResourceKind};

/// Attributes that are a property each.
const PLAIN: [(&str, &str); 5] = [
    ("userName", "userPrincipalName"),
    ("displayName", "displayName"),
    ("title", "jobTitle"),
    ("preferredLanguage", "preferredLanguage"),
    // Graph's `userType` tells guests from members, which no attribute of SCIM does.
    ("userType", "employeeType"),
];

/// Attributes inside of others that are a property each.
const INNER: [(&str, &str, &str); 5] = [
    ("name", "givenName", "givenName"),
    ("name", "familyName", "surname"),
    (ENTERPRISE, "employeeNumber", "employeeId"),
    (ENTERPRISE, "department", "department"),
    (ENTERPRISE, "organization", "companyName"),
];

/// Attributes of the extension that stand in Graph's `employeeOrgData`.
const EMPLOYMENT: [&str; 2] = ["costCenter", "division"];

/// Elements of lists that are properties.
const PARTS: [Part; 5] = [
    Part { list: "emails", of_type: "work", properties: &[("value", "mail")] },
    Part { list: "phoneNumbers", of_type: "work", properties: &[("value", "businessPhones")] },
    Part { list: "phoneNumbers", of_type: "mobile", properties: &[("value", "mobilePhone")] },
    Part { list: "phoneNumbers", of_type: "fax", properties: &[("value", "faxNumber")] },
    Part {
        list: "addresses",
        of_type: "work",
        properties: &[
            ("formatted", "officeLocation"),
            ("streetAddress", "streetAddress"),
            ("locality", "city"),
            ("region", "state"),
            ("postalCode", "postalCode"),
            ("country", "country"),
        ],
    },
];

/// Moves what Graph has properties for from the attributes to the object.
pub(super) fn lay_over(attributes: &mut Map<String, Value>, object: &mut Map<String, Value>) {
    for (attribute, property) in PLAIN {
        set(object, property, attributes.remove(attribute));
    }
    // Who does not say whether a blocked person is active must not let them in. A new one is active, as
    // in Entra.
    let before = object.get("accountEnabled").filter(|it| !it.is_null()).cloned();
    let active = attributes.remove("active").or(before).unwrap_or(json!(true));
    object.insert("accountEnabled".to_owned(), active);
    for (outer, inner, property) in INNER {
        set(object, property, take_inner(attributes, outer, inner));
    }
    for part in PARTS {
        for (property, value) in part.take(attributes) {
            let is_list = property == "businessPhones";
            let value = if is_list { Some(value.into_iter().collect()) } else { value };
            set(object, property, value);
        }
    }
    let employment: Map<String, Value> = EMPLOYMENT
        .into_iter()
        .filter_map(|it| Some((it.to_owned(), take_inner(attributes, ENTERPRISE, it)?)))
        .collect();
    set(object, "employeeOrgData", (!employment.is_empty()).then_some(Value::Object(employment)));
    if let Some(password) = attributes.remove("password") {
        let profile = json!({ "password": password, "forceChangePasswordNextSignIn": false });
        object.insert("passwordProfile".to_owned(), profile);
    }
    take_inner(attributes, ENTERPRISE, "manager");
    attributes.remove("groups");
}

/// Adds what the properties of an object say to the attributes that are kept beside.
pub(super) fn read(object: &Map<String, Value>, attributes: &mut Map<String, Value>) {
    for (attribute, property) in PLAIN.into_iter().chain([("active", "accountEnabled")]) {
        if let Some(value) = object.get(property).filter(|it| !it.is_null()) {
            attributes.insert(attribute.to_owned(), value.clone());
        }
    }
    for (outer, inner, property) in INNER {
        put_inner(attributes, outer, inner, object.get(property));
    }
    if let Some(employment) = object.get("employeeOrgData").and_then(Value::as_object) {
        for name in EMPLOYMENT {
            put_inner(attributes, ENTERPRISE, name, employment.get(name));
        }
    }
    for part in PARTS {
        part.put(object, attributes);
    }
    for list in ["emails", "phoneNumbers", "addresses"] {
        without_hollow(attributes, list);
    }
}

/// Adds the manager and the groups.
pub(super) fn relate(related: &Related, attributes: &mut Map<String, Value>) {
    if let Some(manager) = &related.manager {
        let mut value = json!({
            "value": manager.id,
            "$ref": related.address(ResourceKind::User, &manager.id),
        });
        if let (Some(members), Some(name)) = (value.as_object_mut(), &manager.name) {
            members.insert("displayName".to_owned(), json!(name));
        }
        put_inner(attributes, ENTERPRISE, "manager", Some(&value));
    }
    if !related.groups.is_empty() {
        let one = |group: &Member| {
            json!({
                "value": group.id,
                "$ref": related.address(ResourceKind::Group, &group.id),
                "display": group.name.as_deref().unwrap_or(&group.id),
                "type": "direct",
            })
        };
        attributes.insert("groups".to_owned(), related.groups.iter().map(one).collect());
    }
}

/// The id of the manager that a person has in SCIM: Graph's relation `manager`.
pub fn superior(resource: &Resource) -> Option<&str> {
    let extension = resource.attributes().get(ENTERPRISE)?;
    extension.get("manager")?.get("value")?.as_str().filter(|it| !it.is_empty())
}
