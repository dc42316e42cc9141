//! Writing for a terminal: styles, and lines that fit.

use anstyle::{AnsiColor, Style};

use super::text::{Charset, one_line, width, wrap};

/// Whether styles are written as ANSI escapes. `NO_COLOR` and its kin are the caller's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Color {
    /// Plain text.
    #[default]
    Never,
    /// Red, yellow, cyan and bold; each doubled by a word.
    Always,
}

/// What the reader's terminal can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Columns; used between 64 and 100.
    pub width: usize,
    /// Whether to style.
    pub color: Color,
    /// Which characters to use.
    pub charset: Charset,
}

impl Default for Terminal {
    /// Eighty plain columns.
    fn default() -> Self {
        Self { width: 80, color: Color::Never, charset: Charset::Unicode }
    }
}

impl Terminal {
    /// The columns to fill.
    pub(super) fn columns(&self) -> usize {
        self.width.clamp(64, 100)
    }
}

/// The styles in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Red,
    Yellow,
    Cyan,
}

impl Ink {
    pub(super) const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Bold => Style::new().bold(),
            Self::Red => AnsiColor::Red.on_default().bold(),
            Self::Yellow => AnsiColor::Yellow.on_default().bold(),
            Self::Cyan => AnsiColor::Cyan.on_default().bold(),
        }
    }
}

/// Text for a terminal. Everything passes through [`Screen::put`], which spells hidden characters
/// out, so that no name in the input can steer the terminal.
pub(super) struct Screen {
    out: String,
    terminal: Terminal,
}

impl Screen {
    pub(super) fn new(terminal: &Terminal) -> Self {
        Self { out: String::new(), terminal: *terminal }
    }

    pub(super) fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Appends a text to the current line.
    pub(super) fn put(&mut self, ink: Ink, text: &str) {
        let text = one_line(text, self.terminal.charset);
        match self.terminal.color {
            Color::Always if ink != Ink::Plain && !text.is_empty() => {
                let style = ink.style();
                self.out.extend([style.render().to_string().as_str(), &text]);
                self.out.push_str(&style.render_reset().to_string());
            }
            Color::Always | Color::Never => self.out.push_str(&text),
        }
    }

    /// Ends the current line, without spaces at its end.
    pub(super) fn end(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    pub(super) fn line(&mut self, ink: Ink, text: &str) {
        self.put(ink, text);
        self.end();
    }

    /// Appends lines that are ready: made from text that was cleaned before.
    pub(super) fn ready(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// A lead in its own ink, then a text that is wrapped beside it.
    pub(super) fn lead(&mut self, ink: Ink, lead: &str, text: &str) {
        self.put(ink, lead);
        self.beside(width(&one_line(lead, self.terminal.charset)), Ink::Plain, text);
    }

    /// Wraps a text from the current column on; further lines begin in the same column.
    pub(super) fn beside(&mut self, column: usize, ink: Ink, text: &str) {
        self.wrapped(column, ink, text);
        self.end();
    }

    /// Like [`Screen::beside`], with a short text at the end that is not broken.
    pub(super) fn beside_with_end(&mut self, column: usize, text: &str, end: &str) {
        const GAP: usize = 3;
        let used = self.wrapped(column, Ink::Plain, text);
        if end.is_empty() {
            return self.end();
        }
        if column + used + GAP + width(end) > self.terminal.columns() {
            self.end();
            self.indent(column);
        } else {
            self.indent(GAP);
        }
        self.put(Ink::Bold, end);
        self.end();
    }

    /// Returns the columns that the last line uses.
    fn wrapped(&mut self, column: usize, ink: Ink, text: &str) -> usize {
        let text = one_line(text, self.terminal.charset);
        let room = self.terminal.columns().saturating_sub(column).max(20);
        let lines = wrap(&text, room);
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                self.end();
                self.indent(column);
            }
            self.put(ink, line);
        }
        lines.last().map_or(0, |line| width(line))
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_styled_screen_equals_the_plain_one_but_for_escapes() {
        let written = |color| {
            let mut screen = Screen::new(&Terminal { color, ..Terminal::default() });
            screen.lead(Ink::Red, "error: ", "a name with an escape \u{1b}[2J in it");
            screen.finish()
        };
        let plain = written(Color::Never);
        assert_eq!(plain, "error: a name with an escape \\u{1b}[2J in it\n");
        assert_eq!(
            written(Color::Always),
            "\u{1b}[1m\u{1b}[31merror: \u{1b}[0ma name with an escape \\u{1b}[2J in it\n"
        );
    }

    #[test]
    fn long_text_hangs_beside_its_lead() {
        let mut screen = Screen::new(&Terminal { width: 64, ..Terminal::default() });
        screen.lead(Ink::Bold, "   = note: ", &"abcd ".repeat(12));
        let out = screen.finish();
        assert!(out.lines().all(|line| line.len() <= 64), "{out}");
        assert!(out.lines().nth(1).unwrap().starts_with("           abcd"), "{out}");
    }
}
