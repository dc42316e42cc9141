//! The rules of evaluation and registration once more, written from the documentation as plainly
//! as possible and without a look at the rulebook, which is fast and general and therefore not
//! plain. Nothing here calls a rule of the product; only its data types are shared.

pub(crate) mod allowed;
pub(crate) mod assigned;
pub(crate) mod demands;
pub(crate) mod walk;
pub(crate) mod ways;
