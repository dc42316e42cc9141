//! How the screen looks. Colours only mark what words say as well, and with `NO_COLOR` there are none.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Clear, List, ListItem, ListState, Paragraph, Wrap};

use super::form::Form;
use super::{Line as Row, Screen};
use crate::authenticator::list::day;

const KEYS: &str = "Enter open  a add  r rename  d remove  l lock  q quit";

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colors {
    On,
    Off,
}

impl Colors {
    fn style(self, color: Color) -> Style {
        match self {
            Self::On => Style::new().fg(color),
            Self::Off => Style::new(),
        }
    }
}

/// Draws the screen as it is.
pub(super) fn draw(frame: &mut Frame<'_>, screen: &Screen, now: Timestamp, colors: Colors) {
    let [top, list, said, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(3),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    let title = match &screen.waiting {
        Some(_) => "Cardea Authenticator: a browser asks",
        None => "Cardea Authenticator: waiting for browsers",
    };
    frame.render_widget(Line::from(title).style(Modifier::BOLD), top);
    passkeys(frame, screen, (now, list));
    let style =
        if screen.said.starts_with("error") { colors.style(Color::Red) } else { Style::new() };
    let text = Paragraph::new(screen.said.as_str()).wrap(Wrap { trim: true }).style(style);
    frame.render_widget(text, said);
    frame.render_widget(Line::from(KEYS).style(colors.style(Color::Cyan)), keys);
    if let Some(form) = &screen.form {
        filled(frame, form, colors);
    }
}

fn passkeys(frame: &mut Frame<'_>, screen: &Screen, (now, area): (Timestamp, Rect)) {
    let rows = screen.lines();
    if rows.is_empty() {
        let text = "There is no profile yet. Press a to add a passkey, which makes one.";
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
        return;
    }
    let items = rows.iter().map(|row| match row {
        Row::Profile(shelf) => {
            let state = match shelf.passkeys.as_deref() {
                None => "locked",
                Some([]) => "no passkeys",
                Some(_) => "open",
            };
            let text = format!("{}  {}, {state}", shelf.name, shelf.kind);
            ListItem::new(Line::from(text).style(Modifier::BOLD))
        }
        Row::Passkey(_, passkey) => {
            let name = passkey.name.as_ref().map(|it| format!("  {it}")).unwrap_or_default();
            let used = day(passkey.used, now);
            ListItem::new(format!(
                "    {}  {}{name}  used {used}",
                passkey.account,
                passkey.place()
            ))
        }
    });
    let list = List::new(items).highlight_symbol("> ").highlight_style(Modifier::REVERSED);
    let mut state = ListState::default().with_selected(Some(screen.marked));
    frame.render_stateful_widget(list, area, &mut state);
}

/// A form, over everything else.
fn filled(frame: &mut Frame<'_>, form: &Form, colors: Colors) {
    let lines = form.fields.iter().enumerate().map(|(at, field)| {
        let mark = if at == form.focus { ">" } else { " " };
        Line::from(format!("{mark} {}: {}", field.label, field.shown()))
    });
    let mut text = Text::from(form.title.clone());
    text.lines.push(Line::default());
    text.lines.extend(lines);
    text.lines.push(Line::default());
    text.lines.push(Line::from(form.help).style(colors.style(Color::Cyan)));
    let area = frame.area();
    let width = area.width.saturating_sub(2).clamp(1, 78);
    // The title may take several lines.
    let title = form.title.chars().count() / usize::from(width.max(4) - 2).max(1);
    let height = text.lines.len().saturating_add(title).saturating_add(2);
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(area.height);
    let place = Rect {
        x: area.width.saturating_sub(width) / 2,
        y: area.height.saturating_sub(height) / 2,
        width: width.min(area.width),
        height,
    };
    frame.render_widget(Clear, place);
    let form = Paragraph::new(text).wrap(Wrap { trim: false }).block(Block::bordered());
    frame.render_widget(form, place);
}
