//! Ctrl-C during a blocking call: Python's signal handlers only run where the interpreter is entered.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mutls::InterruptHook;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::imports::Import;

/// How often a waiting call enters the interpreter.
const EVERY: Duration = Duration::from_millis(50);

static CURRENT: Import = Import::new("threading", "current_thread");
static MAIN: Import = Import::new("threading", "main_thread");

/// A fork makes the thread that forked the main one.
static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether this thread is the main one, as found after so many forks.
    static IS_MAIN: Cell<Option<(u64, bool)>> = const { Cell::new(None) };
}

/// What a signal handler raised while a call waited.
#[derive(Clone, Default)]
pub(crate) struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    pub(crate) fn take(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn set(&self, raised: PyErr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(raised);
    }
}

/// The hook for a call of this thread. Python runs handlers on the main thread only, so that other
/// threads need none and never wake up for it.
pub(crate) fn hook(py: Python<'_>, raised: &Raised) -> PyResult<Option<InterruptHook>> {
    if !is_main(py)? {
        return Ok(None);
    }
    let raised = raised.clone();
    let asked = Mutex::new(Instant::now());
    Ok(Some(Arc::new(move || {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.elapsed() < EVERY {
            return false;
        }
        *asked = Instant::now();
        let outcome = Python::try_attach(|py| py.check_signals());
        match outcome {
            Some(Err(error)) => {
                raised.set(error);
                true
            }
            _ => false,
        }
    })))
}

fn is_main(py: Python<'_>) -> PyResult<bool> {
    let forks = FORKS.load(Ordering::Relaxed);
    if let Some((known, is_main)) = IS_MAIN.get()
        && known == forks
    {
        return Ok(is_main);
    }
    let is_main = CURRENT.get(py)?.call0()?.is(MAIN.get(py)?.call0()?);
    IS_MAIN.set(Some((forks, is_main)));
    Ok(is_main)
}

#[pyfunction]
fn _after_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    crate::ending::forget_others();
}

pub(crate) fn watch_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let os = module.py().import("os")?;
    if let Ok(register) = os.getattr("register_at_fork") {
        let hooks = PyDict::new(module.py());
        hooks.set_item("after_in_child", wrap_pyfunction!(_after_fork, module)?)?;
        register.call((), Some(&hooks))?;
    }
    Ok(())
}
