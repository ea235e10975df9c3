//! `on_event`: a function of Python's that is told what happens to a client.
//!
//! As with log lines, events wait until a call returns to Python: see [`crate::logging`].

use std::sync::{Arc, Mutex, PoisonError, Weak};

use mutls::Observer;
use pyo3::exceptions::PyException;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::imports::Import;
use crate::logging;

static TELL: Import = Import::new("mutls._events", "_tell");

/// The function, owned by the client alone: whatever waits for it does not keep either alive.
pub(crate) struct Hook(Mutex<Option<Py<PyAny>>>);

impl Hook {
    pub(crate) fn new(function: Py<PyAny>) -> Arc<Hook> {
        Arc::new(Hook(Mutex::new(Some(function))))
    }

    pub(crate) fn observer(self: &Arc<Self>) -> Observer {
        let hook = Arc::downgrade(self);
        Arc::new(move |event| logging::wait(hook.clone(), event.to_json().to_string()))
    }

    /// A function that refers to its client is garbage together with it.
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.0.try_lock() {
            Ok(function) => function.as_ref().map_or(Ok(()), |one| visit.call(one)),
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn clear(&self) {
        let function = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(function);
    }
}

/// Calls the function of a client that is still there. What it raises goes where Python reports what nobody can catch.
pub(crate) fn tell(py: Python<'_>, hook: &Weak<Hook>, json: &str) -> PyResult<()> {
    let Some(hook) = hook.upgrade() else {
        return Ok(());
    };
    let function = {
        let held = hook.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(|function| function.clone_ref(py))
    };
    let Some(function) = function else {
        return Ok(());
    };
    match TELL.get(py)?.call1((&function, json)) {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, Some(function.bind(py)));
            Ok(())
        }
        // Ctrl-C and the like are meant for the program.
        outcome => outcome.map(drop),
    }
}
