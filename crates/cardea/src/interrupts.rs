//! Ctrl-C.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::exit::Exit;

/// Ends the process when it is interrupted, but not while a file is being replaced.
#[derive(Debug, Default)]
pub(crate) struct Interrupts {
    writing: Arc<Mutex<()>>,
}

/// The terminal as it was. Whoever is interrupted while they type a secret would be left without an echo: the
/// process ends before whoever has switched it off switches it on.
#[derive(Debug)]
struct Terminal {
    #[cfg(unix)]
    modes: Option<rustix::termios::Termios>,
}

impl Terminal {
    fn now() -> Self {
        Self {
            #[cfg(unix)]
            modes: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    #[cfg_attr(not(unix), expect(clippy::unused_self, reason = "there is nothing to restore"))]
    fn restore(&self) {
        #[cfg(unix)]
        if let Some(modes) = &self.modes {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(std::io::stdin(), now, modes);
        }
    }
}

impl Interrupts {
    /// Watches for interrupts from now on. Where the system offers no way to watch, an interrupt
    /// ends the process at once; files are replaced by renaming, so that none is half-written even
    /// then.
    pub(crate) fn watch() -> Self {
        let interrupts = Self::default();
        let writing = Arc::clone(&interrupts.writing);
        let terminal = Terminal::now();
        drop(ctrlc::set_handler(move || {
            let _last = writing.lock().unwrap_or_else(PoisonError::into_inner);
            terminal.restore();
            std::process::exit(Exit::Interrupted.code().into());
        }));
        interrupts
    }

    /// Makes interrupts wait until the guard is dropped.
    pub(crate) fn held_back(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
