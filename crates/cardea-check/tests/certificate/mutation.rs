//! Certificates with something changed.

use cardea_verify::certificate::Certificate;
use serde_json::Value;

use crate::chance::Chance;

/// What became of mutants.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// They were not read, or did not hold.
    pub(crate) refused: usize,
    /// They hold and say the same as the original, or less.
    pub(crate) same: usize,
    /// They hold and say something that the original does not.
    pub(crate) lies: usize,
}

impl Tally {
    /// Counts a mutant. `verify` says whether it says no more, or nothing where it is refused.
    pub(crate) fn count(
        &mut self,
        mutant: &Value,
        verify: impl FnOnce(&Certificate) -> Option<bool>,
    ) {
        let read = serde_json::from_value(mutant.clone()).ok();
        match read.as_ref().and_then(verify) {
            None => self.refused += 1,
            Some(true) => self.same += 1,
            Some(false) => {
                println!("{mutant:#}");
                self.lies += 1;
            }
        }
    }
}

/// The certificate with one thing changed.
pub(crate) fn mutant(certificate: &Certificate, chance: &mut Chance) -> Value {
    let original = serde_json::to_value(certificate).unwrap();
    loop {
        let mut mutant = original.clone();
        let places = places(&original);
        mutate(&mut mutant, &chance.one(&places), &original, chance);
        if mutant != original {
            return mutant;
        }
    }
}

/// Every value, as a pointer.
fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        places.push(at.to_owned());
        match value {
            Value::Array(list) => {
                for (number, inner) in list.iter().enumerate() {
                    walk(inner, &format!("{at}/{number}"), places);
                }
            }
            Value::Object(map) => {
                for (key, inner) in map {
                    walk(inner, &format!("{at}/{key}"), places);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut places = Vec::new();
    walk(value, "", &mut places);
    places
}

fn mutate(mutant: &mut Value, at: &str, original: &Value, chance: &mut Chance) {
    let same_name = |place: &String| place.rsplit('/').next() == at.rsplit('/').next();
    let alike: Vec<String> = places(original).into_iter().filter(same_name).collect();
    let other = chance.one(&alike);
    let other = original.pointer(&other).unwrap().clone();
    let strings: Vec<String> = places(original)
        .iter()
        .filter_map(|it| Some(original.pointer(it)?.as_str()?.to_owned()))
        .collect();
    let value = mutant.pointer_mut(at).unwrap();
    match value {
        // A value of the same name from elsewhere, or the opposite.
        Value::String(text) if text == "proved" => *text = "refuted".to_owned(),
        Value::String(text) if text == "refuted" => *text = "proved".to_owned(),
        Value::String(text) if chance.percent(50) => *text = chance.one(&strings),
        Value::Number(number) if chance.percent(70) => {
            let number = number.as_u64().unwrap();
            *value =
                (if chance.percent(50) { number + 1 } else { number.saturating_sub(1) }).into();
        }
        Value::Array(list) if !list.is_empty() => match chance.below(4) {
            0 | 1 => drop(list.remove(chance.below(list.len()))),
            2 => {
                let (left, right) = (chance.below(list.len()), chance.below(list.len()));
                list.swap(left, right);
            }
            _ => *value = other,
        },
        Value::Object(map) if !map.is_empty() && chance.percent(30) => {
            let key = chance.one(&map.keys().cloned().collect::<Vec<_>>());
            map.remove(&key);
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => *value = other,
    }
}
