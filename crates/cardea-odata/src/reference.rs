//! References to other objects: `@odata.id`, and `property@odata.bind` in the body of a change.

use serde_json::{Map, Value};
use url::Url;

use crate::problem::{Problem, quoted};
use crate::resource::Resource;

/// The most references of one property; Graph takes 20.
pub const MAX_REFERENCES: usize = 20;
const BIND: &str = "@odata.bind";

/// What a body binds a relation to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The relation.
    pub property: String,
    /// The objects.
    pub resources: Vec<Resource>,
}

/// The resource that the address in a body leads to. `bases` are the addresses, up to and including
/// the version, under which this service is known; a relative address begins there.
///
/// # Errors
///
/// An address that leads elsewhere, has a query or a fragment, or a path that is not well written.
/// Nothing is ever fetched from it.
pub fn parse(address: &str, bases: &[Url]) -> Result<Resource, Problem> {
    let elsewhere = || {
        Problem::bad(format!(
            "The reference {} does not lead to an object of this tenant. Write the address of the object, such as 'directoryObjects/{{id}}'.",
            quoted(address)
        ))
    };
    if address.contains(['?', '#', '\\']) || address.contains(char::is_control) {
        return Err(elsewhere());
    }
    if !address.contains("://") && !address.starts_with("//") {
        return Resource::parse(address)
            .and_then(not_empty)
            .map_err(|it| it.within(&quoted(address)));
    }
    // The path is taken from the text, because parsing an address removes `..` from it.
    let path = bases.iter().find_map(|base| beneath(address, base)).ok_or_else(elsewhere)?;
    Resource::parse(path).and_then(not_empty).map_err(|it| it.within(&quoted(address)))
}

fn not_empty(resource: Resource) -> Result<Resource, Problem> {
    if resource.segments().is_empty() {
        return Err(Problem::bad("The reference names no object."));
    }
    Ok(resource)
}

/// The part of an address behind a base; scheme and host in any case.
fn beneath<'a>(address: &'a str, base: &Url) -> Option<&'a str> {
    let origin = base.origin().ascii_serialization();
    let (begin, rest) = address.split_at_checked(origin.len())?;
    if !begin.eq_ignore_ascii_case(&origin) {
        return None;
    }
    let rest = rest.strip_prefix(base.path().trim_end_matches('/'))?;
    rest.strip_prefix('/')
}

/// The resource that the body of a `$ref` names: `{"@odata.id": "…"}`.
///
/// # Errors
///
/// There is no such text in the body, and what [`parse`] refuses.
pub fn target(body: &Value, bases: &[Url]) -> Result<Resource, Problem> {
    let address = body.get("@odata.id").and_then(Value::as_str).ok_or_else(|| {
        Problem::bad(
            "The body must be an object with '@odata.id', the address of the object to refer to.",
        )
    })?;
    parse(address, bases)
}

/// Takes the bindings out of a body, so that what is left are properties.
///
/// # Errors
///
/// A binding that is neither an address nor a list of at most [`MAX_REFERENCES`], and what [`parse`]
/// refuses. The body is then as it was.
pub fn take_bindings(
    body: &mut Map<String, Value>,
    bases: &[Url],
) -> Result<Vec<Binding>, Problem> {
    let mut bindings = Vec::new();
    for (name, value) in body.iter() {
        if let Some(property) = name.strip_suffix(BIND).filter(|it| !it.is_empty()) {
            let resources = resources(value, bases).map_err(|it| it.within(name))?;
            bindings.push(Binding { property: property.to_owned(), resources });
        }
    }
    body.retain(|name, _| !name.ends_with(BIND) || name == BIND);
    Ok(bindings)
}

