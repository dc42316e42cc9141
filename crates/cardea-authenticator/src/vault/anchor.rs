//! What makes an older file evident.

use core::fmt;

/// A place outside of the vault that remembers which save was the last: a keyring, a TPM's counter, a file on
/// another disk.
///
/// Without one, an older copy of a vault that is put back cannot be told from the newest. Its counters then
/// begin again where they were, those of wrong PINs too; relying parties may notice that a passkey counts
/// backwards.
pub trait Anchor: fmt::Debug {
    /// The number of the last save of this vault, if there was one.
    ///
    /// # Errors
    ///
    /// In words, why it cannot be read.
    fn last(&self, vault: &[u8; 16]) -> Result<Option<u64>, String>;

    /// Remembers a save, which is on the disk already.
    ///
    /// # Errors
    ///
    /// In words, why it cannot be written.
    fn advance(&mut self, vault: &[u8; 16], save: u64) -> Result<(), String>;
}

/// There is no such place.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAnchor;

impl Anchor for NoAnchor {
    fn last(&self, _: &[u8; 16]) -> Result<Option<u64>, String> {
        Ok(None)
    }

    fn advance(&mut self, _: &[u8; 16], _: u64) -> Result<(), String> {
        Ok(())
    }
}
