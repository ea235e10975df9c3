//! What core logs, told to `logging` under the name `mutls`, and the events that a program asked for.
//!
//! A thread of core's must not enter the interpreter to log (it may hold a lock that somebody waits for with the
//! interpreter in hand), so that lines wait until a call returns to Python.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::prelude::*;

use crate::events::{self, Hook};
use crate::imports::Import;

static GET_LOGGER: Import = Import::new("logging", "getLogger");

/// Lines beyond this are dropped, oldest first.
const KEPT: usize = 1000;

/// How long a change of the logger's level may go unnoticed.
const LOOK: Duration = Duration::from_secs(1);

static WAITING: AtomicBool = AtomicBool::new(false);
static LINES: Mutex<VecDeque<Line>> = Mutex::new(VecDeque::new());
static LOOKED: Mutex<Option<Instant>> = Mutex::new(None);

enum Line {
    Log(Level, String),
    Event(Weak<Hook>, String),
}

struct Forwarder;

impl Log for Forwarder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mutls")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        keep(Line::Log(record.level(), record.args().to_string()));
    }

    fn flush(&self) {}
}

fn keep(line: Line) {
    let mut lines = lock(&LINES);
    if lines.len() == KEPT {
        lines.pop_front();
    }
    lines.push_back(line);
    WAITING.store(true, Ordering::Release);
}

/// Keeps an event for a hook until a call returns to Python.
pub(crate) fn wait(hook: Weak<Hook>, json: String) {
    keep(Line::Event(hook, json));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn install() {
    static FORWARDER: Forwarder = Forwarder;
    // Another extension that brought its own copy of `log` has its own logger.
    if log::set_logger(&FORWARDER).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

/// Takes over the level of Python's logger, now and then.
pub(crate) fn look(py: Python<'_>) -> PyResult<()> {
    {
        let mut looked = lock(&LOOKED);
        if looked.is_some_and(|last| last.elapsed() < LOOK) {
            return Ok(());
        }
        *looked = Some(Instant::now());
    }
    // Nobody has configured logging that nobody has imported.
    if !py.import("sys")?.getattr("modules")?.contains("logging")? {
        return Ok(());
    }
    let level: u32 = logger(py)?.call_method0("getEffectiveLevel")?.extract()?;
    log::set_max_level(match level {
        0..=9 => LevelFilter::Trace,
        10..=19 => LevelFilter::Debug,
        20..=29 => LevelFilter::Info,
        30..=39 => LevelFilter::Warn,
        40..=50 => LevelFilter::Error,
        _ => LevelFilter::Off,
    });
    Ok(())
}

/// Hands over the lines that wait.
pub(crate) fn tell(py: Python<'_>) -> PyResult<()> {
    if !WAITING.load(Ordering::Acquire) {
        return Ok(());
    }
    let lines = {
        let mut lines = lock(&LINES);
        WAITING.store(false, Ordering::Release);
        std::mem::take(&mut *lines)
    };
    for line in lines {
        let (level, line) = match line {
            Line::Log(level, line) => (level, line),
            Line::Event(hook, json) => {
                events::tell(py, &hook, &json)?;
                continue;
            }
        };
        let number = match level {
            Level::Error => 40,
            Level::Warn => 30,
            Level::Info => 20,
            Level::Debug => 10,
            Level::Trace => 5,
        };
        logger(py)?.call_method1("log", (number, "%s", line))?;
    }
    Ok(())
}

fn logger(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    GET_LOGGER.get(py)?.call1(("mutls",))
}
