//! The source lines of a finding with their underlines, drawn by `annotate-snippets`.

use std::collections::BTreeMap;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use cardea_graph::source::FileId;

use crate::render::excerpt::{Excerpt, ExcerptLine, Frame, excerpts};
use crate::render::places::{Place, Places};
use crate::render::screen::{Color, Ink, Screen, Terminal};
use crate::render::text::{one_line, width, wrap};
use crate::report::{Finding, Label, Severity};

/// Columns of the line number, the bar and the spaces around it, besides the digits.
const BAR: usize = 3;
/// A label is never wrapped narrower than this.
const NARROWEST: usize = 24;

/// One file's part of a finding.
struct Part<'a> {
    file: FileId,
    marked: Vec<(Place<'a>, usize)>,
    arrow: Place<'a>,
}

/// Writes all places of a finding that lie in a file, and returns the width of the gutter.
pub(super) fn write(screen: &mut Screen, finding: &Finding, places: &Places<'_>) -> usize {
    let parts = parts(finding, places);
    let deepest = parts.iter().flat_map(|part| &part.marked).map(|(place, _)| place.end.line).max();
    let digits = deepest.unwrap_or(0).to_string().len();
    for (at, part) in parts.iter().enumerate() {
        let arrow = if at == 0 { "--> " } else { "::: " };
        screen.put(Ink::Cyan, &format!("{:digits$}{arrow}", ""));
        let start = part.arrow.start;
        screen
            .line(Ink::Plain, &format!("{}:{}:{}", part.arrow.file.path, start.line, start.column));
        let terminal = *screen.terminal();
        let columns = terminal.columns().saturating_sub(digits + BAR);
        let frame = Frame { columns, charset: terminal.charset };
        for excerpt in excerpts(places, part.file, &part.marked, frame) {
            screen.ready(&draw(&excerpt, finding, &terminal, digits));
        }
    }
    digits
}

/// The places by file; the file of the primary label comes first.
fn parts<'a>(finding: &Finding, places: &Places<'a>) -> Vec<Part<'a>> {
    let mut order: Vec<(usize, &Label)> = finding.places.iter().enumerate().collect();
    order.sort_by_key(|(_, label)| !label.primary);
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut index: BTreeMap<FileId, usize> = BTreeMap::new();
    for (at, label) in order {
        let Some((span, place)) =
            label.span.as_ref().and_then(|span| Some((span, places.place(span)?)))
        else {
            continue;
        };
        let slot = *index.entry(span.file).or_insert(parts.len());
        if slot == parts.len() {
            parts.push(Part { file: span.file, marked: Vec::new(), arrow: place.clone() });
        }
        if let Some(part) = parts.get_mut(slot) {
            part.marked.push((place, at));
        }
    }
    parts
}

fn draw(excerpt: &Excerpt, finding: &Finding, terminal: &Terminal, digits: usize) -> String {
    let (Some(first), Some(last)) = (excerpt.lines.first(), excerpt.lines.last()) else {
        return String::new();
    };
    let columns = terminal.columns().saturating_sub(digits + BAR);
    let mut source = String::new();
    let mut annotations = Vec::new();
    let mut number = first.number;
    for line in &excerpt.lines {
        while number < line.number {
            source.push('\n');
            number += 1;
        }
        annotations.extend(annotate(line, finding, terminal, columns, source.len()));
        source.push_str(&line.text);
    }
    let snippet = Snippet::source(source).line_start(first.number).annotations(annotations);
    let group = Group::with_level(level(finding.severity)).element(snippet);
    let drawn = renderer(terminal).term_width(columns + digits + BAR).render(&[group]);
    let indent = " ".repeat(digits - last.number.to_string().len().min(digits));
    drawn.lines().fold(String::new(), |out, line| out + &indent + line.trim_end() + "\n")
}

/// The annotations of one line. A label too long for the rest of its line is wrapped under the
/// underline: several labels on one span are drawn below each other.
fn annotate(
    line: &ExcerptLine,
    finding: &Finding,
    terminal: &Terminal,
    columns: usize,
    offset: usize,
) -> Vec<Annotation<'static>> {
    let shift = |at: usize| at + offset;
    if line.marks.is_empty() {
        let whole = shift(0)..shift(line.text.len());
        return vec![AnnotationKind::Visible.span(whole)];
    }
    let mut out = Vec::new();
    for (position, (range, label)) in line.marks.iter().enumerate() {
        let Some(label) = finding.places.get(*label) else { continue };
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = one_line(&label.text, terminal.charset);
        let column = |at: usize| width(line.text.get(..at).unwrap_or_default());
        let beside = columns.saturating_sub(column(range.end).max(column(range.start) + 1) + 1);
        let below = columns.saturating_sub(column(range.start)).max(NARROWEST);
        let last = position + 1 == line.marks.len();
        let room = match width(&text) {
            fits if last && fits <= beside => beside,
            // One line would be drawn beside the underline, so it is broken in two.
            one if last && one <= below => one / 2 + 4,
            _ => below,
        };
        let span = shift(range.start)..shift(range.end);
        let wrapped = wrap(&text, room);
        if wrapped.is_empty() {
            out.push(kind.span(span));
        } else {
            out.extend(wrapped.into_iter().map(|text| kind.span(span.clone()).label(text)));
        }
    }
    out
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Input | Severity::Lockout => Level::ERROR,
        Severity::Weakness => Level::WARNING,
        Severity::Doubt | Severity::Note => Level::INFO,
    }
}

fn renderer(terminal: &Terminal) -> Renderer {
    match terminal.color {
        Color::Never => Renderer::plain(),
        Color::Always => Renderer::styled()
            .error(Ink::Red.style())
            .warning(Ink::Yellow.style())
            .info(Ink::Cyan.style())
            .context(Ink::Cyan.style())
            .line_num(Ink::Cyan.style()),
    }
}
