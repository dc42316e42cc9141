//! Changes of exported files that touch nothing but the lines they change.
//!
//! A change is made in the text, in the manner of the file: its indentation, line ends, casing of
//! names and layout of lists; also inside wrappers, arrays, and strings that hold JSON. What a
//! changed file reads as is checked against what the change means, so a text that was not
//! understood is refused and never written wrong.

mod address;
mod change;
mod json;
mod names;
mod splice;
mod style;
mod yaml;

pub use change::Change;
pub use json::Json;

use crate::document::{Document, Value};
use crate::export::{Export, ValueRef};
use crate::source::{FileId, Sources};
use address::{Address, Step};
use splice::Splice;
use std::ops::Range;
use style::{Layout, Spot, Style};

/// Why a change cannot be made in the files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The object or its file is not there.
    #[error("the object is not in the files")]
    Gone,
    /// The file is so large that only parts of it were kept.
    #[error(
        "the file is too large to be changed: make the change by hand, or export policies into a file without people"
    )]
    Parts,
    /// The file is YAML, and the change is more than one value on one line.
    #[error("the file is YAML, where only single values are changed: make the change by hand")]
    Yaml,
    /// A string looks like JSON and is none.
    #[error("the text around the object is not JSON")]
    NotJson,
    /// Something that is no object stands on the way.
    #[error("`{0}` leads through something that is no object")]
    NoPlace(String),
    /// A list is asked for, and something else is there.
    #[error("`{0}` is not a list in this file")]
    NoList(String),
    /// A file beside standard input.
    #[error("the input is not a file, so there is no place for a new one")]
    NoFolder,
    /// The changed file does not read as it should.
    #[error("the file is written in a way that cannot be changed safely: make the change by hand")]
    Unsafe,
}

/// A changed or new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The path, as shown.
    pub path: String,
    /// The text before; `None` for a new file.
    pub before: Option<String>,
    /// The text after. It is written in the encoding that [`Sources::encoding_of`] tells.
    pub after: String,
    /// Where in the text after the objects stand that were not there before.
    pub added: Vec<Range<usize>>,
}

impl Edited {
    /// The bytes to write, in the encoding of the file or of its neighbours.
    pub fn bytes(&self, sources: &Sources) -> Option<Vec<u8>> {
        sources.encoding_of(&self.path).encode(&self.after)
    }
}

/// An object that is being changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId(usize);

/// Changes of the files of an export, made one after the other.
#[derive(Clone, Debug)]
pub struct Edits<'e> {
    export: &'e Export,
    files: Vec<Working>,
    objects: Vec<Placed>,
}

#[derive(Clone, Debug)]
struct Working {
    path: String,
    before: Option<String>,
    text: String,
    syntax: Syntax,
    /// Addresses of copies in the order in which they were put in.
    inserted: Vec<Address>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Json,
    Yaml,
}

