//! Windows computers on which Bluetooth is for passkeys and nothing else: the configuration, and what
//! one that exists does.
//!
//! A passkey on a phone is used at a computer over Bluetooth. Where Bluetooth is forbidden altogether the
//! phone's passkeys open nothing there; with these settings they do, and nobody pairs, shares a
//! network or sends a file. Source: semantics 03 §3.8, Windows *Policy CSP: Bluetooth*.

mod given;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde_json::{Value, json};

pub use given::{Deviation, Given, Unreadable};

/// What a setting has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
}

/// One setting of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Setting {
    area: &'static str,
    name: &'static str,
    wanted: Wanted,
    /// What it is for, as a person reads it in Intune.
    purpose: &'static str,
}

/// The service by which security keys are reached (Bluetooth, *Assigned numbers*: FIDO).
const SECURITY_KEYS: &str = "{0000FFFD-0000-1000-8000-00805F9B34FB}";
/// The service by which passkeys of a phone are reached: CTAP's hybrid transport.
const PHONES: &str = "{0000FFF9-0000-1000-8000-00805F9B34FB}";
const SERVICES: &str = "ServicesAllowedList";
const DENIED_DEVICES: &str = "PreventInstallationOfMatchingDeviceIDs";
/// The network adapter that makes a phone a way into the internet.
const NETWORK: &str = "BTH\\MS_BTHPAN";

const SETTINGS: [Setting; 6] = [
    Setting {
        area: "Bluetooth",
        name: "AllowAdvertising",
        wanted: Wanted::Number(0),
        purpose: "The computer does not advertise itself",
    },
    Setting {
        area: "Bluetooth",
        name: "AllowDiscoverableMode",
        wanted: Wanted::Number(0),
        purpose: "The computer cannot be discovered",
    },
    Setting {
        area: "Bluetooth",
        name: "AllowPrepairing",
        wanted: Wanted::Number(0),
        purpose: "Nothing is paired by itself",
    },
    Setting {
        area: "Bluetooth",
        name: "AllowPromptedProximalConnections",
        wanted: Wanted::Number(0),
        purpose: "Nobody is asked to pair what is near",
    },
    Setting {
        area: "Bluetooth",
        name: SERVICES,
        wanted: Wanted::Text(
            "{0000FFFD-0000-1000-8000-00805F9B34FB};{0000FFF9-0000-1000-8000-00805F9B34FB}",
        ),
        purpose: "Passkeys of phones and security keys, and no other service",
    },
    Setting {
        area: "DeviceInstallation",
        name: DENIED_DEVICES,
        wanted: Wanted::Text(
            "<enabled/><data id=\"DeviceInstall_IDs_Deny_Retroactive\" value=\"true\"/><data \
             id=\"DeviceInstall_IDs_Deny_List\" value=\"1&#xF000;BTH\\MS_BTHPAN\"/>",
        ),
        purpose: "No network over Bluetooth",
    },
];

impl Setting {
    /// Its address in the configuration of a device.
    fn uri(&self) -> String {
        format!("./Device/Vendor/MSFT/Policy/Config/{}/{}", self.area, self.name)
    }
}

/// The settings as they are typed into a custom profile: address, kind and value of each.
pub fn list() -> String {
    let mut text = String::new();
    for setting in &SETTINGS {
        let (kind, value) = match setting.wanted {
            Wanted::Number(number) => ("Integer", number.to_string()),
            Wanted::Text(value) => ("String", value.to_owned()),
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{}\n  OMA-URI    {}\n  Data type  {kind}\n  Value      {value}\n\n",
            setting.purpose,
            setting.uri()
        );
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The settings as a profile of Graph's type `windows10CustomConfiguration`, which is posted to
/// `deviceManagement/deviceConfigurations`.
pub fn intune() -> Value {
    let settings = SETTINGS.iter().map(|setting| {
        let (kind, value) = match setting.wanted {
            Wanted::Number(number) => ("omaSettingInteger", Value::from(number)),
            Wanted::Text(text) => ("omaSettingString", Value::from(text)),
        };
        json!({
            "@odata.type": format!("#microsoft.graph.{kind}"),
            "displayName": setting.purpose,
            "omaUri": setting.uri(),
            "value": value,
        })
    });
    json!({
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
        "displayName": "Bluetooth for passkeys only",
        "description": "Passkeys of phones and security keys work over Bluetooth; nothing else does.",
        "omaSettings": settings.collect::<Vec<_>>(),
    })
}

/// The settings as a PowerShell script for one computer, to be run as the local system: its bridge to the
/// same settings is open to nobody else. Its form is that of Microsoft's *WMI bridge provider*; it was not run on
/// Windows.
pub fn powershell() -> String {
    let mut script = String::from(
        "# Bluetooth for passkeys only. Run it as the local system, for instance as a script of Intune or by a\n\
         # scheduled task; an administrator's own session may not write these settings.\n\
         $ErrorActionPreference = 'Stop'\n\
         $bridge = 'root\\cimv2\\mdm\\dmmap'\n",
    );
    for area in ["Bluetooth", "DeviceInstallation"] {
        let _ = write!(
            script,
            "\n$class = 'MDM_Policy_Config01_{area}02'\n$settings = @{{\n    \
             ParentID = './Vendor/MSFT/Policy/Config'\n    InstanceID = '{area}'\n"
        );
        for setting in SETTINGS.iter().filter(|setting| setting.area == area) {
            let value = match setting.wanted {
                Wanted::Number(number) => number.to_string(),
                // The bridge takes XML as one piece of text.
                Wanted::Text(text) if text.starts_with('<') => format!("'<![CDATA[{text}]]>'"),
                Wanted::Text(text) => format!("'{text}'"),
            };
            let _ = writeln!(script, "    {} = {value}", setting.name);
        }
        script.push_str(
            "}\n\
             $known = Get-CimInstance -Namespace $bridge -ClassName $class -ErrorAction SilentlyContinue\n\
             if ($known) { Set-CimInstance -InputObject $known -Property $settings }\n\
             else { New-CimInstance -Namespace $bridge -ClassName $class -Property $settings | Out-Null }\n",
        );
    }
    script
}
