//! How a file is written: line ends, indentation, casing of names. New text follows it.

use super::json::Json;
use crate::document::{Value, is_annotation};
use std::fmt::Write as _;

/// The habits of whatever wrote a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Style {
    newline: &'static str,
    unit: String,
    /// What stands between a name and its value.
    colon: String,
    brackets: Brackets,
    /// How arrays of plain values are written.
    arrays: Layout,
    casing: Casing,
    padding: &'static str,
}

/// Where the members of a container stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// On lines of their own.
    Lines,
    /// On one line.
    Inline,
}

/// What members are indented from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Brackets {
    /// From the line that the bracket stands on.
    OfLine,
    /// From the bracket itself, as Windows PowerShell does.
    Hanging,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Casing {
    Camel,
    Pascal,
}

/// Where a value begins: the indentation of its line, and its column in characters.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    indent: String,
    column: usize,
}

impl Spot {
    /// The spot of an offset in a text.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let indent = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        Self { indent, column: line.chars().count() }
    }

    /// How many characters its line is indented.
    pub(super) fn indent_width(&self) -> usize {
        self.indent.chars().count()
    }
}

impl Style {
    /// The style of an object, and of the text that it stands in.
    pub(super) fn of(text: &str, object: Value<'_>) -> Self {
        let mut style = Self {
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            unit: "  ".to_owned(),
            colon: ": ".to_owned(),
            brackets: Brackets::OfLine,
            arrays: Layout::Lines,
            casing: Casing::Camel,
            padding: " ",
        };
        let mut names = object.entries().map(|entry| entry.name());
        if let Some(name) = names.find(|name| !is_annotation(name))
            && name.starts_with(|c: char| c.is_ascii_uppercase())
        {
            style.casing = Casing::Pascal;
        }
        if let Some(entry) = object.entries().next() {
            let between = entry.key.span().range.end..entry.value.span().range.start;
            text.get(between).unwrap_or(": ").clone_into(&mut style.colon);
        }
        let mut evidence = Evidence::default();
        evidence.collect(text, object);
        style.brackets = evidence.brackets.unwrap_or(style.brackets);
        if let Some(unit) = unit(text, object, style.brackets) {
            style.unit = unit;
        }
        style.arrays = evidence.arrays.unwrap_or(style.arrays);
        if style.colon.ends_with(':') || evidence.tight {
            style.padding = "";
        }
        style
    }

    /// A name in the casing of the file.
    pub(super) fn name(&self, name: &str) -> String {
        let mut characters = name.chars();
        match (self.casing, characters.next()) {
            (Casing::Pascal, Some(first)) if !is_annotation(name) => {
                first.to_ascii_uppercase().to_string() + characters.as_str()
            }
            _ => name.to_owned(),
        }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str, value: &Json, spot: &Spot, layout: Layout) -> String {
        let mut out = quoted(&self.name(name));
        out.push_str(&self.colon);
        let column = spot.column + out.chars().count();
        let value_spot = Spot { indent: spot.indent.clone(), column };
        out + &self.value(value, &value_spot, layout)
    }

    /// A value that begins at a spot.
    pub(super) fn value(&self, value: &Json, spot: &Spot, layout: Layout) -> String {
        match value {
            Json::Null => "null".to_owned(),
            Json::Bool(truth) => truth.to_string(),
            Json::Number(number) => number.clone(),
            Json::Text(text) => quoted(text),
            Json::Array(items) if items.is_empty() => "[]".to_owned(),
            Json::Object(members) if members.is_empty() => "{}".to_owned(),
            Json::Array(items) => {
                let layout = if value.is_plain_list() && self.arrays == Layout::Inline {
                    Layout::Inline
                } else {
                    layout
                };
                let inner = self.inside(spot, layout);
                let items = items.iter().map(|item| self.value(item, &inner, layout));
                self.container(["[", "]"], &items.collect::<Vec<_>>(), spot, layout)
            }
            Json::Object(members) => {
                let inner = self.inside(spot, layout);
                let members =
                    members.iter().map(|(name, value)| self.member(name, value, &inner, layout));
                self.container(["{", "}"], &members.collect::<Vec<_>>(), spot, layout)
            }
        }
    }

