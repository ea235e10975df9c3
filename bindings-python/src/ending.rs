//! The end of the interpreter, while daemon threads and workers are still in calls.
//!
//! CPython up to 3.13 ends a thread that wants the interpreter back by unwinding its stack, which Rust's frames do not
//! allow. So a thread that waits without the interpreter is held for ever once the end has begun, and a thread that has
//! it, or is about to take it, is waited for until its call has returned to Python or waits again.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// How long the interpreter's end waits for code of the caller's to return.
const PATIENCE: Duration = Duration::from_secs(2);

/// Set before `INSIDE` is read, and read after `INSIDE` was raised: either the end sees the thread, or the thread the end.
static ENDING: AtomicBool = AtomicBool::new(false);
/// How many threads are within calls and have the interpreter, or are about to take it.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// How many calls of this thread are nested, through code of the caller's.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// This thread ends the interpreter: what else runs at exit may call.
    static LAST: Cell<bool> = const { Cell::new(false) };
}

fn park() -> ! {
    loop {
        std::thread::park();
    }
}

fn is_over() -> bool {
    ENDING.load(Ordering::SeqCst) && !LAST.get()
}

/// A thread that counts as inside.
struct Visit;

impl Visit {
    /// `None` where the interpreter's end has begun.
    fn begin() -> Option<Visit> {
        let depth = DEPTH.get();
        DEPTH.set(depth + 1);
        if depth == 0 {
            INSIDE.fetch_add(1, Ordering::SeqCst);
        }
        let visit = Visit;
        (depth > 0 || !is_over()).then_some(visit)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        DEPTH.set(depth);
        if depth == 0 {
            INSIDE.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A thread of a call that is out of the interpreter; when it is dropped the thread is about to come back.
struct Outing {
    depth: usize,
}

impl Outing {
    fn begin() -> Outing {
        let depth = DEPTH.replace(0);
        INSIDE.fetch_sub(1, Ordering::SeqCst);
        Outing { depth }
    }
}

impl Drop for Outing {
    fn drop(&mut self) {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        if is_over() {
            INSIDE.fetch_sub(1, Ordering::SeqCst);
            park();
        }
        DEPTH.set(self.depth);
    }
}

/// Holds a thread whose stack is unwound although nothing has panicked: the end was out of patience with it.
struct Hold;

impl Drop for Hold {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            park();
        }
    }
}

fn held<T>(act: impl FnOnce() -> T) -> T {
    let hold = Hold;
    let value = act();
    std::mem::forget(hold);
    value
}

/// Runs what a call from Python does with the interpreter in hand, code of the caller's included.
pub(crate) fn call<T>(py: Python<'_>, act: impl FnOnce() -> T) -> T {
    let Some(_visit) = Visit::begin() else {
        py.detach(|| park())
    };
    held(act)
}

/// Waits without the interpreter.
pub(crate) fn outside<T: Send>(py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
    call(py, || {
        py.detach(|| {
            let _outing = Outing::begin();
            wait()
        })
    })
}

/// Enters the interpreter on a thread that is outside or of core's; `None` once it has ended.
pub(crate) fn enter<T>(act: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let Some(_visit) = Visit::begin() else { park() };
    Python::try_attach(|py| held(|| act(py)))
}

#[pyfunction]
fn _at_exit(py: Python<'_>) {
    LAST.set(true);
    ENDING.store(true, Ordering::SeqCst);
    let own = usize::from(DEPTH.get() > 0);
    py.detach(|| {
        let begun = Instant::now();
        while INSIDE.load(Ordering::SeqCst) > own && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

/// In a forked child, where no other thread lives on.
pub(crate) fn forget_others() {
    INSIDE.store(usize::from(DEPTH.get() > 0), Ordering::SeqCst);
}

pub(crate) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let at_exit = wrap_pyfunction!(_at_exit, module)?;
    let register = module.py().import("atexit")?.getattr("register")?;
    register.call1((at_exit,))?;
    Ok(())
}
