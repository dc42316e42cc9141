//! Ctrl-C.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::exit::Exit;

/// Ends the process when it is interrupted, but not while a file is being replaced.
#[derive(Debug, Default)]
pub(crate) struct Interrupts {
    writing: Arc<Mutex<()>>,
}

impl Interrupts {
    /// Watches for interrupts from now on. Where the system offers no way to watch, an interrupt
    /// ends the process at once; files are replaced by renaming, so that none is half-written even
    /// then.
    pub(crate) fn watch() -> Self {
        let interrupts = Self::default();
        let writing = Arc::clone(&interrupts.writing);
        drop(ctrlc::set_handler(move || {
            let _last = writing.lock().unwrap_or_else(PoisonError::into_inner);
            std::process::exit(Exit::Interrupted.code().into());
        }));
        interrupts
    }

    /// Makes interrupts wait until the guard is dropped.
    pub(crate) fn held_back(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
