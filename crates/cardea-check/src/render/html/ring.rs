//! The same loop for a narrow page: only the steps that repeat, and among them those in which a
//! policy asks for something, as a ring of two to four cards.

use super::drawing::{Card, Drawing, Font, Line, NARROW, Shape, cards, numbered};
use super::lanes::{ROW_GAP, title};
use crate::render::words;
use crate::report::{Outcome, Step};

const CARD: i32 = 236;
const LEFT: i32 = 42;
const CARDS: usize = 4;
/// Where the way back runs.
const GUTTER: i32 = 18;

/// Draws the ring of a trace in which at least one step leads back.
pub(super) fn ring(id: String, trace: &[Step]) -> Drawing {
    let (cycle, target) = cycle(trace);
    let card = |step: &Step, number| Card::new(step, number, &step.device, CARD);
    let cards = cards(&cycle, CARDS, CARD, card);
    let mut shapes = Vec::new();
    let mut rows = Vec::new();
    let mut y = 20;
    for (card, _) in &cards {
        rows.push((y, card.height()));
        y += card.height() + ROW_GAP;
    }
    for pair in rows.windows(2) {
        if let [(y, height), (next, _)] = pair {
            let points = vec![(LEFT + CARD / 2, y + height), (LEFT + CARD / 2, *next)];
            shapes.push(Shape::Line { kind: Line::Way, points });
        }
    }
    let bottom = y - ROW_GAP;
    if let Some((top, height)) = rows.first() {
        let (x, turn, middle) = (LEFT + 40, bottom + 24, top + height / 2);
        let points = vec![(x, bottom), (x, turn), (GUTTER, turn), (GUTTER, middle), (LEFT, middle)];
        shapes.push(Shape::Line { kind: Line::Loop, points });
        shapes.push(Shape::hinge(LEFT + 5, turn));
    }
    for ((card, _), (y, _)) in cards.iter().zip(&rows) {
        card.draw(LEFT, *y, &mut shapes);
    }
    let text = format!("↻ back to step {target}");
    shapes.push(Shape::Text { kind: Font::LoopStart, x: LEFT + 54, y: bottom + 29, text });
    Drawing { id, width: NARROW, height: bottom + 44, title: title(trace), shapes }
}

/// The steps that repeat, with their numbers, and the number of the one that the last leads to.
fn cycle(trace: &[Step]) -> (Vec<(usize, &Step)>, usize) {
    let back = trace.iter().rposition(|step| matches!(step.outcome, Outcome::Back(_)));
    let end = back.unwrap_or(trace.len().saturating_sub(1));
    let outcome = trace.get(end).map_or(Outcome::Onward, |step| step.outcome);
    let target = words::back(trace.len(), outcome).unwrap_or(1);
    let mut all = numbered(trace);
    all.retain(|(number, _)| (target..=end + 1).contains(number));
    let asks = |(number, step): &(usize, &Step)| {
        !step.policies.is_empty() || *number == target || *number == end + 1
    };
    let asking: Vec<(usize, &Step)> = all.iter().copied().filter(asks).collect();
    (if all.len() > CARDS { asking } else { all }, target)
}
