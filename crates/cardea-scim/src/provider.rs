//! What the service says of itself (RFC 7643 sections 5 and 6, RFC 7644 section 4).

use serde_json::{Value, json};

use crate::list;
use crate::schema::ResourceKind;

/// `/ServiceProviderConfig` of a service at this address: changes in place, filters, passwords and
/// versions, but no `/Bulk` and no sorting.
pub fn configuration(base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": list::MOST },
        "changePassword": { "supported": true },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "An access token of this tenant, in the header 'Authorization'.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

/// `/ResourceTypes` of a service at this address.
pub fn resource_types(base: &str) -> Vec<Value> {
    ResourceKind::ALL.into_iter().map(|kind| resource_type(base, kind)).collect()
}

fn resource_type(base: &str, kind: ResourceKind) -> Value {
    let extensions = kind.extensions().iter();
    let extensions: Vec<Value> =
        extensions.map(|(schema, _)| json!({ "schema": schema, "required": false })).collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": kind.name(),
        "name": kind.name(),
        "endpoint": kind.endpoint(),
        "schema": kind.schema(),
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base}/ResourceTypes/{}", kind.name()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::schemas;

    #[test]
    fn the_documents_fit_together() {
        let base = "https://login.example/scim/v2";
        let schemas = schemas(base);
        let known: Vec<&str> = schemas.iter().map(|it| it["id"].as_str().unwrap()).collect();
        for kind in resource_types(base) {
            assert!(known.contains(&kind["schema"].as_str().unwrap()), "{kind}");
            for extension in kind["schemaExtensions"].as_array().unwrap() {
                assert!(known.contains(&extension["schema"].as_str().unwrap()), "{kind}");
            }
        }
        assert_eq!(configuration(base)["bulk"]["supported"], false);
    }

    #[test]
    fn a_schema_says_what_the_specification_says() {
        let schemas = schemas("https://login.example/scim/v2");
        let attribute = |schema: usize, name: &str| {
            let attributes = schemas[schema]["attributes"].as_array().unwrap();
            attributes.iter().find(|it| it["name"] == name).cloned().unwrap_or_default()
        };
        let user_name = attribute(0, "userName");
        assert_eq!(user_name["uniqueness"], "server");
        assert_eq!(user_name["required"], true);
        let password = attribute(0, "password");
        assert_eq!(
            (&password["mutability"], &password["returned"]),
            (&json!("writeOnly"), &json!("never"))
        );
        assert_eq!(attribute(1, "members")["subAttributes"][0]["mutability"], "immutable");
        assert_eq!(attribute(0, "id"), Value::Null);
        assert_eq!(schemas[2]["id"], crate::schema::ENTERPRISE);
    }
}
