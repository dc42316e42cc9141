//! Microsoft Graph's JSON, as real exports have it, with a position for every value, and its
//! meaning as a tenant.
//!
//! *Knows* Graph's shapes and names, encodings, and positions in files.
//! *Never* knows evaluation, SQL, severities or colours.

pub mod source;
