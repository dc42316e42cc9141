//! The little of DER that is inside of extensions of attestation certificates.

/// A reader over the values inside of a DER value.
#[derive(Clone, Copy)]
pub(super) struct Der<'a> {
    rest: &'a [u8],
}

/// A DER value.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    /// The tag's number.
    pub(super) number: u32,
    /// Universal, or context-specific.
    pub(super) class: Class,
    /// What is inside.
    pub(super) content: &'a [u8],
}

/// The class of a tag. Others do not occur.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Universal,
    Context,
}

pub(super) const INTEGER: u32 = 2;
pub(super) const OCTET_STRING: u32 = 4;
pub(super) const ENUMERATED: u32 = 10;
pub(super) const SEQUENCE: u32 = 16;
pub(super) const SET: u32 = 17;

impl<'a> Der<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// The next value; nothing if there is none or it is not DER.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        let first = self.byte()?;
        let class = match first >> 6 {
            0 => Class::Universal,
            2 => Class::Context,
            _ => return None,
        };
        let number = match first & 0x1f {
            0x1f => self.long_number()?,
            short => u32::from(short),
        };
        let length = self.length()?;
        let (content, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Value { number, class, content })
    }

    /// A tag's number of 31 and more, in at most three bytes.
    fn long_number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for _ in 0..3 {
            let byte = self.byte()?;
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        match self.byte()? {
            short @ 0..=0x7f => Some(usize::from(short)),
            0x81 => self.byte().filter(|byte| *byte >= 0x80).map(usize::from),
            0x82 => {
                let length = u16::from_be_bytes([self.byte()?, self.byte()?]);
                Some(usize::from(length)).filter(|length| *length >= 0x100)
            }
            _ => None,
        }
    }

    /// The content of the next value, which must be of this universal type.
    pub(super) fn universal(&mut self, number: u32) -> Option<&'a [u8]> {
        let value = self.value()?;
        (value.class == Class::Universal && value.number == number).then_some(value.content)
    }

    /// The one value of this universal type that these bytes are.
    pub(super) fn only(bytes: &'a [u8], number: u32) -> Option<&'a [u8]> {
        let mut reader = Self::new(bytes);
        let content = reader.universal(number)?;
        reader.is_empty().then_some(content)
    }
}
