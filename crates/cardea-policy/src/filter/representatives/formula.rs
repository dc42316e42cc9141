//! A rule over numbered comparisons, some of which are already decided.

use crate::filter::expression::{Atom, Expression};
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// What is left of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Formula {
    Known(bool),
    Atom(usize),
    Not(Rc<Self>),
    And(Rc<Self>, Rc<Self>),
    Or(Rc<Self>, Rc<Self>),
}

impl Formula {
    /// The rule, with its comparisons replaced by their positions in `atoms`, which is sorted and
    /// contains them all.
    pub(super) fn of<P: Ord>(expression: &Expression<P>, atoms: &[&Atom<P>]) -> Rc<Self> {
        Rc::new(match expression {
            Expression::And(left, right) => {
                Self::And(Self::of(left, atoms), Self::of(right, atoms))
            }
            Expression::Or(left, right) => Self::Or(Self::of(left, atoms), Self::of(right, atoms)),
            Expression::Not(inner) => Self::Not(Self::of(inner, atoms)),
            Expression::Atom(atom) => Self::Atom(atoms.partition_point(|it| *it < atom)),
        })
    }

    /// What is left once the comparisons that have a truth in `truths` are decided.
    pub(super) fn decide(self: &Rc<Self>, truths: &[Option<bool>]) -> Rc<Self> {
        match &**self {
            Self::Known(_) => Rc::clone(self),
            Self::Atom(number) => match truths.get(*number).copied().flatten() {
                Some(truth) => Rc::new(Self::Known(truth)),
                None => Rc::clone(self),
            },
            Self::Not(inner) => {
                let inner = inner.decide(truths);
                Rc::new(if let Self::Known(truth) = *inner {
                    Self::Known(!truth)
                } else {
                    Self::Not(inner)
                })
            }
            Self::And(left, right) => Self::join(left, right, truths, Self::And, false),
            Self::Or(left, right) => Self::join(left, right, truths, Self::Or, true),
        }
    }

    /// Both sides decided and put together again; a side that is known to be `decisive` is the
    /// whole, and one known to be its opposite is nothing.
    fn join(
        left: &Rc<Self>,
        right: &Rc<Self>,
        truths: &[Option<bool>],
        connective: fn(Rc<Self>, Rc<Self>) -> Self,
        decisive: bool,
    ) -> Rc<Self> {
        let left = left.decide(truths);
        if let Self::Known(truth) = *left {
            return if truth == decisive { left } else { right.decide(truths) };
        }
        let right = right.decide(truths);
        if let Self::Known(truth) = *right {
            return if truth == decisive { right } else { left };
        }
        Rc::new(connective(left, right))
    }
}

/// Formulas by number, each once, so that cases are compared by numbers.
#[derive(Default)]
pub(super) struct Formulas {
    numbers: BTreeMap<Rc<Formula>, usize>,
    formulas: Vec<Rc<Formula>>,
}

impl Formulas {
    /// The number of the formula.
    pub(super) fn number(&mut self, formula: Rc<Formula>) -> usize {
        let next = self.formulas.len();
        let number = *self.numbers.entry(Rc::clone(&formula)).or_insert(next);
        if number == next {
            self.formulas.push(formula);
        }
        number
    }

    /// The number of what is left of formula `number` once `truths` are decided.
    pub(super) fn decide(&mut self, number: usize, truths: &[Option<bool>]) -> usize {
        match self.formulas.get(number).map(|it| it.decide(truths)) {
            Some(formula) => self.number(formula),
            None => number,
        }
    }
}