/// How a new file gets its name.
#[derive(Clone, Copy)]
enum Naming<'n> {
    /// That of its neighbour with a word behind.
    Beside(&'n str),
    /// This one.
    Called(&'n str),
}

#[derive(Clone, Debug)]
struct Placed {
    at: Option<ValueRef>,
    file: usize,
    address: Address,
    /// What the object must read as in the end.
    meant: Json,
}

impl<'e> Edits<'e> {
    /// No changes yet.
    pub fn new(export: &'e Export) -> Self {
        Self { export, files: Vec::new(), objects: Vec::new() }
    }

    /// An object of the export, to be changed.
    ///
    /// # Errors
    /// The object is not in the export's files.
    pub fn object(&mut self, at: ValueRef) -> Result<ObjectId, Refusal> {
        if let Some(known) = self.objects.iter().position(|placed| placed.at == Some(at)) {
            return Ok(ObjectId(known));
        }
        let value = self.export.value(at).ok_or(Refusal::Gone)?;
        let span = value.span();
        let file = self.file(span.file)?;
        let working = self.files.get(file).ok_or(Refusal::Gone)?;
        let source = working.before.as_deref().unwrap_or_default();
        let parsed = match working.syntax {
            Syntax::Json => Document::json(span.file, source),
            Syntax::Yaml => Document::yaml(span.file, source),
        };
        let document = parsed.map_err(|_| Refusal::Gone)?.document;
        let mut address = address::find(&document, source, &span).ok_or(Refusal::Gone)?;
        for inserted in &working.inserted {
            shift(&mut address, inserted);
        }
        self.objects.push(Placed { at: Some(at), file, address, meant: Json::of(value) });
        Ok(ObjectId(self.objects.len() - 1))
    }

    /// Changes an object.
    ///
    /// # Errors
    /// The change cannot be made; nothing has changed then.
    pub fn change(&mut self, object: ObjectId, change: &Change) -> Result<(), Refusal> {
        let placed = self.objects.get_mut(object.0).ok_or(Refusal::Gone)?;
        let working = self.files.get_mut(placed.file).ok_or(Refusal::Gone)?;
        let mut meant = placed.meant.clone();
        change.apply(&mut meant).ok_or_else(|| Refusal::NoPlace(change.path().to_owned()))?;
        let mut edit = |text: &str, value: Value<'_>| {
            splice::change(text, value, &Style::of(text, value), change)
        };
        working.text = match working.syntax {
            Syntax::Json => address::rewrite(&working.text, &placed.address, &mut edit)?,
            Syntax::Yaml => yaml::rewrite(&working.text, &placed.address, change)?,
        };
        placed.meant = meant;
        Ok(())
    }

    /// Copies an object: behind itself where it is an item of a list, else into a file of its own
    /// beside its file, which is named after that with the word behind.
    ///
    /// # Errors
    /// The copy cannot be made.
    pub fn copy(&mut self, object: ObjectId, word: &str) -> Result<ObjectId, Refusal> {
        let placed = self.objects.get(object.0).ok_or(Refusal::Gone)?.clone();
        let working = self.files.get(placed.file).ok_or(Refusal::Gone)?;
        if working.syntax == Syntax::Yaml {
            return Err(Refusal::Yaml);
        }
        let mut slice = None;
        let mut read = |text: &str, value: Value<'_>| {
            let range = value.span().range;
            slice = text.get(range.clone()).map(|slice| {
                let close = Spot::of(text, range.end - 1);
                dedented(slice, &close)
            });
            Ok(Vec::new())
        };
        address::rewrite(&working.text, &placed.address, &mut read)?;
        if let Some((Step::Child(at), parent)) = placed.address.split_last()
            && let Some(text) = behind(&working.text, parent, *at)?
        {
            return Ok(self.insert(&placed, parent.to_vec(), at + 1, text));
        }
        let slice = slice.ok_or(Refusal::Gone)?;
        self.add_file(placed.file, Naming::Beside(word), slice, placed.meant)
    }

    /// Adds an object in a file of its own, called by a name, beside the file of another one and in
    /// its manner.
    ///
    /// # Errors
    /// There is no place for a file.
    pub fn create(
        &mut self,
        neighbour: ObjectId,
        name: &str,
        content: &Json,
    ) -> Result<ObjectId, Refusal> {
        let placed = self.objects.get(neighbour.0).ok_or(Refusal::Gone)?;
        let working = self.files.get(placed.file).ok_or(Refusal::Gone)?;
        if working.syntax == Syntax::Yaml {
            return Err(Refusal::Yaml);
        }
        let mut written = String::new();
        let mut write = |text: &str, value: Value<'_>| {
            written = Style::of(text, value).value(content, &Spot::of("", 0), Layout::Lines);
            Ok(Vec::new())
        };
        address::rewrite(&working.text, &placed.address, &mut write)?;
        self.add_file(placed.file, Naming::Called(name), written, content.clone())
    }

    /// The changed files, each checked to read as the changes mean.
    ///
    /// # Errors
    /// A file does not.
    pub fn finish(self) -> Result<Vec<Edited>, Refusal> {
        let mut edited = Vec::new();
        for (at, file) in self.files.into_iter().enumerate() {
            let objects = self.objects.iter().filter(|placed| placed.file == at);
            let added = checked(&file, objects)?;
            if file.before.as_ref() != Some(&file.text) {
                let Working { path, before, text: after, .. } = file;
                edited.push(Edited { path, before, after, added });
            }
        }
        Ok(edited)
    }

    fn file(&mut self, id: FileId) -> Result<usize, Refusal> {
        let source = self.export.sources.file(id).ok_or(Refusal::Gone)?;
        if !self.export.sources.is_whole(id) {
            return Err(Refusal::Parts);
        }
        let original = |file: &Working| file.before.is_some() && file.path == source.path;
        if let Some(known) = self.files.iter().position(original) {
            return Ok(known);
        }
        let is_json = Document::json(id, &source.text).is_ok();
        self.files.push(Working {
            path: source.path.clone(),
            before: Some(source.text.clone()),
            text: source.text.clone(),
            syntax: if is_json { Syntax::Json } else { Syntax::Yaml },
            inserted: Vec::new(),
        });
        Ok(self.files.len() - 1)
    }

    fn insert(&mut self, copied: &Placed, mut to: Address, at: usize, text: String) -> ObjectId {
        to.push(Step::Child(at));
        if let Some(working) = self.files.get_mut(copied.file) {
            working.text = text;
            working.inserted.push(to.clone());
        }
        for other in self.objects.iter_mut().filter(|other| other.file == copied.file) {
            shift(&mut other.address, &to);
        }
        let meant = copied.meant.clone();
        self.objects.push(Placed { at: None, file: copied.file, address: to, meant });
        ObjectId(self.objects.len() - 1)
    }

    fn add_file(
        &mut self,
        neighbour: usize,
        naming: Naming<'_>,
        mut text: String,
        meant: Json,
    ) -> Result<ObjectId, Refusal> {
        let beside = self.files.get(neighbour).ok_or(Refusal::Gone)?;
        if beside.path.starts_with('<') {
            return Err(Refusal::NoFolder);
        }
        for end in ["\r\n", "\n"] {
            if beside.text.ends_with(end) {
                text.push_str(end);
                break;
            }
        }
        let is_taken = |path: &str| {
            self.export.sources.files().iter().any(|file| file.path == path)
                || self.files.iter().any(|file| file.path == path)
        };
        let path = match naming {
            Naming::Beside(word) => names::beside(&beside.path, word, is_taken),
            Naming::Called(name) => names::called(&beside.path, name, is_taken),
        };
        let (syntax, inserted) = (Syntax::Json, Vec::new());
        self.files.push(Working { path, before: None, text, syntax, inserted });
        let file = self.files.len() - 1;
        self.objects.push(Placed { at: None, file, address: vec![Step::Child(0)], meant });
        Ok(ObjectId(self.objects.len() - 1))
    }
}

