//! The picture of a loop: lanes by device from left to right, time downward, the way back in a
//! gutter at the left. Each step has a row of its own, so neither the way on nor the way back
//! crosses a card.

use super::drawing::{
    Card, Drawing, Font, Kind, Line, SMALL, Shape, card_of, cards, lines, numbered, pixels,
};
use crate::render::words;
use crate::report::Step;

/// Room for the way back and its words.
const GUTTER: i32 = 108;
pub(super) const CARD: i32 = 248;
const LANE_GAP: i32 = 20;
pub(super) const ROW_GAP: i32 = 48;
/// Room for the names of the devices.
const HEAD: i32 = 44;
const EDGE: i32 = 8;
/// More devices than this share the last lane.
const LANES: usize = 4;
/// Longer traces are folded.
pub(super) const CARDS: usize = 9;
/// Half of the distance between a way that leaves a card and one that arrives.
const APART: i32 = 12;

struct Row {
    x: i32,
    y: i32,
    height: i32,
}

impl Row {
    fn middle(&self) -> i32 {
        self.y + self.height / 2
    }
}

/// Draws a trace in which at least one step leads back.
pub(super) fn lanes(id: String, trace: &[Step]) -> Drawing {
    let names = lane_names(trace);
    let lane = |step: &Step| {
        names.iter().position(|name| *name == step.device).unwrap_or(LANES).min(LANES - 1)
    };
    let left = |lane: usize| GUTTER + pixels(lane, CARD + LANE_GAP);
    let card = |step: &Step, number| Card::new(step, number, "", CARD);
    let cards = cards(&numbered(trace), CARDS, CARD, card);
    let mut rows = Vec::with_capacity(cards.len());
    let mut y = HEAD;
    for (card, number) in &cards {
        let x = left(trace.get(number - 1).map_or(0, lane));
        rows.push(Row { x, y, height: card.height() });
        y += card.height() + ROW_GAP;
    }
    let mut shapes = Vec::new();
    for (at, name) in lane_titles(&names).into_iter().enumerate() {
        let text = lines(&name, CARD, SMALL, 1).concat();
        shapes.push(Shape::Text { kind: Font::Caption, x: left(at), y: 18, text });
    }
    if let Some(step) = trace.first() {
        shapes.push(Shape::Head { x: left(0) - 30, y: 14, actor: step.actor });
    }
    ways(trace, &cards, &rows, &mut shapes);
    for ((card, _), row) in cards.iter().zip(&rows) {
        card.draw(row.x, row.y, &mut shapes);
    }
    words_of_loops(trace, &cards, &rows, &mut shapes);
    let width = left(names.len().clamp(1, LANES) - 1) + CARD + EDGE;
    let title = title(trace);
    Drawing { id, width, height: y - ROW_GAP + EDGE, title, shapes }
}

/// What the picture shows, for people who do not see it.
pub(super) fn title(trace: &[Step]) -> String {
    let steps = trace.len();
    let back = trace.iter().enumerate().rev().find_map(|(at, step)| {
        let to = words::back(steps, step.outcome)?;
        Some(format!("Loop of {steps} steps. Step {} leads back to step {to}.", at + 1))
    });
    back.unwrap_or_else(|| format!("Path of {steps} steps."))
}

fn lane_names(trace: &[Step]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for step in trace {
        if !names.contains(&step.device.as_str()) {
            names.push(&step.device);
        }
    }
    names
}

/// The names over the lanes; the last lane names all devices that share it.
fn lane_titles(names: &[&str]) -> Vec<String> {
    let (own, shared) = names.split_at(names.len().min(LANES - 1));
    let mut titles: Vec<String> = own.iter().map(|&name| name.to_owned()).collect();
    if !shared.is_empty() {
        titles.push(shared.join(", "));
    }
    titles
}

fn ways(trace: &[Step], cards: &[(Card, usize)], rows: &[Row], shapes: &mut Vec<Shape>) {
    for ((card, _), pair) in cards.iter().zip(rows.windows(2)) {
        let [from, to] = pair else { continue };
        if matches!(card.kind, Kind::Wall) {
            continue;
        }
        let (x, bottom) = (from.x + CARD / 2, from.y + from.height);
        let end = to.x + CARD / 2;
        let half = bottom + ROW_GAP / 2;
        let mut points = vec![(x, bottom)];
        if x != end {
            points.extend([(x, half), (end, half)]);
        }
        points.push((end, to.y));
        shapes.push(Shape::Line { kind: Line::Way, points });
    }
    for (order, (from, to)) in loops(trace, cards).into_iter().enumerate() {
        let (Some(from), Some(to)) = (rows.get(from), rows.get(to)) else { continue };
        let x = gutter(order);
        let (start, end) = (from.middle() + APART, to.middle() - APART);
        let points = vec![(from.x, start), (x, start), (x, end), (to.x, end)];
        shapes.push(Shape::Line { kind: Line::Loop, points });
        shapes.push(Shape::hinge(from.x - 27, start));
    }
}

fn words_of_loops(trace: &[Step], cards: &[(Card, usize)], rows: &[Row], shapes: &mut Vec<Shape>) {
    let steps = trace.len();
    let targets = trace.iter().filter_map(|step| words::back(steps, step.outcome));
    for ((from, to), target) in loops(trace, cards).into_iter().zip(targets) {
        let (Some(from), Some(to)) = (rows.get(from), rows.get(to)) else { continue };
        // Beside its line, or below it where the line is too short for two lines of text.
        let y = if from.y == to.y {
            from.middle() + APART + 22
        } else {
            i32::midpoint(from.middle(), to.middle())
        };
        let x = gutter(0);
        for (text, y) in [("↻ back".to_owned(), y - 2), (format!("to step {target}"), y + 15)] {
            shapes.push(Shape::Text { kind: Font::Loop, x, y, text });
        }
    }
}

/// The ways back as positions among the cards.
fn loops(trace: &[Step], cards: &[(Card, usize)]) -> Vec<(usize, usize)> {
    let back = |(at, step): (usize, &Step)| {
        let to = words::back(trace.len(), step.outcome)?;
        Some((card_of(cards, at + 1), card_of(cards, to)))
    };
    trace.iter().enumerate().filter_map(back).collect()
}

/// Where the upright part of a way back runs; a second one beside the first.
fn gutter(order: usize) -> i32 {
    (54 - pixels(order, 14)).max(8)
}