    /// An array of plain values in a layout of its own.
    pub(super) fn array(&self, items: &[Json], spot: &Spot, layout: Layout) -> String {
        let style = Self { arrays: layout, ..self.clone() };
        style.value(&Json::Array(items.to_vec()), spot, layout)
    }

    pub(super) fn arrays(&self) -> Layout {
        self.arrays
    }

    /// What stands behind a comma on a line.
    pub(super) fn gap(&self) -> &'static str {
        if self.colon.ends_with(':') { "" } else { " " }
    }

    /// The end of a line.
    pub(super) fn newline(&self) -> &'static str {
        self.newline
    }

    fn inside(&self, spot: &Spot, layout: Layout) -> Spot {
        match layout {
            Layout::Inline => spot.clone(),
            Layout::Lines => {
                let indent = self.base(spot) + &self.unit;
                let column = indent.chars().count();
                Spot { indent, column }
            }
        }
    }

    /// The indentation of a closing bracket.
    fn base(&self, spot: &Spot) -> String {
        match self.brackets {
            Brackets::OfLine => spot.indent.clone(),
            Brackets::Hanging => " ".repeat(spot.column),
        }
    }

    fn container(
        &self,
        brackets: [&str; 2],
        members: &[String],
        spot: &Spot,
        layout: Layout,
    ) -> String {
        let [open, close] = brackets;
        match layout {
            Layout::Inline => {
                let padding = if open == "{" { self.padding } else { "" };
                let members = members.join(&format!(",{}", self.gap()));
                format!("{open}{padding}{members}{padding}{close}")
            }
            Layout::Lines => {
                let indent = self.inside(spot, layout).indent;
                let separator = format!(",{}{indent}", self.newline);
                let members = members.join(&separator);
                let (newline, base) = (self.newline, self.base(spot));
                format!("{open}{newline}{indent}{members}{newline}{base}{close}")
            }
        }
    }
}

/// How the members of a container are laid out; `None` for an empty one.
pub(super) fn layout(text: &str, container: Value<'_>) -> Option<Layout> {
    let first = first_member(container)?;
    let gap = text.get(container.span().range.start..first).unwrap_or_default();
    Some(if gap.contains('\n') { Layout::Lines } else { Layout::Inline })
}

/// Where the first item or key begins.
fn first_member(container: Value<'_>) -> Option<usize> {
    let item = container.items().next();
    let member = item.or_else(|| container.entries().next().map(|entry| entry.key));
    Some(member?.span().range.start)
}

fn unit(text: &str, container: Value<'_>, brackets: Brackets) -> Option<String> {
    if layout(text, container)? == Layout::Inline {
        return None;
    }
    let inside = Spot::of(text, first_member(container)?).indent;
    let outside = Spot::of(text, container.span().range.start);
    let base = match brackets {
        Brackets::OfLine => outside.indent,
        Brackets::Hanging => " ".repeat(outside.column),
    };
    Some(inside.strip_prefix(&base)?.to_owned())
}

/// What nested containers show.
#[derive(Default)]
struct Evidence {
    brackets: Option<Brackets>,
    arrays: Option<Layout>,
    /// A one-line object without a space inside its brackets.
    tight: bool,
}

impl Evidence {
    fn collect(&mut self, text: &str, container: Value<'_>) {
        let members = container.items().chain(container.entries().map(|entry| entry.value));
        for member in members {
            let Some(found) = layout(text, member) else { continue };
            match found {
                Layout::Lines if self.brackets.is_none() => self.bracket(text, member),
                Layout::Inline if member.is_object() => {
                    let start = member.span().range.start;
                    self.tight |= text.get(start..).is_some_and(|rest| rest.starts_with("{\""));
                }
                Layout::Lines | Layout::Inline => {}
            }
            let plain = !member.items().any(|item| item.is_object() || item.is_array());
            if member.is_array() && plain && self.arrays.is_none() {
                self.arrays = Some(found);
            }
            self.collect(text, member);
        }
    }

    fn bracket(&mut self, text: &str, container: Value<'_>) {
        let range = container.span().range;
        let (open, close) = (Spot::of(text, range.start), Spot::of(text, range.end - 1));
        let hangs = close.column == open.column && open.column > open.indent.chars().count();
        self.brackets = Some(if hangs { Brackets::Hanging } else { Brackets::OfLine });
    }
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a JSON string.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() && control < '\u{20}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out
}
