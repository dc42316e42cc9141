//! What lets people be exempt from a policy under a control: a group that the policy leaves out, and a
//! policy for that group.

use aws_lc_rs::digest;
use cardea_store as store;
use cardea_store::Object;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Builder;

use super::Control;
use crate::admin::edit::Edit;
use crate::failure::Failure;
use crate::gate::POLICY;
use crate::import::GROUP;

/// The id of the group, or of the policy, of a pair of policy and control: always the same, so that
/// there is one of each.
fn id_of(part: &str, policy: &str, control: &Control) -> String {
    let text = format!("exemption/{part}/{policy}/{}", control.word());
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    for (byte, of_hash) in bytes.iter_mut().zip(hash.as_ref()) {
        *byte = *of_hash;
    }
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// What lets people be exempt from a policy under a control: three objects.
pub(super) struct Slot<'a> {
    /// The policy.
    pub(super) policy: &'a Object,
    /// What holds in its place.
    pub(super) control: &'a Control,
    /// What the control is called: "only from Head office".
    pub(super) words: String,
}

impl Slot<'_> {
    /// The id of the group.
    pub(super) fn group(&self) -> String {
        id_of("group", &self.policy.id, self.control)
    }

    fn name(&self) -> String {
        format!("Exempt from {}: {}", self.policy.name, self.words)
    }

    /// What is missing of it, or is not as it has to be.
    pub(super) async fn missing(
        &self,
        reader: &mut store::Snapshot,
        now: Timestamp,
    ) -> Result<Vec<Edit>, Failure> {
        let mut missing = Vec::new();
        let group = self.group();
        if reader.object(GROUP, &group).await?.is_none() {
            missing.push(Edit::Put(self.object(GROUP, &group, &self.group_json(), now)));
        }
        let read = |object: &Object| -> Result<Value, Failure> {
            serde_json::from_str(&object.json)
                .map_err(Failure::unreadable("a policy in the database"))
        };
        let policy = read(self.policy)?;
        let other = id_of("policy", &self.policy.id, self.control);
        let wanted = self.compensating(&policy, &other);
        let found = match reader.object(POLICY, &other).await? {
            Some(object) => Some(read(&object)?),
            None => None,
        };
        let same = |name: &str| found.as_ref().and_then(|it| it.get(name)) == wanted.get(name);
        if !["state", "conditions", "grantControls"].into_iter().all(same) {
            missing.push(Edit::Put(self.object(POLICY, &other, &wanted, now)));
        }
        if let Some(excluding) = excluding(policy, &group) {
            let json = excluding.to_string();
            missing.push(Edit::Put(Object { json, changed: now, ..self.policy.clone() }));
        }
        Ok(missing)
    }

    fn object(&self, kind: &str, id: &str, json: &Value, now: Timestamp) -> Object {
        Object {
            kind: kind.to_owned(),
            id: id.to_owned(),
            name: self.name(),
            position: self.policy.position,
            json: json.to_string(),
            changed: now,
        }
    }

    fn group_json(&self) -> Value {
        json!({
            "@odata.type": "#microsoft.graph.group",
            "id": self.group(),
            "displayName": self.name(),
            "description": "People come and go by themselves: temporary exemptions.",
            "securityEnabled": true,
            "mailEnabled": false,
            "groupTypes": [],
        })
    }

    /// The policy for the people who are exempt: under the same conditions, the control.
    fn compensating(&self, policy: &Value, id: &str) -> Value {
        let mut conditions = policy.get("conditions").cloned().unwrap_or_else(|| json!({}));
        let grant = match self.control {
            Control::Within(location) => {
                let there = conditions.get("locations").filter(|it| !it.is_null()).cloned();
                let mut locations = there.unwrap_or_else(|| json!({ "includeLocations": ["All"] }));
                push(&mut locations, "excludeLocations", location);
                set(&mut conditions, "locations", locations);
                "block"
            }
            Control::CompliantDevice => "compliantDevice",
        };
        set(&mut conditions, "users", json!({ "includeGroups": [self.group()] }));
        json!({
            "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
            "id": id,
            "displayName": self.name(),
            "state": "enabled",
            "conditions": conditions,
            "grantControls": { "operator": "OR", "builtInControls": [grant] },
            "sessionControls": null,
        })
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// Adds a text to a list that may be missing; whether it was not in it.
fn push(object: &mut Value, name: &str, text: &str) -> bool {
    let Some(members) = object.as_object_mut() else { return false };
    let list = members.entry(name).or_insert_with(|| json!([]));
    if list.is_null() {
        *list = json!([]);
    }
    let Some(list) = list.as_array_mut() else { return false };
    let is_new = !list.iter().any(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(text)));
    if is_new {
        list.push(Value::from(text));
    }
    is_new
}

