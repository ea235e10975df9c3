//! `mutls._native.run_tool`: core's tools, which the package gives names and types.

use mutls::Attachments;
use mutls::tools::{Stop, run_until};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::ending;
use crate::errors::OrRaise;
use crate::signals::{self, Raised};

/// Runs a tool; gives its report as JSON, and what it made by name.
#[pyfunction]
pub(crate) fn run_tool<'py>(
    py: Python<'py>,
    tool: &str,
    document: &str,
    attachments: &Bound<'py, PyDict>,
) -> PyResult<(String, Bound<'py, PyDict>)> {
    ending::call(py, || {
        let mut attached = Attachments::default();
        for (name, value) in attachments.iter() {
            let name: String = name.extract()?;
            attached.set(name, value.cast::<PyBytes>()?.as_bytes());
        }
        let raised = Raised::default();
        let stop = Stop {
            interrupt: signals::hook(py, &raised)?,
            ..Stop::default()
        };
        let outcome = ending::outside(py, || run_until(tool, document, &attached, &stop));
        if let Some(exception) = raised.take() {
            return Err(exception);
        }
        let output = outcome.or_raise(py)?;
        let parts = PyDict::new(py);
        for name in output.names() {
            let bytes = output.part(name).unwrap_or_default();
            parts.set_item(name, PyBytes::new(py, bytes))?;
        }
        Ok((output.json.to_string(), parts))
    })
}
