//! What a tenant's row holds beside its columns.

use cardea_check::config::{Config, Date};
use cardea_store as store;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::admin::exemption::Exemption;
use crate::failure::Failure;

/// The settings of a tenant. What a later version wrote stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// The text of the tenant's `cardea.toml`: emergency accounts, what is accepted, and what is
    /// known of people that no directory says.
    pub(crate) check: String,
    /// Administrators who may make a passkey with a set-up link, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) set_up: Option<Awaited>,
    /// Who is out of a policy for some hours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) exemptions: Vec<Exemption>,
    #[serde(flatten)]
    pub(crate) others: serde_json::Map<String, serde_json::Value>,
}

/// Who is to make a passkey without showing anything but a set-up link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Awaited {
    /// Object ids of those who have not made theirs.
    pub(crate) administrators: Vec<String>,
    /// How many have.
    pub(crate) made: usize,
    /// Where the sheet for emergencies lies on the server.
    pub(crate) sheet: Option<String>,
}

impl Settings {
    /// The settings of a row.
    ///
    /// # Errors
    /// They are no JSON.
    pub(crate) fn of(row: &store::Tenant) -> Result<Self, Failure> {
        serde_json::from_str(&row.settings)
            .map_err(Failure::unreadable("the settings of the tenant"))
    }

    /// The text that the row keeps.
    ///
    /// # Errors
    /// They cannot be written, which is a defect.
    pub(crate) fn to_text(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(Failure::unreadable("the settings of the tenant"))
    }

    /// The settings of the prover.
    ///
    /// # Errors
    /// The text is not what `cardea.toml` may hold.
    pub(crate) fn config(&self, now: Timestamp) -> Result<Config, Failure> {
        let today = now.to_zoned(TimeZone::UTC).date().to_string();
        Config::from_toml(&self.check, &today).map_err(|error| Failure::Unreadable {
            what: "cardea.toml",
            reason: format!("line {}: {}", error.line, error.message),
        })
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day(now: Timestamp) -> Date {
    Date::parse(&now.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default()
}