/// The policy with the group left out; `None` where it is already.
fn excluding(mut policy: Value, group: &str) -> Option<Value> {
    let users = policy.pointer_mut("/conditions/users")?;
    push(users, "excludeGroups", group).then_some(policy)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn policy(conditions: &Value) -> Object {
        let json = json!({ "id": "p", "displayName": "CA", "state": "enabled",
            "conditions": conditions });
        Object {
            kind: POLICY.to_owned(),
            id: String::from("p"),
            name: String::from("CA"),
            position: 0,
            json: json.to_string(),
            changed: Timestamp::UNIX_EPOCH,
        }
    }

    fn compensating(conditions: &Value, control: &Control) -> Value {
        let policy = policy(conditions);
        let slot = Slot { policy: &policy, control, words: String::from("only there") };
        slot.compensating(&serde_json::from_str(&policy.json).unwrap(), "c")
    }

    #[test]
    fn the_other_policy_is_for_the_exempt_under_the_same_conditions() {
        let conditions = json!({
            "users": { "includeUsers": ["All"], "excludeGroups": ["g"] },
            "platforms": { "includePlatforms": ["iOS"] },
            "locations": { "includeLocations": ["All"], "excludeLocations": ["AllTrusted"] },
        });
        let there = Control::Within(String::from("hq"));
        let other = compensating(&conditions, &there);
        assert_eq!(other["grantControls"]["builtInControls"], json!(["block"]));
        assert_eq!(other["conditions"]["platforms"], conditions["platforms"]);
        let users = json!({ "includeGroups": [id_of("group", "p", &there)] });
        assert_eq!(other["conditions"]["users"], users);
        let places = &other["conditions"]["locations"]["excludeLocations"];
        assert_eq!(
            places,
            &json!(["AllTrusted", "hq"]),
            "where it did not apply, it does not block"
        );
        let anywhere = json!({ "users": { "includeUsers": ["All"] }, "locations": null });
        let other = compensating(&anywhere, &there);
        assert_eq!(
            other["conditions"]["locations"],
            json!({ "includeLocations": ["All"], "excludeLocations": ["hq"] })
        );
        let other = compensating(&anywhere, &Control::CompliantDevice);
        assert_eq!(other["grantControls"]["builtInControls"], json!(["compliantDevice"]));
        assert_eq!(other["conditions"]["locations"], Value::Null);
    }

    #[test]
    fn a_group_is_left_out_once() {
        let users = json!({ "conditions": { "users": { "excludeGroups": null } } });
        let once = excluding(users, "g").unwrap();
        assert_eq!(once["conditions"]["users"]["excludeGroups"], json!(["g"]));
        assert_eq!(excluding(once, "G"), None);
    }

    #[test]
    fn each_pair_of_policy_and_control_has_one_group() {
        let (here, there) = (Control::Within(String::from("a")), Control::CompliantDevice);
        assert_eq!(id_of("group", "p", &here), id_of("group", "p", &here));
        let ids = [
            id_of("group", "p", &here),
            id_of("group", "p", &there),
            id_of("group", "q", &here),
            id_of("policy", "p", &here),
        ];
        assert_eq!(BTreeSet::from(ids).len(), 4);
    }
}
