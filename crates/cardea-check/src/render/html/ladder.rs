//! The picture of a way in that is too cheap: a ladder whose rungs are kinds of methods, from what
//! can be phished at the bottom to what cannot at the top. Sign-ins run to the right along a rung;
//! a climb that nothing stops is the thick line.

use super::drawing::{Card, Drawing, Font, Line, NARROW, Shape, cards, numbered, pixels};
use crate::render::text::count;
use crate::report::{Outcome, Step};

/// How strong a way in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    Phishable,
    Bootstrap,
    Resistant,
}

impl Rung {
    /// From the top.
    const ALL: [Self; 3] = [Self::Resistant, Self::Bootstrap, Self::Phishable];

    fn name(self) -> &'static str {
        match self {
            Self::Phishable => "phishable",
            Self::Bootstrap => "bootstrap",
            Self::Resistant => "phishing-resistant",
        }
    }

    /// The name in two lines for a narrow column.
    fn lines(self) -> &'static [&'static str] {
        match self {
            Self::Phishable => &["phishable"],
            Self::Bootstrap => &["bootstrap"],
            Self::Resistant => &["phishing-", "resistant"],
        }
    }
}

const UNSTOPPED: &str = "no policy stops this";

/// The steps as cards with the rung that each stands on.
fn climb(trace: &[Step], start: Rung, most: usize, width: i32) -> Vec<(Card, Rung, Outcome)> {
    let card = |step: &Step, number| Card::new(step, number, "", width);
    let mut rung = start;
    let rungs: Vec<(Rung, Outcome)> = trace
        .iter()
        .map(|step| {
            let here = (rung, step.outcome);
            if step.outcome == Outcome::Climb {
                rung = Rung::Resistant;
            }
            here
        })
        .collect();
    let cards = cards(&numbered(trace), most, width, card);
    let ends: Vec<usize> = cards.iter().map(|(_, number)| *number).skip(1).collect();
    let last = ends.into_iter().map(|next| next - 1).chain([trace.len()]);
    cards
        .into_iter()
        .zip(last)
        .map(|((card, first), last)| {
            // A folded card climbs where one of its steps does.
            let part = rungs.get(first - 1..last).unwrap_or_default();
            let (here, outcome) = part.first().copied().unwrap_or((start, Outcome::Onward));
            let climbs = part.iter().any(|(_, outcome)| *outcome == Outcome::Climb);
            (card, here, if climbs { Outcome::Climb } else { outcome })
        })
        .collect()
}

fn title(trace: &[Step], start: Rung) -> String {
    let climb = trace.iter().position(|step| step.outcome == Outcome::Climb);
    match climb {
        Some(at) if start < Rung::Resistant => format!(
            "Ladder of 3 rungs. Step {} climbs from {} to {}.",
            at + 1,
            start.name(),
            Rung::Resistant.name()
        ),
        Some(_) | None => {
            let verb = if trace.len() == 1 { "runs" } else { "run" };
            let steps = count(trace.len(), "step", "steps");
            format!("Ladder of 3 rungs. {steps} {verb} along the rung {}.", start.name())
        }
    }
}

