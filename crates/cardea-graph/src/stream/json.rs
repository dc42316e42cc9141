//! JSON piece by piece: the way to its lists, and one object of a list after the other.

use super::{Halt, Incoming, Item, Kept, LARGEST, Lift};
use crate::document::{Beginning, Document, MAX_NESTING, same_name, unescape};
use crate::source::FileId;
use std::io::Read;

/// Lists that belong to the object around them: what is in them says nothing on its own.
const OWN_LISTS: [&str; 8] = [
    "members",
    "transitiveMembers",
    "owners",
    "memberOf",
    "transitiveMemberOf",
    "registeredOwners",
    "registeredUsers",
    "objects",
];

/// Goes through a JSON file, asks for each object of a list whether it is lifted out, and keeps
/// the rest.
///
/// # Errors
/// The file ends early; what was kept is incomplete.
pub(crate) fn cut<R: Read>(
    file: FileId,
    incoming: &mut Incoming<R>,
    kept: &mut Kept,
    lift: &mut dyn Lift,
) -> Result<(), Halt> {
    let spare = Some(Document::new(file));
    let mut cutter = Cutter { incoming, kept, lift, spare };
    cutter.space()?;
    cutter.value(0, Lists::Open)?;
    cutter.space()?;
    if cutter.incoming.peek()?.is_some() { Err(cutter.malformed()) } else { Ok(()) }
}

/// Whether objects of lists are lifted out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Open,
    Closed,
}

struct Cutter<'c, R> {
    incoming: &'c mut Incoming<R>,
    kept: &'c mut Kept,
    lift: &'c mut dyn Lift,
    /// A document that is not needed, for its memory.
    spare: Option<Document>,
}

impl<R: Read> Cutter<'_, R> {
    fn value(&mut self, depth: usize, lists: Lists) -> Result<(), Halt> {
        match self.incoming.peek()? {
            Some(b'{') => self.object(depth, lists),
            Some(b'[') => self.array(depth, lists),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            Some(_) | None => Err(self.malformed()),
        }
    }

    fn object(&mut self, depth: usize, lists: Lists) -> Result<(), Halt> {
        self.open(depth)?;
        while self.incoming.peek()? != Some(b'}') {
            if self.incoming.peek()? != Some(b'"') {
                return Err(self.malformed());
            }
            let key = self.string()?;
            let is_own = OWN_LISTS.iter().any(|own| same_name(own, &key));
            self.space()?;
            if self.incoming.peek()? != Some(b':') {
                return Err(self.malformed());
            }
            self.keep(1);
            self.space()?;
            self.value(depth + 1, if is_own { Lists::Closed } else { lists })?;
            self.separator(b'}')?;
        }
        self.keep(1);
        Ok(())
    }

    fn array(&mut self, depth: usize, lists: Lists) -> Result<(), Halt> {
        self.open(depth)?;
        loop {
            match self.incoming.peek()? {
                Some(b']') => break,
                Some(b'{') if lists == Lists::Open => self.item(depth + 1)?,
                Some(_) | None => self.value(depth + 1, lists)?,
            }
            self.separator(b']')?;
        }
        self.keep(1);
        Ok(())
    }

    fn open(&mut self, depth: usize) -> Result<(), Halt> {
        if depth >= MAX_NESTING {
            return Err(self.malformed());
        }
        self.keep(1);
        self.space()
    }

    /// Behind a member. That another one follows a comma is seen where what is kept is read.
    fn separator(&mut self, close: u8) -> Result<(), Halt> {
        self.space()?;
        if self.kept.len() > LARGEST {
            return Err(Halt::TooLarge);
        }
        match self.incoming.peek()? {
            Some(b',') => {
                self.keep(1);
                self.space()
            }
            Some(byte) if byte == close => Ok(()),
            Some(_) | None => Err(self.malformed()),
        }
    }

    /// An object of a list, which is read whole.
    fn item(&mut self, depth: usize) -> Result<(), Halt> {
        loop {
            let document = self.spare.take().unwrap_or_else(|| Document::new(FileId(0)));
            match document.json_beginning(self.incoming.rest(), depth) {
                Beginning::Value(parsed, length) => {
                    let text = self.incoming.rest().get(..length).unwrap_or_default();
                    let (item, document) = self.lift.item(text, parsed);
                    self.spare = document.is_small().then_some(document);
                    match item {
                        Item::LeftOut => self.kept.replace(text),
                        Item::Stays => self.kept.keep(text),
                    }
                    self.incoming.advance(length);
                    return Ok(());
                }
                Beginning::Open if self.incoming.rest().len() > LARGEST => {
                    return Err(Halt::TooLarge);
                }
                Beginning::Open if self.incoming.more()? => {}
                Beginning::Open | Beginning::Wrong => return Err(self.malformed()),
            }
        }
    }

    /// A string, which is read whole; what it says.
    fn string(&mut self) -> Result<String, Halt> {
        loop {
            let rest = self.incoming.rest();
            if let Some(length) = string_length(rest) {
                let inside = rest.get(1..length - 1).unwrap_or_default();
                let says = unescape(inside);
                self.keep(length);
                return Ok(says);
            }
            if !self.incoming.more()? {
                return Err(self.malformed());
            }
        }
    }

    /// A number or a word.
    fn word(&mut self) -> Result<(), Halt> {
        loop {
            let belongs = |byte: &u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
            };
            let length = self.incoming.rest().bytes().take_while(belongs).count();
            self.keep(length);
            if !self.incoming.rest().is_empty() || self.incoming.peek()?.is_none() {
                return Ok(());
            }
        }
    }

    fn space(&mut self) -> Result<(), Halt> {
        loop {
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            let length = self.incoming.rest().bytes().take_while(is_space).count();
            self.keep(length);
            if !self.incoming.rest().is_empty() || self.incoming.peek()?.is_none() {
                return Ok(());
            }
        }
    }

    fn keep(&mut self, length: usize) {
        self.kept.keep(self.incoming.rest().get(..length).unwrap_or_default());
        self.incoming.advance(length);
    }

    /// What is there is no JSON. It is kept, so that the reader of what is kept says why.
    fn malformed(&mut self) -> Halt {
        self.kept.keep(self.incoming.rest());
        Halt::Malformed
    }
}

/// The bytes of the string that a text begins with, quotes included; `None` where it does not end.
fn string_length(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    loop {
        match bytes.next()? {
            (at, b'"') => return Some(at + 1),
            (_, b'\\') => drop(bytes.next()?),
            (_, _) => {}
        }
    }
}
