//! The picture of a lockout without a loop: a straight path to a wall, and every way that was tried
//! as a stub that ends in a bar.

use super::drawing::{
    Card, Drawing, Font, Kind, Line, NARROW, SMALL, Shape, cards, lines, numbered, pixels,
};
use super::lanes::{CARD, CARDS, ROW_GAP};
use crate::render::text::count;
use crate::render::words;
use crate::report::{Step, Tried};

const LEFT: i32 = 20;
/// Length of a stub.
const STUB: i32 = 40;
/// More ways than this are left to the list.
const WAYS: usize = 8;

/// Whether the ways that were tried stand beside the wall or below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stubs {
    Beside,
    Below,
}

/// Draws a trace without a loop.
pub(super) fn path(id: String, trace: &[Step], tried: &[Tried], stubs: Stubs) -> Drawing {
    let card = |step: &Step, number| Card::new(step, number, &step.device, CARD);
    let cards = cards(&numbered(trace), CARDS, CARD, card);
    let mut shapes = Vec::new();
    let mut y = 46;
    let x = LEFT + CARD / 2;
    if let Some(step) = trace.first() {
        shapes.push(Shape::Head { x: LEFT + 12, y: 14, actor: step.actor });
    }
    let mut last = (y, 0);
    for (at, (card, _)) in cards.iter().enumerate() {
        if at > 0 {
            let points = vec![(x, y - ROW_GAP), (x, y)];
            shapes.push(Shape::Line { kind: Line::Way, points });
        }
        if at > 0 && at + 1 == cards.len() && matches!(card.kind, Kind::Wall) {
            shapes.push(Shape::hinge(x, y - ROW_GAP / 2 - 2));
        }
        card.draw(LEFT, y, &mut shapes);
        last = (y, card.height());
        y += card.height() + ROW_GAP;
    }
    let bottom = last.0 + last.1;
    let ways = dead_ways(tried, stubs);
    let (width, height) = match stubs {
        Stubs::Beside => beside(&ways, last, &mut shapes),
        Stubs::Below => below(&ways, bottom, &mut shapes),
    };
    let height = height.max(bottom) + 16;
    Drawing { id, width, height, title: title(trace, tried), shapes }
}

fn title(trace: &[Step], tried: &[Tried]) -> String {
    let steps = count(trace.len(), "step", "steps");
    let ends = match trace.last().map(|step| Card::new(step, 1, "", CARD).kind) {
        Some(Kind::Wall) => " to a wall",
        Some(Kind::Step | Kind::Fold | Kind::Door | Kind::Breach | Kind::Disc | Kind::Hinge)
        | None => "",
    };
    let shut = match tried.len() {
        0 => String::new(),
        1 => " 1 other way is shut.".to_owned(),
        ways => format!(" {ways} other ways are shut."),
    };
    format!("Path of {steps}{ends}.{shut}")
}

/// The method and the reason, wrapped.
fn dead_ways(tried: &[Tried], stubs: Stubs) -> Vec<(Vec<String>, Vec<String>)> {
    let room = match stubs {
        Stubs::Beside => 236,
        Stubs::Below => 188,
    };
    let wrapped = |name: &str, why: &str| (lines(name, room, SMALL, 2), lines(why, room, SMALL, 3));
    let mut ways: Vec<_> = tried
        .iter()
        .take(WAYS)
        .map(|one| wrapped(&words::method(&one.method), &one.why_not))
        .collect();
    if let Some(more) = tried.len().checked_sub(WAYS).filter(|&more| more > 0) {
        ways.push(wrapped(&format!("{more} more"), "in the list"));
    }
    ways
}

type Ways = [(Vec<String>, Vec<String>)];

/// Returns the size of the drawing.
fn beside(ways: &Ways, wall: (i32, i32), shapes: &mut Vec<Shape>) -> (i32, i32) {
    let right = LEFT + CARD;
    if ways.is_empty() {
        return (right + LEFT, 0);
    }
    let middle = wall.0 + wall.1 / 2;
    let all: i32 = ways.iter().map(height).sum();
    let top = (middle - all / 2).max(10);
    let trunk = right + 28;
    let points = vec![(right, middle), (trunk, middle)];
    shapes.push(Shape::Line { kind: Line::Dead, points });
    let (end, rows) = stubs(ways, (trunk, top), shapes);
    let (first, last) = (rows.first().copied(), rows.last().copied());
    let points = vec![
        (trunk, first.unwrap_or(middle).min(middle)),
        (trunk, last.unwrap_or(middle).max(middle)),
    ];
    shapes.push(Shape::Line { kind: Line::Dead, points });
    (trunk + STUB + 12 + 236 + 8, end)
}

/// Returns the size of the drawing.
fn below(ways: &Ways, bottom: i32, shapes: &mut Vec<Shape>) -> (i32, i32) {
    if !ways.is_empty() {
        let trunk = LEFT + 18;
        let (end, rows) = stubs(ways, (trunk, bottom + 20), shapes);
        let points = vec![(trunk, bottom), (trunk, rows.last().copied().unwrap_or(bottom))];
        shapes.push(Shape::Line { kind: Line::Dead, points });
        return (NARROW, end);
    }
    (NARROW, bottom)
}

fn height(way: &(Vec<String>, Vec<String>)) -> i32 {
    pixels(way.0.len() + way.1.len(), 17) + 14
}

/// Draws stubs below each other to the right of a trunk; returns where they end and where each
/// leaves the trunk.
fn stubs(ways: &Ways, (trunk, top): (i32, i32), shapes: &mut Vec<Shape>) -> (i32, Vec<i32>) {
    let mut y = top;
    let mut rows = Vec::with_capacity(ways.len());
    for way in ways {
        let (row, end) = (y + 14, trunk + STUB);
        rows.push(row);
        shapes.push(Shape::Line { kind: Line::Dead, points: vec![(trunk, row), (end, row)] });
        let points = vec![(end, row - 9), (end, row + 9)];
        shapes.push(Shape::Line { kind: Line::Bar, points });
        let named = way.0.iter().map(|text| (Font::Caption, text));
        let reasons = way.1.iter().map(|text| (Font::Detail, text));
        for (at, (kind, text)) in named.chain(reasons).enumerate() {
            let (x, y) = (end + 12, row + 5 + pixels(at, 17));
            shapes.push(Shape::Text { kind, x, y, text: text.clone() });
        }
        y += height(way);
    }
    (y, rows)
}
