//! P1: which of 240 policies apply to one sign-in of somebody in 50 groups, told by Cardea, by Cedar
//! and by Rego.
//!
//! All three read their policies as text made from the same drawn policies: Cardea as the JSON of
//! Graph, the others as their own language. All three must give the same answers. What is asked is
//! the set of policies that apply. That is the whole of what an authorisation language can be asked
//! here: that every one of these policies must then be satisfied, and by what, is no question for
//! Cedar or Rego, and is not measured.

mod cardea;
mod cedar;
mod rego;
mod sign_in;

use std::hint::black_box;

use crate::measure::{Times, Work, in_turns};
use crate::sketch::{SEED, Sketch};
use cardea::Cardea;
use sign_in::SignIn;

/// How many policies there are.
pub const POLICIES: usize = 240;
/// How many groups there are.
pub const GROUPS: usize = 300;
/// How many groups everybody is in.
pub const GROUPS_EACH: usize = 50;
const SIGN_INS: usize = 256;

/// What is measured, in the order of [`works`].
pub const LINES: [Line; 8] = [
    Line { key: "ids", text: "cardea, from ids: nothing prepared but the policies" },
    Line { key: "ids-reasons", text: "cardea, from ids, with the reason of every policy" },
    Line { key: "cold", text: "cardea, cold: the person's memberships are rows" },
    Line { key: "cached", text: "cardea, the person's part cached" },
    Line { key: "cached-reasons", text: "cardea, cached, with the reason of every policy" },
    Line { key: "cedar", text: "cedar-policy" },
    Line { key: "rego-vm", text: "regorus, its virtual machine" },
    Line { key: "rego", text: "regorus, its interpreter" },
];

/// One line of the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// A short name.
    pub key: &'static str,
    /// What it is.
    pub text: &'static str,
}

/// The engines with the same policies and sign-ins.
pub struct Engines {
    cardea: Cardea,
    cedar: cedar::Engine,
    interpreter: rego::Interpreter,
    machine: rego::Machine,
}

impl Engines {
    /// Compiles everything. Panics unless all engines agree on every sign-in.
    pub fn new() -> Self {
        let sketch = Sketch::draw(POLICIES, GROUPS, SEED);
        let sign_ins = SignIn::draw(SIGN_INS, 7);
        let mut engines = Self {
            cardea: Cardea::new(&sketch, &sign_ins),
            cedar: cedar::Engine::new(&sketch, &sign_ins),
            interpreter: rego::Interpreter::new(&sketch, &sign_ins),
            machine: rego::Machine::new(&sketch, &sign_ins),
        };
        let mut applied = 0;
        for at in 0..SIGN_INS {
            let ours = engines.cardea.applied(at);
            applied += ours.len();
            assert_eq!(ours, engines.cedar.applied(at), "Cedar disagrees on sign-in {at}");
            assert_eq!(ours, engines.machine.applied(at), "Rego disagrees on sign-in {at}");
            assert_eq!(ours, engines.interpreter.applied(at), "Rego disagrees on sign-in {at}");
        }
        assert!(applied > 5 * SIGN_INS, "hardly any policy applies, so nothing is compared");
        engines
    }

    /// The work of each of [`LINES`].
    pub fn works(&mut self) -> [Work<'_>; LINES.len()] {
        let Self { cardea, cedar, interpreter, machine } = self;
        let cardea = &*cardea;
        [
            Box::new(|at| drop(black_box(cardea.unprepared(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(cardea.unprepared_with_reasons(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(cardea.cold(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(cardea.cached(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(cardea.reasons(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(cedar.answer(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(machine.answer(at % SIGN_INS)))),
            Box::new(|at| drop(black_box(interpreter.answer(at % SIGN_INS)))),
        ]
    }
}

impl Default for Engines {
    fn default() -> Self {
        Self::new()
    }
}

/// The nanoseconds of every line.
pub fn times() -> Vec<Times> {
    in_turns(&mut Engines::new().works())
}
