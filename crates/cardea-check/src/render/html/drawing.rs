//! Drawings: shapes with whole coordinates in CSS pixels, and the cards that hold a step's text.
//!
//! SVG does not wrap text, so it is wrapped here, with a budget per character that fits the widest
//! font a reader may fall back to. A drawing is never scaled down: where the page is too narrow for
//! it, another one is shown.

use askama::Template;

use crate::render::text::{Charset, one_line, wrap_at_most};
use crate::report::{Actor, Outcome, Step};

/// Hundredths of an em that a character may take in the widest fallback font.
const CHARACTER: usize = 72;
/// Font size of a card's title.
pub(super) const TITLE: usize = 15;
/// Font size of everything else.
pub(super) const SMALL: usize = 13;
/// Between a card's frame and its text.
const PADDING: i32 = 14;
/// From line to line.
const LEADING: i32 = 18;
/// A card is at least this high, so that an arrow may leave above one that arrives.
const LOWEST: i32 = 60;
/// Width of the drawings for a narrow page: a page of 320 CSS pixels leaves this much.
pub(super) const NARROW: i32 = 280;
/// A text longer than this many lines is cut in the drawing; the list beside it has all of it.
const LINES: usize = 5;

/// A picture with its description for people who do not see it.
#[derive(Clone, Debug, Template)]
#[template(path = "drawing.html")]
pub(super) struct Drawing {
    /// Unique on the page.
    pub(super) id: String,
    pub(super) width: i32,
    pub(super) height: i32,
    /// The shape of the answer, in one sentence.
    pub(super) title: String,
    pub(super) shapes: Vec<Shape>,
}

impl Drawing {
    /// A length in rem, so that the picture grows with the reader's font size.
    fn rem(length: i32) -> String {
        format!("{}rem", f64::from(length) / 16.0)
    }

    /// Whether the place to change is marked in the picture.
    pub(super) fn has_hinge(&self) -> bool {
        self.shapes.iter().any(|shape| matches!(shape, Shape::Frame { kind: Kind::Hinge, .. }))
    }
}

/// What a drawing consists of, back to front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The frame of a card.
    Frame { kind: Kind, x: i32, y: i32, width: i32, height: i32 },
    /// Straight pieces through these points.
    Line { kind: Line, points: Vec<(i32, i32)> },
    /// One line of text; `y` is its baseline.
    Text { kind: Font, x: i32, y: i32, text: String },
    /// Who acts: the outline of a person, or a mask.
    Head { x: i32, y: i32, actor: Actor },
}

impl Shape {
    /// Marks the place to change on a line, around this point.
    pub(super) fn hinge(x: i32, y: i32) -> Self {
        const SIZE: i32 = 14;
        let (x, y) = (x - SIZE / 2, y - SIZE / 2);
        Self::Frame { kind: Kind::Hinge, x, y, width: SIZE, height: SIZE }
    }
}

/// What a card stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that is done.
    Step,
    /// Steps that are not drawn one by one.
    Fold,
    /// A policy refuses.
    Wall,
    /// A person reaches the goal.
    Door,
    /// Somebody reaches it who should not.
    Breach,
    /// The number at a card's corner.
    Disc,
    /// Where the input would have to change.
    Hinge,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Fold => "fold",
            Self::Wall => "wall",
            Self::Door => "door",
            Self::Breach => "breach",
            Self::Disc => "disc",
            Self::Hinge => "hinge",
        }
    }
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// To the next step.
    Way,
    /// Back to an earlier step.
    Loop,
    /// A way that was tried and is shut.
    Dead,
    /// The bar at the end of such a way.
    Bar,
    /// A rung of the ladder.
    Rung,
    /// A climb that nothing stops.
    Climb,
    /// The climb as it is meant to be.
    Honest,
}

impl Line {
    fn class(self) -> &'static str {
        match self {
            Self::Way => "way",
            Self::Loop => "loop",
            Self::Dead => "dead",
            Self::Bar => "bar",
            Self::Rung => "rung",
            Self::Climb => "climb",
            Self::Honest => "honest",
        }
    }

    /// Whether the line ends in an arrow.
    fn is_arrow(self) -> bool {
        match self {
            Self::Way | Self::Loop | Self::Climb | Self::Honest => true,
            Self::Dead | Self::Bar | Self::Rung => false,
        }
    }
}

/// How a text looks, and where `x` lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// A card's title; starts at `x`.
    Title,
    /// Further text; starts at `x`.
    Detail,
    /// A device or a rung; starts at `x`.
    Caption,
    /// A number in a disc; centred.
    Number,
    /// The words of a loop, with a halo; centred.
    Loop,
    /// The same, starting at `x`.
    LoopStart,
    /// The words of a climb, with a halo; starts at `x`.
    Climb,
    /// The same, ending at `x`.
    ClimbEnd,
    /// The words of the honest climb; ends at `x`.
    Honest,
}

impl Font {
    fn class(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Detail => "detail",
            Self::Caption => "caption",
            Self::Number => "number",
            Self::Loop => "back middle",
            Self::LoopStart => "back",
            Self::Climb => "illegal",
            Self::ClimbEnd => "illegal end",
            Self::Honest => "honest end",
        }
    }

    /// The font size in pixels.
    #[cfg(test)]
    pub(super) fn size(self) -> usize {
        match self {
            Self::Title => TITLE,
            Self::Detail
            | Self::Caption
            | Self::Number
            | Self::Loop
            | Self::LoopStart
            | Self::Climb
            | Self::ClimbEnd
            | Self::Honest => SMALL,
        }
    }
}

/// How many columns of text fit into a length.
pub(super) fn columns(length: i32, size: usize) -> usize {
    usize::try_from(length).unwrap_or(0) * 100 / (size * CHARACTER)
}

