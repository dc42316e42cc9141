//! Reading CBOR: bounded work, whatever the bytes are.

use super::{Key, MAX_DEPTH, Map, NotCanonical, Value};

/// Reads items from bytes. That they are in their shortest form is for the caller to check.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], NotCanonical> {
        let split = usize::try_from(count).ok().and_then(|count| self.rest.split_at_checked(count));
        let (taken, rest) = split.ok_or(NotCanonical)?;
        self.rest = rest;
        Ok(taken)
    }

    fn head(&mut self) -> Result<(u8, u64), NotCanonical> {
        let [first] = self.take(1)? else { return Err(NotCanonical) };
        let (major, short) = (first >> 5, first & 0x1f);
        let width = match short {
            0..=23 => return Ok((major, u64::from(short))),
            24..=27 => 1 << (short - 24),
            _ => return Err(NotCanonical),
        };
        let bytes = self.take(width)?;
        Ok((major, bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))))
    }

    /// The next item, inside of `depth` maps and arrays.
    pub(super) fn item(&mut self, depth: usize) -> Result<Value, NotCanonical> {
        let (major, argument) = self.head()?;
        match (major, argument) {
            (0, _) => number(argument).map(Value::Int),
            (1, _) => number(argument).map(|number| Value::Int(-1 - number)),
            (2, _) => Ok(Value::Bytes(self.take(argument)?.to_vec())),
            (3, _) => self.text(argument).map(Value::Text),
            (4 | 5, _) if depth == MAX_DEPTH => Err(NotCanonical),
            (4, _) => self.array(argument, depth + 1),
            (5, _) => self.map(argument, depth + 1),
            (7, 20) => Ok(Value::Bool(false)),
            (7, 21) => Ok(Value::Bool(true)),
            (7, 22) => Ok(Value::Null),
            _ => Err(NotCanonical),
        }
    }

    fn text(&mut self, length: u64) -> Result<String, NotCanonical> {
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| NotCanonical)
    }

    fn array(&mut self, count: u64, depth: usize) -> Result<Value, NotCanonical> {
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.item(depth)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, count: u64, depth: usize) -> Result<Value, NotCanonical> {
        let mut map = Map::new();
        for _ in 0..count {
            let key = match self.head()? {
                (0, argument) => Key::Int(number(argument)?),
                (1, argument) => Key::Int(-1 - number(argument)?),
                (3, length) => Key::Text(self.text(length)?),
                _ => return Err(NotCanonical),
            };
            let value = self.item(depth)?;
            if map.0.insert(key, value).is_some() {
                return Err(NotCanonical);
            }
        }
        Ok(Value::Map(map))
    }
}

fn number(argument: u64) -> Result<i64, NotCanonical> {
    i64::try_from(argument).map_err(|_| NotCanonical)
}