/// Moves an address on where an object was put in front of it or of something around it.
fn shift(address: &mut Address, inserted: &Address) {
    let Some((Step::Child(place), list)) = inserted.split_last() else { return };
    if !address.starts_with(list) {
        return;
    }
    if let Some(Step::Child(at)) = address.get_mut(list.len())
        && *at >= *place
    {
        *at += 1;
    }
}

/// The text with a copy of a list's item behind it; `None` where the parent is no list.
fn behind(text: &str, parent: &[Step], at: usize) -> Result<Option<String>, Refusal> {
    if parent.is_empty() {
        return Ok(None);
    }
    let mut is_list = false;
    let mut insert = |text: &str, list: Value<'_>| {
        is_list = list.is_array();
        let Some(item) = list.items().nth(at).filter(|_| is_list) else { return Ok(Vec::new()) };
        let range = item.span().range;
        let slice = text.get(range.clone()).unwrap_or_default();
        let before = text.get(..range.start).unwrap_or_default();
        let gap = before.trim_end_matches([' ', '\t', '\r', '\n']).len();
        let gap = before.get(gap..).unwrap_or_default();
        let with = format!(",{gap}{slice}");
        Ok(vec![Splice { range: range.end..range.end, with }])
    };
    let changed = match parent.last() {
        Some(Step::Text) => return Ok(None),
        _ => address::rewrite(text, parent, &mut insert)?,
    };
    Ok(is_list.then_some(changed))
}

/// An object with its closing bracket moved to the start of the line, and all lines with it.
fn dedented(slice: &str, close: &Spot) -> String {
    let width = close.indent_width();
    let mut lines = slice.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t')).count();
        out.push_str(line.get(blank.min(width)..).unwrap_or_default());
    }
    out
}

/// Where the added ones of these objects stand in a changed text, if all of them read as what the
/// changes mean.
fn checked<'o>(
    file: &Working,
    objects: impl Iterator<Item = &'o Placed>,
) -> Result<Vec<Range<usize>>, Refusal> {
    let parsed = match file.syntax {
        Syntax::Json => Document::json(FileId(0), &file.text),
        Syntax::Yaml => Document::yaml(FileId(0), &file.text),
    };
    let document = parsed.map_err(|_| Refusal::Unsafe)?.document;
    let mut added = Vec::new();
    for placed in objects {
        let mut span = None;
        let mut read = |value: Value<'_>| {
            span = Json::of(value).says_the_same(&placed.meant).then(|| value.span().range);
        };
        address::at(&document, &file.text, &placed.address, &mut read);
        let span = span.ok_or(Refusal::Unsafe)?;
        if placed.at.is_none() {
            added.push(span);
        }
    }
    Ok(added)
}

#[cfg(test)]
mod tests;
