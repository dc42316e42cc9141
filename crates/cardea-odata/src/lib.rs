//! OData 4.0 as Microsoft Graph speaks it, over JSON values.
//!
//! *Knows* the options of a query and what they mean for a list of objects, keys in paths,
//! references, batches, entity tags, and errors in Graph's shape.
//! *Never* knows which objects there are, who may see them, HTTP, storage or the clock.
//!
//! A request walks through the modules like this. [`resource`] reads the path, so that every
//! spelling of one resource becomes the same segments. [`query`] reads the options behind the `?`:
//! a [`filter`] and a [`search`] say which objects, an [`order`] in which sequence, a [`cursor`]
//! where the page begins, a [`selection`] which properties. [`reference`](mod@reference) reads what
//! a body says of other objects, and [`etag`] which version it was written for. [`batch`] is many
//! requests in one. Whatever is refused is a [`problem`].
//!
//! All that comes from outside is bounded: lengths, nesting, and the work that one object can make.

pub mod batch;
pub mod cursor;
pub mod etag;
pub mod filter;
pub mod order;
mod path;
mod percent;
pub mod problem;
pub mod query;
pub mod reference;
pub mod resource;
mod scanner;
pub mod search;
pub mod selection;
mod text;
mod value;

pub use path::{Path, Root};
