//! Truth values to evaluate with.
//!
//! What a person can show, register and reach only ever grows with what the person holds. So the
//! rules that depend on held methods are written over a bounded distributive lattice: there is a
//! *meet* and a *join* but no negation, and monotonicity is a matter of types. One rulebook then
//! has several readers: `bool` decides one sign-in, [`Lanes`] decides 64 starting points at
//! once, and a prover brings sets of minimal starting factors.

/// A bounded distributive lattice.
pub trait Lattice {
    /// The truth values.
    type Truth: Clone + PartialEq;

    /// Surely true.
    fn top(&self) -> Self::Truth;
    /// Surely false.
    fn bottom(&self) -> Self::Truth;
    /// Both.
    fn meet(&self, left: &Self::Truth, right: &Self::Truth) -> Self::Truth;
    /// Either.
    fn join(&self, left: &Self::Truth, right: &Self::Truth) -> Self::Truth;

    /// All of the values; stops at the first that is surely false.
    fn all(&self, values: impl IntoIterator<Item = Self::Truth>) -> Self::Truth {
        let mut result = self.top();
        for value in values {
            result = self.meet(&result, &value);
            if result == self.bottom() {
                break;
            }
        }
        result
    }

    /// Any of the values; stops at the first that is surely true.
    fn any(&self, values: impl IntoIterator<Item = Self::Truth>) -> Self::Truth {
        let mut result = self.bottom();
        for value in values {
            result = self.join(&result, &value);
            if result == self.top() {
                break;
            }
        }
        result
    }
}

/// Plain truth.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Lattice for Plain {
    type Truth = bool;

    fn top(&self) -> bool {
        true
    }
    fn bottom(&self) -> bool {
        false
    }
    fn meet(&self, left: &bool, right: &bool) -> bool {
        *left && *right
    }
    fn join(&self, left: &bool, right: &bool) -> bool {
        *left || *right
    }
}

/// 64 plain truths at once, one for each bit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lanes;

impl Lattice for Lanes {
    type Truth = u64;

    fn top(&self) -> u64 {
        u64::MAX
    }
    fn bottom(&self) -> u64 {
        0
    }
    fn meet(&self, left: &u64, right: &u64) -> u64 {
        left & right
    }
    fn join(&self, left: &u64, right: &u64) -> u64 {
        left | right
    }
}
