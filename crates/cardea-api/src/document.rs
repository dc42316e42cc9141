//! What the API says of itself, made of its table so that it never says another thing: `OpenAPI` and
//! OData's metadata. Nothing in it is secret, so nobody needs a token for it.

pub(crate) mod metadata;
pub(crate) mod openapi;
