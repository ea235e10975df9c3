//! Counts forks, so that a child never touches a connection, a lock or a thread of its parent.

use std::sync::atomic::{AtomicU64, Ordering};

static FORKS: AtomicU64 = AtomicU64::new(0);

/// The process that something was made in, counted in forks: getpid would be a syscall for each question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    /// This process. Forks are counted from the first time on.
    pub fn current() -> Epoch {
        watch();
        Epoch(FORKS.load(Ordering::Relaxed))
    }

    /// Whether what was made then came here through a fork: its locks may be held by threads that do not
    /// exist in this process, and its sockets are the parent's. It must be neither used nor dropped.
    pub fn is_past(self) -> bool {
        self.0 != FORKS.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn watch() {
    static WATCHING: std::sync::Once = std::sync::Once::new();

    extern "C" fn in_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }

    WATCHING.call_once(|| {
        // SAFETY: the handler is a plain function that lives as long as the library (which is linked
        // nodelete), and does one atomic addition, which is async-signal-safe.
        let failed = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        if failed != 0 {
            log::warn!("forks cannot be watched: do not use a client in a forked child");
        }
    });
}

#[cfg(not(unix))]
fn watch() {}
