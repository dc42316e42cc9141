//! A rule over numbered comparisons, some of which are already decided.

use crate::filter::expression::{Atom, Expression};
use alloc::boxed::Box;

/// What is left of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Formula {
    Known(bool),
    Atom(usize),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl Formula {
    /// The rule, with its comparisons replaced by their positions in `atoms`, which is sorted and
    /// contains them all.
    pub(super) fn of<P: Ord>(expression: &Expression<P>, atoms: &[&Atom<P>]) -> Self {
        match expression {
            Expression::And(left, right) => {
                Self::And(Box::new(Self::of(left, atoms)), Box::new(Self::of(right, atoms)))
            }
            Expression::Or(left, right) => {
                Self::Or(Box::new(Self::of(left, atoms)), Box::new(Self::of(right, atoms)))
            }
            Expression::Not(inner) => Self::Not(Box::new(Self::of(inner, atoms))),
            Expression::Atom(atom) => Self::Atom(atoms.partition_point(|it| *it < atom)),
        }
    }

    /// What is left once the comparisons that have a truth in `truths` are decided.
    pub(super) fn decide(&self, truths: &[Option<bool>]) -> Self {
        match self {
            Self::Known(truth) => Self::Known(*truth),
            Self::Atom(number) => {
                truths.get(*number).copied().flatten().map_or_else(|| self.clone(), Self::Known)
            }
            Self::Not(inner) => match inner.decide(truths) {
                Self::Known(truth) => Self::Known(!truth),
                rest @ (Self::Atom(_) | Self::Not(_) | Self::And(..) | Self::Or(..)) => {
                    Self::Not(Box::new(rest))
                }
            },
            Self::And(left, right) => match (left.decide(truths), right.decide(truths)) {
                (Self::Known(false), _) | (_, Self::Known(false)) => Self::Known(false),
                (Self::Known(true), rest) | (rest, Self::Known(true)) => rest,
                (left, right) => Self::And(Box::new(left), Box::new(right)),
            },
            Self::Or(left, right) => match (left.decide(truths), right.decide(truths)) {
                (Self::Known(true), _) | (_, Self::Known(true)) => Self::Known(true),
                (Self::Known(false), rest) | (rest, Self::Known(false)) => rest,
                (left, right) => Self::Or(Box::new(left), Box::new(right)),
            },
        }
    }
}
