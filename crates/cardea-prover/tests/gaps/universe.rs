//! universe