/// The ladder with time to the right.
pub(super) fn wide(id: String, trace: &[Step], start: Rung) -> Drawing {
    const NAMES: i32 = 136;
    const CARD: i32 = 204;
    const GAP: i32 = 24;
    const MOST: usize = 4;
    let cards = climb(trace, start, MOST, CARD);
    let mut shapes = Vec::new();
    let mut middles = Vec::new();
    let mut y = 44;
    for rung in Rung::ALL {
        let on = cards.iter().filter(|(_, on, _)| *on == rung).map(|(card, ..)| card.height());
        let height = on.max().unwrap_or(44);
        middles.push((rung, y + height / 2));
        y += height + 44;
    }
    let middle = |rung: Rung| middles.iter().find(|(one, _)| *one == rung).map_or(0, |one| one.1);
    let left = |at: usize| NAMES + pixels(at, CARD + GAP);
    let width = left(cards.len().max(1)) - GAP + 16;
    for (rung, middle) in &middles {
        let points = vec![(NAMES - 10, *middle), (width - 4, *middle)];
        shapes.push(Shape::Line { kind: Line::Rung, points });
        for (at, text) in rung.lines().iter().enumerate() {
            let y = middle + 5 + pixels(at, 16);
            let text = (*text).to_owned();
            shapes.push(Shape::Text { kind: Font::Caption, x: 4, y, text });
        }
    }
    honest(middle(Rung::Bootstrap), middle(Rung::Resistant), &mut shapes);
    if let Some(step) = trace.first() {
        shapes.push(Shape::Head { x: NAMES + 16, y: 14, actor: step.actor });
    }
    for (at, pair) in cards.windows(2).enumerate() {
        let [(card, from, outcome), (_, to, _)] = pair else { continue };
        let (x, next) = (left(at), left(at + 1));
        if *outcome == Outcome::Climb && from != to {
            let x = x + CARD / 2;
            let top = middle(*from) - card.height() / 2;
            let points = vec![(x, top), (x, middle(*to)), (next, middle(*to))];
            shapes.push(Shape::Line { kind: Line::Climb, points });
            shapes.push(Shape::hinge(x, top - 18));
            let (y, text) = (i32::midpoint(top, middle(*to)) + 5, UNSTOPPED.to_owned());
            shapes.push(Shape::Text { kind: Font::Climb, x: x + 12, y, text });
        } else {
            let points = vec![(x + CARD, middle(*from)), (next, middle(*to))];
            shapes.push(Shape::Line { kind: Line::Way, points });
        }
    }
    for (at, (card, rung, _)) in cards.iter().enumerate() {
        card.draw(left(at), middle(*rung) - card.height() / 2, &mut shapes);
    }
    Drawing { id, width, height: y - 28, title: title(trace, start), shapes }
}

/// The climb as it is meant to be, between the names of its rungs.
fn honest(from: i32, to: i32, shapes: &mut Vec<Shape>) {
    const X: i32 = 118;
    let points = vec![(X, from - 4), (X, to + 4)];
    shapes.push(Shape::Line { kind: Line::Honest, points });
    let y = i32::midpoint(from, to);
    for (text, y) in [("pass, then", y + 12), ("passkey", y + 28)] {
        shapes.push(Shape::Text { kind: Font::Honest, x: X - 8, y, text: text.to_owned() });
    }
}

/// The ladder for a narrow page, with time upward.
pub(super) fn narrow(id: String, trace: &[Step], start: Rung) -> Drawing {
    const LEFT: i32 = 20;
    const CARD: i32 = 248;
    /// Ways run right of the rungs' names.
    const WAY: i32 = 244;
    const MOST: usize = 6;
    let cards = climb(trace, start, MOST, CARD);
    let mut shapes = Vec::new();
    let mut placed: Vec<(usize, i32)> = Vec::new();
    if let Some(step) = trace.first() {
        shapes.push(Shape::Head { x: NARROW - 24, y: 14, actor: step.actor });
    }
    let mut y = 8;
    for rung in Rung::ALL {
        let text = rung.name().to_owned();
        shapes.push(Shape::Text { kind: Font::Caption, x: 4, y: y + 14, text });
        let points = vec![(4, y + 22), (NARROW - 4, y + 22)];
        shapes.push(Shape::Line { kind: Line::Rung, points });
        y += 44;
        for (at, (card, ..)) in cards.iter().enumerate().rev().filter(|(_, one)| one.1 == rung) {
            placed.push((at, y));
            y += card.height() + 34;
        }
    }
    placed.sort_unstable();
    for (pair, (_, from, outcome)) in placed.windows(2).zip(&cards) {
        let [(_, start), (at, next)] = pair else { continue };
        let (below, to) = cards.get(*at).map_or((0, *from), |card| (card.0.height(), card.1));
        let climbs = *outcome == Outcome::Climb && *from != to;
        let kind = if climbs { Line::Climb } else { Line::Way };
        let bottom = next + below;
        shapes.push(Shape::Line { kind, points: vec![(WAY, *start), (WAY, bottom)] });
        if climbs {
            shapes.push(Shape::hinge(WAY, start - 18));
            let (y, text) = (bottom + 22, UNSTOPPED.to_owned());
            shapes.push(Shape::Text { kind: Font::ClimbEnd, x: WAY - 12, y, text });
        }
    }
    for (at, y) in &placed {
        if let Some((card, ..)) = cards.get(*at) {
            card.draw(LEFT, *y, &mut shapes);
        }
    }
    Drawing { id, width: NARROW, height: y, title: title(trace, start), shapes }
}
