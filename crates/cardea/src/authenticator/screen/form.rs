//! Fields to fill in.

use ratatui::crossterm::event::KeyCode;
use zeroize::Zeroizing;

use super::Purpose;

/// How long an answer may be.
const LONGEST: usize = 256;

/// Fields, one after the other.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) title: String,
    pub(super) help: &'static str,
    pub(super) fields: Vec<Field>,
    /// Which one is typed into.
    pub(super) focus: usize,
    pub(super) purpose: Purpose,
}

/// One field.
pub(super) struct Field {
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    text: Zeroizing<String>,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Optional,
    Secret,
}

/// What a key has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    More,
    Done,
    GivenUp,
}

impl Field {
    pub(super) fn text(label: &'static str, text: String) -> Self {
        Self { label, kind: Kind::Text, text: Zeroizing::new(text) }
    }

    pub(super) fn optional(label: &'static str) -> Self {
        Self { label, kind: Kind::Optional, text: Zeroizing::default() }
    }

    /// A field that nobody can read; it has room from the beginning, so that no copy is left behind where it grows.
    pub(super) fn secret(label: &'static str) -> Self {
        Self { label, kind: Kind::Secret, text: Zeroizing::new(String::with_capacity(4 * LONGEST)) }
    }

    /// What may be shown of it: of a secret, not even how long it is.
    pub(super) fn shown(&self) -> &str {
        match (self.kind, self.text.is_empty()) {
            (Kind::Secret, false) => "********",
            (Kind::Secret, true) => "",
            (Kind::Text | Kind::Optional, _) => &self.text,
        }
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("label", &self.label).finish_non_exhaustive()
    }
}

impl Form {
    /// The text of a field; nothing where there is no such field.
    pub(super) fn text(&self, at: usize) -> &str {
        self.fields.get(at).map_or("", |it| it.text.trim_matches('\n'))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other keys do nothing")]
    pub(super) fn key(&mut self, key: KeyCode) -> Typed {
        let last = self.fields.len().saturating_sub(1);
        match key {
            KeyCode::Esc => return Typed::GivenUp,
            KeyCode::Enter => return self.enter(),
            KeyCode::Tab | KeyCode::Down => {
                self.focus = if self.focus >= last { 0 } else { self.focus + 1 };
            }
            KeyCode::BackTab | KeyCode::Up => {
                self.focus = self.focus.checked_sub(1).unwrap_or(last);
            }
            KeyCode::Backspace => {
                if let Some(field) = self.fields.get_mut(self.focus) {
                    field.text.pop();
                }
            }
            KeyCode::Char(letter) => {
                if let Some(field) = self.fields.get_mut(self.focus)
                    && field.text.chars().count() < LONGEST
                    && !letter.is_control()
                {
                    field.text.push(letter);
                }
            }
            _ => {}
        }
        Typed::More
    }

    /// Goes to the first field that is still empty; done where none is.
    fn enter(&mut self) -> Typed {
        let empty =
            self.fields.iter().position(|it| it.kind != Kind::Optional && it.text.is_empty());
        match empty {
            Some(at) => {
                self.focus = at;
                Typed::More
            }
            None => Typed::Done,
        }
    }
}
