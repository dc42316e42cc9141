//! Which country an address is in, as a database says that whoever runs the tenant brings.
//!
//! Without one every country is unknown, and named locations of countries hold nobody but those
//! that include unknown ones. Source: Entra, *Conditional Access: Network assignment* (countries by
//! address; an address that cannot be found has an unknown country).

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use maxminddb::{Reader, geoip2};
use thiserror::Error;

/// Where addresses are. Cheap to clone.
#[derive(Clone, Default)]
pub struct Countries(Option<Arc<Reader<Vec<u8>>>>);

/// A country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// Its code (ISO 3166-1 alpha-2), in capitals.
    pub code: String,
    /// Its name in English; the code where the database has none.
    pub name: String,
}

/// A database that says nothing about countries.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CountriesError {
    /// It is no such database.
    #[error("not a database in MaxMind's format (.mmdb): {0}")]
    Format(String),
    /// It is one of something else.
    #[error("a database of `{0}`, and not one of countries or cities")]
    Kind(String),
}

impl Countries {
    /// Every country is unknown.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Those of a database in MaxMind's format, of countries or of cities.
    ///
    /// # Errors
    /// It is none.
    pub fn read(database: Vec<u8>) -> Result<Self, CountriesError> {
        let reader = Reader::from_source(database);
        let reader = reader.map_err(|error| CountriesError::Format(error.to_string()))?;
        let kind = &reader.metadata().database_type;
        if !["Country", "City", "Enterprise", "Location"].iter().any(|it| kind.contains(it)) {
            return Err(CountriesError::Kind(kind.clone()));
        }
        Ok(Self(Some(Arc::new(reader))))
    }

    /// The country of an address; `None` where the database does not know it.
    pub fn of(&self, address: IpAddr) -> Option<Country> {
        let found = self.0.as_ref()?.lookup(address.to_canonical());
        let record = found.and_then(|found| found.decode::<geoip2::Country<'_>>());
        let country = match record {
            Ok(record) => record?.country,
            Err(error) => {
                // Unknown is what a damaged database knows.
                tracing::warn!(error = %error, "the database of countries cannot be read");
                return None;
            }
        };
        let code = country.iso_code?.to_ascii_uppercase();
        let name = country.names.english.map_or_else(|| code.clone(), str::to_owned);
        Some(Country { code, name })
    }
}

impl fmt::Debug for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.as_ref().map(|reader| reader.metadata().database_type.as_str());
        f.debug_tuple("Countries").field(&kind).finish()
    }
}
