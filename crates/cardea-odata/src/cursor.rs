//! Where a page ends: what `$skiptoken` stands for.
//!
//! A cursor is a position, not a promise. It says after which object the next page begins and which
//! query it belongs to; who may see the objects is asked anew for every page. It is given out as
//! text that its holder could change, so whoever sends it seals it, together with what it was issued
//! for: the person, the resource, and until when.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::order::{Order, Rank};
use crate::problem::{Code, Problem};

/// A place between two objects of a sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// Which query it is of.
    #[serde(rename = "q")]
    query: Fingerprint,
    /// The keys of the object before it.
    #[serde(rename = "k")]
    keys: Vec<Value>,
    /// The id of the object before it.
    #[serde(rename = "i")]
    id: String,
    /// How many objects that nothing tells from it are before it, itself included, if it has no id.
    #[serde(rename = "n")]
    equal: usize,
}

/// Which query something belongs to: half of the SHA-256 of how it is written, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a query that is written in one way only.
    pub(crate) fn of(query: &str) -> Self {
        let digest = Sha256::digest(query.as_bytes());
        let digits = digest.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        Self(digits.filter_map(|it| char::from_digit(it.into(), 16)).collect())
    }
}

impl Cursor {
    /// The place after an object, which is the last of so many that nothing tells from it.
    pub(crate) fn after(object: &Value, equal: usize, order: &Order, query: Fingerprint) -> Self {
        let keys = order.keys().iter().map(|key| kept(key.path.value(object))).collect();
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let equal = if id.is_empty() { equal } else { 0 };
        Self { query, keys, id, equal }
    }

    /// The bytes to seal.
    pub fn to_bytes(&self) -> Vec<u8> {
        json!({ "q": self.query, "k": self.keys, "i": self.id, "n": self.equal })
            .to_string()
            .into_bytes()
    }

    /// The cursor that was sealed.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`] if the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        serde_json::from_slice(bytes).map_err(|_| refusal())
    }

    /// Where the object before it stands in the sequence of a query.
    pub(crate) fn rank(&self, order: &Order, query: &Fingerprint) -> Result<Rank, Problem> {
        if self.query != *query || self.keys.len() != order.keys().len() {
            return Err(refusal());
        }
        let keys: Vec<Value> = self.keys.iter().map(restored).collect();
        Ok(order.rank_of(keys.iter(), &self.id))
    }

    /// How many objects that nothing tells from the one before it were there already.
    pub(crate) fn equal(&self) -> usize {
        self.equal
    }

    /// The id of the object before it; empty if it has none.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// As much of a value as its place in a sequence needs: all lists and objects stand together.
fn kept(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) => json!([]),
        // JSON is read with the last digit of a fraction rounded in another way, and then the object
        // before a page would come again or the one behind it be left out.
        Value::Number(number) if number.is_f64() => json!({ "f": number.to_string() }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The value of which this much was kept.
fn restored(kept: &Value) -> Value {
    let fraction = kept.get("f").and_then(Value::as_str).and_then(|it| it.parse::<f64>().ok());
    fraction.map_or_else(|| kept.clone(), Value::from)
}

/// A token that is not of this query, however that came.
pub fn refusal() -> Problem {
    Problem::new(
        Code::BadRequest,
        "The $skiptoken does not belong to this query. Follow '@odata.nextLink' as it is, or begin again without $skiptoken.",
    )
}
