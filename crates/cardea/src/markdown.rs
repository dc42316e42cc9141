//! The pages of rules, for a terminal.

use cardea_check::render::{Color, Terminal};

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Heading(&'a str),
    /// A paragraph or an item of a list: what its first line begins with, and its text.
    Text(String, String),
    /// Lines that stay as they are.
    Code(Vec<&'a str>),
}

/// How much of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Without the sections that hold examples.
    Short,
    /// All of it.
    Long,
}

/// A page with its paragraphs filled, its title left out.
pub(crate) fn show(page: &str, extent: Extent, terminal: &Terminal) -> String {
    let mut out = String::new();
    for section in sections(page) {
        let has_code = section.iter().any(|block| matches!(block, Block::Code(_)));
        if extent == Extent::Short && has_code {
            continue;
        }
        for block in &section {
            write(&mut out, block, terminal);
        }
    }
    out
}

/// What a page says first: the paragraph under its title.
pub(crate) fn first_paragraph(page: &str) -> String {
    let texts = blocks(page).into_iter().find_map(|block| match block {
        Block::Text(_, text) => Some(text),
        Block::Heading(_) | Block::Code(_) => None,
    });
    texts.unwrap_or_default()
}

/// What stands under each heading, the heading first.
fn sections(page: &str) -> Vec<Vec<Block<'_>>> {
    let mut sections = vec![Vec::new()];
    for block in blocks(page) {
        if matches!(block, Block::Heading(_)) {
            sections.push(Vec::new());
        }
        if let Some(section) = sections.last_mut() {
            section.push(block);
        }
    }
    sections
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    let mut goes_on = false;
    while let Some(line) = lines.next() {
        if let Some(fence) = fence(line) {
            blocks.push(Block::Code(
                lines.by_ref().take_while(|line| !line.starts_with(fence)).collect(),
            ));
            goes_on = false;
        } else if line.trim().is_empty() || line.starts_with("# ") {
            goes_on = false;
        } else if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### "))
        {
            blocks.push(Block::Heading(heading));
            goes_on = false;
        } else if let (true, None, Some(Block::Text(_, text))) =
            (goes_on, marker(line), blocks.last_mut())
        {
            text.push(' ');
            text.push_str(line.trim());
        } else {
            let marker = marker(line).unwrap_or_default();
            let text = line.trim_start().strip_prefix(marker.trim_start()).unwrap_or(line);
            blocks.push(Block::Text(marker.to_owned(), text.trim().to_owned()));
            goes_on = true;
        }
    }
    blocks
}

/// What opens and closes lines that stay as they are.
fn fence(line: &str) -> Option<&str> {
    let ticks = line.find(|c| c != '`').unwrap_or(line.len());
    (ticks >= 3).then(|| line.get(..ticks)).flatten()
}

/// What an item of a list begins with, its indentation included.
fn marker(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let behind = text.get(digits..).unwrap_or_default();
    let numbered = digits > 0 && behind.starts_with(". ");
    let bullet = text.starts_with("* ") || text.starts_with("- ");
    let length = if numbered {
        digits + 2
    } else if bullet {
        2
    } else {
        return None;
    };
    line.get(..line.len() - text.len() + length)
}

fn write(out: &mut String, block: &Block<'_>, terminal: &Terminal) {
    if !out.is_empty() && !matches!(block, Block::Text(marker, _) if !marker.is_empty()) {
        out.push('\n');
    }
    match block {
        Block::Heading(heading) => out.push_str(&bold(heading, terminal.color)),
        Block::Text(marker, text) => {
            let hanging = " ".repeat(marker.chars().count());
            let options = textwrap::Options::new(terminal.width.clamp(60, 100))
                .initial_indent(marker)
                .subsequent_indent(&hanging)
                .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            out.push_str(&textwrap::fill(text, options));
        }
        Block::Code(lines) => {
            let indented: Vec<String> = lines.iter().map(|line| format!("    {line}")).collect();
            out.push_str(&indented.join("\n"));
        }
    }
    out.push('\n');
}

/// Text in bold, where styles are shown.
pub(crate) fn bold(text: &str, color: Color) -> String {
    match color {
        Color::Always => format!("\u{1b}[1m{text}\u{1b}[0m"),
        Color::Never => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const PAGE: &str = "# a-rule\n\nWhat it is, in a line\nor two of them.\n\n## What to do\n\n\
        1. First, something that is long enough to be broken over more than one line.\n\
        2. Then more\n   of it.\n\nAt last.\n\n## Example\n\nSee:\n\n```json\n{ \"# \": 1 }\n\n```\n";

    #[test]
    fn paragraphs_are_filled_and_items_hang() {
        let terminal = Terminal { width: 60, ..Terminal::default() };
        assert_snapshot!(show(PAGE, Extent::Short, &terminal), @r"
        What it is, in a line or two of them.

        What to do
        1. First, something that is long enough to be broken over
           more than one line.
        2. Then more of it.

        At last.
        ");
        assert_eq!(first_paragraph(PAGE), "What it is, in a line or two of them.");
    }

    #[test]
    fn examples_belong_to_the_long_form() {
        let long = show(PAGE, Extent::Long, &Terminal::default());
        assert!(long.ends_with("Example\n\nSee:\n\n    { \"# \": 1 }\n    \n"), "{long}");
    }
}
