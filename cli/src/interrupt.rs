//! Ctrl-C: the call is cancelled, the peer sees the connection close, and no half file stays.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use mutls::CancelToken;

/// How long a cancelled call may take to unwind before the process ends all the same: it may be
/// blocked where no token reaches, such as on our own standard input.
const GRACE: Duration = Duration::from_millis(1_000);

/// The exit code of a command that a signal ended.
const INTERRUPTED: i32 = 130;

static TOKEN: OnceLock<CancelToken> = OnceLock::new();
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The token that Ctrl-C, SIGTERM and SIGHUP cancel.
pub(crate) fn token() -> CancelToken {
    let token = TOKEN.get_or_init(CancelToken::new).clone();
    let cancelled = token.clone();
    // It fails when a handler is there already, which is this one.
    let _ = ctrlc::set_handler(move || {
        cancelled.cancel();
        std::thread::sleep(GRACE);
        remove_unfinished();
        std::process::exit(INTERRUPTED);
    });
    token
}

/// Remembers a file that must not outlive an interrupted download; `None` once it is complete.
pub(crate) fn unfinished(path: Option<PathBuf>) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = path;
}

fn remove_unfinished() {
    let path = UNFINISHED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(path) = path {
        let _ = std::fs::remove_file(path);
    }
}
