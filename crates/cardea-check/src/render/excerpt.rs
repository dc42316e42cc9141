//! The lines of a file that a finding points at, cut to a width and safe to print.
//!
//! An export may be one line of many kilobytes, and its names may hold terminal escapes. So a long
//! line is cut around what it marks, and every hidden character is spelled out, before anything
//! draws an underline.

use std::collections::BTreeMap;
use std::ops::Range;

use cardea_graph::source::FileId;

use super::places::{Place, Places};
use super::text::{Charset, push_visible, width};

/// Shown where text was left out of a line.
const CUT: &str = "...";
/// A marked value that runs over more lines is shown by its first line only.
const WHOLE_LINES: usize = 4;
/// More marks than this on one line are shown as further excerpts of that line.
const MARKS_PER_LINE: usize = 2;

/// Some lines of one file, in order.
pub(super) struct Excerpt {
    pub(super) lines: Vec<ExcerptLine>,
}

/// One line.
pub(super) struct ExcerptLine {
    pub(super) number: usize,
    pub(super) text: String,
    /// Parts of `text` with the position of the label they belong to, in reading order.
    pub(super) marks: Vec<(Range<usize>, usize)>,
}

/// How an excerpt is cut.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) columns: usize,
    pub(super) charset: Charset,
}

/// The excerpts that show all given places of one file. More than one is needed only where many
/// places share a line.
pub(super) fn excerpts(
    places: &Places<'_>,
    file: FileId,
    marked: &[(Place<'_>, usize)],
    frame: Frame,
) -> Vec<Excerpt> {
    let mut sorted: Vec<&(Place<'_>, usize)> = marked.iter().collect();
    sorted.sort_by_key(|(place, _)| (place.range.start, place.range.end));
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups: BTreeMap<usize, Vec<&(Place<'_>, usize)>> = BTreeMap::new();
    for one in sorted {
        let on_line = seen.entry(one.0.start.line).or_default();
        groups.entry(*on_line / MARKS_PER_LINE).or_default().push(one);
        *on_line += 1;
    }
    groups.into_values().map(|group| excerpt(places, file, &group, frame)).collect()
}

fn excerpt(
    places: &Places<'_>,
    file: FileId,
    marked: &[&(Place<'_>, usize)],
    frame: Frame,
) -> Excerpt {
    let mut lines: BTreeMap<usize, Vec<(Range<usize>, usize)>> = BTreeMap::new();
    for (place, label) in marked {
        let first = place.start.line;
        let last = if place.end.column == 1 { place.end.line - 1 } else { place.end.line };
        let line = places.line(file, first);
        let end = place.range.end.min(line.end).max(place.range.start);
        lines.entry(first).or_default().push((place.range.start..end, *label));
        if last.saturating_sub(first) < WHOLE_LINES {
            for number in first + 1..=last {
                lines.entry(number).or_default();
            }
        }
    }
    let text = marked.first().map_or("", |(place, _)| place.file.text.as_str());
    let lines = lines
        .into_iter()
        .map(|(number, marks)| {
            let (text, marks) = cut(text, places.line(file, number), &marks, frame);
            ExcerptLine { number, text, marks }
        })
        .collect();
    Excerpt { lines }
}

/// A line as it is shown, and where its marks lie in that text.
fn cut(
    text: &str,
    line: Range<usize>,
    marks: &[(Range<usize>, usize)],
    frame: Frame,
) -> (String, Vec<(Range<usize>, usize)>) {
    let source = text.get(line.clone()).unwrap_or_default();
    let fits = source.len() <= frame.columns * 4 && width(source) <= frame.columns;
    let pieces = if fits { vec![line] } else { pieces(text, &line, marks, frame.columns) };
    let shown = Shown::new(text, &pieces, frame.charset);
    let marks = marks
        .iter()
        .map(|(range, label)| (shown.offset(range.start)..shown.offset(range.end), *label))
        .collect();
    (shown.text, marks)
}

/// The parts of a long line to keep: both ends of each mark with some text around it.
fn pieces(
    text: &str,
    line: &Range<usize>,
    marks: &[(Range<usize>, usize)],
    columns: usize,
) -> Vec<Range<usize>> {
    let count = marks.len().max(1);
    let (before, after) = (16 / count, 8 / count);
    let spare = columns.saturating_sub(CUT.len() * (2 * count + 1) + count * (before + after));
    let all: usize = marks.iter().map(|(mark, _)| mark.len()).sum();
    let room = if all <= spare { spare } else { (spare / count).max(12) };
    let tail = room / 4;
    let mut kept: Vec<Range<usize>> = Vec::new();
    if marks.is_empty() {
        kept.push(line.start..step(text, line.start, columns.saturating_sub(CUT.len()), line));
    }
    for (mark, _) in marks {
        let start = step_back(text, mark.start, before, line);
        let head = step(text, mark.start, room - tail, line);
        let foot = step_back(text, mark.end, tail, line).max(mark.start);
        let end = step(text, mark.end, after, line);
        if head + CUT.len() >= foot {
            kept.push(start..end);
        } else {
            kept.extend([start..head, foot..end]);
        }
    }
    join(kept, line)
}

/// Sorts and joins pieces that touch or nearly touch; a rest at the line's ends that is not longer
/// than the sign for a cut is kept as well.
fn join(mut kept: Vec<Range<usize>>, line: &Range<usize>) -> Vec<Range<usize>> {
    kept.sort_by_key(|piece| piece.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(kept.len());
    for mut piece in kept {
        if piece.start <= line.start + CUT.len() {
            piece.start = line.start;
        }
        if piece.end + CUT.len() >= line.end {
            piece.end = line.end;
        }
        match joined.last_mut() {
            Some(last) if piece.start <= last.end + CUT.len() => last.end = last.end.max(piece.end),
            _ => joined.push(piece),
        }
    }
    joined
}

/// The offset `characters` further on, not behind the line.
fn step(text: &str, from: usize, characters: usize, line: &Range<usize>) -> usize {
    let rest = text.get(from..line.end).unwrap_or_default();
    rest.char_indices().nth(characters).map_or(line.end, |(at, _)| from + at)
}

/// The offset `characters` further back, not before the line.
fn step_back(text: &str, from: usize, characters: usize, line: &Range<usize>) -> usize {
    let rest = text.get(line.start..from).unwrap_or_default();
    match characters.checked_sub(1) {
        None => from,
        Some(last) => {
            rest.char_indices().rev().nth(last).map_or(line.start, |(at, _)| line.start + at)
        }
    }
}

/// A line made visible, with the way back from the file's offsets.
struct Shown {
    text: String,
    /// Offsets in the file and in `text`, ascending.
    map: Vec<(usize, usize)>,
}

impl Shown {
    fn new(source: &str, pieces: &[Range<usize>], charset: Charset) -> Self {
        let mut shown = Self { text: String::new(), map: Vec::new() };
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 || cut_before(source, piece.start) {
                shown.text.push_str(CUT);
            }
            for (offset, c) in source.get(piece.clone()).unwrap_or_default().char_indices() {
                shown.map.push((piece.start + offset, shown.text.len()));
                match c {
                    '\t' => shown.text.push_str("    "),
                    c => push_visible(&mut shown.text, c, charset),
                }
            }
            shown.map.push((piece.end, shown.text.len()));
        }
        if pieces.last().is_some_and(|piece| cut_behind(source, piece.end)) {
            shown.text.push_str(CUT);
        }
        shown
    }

    /// Where an offset of the file lies in the shown text.
    fn offset(&self, offset: usize) -> usize {
        let next = self.map.partition_point(|&(from, _)| from < offset);
        self.map.get(next).map_or(self.text.len(), |&(_, to)| to)
    }
}

fn cut_before(source: &str, at: usize) -> bool {
    !matches!(source.get(..at).and_then(|text| text.chars().next_back()), None | Some('\n'))
}

fn cut_behind(source: &str, at: usize) -> bool {
    !matches!(source.get(at..).and_then(|text| text.chars().next()), None | Some('\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use cardea_graph::source::{Encoding, SourceFile, Sources, Span};

    /// Each line as `number text`, with `[label: marked]` below it.
    fn shown(text: &str, marks: &[&str], frame: Frame) -> String {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile {
            path: "a.json".into(),
            text: text.into(),
            encoding: Encoding::Utf8,
        });
        let places = Places::new(&sources);
        let marked: Vec<_> = marks
            .iter()
            .enumerate()
            .map(|(label, mark)| {
                let start = text.find(mark).unwrap();
                let span = Span { file, range: start..start + mark.len() };
                (places.place(&span).unwrap(), label)
            })
            .collect();
        let mut out = String::new();
        for excerpt in excerpts(&places, file, &marked, frame) {
            for line in &excerpt.lines {
                let _ = writeln!(out, "{} {}", line.number, line.text);
                for (range, label) in &line.marks {
                    let _ = writeln!(out, "  [{label}: {}]", line.text.get(range.clone()).unwrap());
                }
            }
        }
        out
    }

    const FRAME: Frame = Frame { columns: 75, charset: Charset::Unicode };

    #[test]
    fn a_short_value_is_shown_whole_and_a_long_one_by_its_first_line() {
        let text = "{\n \"a\": [\n  \"All\"\n ],\n \"b\": {\n1,\n2,\n3,\n4\n}\n}";
        assert_eq!(
            shown(text, &["\"a\": [\n  \"All\"\n ]", "\"b\": {\n1,\n2,\n3,\n4\n}"], FRAME),
            "2  \"a\": [\n  [0: \"a\": []\n3   \"All\"\n4  ],\n5  \"b\": {\n  [1: \"b\": {]\n"
        );
    }

    #[test]
    fn one_line_of_100_kb_is_cut_around_its_marks() {
        let filler = "\"x\":1,".repeat(16_000);
        let text = format!("{{{filler}\"includeUsers\":[\"All\"],{filler}\"state\":\"on\"}}");
        let out = shown(&text, &["\"includeUsers\":[\"All\"]", "\"state\":\"on\""], FRAME);
        assert_eq!(
            out,
            "1 ...1,\"x\":1,\"includeUsers\":[\"All\"],\"x\"...1,\"x\":1,\"state\":\"on\"}\n  \
             [0: \"includeUsers\":[\"All\"]]\n  [1: \"state\":\"on\"]\n"
        );
    }

    #[test]
    fn a_mark_of_100_kb_keeps_both_its_ends() {
        let text = format!("{{\"a\":[{}\"z\"]}}", "\"x\",".repeat(25_000));
        let mark = text.trim_matches(['{', '}']);
        let out = shown(&text, &[mark], FRAME);
        assert!(out.lines().all(|line| line.len() <= 75 + 2), "{out}");
        assert!(out.contains("[0: \"a\":[\"x\",") && out.contains("\"z\"]]"), "{out}");
    }

    #[test]
    fn hidden_characters_are_spelled_and_the_mark_still_fits() {
        let text = "{\"\u{1b}[31m\u{202e}\": \"é\"}";
        assert_eq!(
            shown(text, &["\"é\""], Frame { columns: 60, charset: Charset::Ascii }),
            "1 {\"\\u{1b}[31m\\u{202e}\": \"\\u{e9}\"}\n  [0: \"\\u{e9}\"]\n"
        );
    }

    #[test]
    fn a_third_mark_on_a_line_gets_its_own_excerpt() {
        let out = shown("[1, 2, 3]", &["1", "2", "3"], FRAME);
        assert_eq!(out, "1 [1, 2, 3]\n  [0: 1]\n  [1: 2]\n1 [1, 2, 3]\n  [2: 3]\n");
    }
}