fn resources(value: &Value, bases: &[Url]) -> Result<Vec<Resource>, Problem> {
    let wrong = || {
        Problem::bad(format!("must be an address or a list of at most {MAX_REFERENCES} of them."))
    };
    match value {
        Value::String(address) => Ok(vec![parse(address, bases)?]),
        Value::Array(addresses) if addresses.len() <= MAX_REFERENCES => {
            let one = |it: &Value| parse(it.as_str().ok_or_else(wrong)?, bases);
            addresses.iter().map(one).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bases() -> Vec<Url> {
        ["https://graph.microsoft.com/v1.0", "https://localhost:8443/graph/beta/"]
            .map(|it| it.parse().unwrap())
            .to_vec()
    }

    #[track_caller]
    fn check(address: &str, expected: Option<&str>) {
        let found = parse(address, &bases()).ok().map(|it| it.to_string());
        assert_eq!(found.as_deref(), expected, "{address}");
    }

    #[test]
    fn an_address_leads_to_an_object_of_this_tenant_or_nowhere() {
        check("https://graph.microsoft.com/v1.0/directoryObjects/1", Some("/directoryObjects/1"));
        check("HTTPS://Graph.Microsoft.com/v1.0/users('1')", Some("/users('1')"));
        check("https://localhost:8443/graph/beta/users/1", Some("/users/1"));
        check("users/1", Some("/users/1"));
        check("/users/1", Some("/users/1"));
    }

    // GR-11
    #[test]
    fn other_hosts_and_tricks_are_refused() {
        for address in [
            "https://evil.example/v1.0/users/1",
            "https://graph.microsoft.com.evil.example/v1.0/users/1",
            "https://graph.microsoft.com@evil.example/v1.0/users/1",
            "https://graph.microsoft.com:444/v1.0/users/1",
            "http://graph.microsoft.com/v1.0/users/1",
            "https://graph.microsoft.com/v1.0evil/users/1",
            "https://graph.microsoft.com/v1.0/../users/1",
            "https://graph.microsoft.com/beta/users/1",
            "https://graph.microsoft.com/v1.0/",
            "https://graph.microsoft.com/v1.0",
            "//evil.example/users/1",
            "/\\evil.example/users/1",
            "users/1?a=b",
            "users/1#a",
            "javascript:alert(1)//",
            "",
            "/",
        ] {
            check(address, None);
        }
    }

    #[test]
    fn bindings_are_taken_out_of_a_body() {
        let mut body = json!({
            "displayName": "Team",
            "owners@odata.bind": ["https://graph.microsoft.com/v1.0/users/1", "users/2"],
            "manager@odata.bind": "/users/3",
        });
        let bindings = take_bindings(body.as_object_mut().unwrap(), &bases()).unwrap();
        assert_eq!(body, json!({ "displayName": "Team" }));
        let mut shown: Vec<String> = bindings
            .iter()
            .flat_map(|it| it.resources.iter().map(move |to| format!("{}{to}", it.property)))
            .collect();
        shown.sort();
        assert_eq!(shown, ["manager/users/3", "owners/users/1", "owners/users/2"]);
    }

    #[test]
    fn a_binding_that_is_none_leaves_the_body_as_it_was() {
        let many = vec!["users/1"; MAX_REFERENCES + 1];
        for value in [json!(1), json!([1]), json!(null), json!("http://x/y"), json!(many)] {
            let mut body = json!({ "a@odata.bind": "users/1", "b@odata.bind": value });
            let before = body.clone();
            let problem = take_bindings(body.as_object_mut().unwrap(), &bases()).unwrap_err();
            assert!(problem.message().starts_with("b@odata.bind: "), "{problem}");
            assert_eq!(body, before);
        }
    }

    #[test]
    fn the_target_of_a_ref_stands_in_its_body() {
        let body = json!({ "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/1" });
        assert_eq!(target(&body, &bases()).unwrap().to_string(), "/directoryObjects/1");
        assert!(target(&json!({ "@odata.id": 1 }), &bases()).is_err());
        assert!(target(&json!(null), &bases()).is_err());
    }
}
