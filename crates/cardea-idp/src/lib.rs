//! The use cases of the identity tenant: sign in, register, issue a pass, exchange a code, edit a
//! policy.
//!
//! *Knows* which rule, which proof and which row belong together. It is the only place where a
//! proof of possession becomes an event of the journey.
//! *Never* knows HTTP, HTML, or how a page looks.
