//! A configuration that exists, and where it departs from passkeys only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use thiserror::Error;

use super::{DENIED_DEVICES, NETWORK, PHONES, SECURITY_KEYS, SERVICES, SETTINGS, Setting, Wanted};
use crate::report::Severity;

/// Settings that profiles of a tenant make, by their address below `Policy/Config`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    settings: BTreeMap<String, BTreeSet<Made>>,
}

/// What a profile makes of a setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Made {
    /// This text, or this number as text.
    Value(String),
    /// Something that the export does not show: Intune keeps texts encrypted.
    Encrypted,
}

/// Why nothing can be said of a file.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// It is no JSON.
    #[error("it is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It has no settings by address.
    #[error(
        "it has no `omaSettings`; export the profile from Graph: GET deviceManagement/deviceConfigurations"
    )]
    NoSettings,
}

/// A departure from passkeys only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// What it means: `Lockout` where passkeys do not work, `Weakness` where something else does, `Doubt`
    /// where the export does not say.
    pub severity: Severity,
    /// What is so.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Turns Bluetooth off as a whole (Windows, *Policy CSP: Connectivity*).
const RADIO: &str = "Connectivity/AllowBluetooth";

impl Given {
    /// Reads profiles: one, a list or a page of them, as Graph has them.
    ///
    /// # Errors
    /// It is no JSON, or has no settings by address.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut given = Self::default();
        given.collect(&serde_json::from_slice(bytes)?);
        if given.settings.is_empty() { Err(Unreadable::NoSettings) } else { Ok(given) }
    }

    /// The parser bounds how deep a value is nested.
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.collect(value)),
            Value::Object(object) => {
                if let Some(uri) = object.get("omaUri").and_then(Value::as_str) {
                    let made = made(object);
                    self.settings.entry(below_config(uri)).or_default().insert(made);
                }
                object.values().for_each(|value| self.collect(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Where it departs from passkeys only, the worst first.
    pub fn deviations(&self) -> Vec<Deviation> {
        let mut found: Vec<Deviation> = self.radio().into_iter().collect();
        for setting in &SETTINGS {
            found.extend(self.of(setting));
        }
        found.sort_by_key(|deviation| std::cmp::Reverse(deviation.severity));
        found
    }

    fn radio(&self) -> Option<Deviation> {
        let off = self.settings.get(&RADIO.to_lowercase())?.contains(&Made::Value("0".to_owned()));
        off.then(|| Deviation {
            severity: Severity::Lockout,
            message: format!("{RADIO} turns Bluetooth off, so no passkey of a phone works here"),
            help: format!("take {RADIO} away, or set it to 2"),
        })
    }

    fn of(&self, setting: &Setting) -> Vec<Deviation> {
        let name = format!("{}/{}", setting.area, setting.name);
        let set = Help { name: &name, setting };
        let made = self.settings.get(&name.to_lowercase());
        let mut made = made.into_iter().flatten();
        match (made.next(), made.next()) {
            (None, _) => vec![set.deviation(Severity::Weakness, absent(setting))],
            (Some(_), Some(_)) => {
                let message = "is set to different values, and Windows takes one of them";
                vec![set.deviation(Severity::Doubt, message)]
            }
            (Some(Made::Encrypted), None) => vec![Deviation {
                severity: Severity::Doubt,
                message: format!("{name} is encrypted in this export"),
                help: "ask Graph for its text: getOmaSettingPlainTextValue".to_owned(),
            }],
            (Some(Made::Value(value)), None) => set.judge(value),
        }
    }
}

/// One setting, and how it should be.
struct Help<'s> {
    name: &'s str,
    setting: &'s Setting,
}

impl Help<'_> {
    fn deviation(&self, severity: Severity, what: &str) -> Deviation {
        let value = match self.setting.wanted {
            Wanted::Number(number) => number.to_string(),
            Wanted::Text(text) => text.to_owned(),
        };
        Deviation {
            severity,
            message: format!("{} {what}", self.name),
            help: format!("set it to {value}"),
        }
    }

    fn judge(&self, value: &str) -> Vec<Deviation> {
        match self.setting.name {
            SERVICES => self.services(value),
            DENIED_DEVICES => self.denied(value),
            _ if self.setting.wanted == Wanted::Number(0) && value.trim() == "0" => Vec::new(),
            _ => vec![self.deviation(Severity::Weakness, &format!("is {value}"))],
        }
    }

    /// An empty list allows everything.
    fn services(&self, value: &str) -> Vec<Deviation> {
        let allowed: BTreeSet<String> = value
            .split(';')
            .map(|service| service.trim().trim_matches(['{', '}']).to_uppercase())
            .filter(|service| !service.is_empty())
            .collect();
        if allowed.is_empty() {
            return vec![self.deviation(Severity::Weakness, "is empty: all services are allowed")];
        }
        let bare = |service: &str| service.trim_matches(['{', '}']).to_owned();
        let mut found = Vec::new();
        for (service, means) in [
            (PHONES, "passkeys of phones do not work at these computers"),
            (SECURITY_KEYS, "security keys with Bluetooth do not work at these computers"),
        ] {
            if !allowed.contains(&bare(service)) {
                found.push(self.deviation(Severity::Lockout, &format!("lacks {service}: {means}")));
            }
        }
        let known = [bare(PHONES), bare(SECURITY_KEYS)];
        let more: Vec<&str> =
            allowed.iter().filter(|it| !known.contains(it)).map(String::as_str).collect();
        if !more.is_empty() {
            let more = more.join(", ");
            found.push(self.deviation(Severity::Weakness, &format!("also allows {more}")));
        }
        found
    }

    /// The value is XML without a root; its three parts are looked for in any order and spacing.
    fn denied(&self, value: &str) -> Vec<Deviation> {
        let text = value.to_lowercase().replace(char::is_whitespace, "").replace('\'', "\"");
        let what = if !text.contains("<enabled/>") {
            "is not enabled, so computers share networks over Bluetooth"
        } else if !text.contains(&NETWORK.to_lowercase()) {
            "does not deny BTH\\MS_BTHPAN, so computers share networks over Bluetooth"
        } else if !text.contains("id=\"deviceinstall_ids_deny_retroactive\"value=\"true\"") {
            "is not retroactive, so network adapters that are installed already stay"
        } else {
            return Vec::new();
        };
        vec![self.deviation(Severity::Weakness, what)]
    }
}

/// What follows where nothing sets it: Windows allows it.
fn absent(setting: &Setting) -> &'static str {
    match setting.name {
        SERVICES => "is not set: all services are allowed",
        DENIED_DEVICES => "is not set: computers share networks over Bluetooth",
        _ => "is not set, which allows it",
    }
}

fn made(object: &serde_json::Map<String, Value>) -> Made {
    let encrypted = object.get("isEncrypted").and_then(Value::as_bool) == Some(true);
    match object.get("value") {
        _ if encrypted => Made::Encrypted,
        Some(Value::String(text)) => Made::Value(text.clone()),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => Made::Value(other.to_string()),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => Made::Value(String::new()),
    }
}

/// An address below `Policy/Config`, in lower case: Windows does not mind, and has two ways to say
/// that a setting is the device's.
fn below_config(uri: &str) -> String {
    let uri = uri.trim().to_lowercase();
    let local = uri.strip_prefix("./device").or_else(|| uri.strip_prefix('.')).unwrap_or(&uri);
    local.strip_prefix("/vendor/msft/policy/config/").unwrap_or(local).to_owned()
}