/// The length that a text may take.
#[cfg(test)]
pub(super) fn length(text: &str, size: usize) -> i32 {
    i32::try_from((crate::render::text::width(text) * size * CHARACTER).div_ceil(100)).unwrap()
}

/// Wraps a text for a length; what does not fit into the given lines is cut, visibly.
pub(super) fn lines(text: &str, length: i32, size: usize, most: usize) -> Vec<String> {
    wrap_at_most(&one_line(text, Charset::Unicode), columns(length, size), most)
}

/// A rounded number of pixels for a count of things.
pub(super) fn pixels(count: usize, each: i32) -> i32 {
    i32::try_from(count).unwrap_or(0).saturating_mul(each)
}

/// The text of a step, wrapped, with the frame it gets.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) kind: Kind,
    pub(super) width: i32,
    /// Steps in the list, such as `3` or `5–8`.
    pub(super) number: String,
    caption: Vec<String>,
    title: Vec<String>,
    detail: Vec<String>,
}

impl Card {
    /// A card for a step. The caption names the device where no lane does.
    pub(super) fn new(step: &Step, number: usize, caption: &str, width: i32) -> Self {
        let kind = match (step.outcome, step.actor) {
            (Outcome::Wall | Outcome::Back(_), _) => Kind::Wall,
            (Outcome::Door, Actor::Attacker) => Kind::Breach,
            (Outcome::Door, Actor::Person | Actor::HelpDesk) => Kind::Door,
            (Outcome::Onward | Outcome::Climb, _) => Kind::Step,
        };
        let sign = match kind {
            Kind::Wall => "✕ ",
            Kind::Door => "✓ ",
            Kind::Breach => "→ ",
            Kind::Step | Kind::Fold | Kind::Disc | Kind::Hinge => "",
        };
        let (title, detail) = match step.does.as_str() {
            "" => (&step.sees, ""),
            does => (&step.does, if does == step.sees { "" } else { step.sees.as_str() }),
        };
        Self::with(kind, width, number.to_string(), [caption, &format!("{sign}{title}"), detail])
    }

    /// A card for steps that are left to the list.
    fn fold(from: usize, to: usize, steps: usize, width: i32) -> Self {
        let title = format!("{steps} steps, in the list");
        Self::with(Kind::Fold, width, format!("{from}–{to}"), ["", &title, ""])
    }

    fn with(kind: Kind, width: i32, number: String, [caption, title, detail]: [&str; 3]) -> Self {
        let inner = width - 2 * PADDING;
        Self {
            kind,
            width,
            number,
            caption: lines(caption, inner, SMALL, 1),
            title: lines(title, inner, TITLE, LINES),
            detail: lines(detail, inner, SMALL, LINES),
        }
    }

    pub(super) fn height(&self) -> i32 {
        let texts = self.caption.len() + self.title.len() + self.detail.len();
        (2 * PADDING + pixels(texts, LEADING)).max(LOWEST)
    }

    /// Puts the card at a place.
    pub(super) fn draw(&self, x: i32, y: i32, shapes: &mut Vec<Shape>) {
        let (width, height) = (self.width, self.height());
        shapes.push(Shape::Frame { kind: self.kind, x, y, width, height });
        let texts = [
            (Font::Caption, &self.caption),
            (Font::Title, &self.title),
            (Font::Detail, &self.detail),
        ];
        let used = self.caption.len() + self.title.len() + self.detail.len();
        let mut baseline = y + (height - pixels(used, LEADING)) / 2 + LEADING - 4;
        for (kind, lines) in texts {
            for text in lines {
                let text = text.clone();
                shapes.push(Shape::Text { kind, x: x + PADDING, y: baseline, text });
                baseline += LEADING;
            }
        }
        self.draw_number(x, y, shapes);
    }

    /// The disc sits on the frame's corner, where it takes no room from the text.
    fn draw_number(&self, x: i32, y: i32, shapes: &mut Vec<Shape>) {
        let width = 18 + pixels(self.number.chars().count(), 8);
        let left = x - 12;
        shapes.push(Shape::Frame { kind: Kind::Disc, x: left, y: y - 13, width, height: 26 });
        let text = self.number.clone();
        shapes.push(Shape::Text { kind: Font::Number, x: left + width / 2, y: y + 5, text });
    }
}

/// Numbered steps as cards. Where they are too many, the first and the last stay and the rest
/// become one card.
pub(super) fn cards(
    steps: &[(usize, &Step)],
    most: usize,
    width: i32,
    card: impl Fn(&Step, usize) -> Card,
) -> Vec<(Card, usize)> {
    let draw = |&(number, step): &(usize, &Step)| (card(step, number), number);
    if steps.len() <= most {
        return steps.iter().map(draw).collect();
    }
    let head = (most - 1) / 2;
    let (first, rest) = steps.split_at(head);
    let (folded, last) = rest.split_at(rest.len() - (most - 1 - head));
    let mut cards: Vec<(Card, usize)> = first.iter().map(draw).collect();
    if let (Some((from, _)), Some((to, _))) = (folded.first(), folded.last()) {
        cards.push((Card::fold(*from, *to, folded.len(), width), *from));
    }
    cards.extend(last.iter().map(draw));
    cards
}

/// The steps of a trace with their numbers.
pub(super) fn numbered(trace: &[Step]) -> Vec<(usize, &Step)> {
    trace.iter().enumerate().map(|(at, step)| (at + 1, step)).collect()
}

/// The position among the cards of the one that stands for a step.
pub(super) fn card_of(cards: &[(Card, usize)], step: usize) -> usize {
    cards.partition_point(|(_, number)| *number <= step).saturating_sub(1)
}
