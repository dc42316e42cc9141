//! Microsoft Graph's JSON, as real exports have it, with a position for every value, and its
//! meaning as a tenant.
//!
//! The story of an import: [`encoding`] makes text of a file's bytes, [`document`] makes a tree of
//! the text, [`recognise`] tells by an object's content what it is, and [`export`] walks through
//! all files and collects what is known. [`lower`] makes the tenant of it, says where its fields
//! stand, and names what it did not understand; [`well_known`] has the ids that are the same
//! everywhere. [`edit`] goes the other way and changes the texts.
//!
//! *Knows* Graph's shapes and names, encodings, and positions in files.
//! *Never* knows evaluation, SQL, severities or colours.

pub mod document;
pub mod edit;
pub mod encoding;
pub mod export;
mod interner;
pub mod lower;
pub mod problem;
pub mod recognise;
pub mod source;
mod stream;
mod table;
pub mod well_known;
