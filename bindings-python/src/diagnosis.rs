//! Why calls fail; the words come from core.

use mutls::{Diagnosis, Request};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::configured;
use crate::ending;
use crate::request::{Prepared, prepare};
use crate::signals;

/// JSON, text and page.
pub(crate) type Found = (String, String, String);

/// Walks the way of a call whose client may be one that cannot be made.
#[pyfunction]
#[pyo3(signature = (document, attachments, url, probe, /, **options))]
pub(crate) fn diagnose(
    py: Python<'_>,
    document: &str,
    attachments: &Bound<'_, PyDict>,
    url: &str,
    probe: bool,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Found> {
    let (config, attached) = configured(py, document, attachments)?;
    examine(py, url, options, |request| {
        mutls::diagnose(config, &attached, request, probe)
    })
}

/// Lets core look, while other threads run and signals are heard.
pub(crate) fn examine(
    py: Python<'_>,
    url: &str,
    options: Option<&Bound<'_, PyDict>>,
    look: impl FnOnce(Request) -> Diagnosis + Send,
) -> PyResult<Found> {
    ending::call(py, || {
        let Prepared {
            mut request,
            raised,
            ..
        } = prepare(py, "GET", url, options)?;
        if let Some(hook) = signals::hook(py, &raised)? {
            request.set_interrupt_hook(hook);
        }
        let found = ending::outside(py, || {
            let diagnosis = look(request);
            (
                diagnosis.to_json().to_string(),
                diagnosis.to_string(),
                diagnosis.to_html(),
            )
        });
        match raised.take() {
            Some(exception) => Err(exception),
            None => Ok(found),
        }
    })
}
