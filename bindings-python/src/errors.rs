//! Core's errors as the exceptions of `mutls._errors`, which is generated from the catalogue.

use mutls::MtlsError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::imports::Import;

static MAKE: Import = Import::new("mutls._errors", "_make");

/// The exception for an error of core's.
pub(crate) fn exception(py: Python<'_>, error: &MtlsError) -> PyErr {
    match make(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(problem) => problem,
    }
}

fn make<'py>(py: Python<'py>, error: &MtlsError) -> PyResult<Bound<'py, PyAny>> {
    let facts = PyDict::new(py);
    facts.set_item("code", error.code().name())?;
    facts.set_item("number", error.code().number())?;
    facts.set_item("phase", error.phase().name())?;
    facts.set_item("origin", error.origin().name())?;
    facts.set_item("hint", error.hint())?;
    facts.set_item("not_processed", error.not_processed())?;
    facts.set_item("transient", error.transient())?;
    facts.set_item("causes", PyList::new(py, error.causes())?)?;
    if let Some(alert) = error.tls_alert() {
        facts.set_item(
            "tls_alert",
            (alert.number, alert.name.as_str(), alert.received),
        )?;
    }
    if let Some(report) = error.report() {
        facts.set_item("report", report.to_json().to_string())?;
    }
    let message = PyString::new(py, error.message());
    MAKE.get(py)?
        .call((error.family().name(), message), Some(&facts))
}

/// `?` on core's results where the interpreter is attached.
pub(crate) trait OrRaise<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for mutls::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error))
    }
}

/// A refusal of an option, as core words it.
pub(crate) fn bad_option(py: Python<'_>, message: impl Into<String>, hint: &str) -> PyErr {
    let error = MtlsError::config(mutls::Code::BadOption, message).with_hint(hint);
    exception(py, &error)
}
