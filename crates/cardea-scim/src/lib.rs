//! SCIM 2.0 (RFC 7643, RFC 7644): people and groups that another directory keeps up to date.
//!
//! *Knows* resources and their schemas, filters, changes, lists, errors, and which attribute is which
//! property of Graph's user and group.
//! *Never* knows who may provision, HTTP, storage or the clock.
//!
//! A request walks through the modules like this. A body becomes a [`resource`], in which known
//! attributes have their names and kinds as the [`schema`] says and others are kept as they are. A
//! [`patch`] makes another one of it. [`graph`] lays it over the object that the tenant keeps, and
//! makes it of such an object again. [`list`] reads what a list is asked for, its [`filter`] among it,
//! and writes the answer; [`provider`] is what the service says of itself. What is refused is an
//! [`error`].
//!
//! Entra's provisioning service is the client that matters most. Where it departs from the
//! specification (operations with a capital, truth values as text, members to remove as a value, paths
//! as names of members, elements that are replaced before there are any), what it means is done.

pub mod error;
pub mod filter;
pub mod graph;
pub mod list;
pub mod patch;
pub mod path;
pub mod provider;
pub mod resource;
pub mod schema;
mod text;
