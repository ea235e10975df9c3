//! `mutls.CancelToken`.

use pyo3::prelude::*;

/// Cancels the calls that it was given to, from any thread.
#[pyclass(frozen, module = "mutls")]
#[derive(Default)]
pub(crate) struct CancelToken(pub(crate) mutls::CancelToken);

#[pymethods]
impl CancelToken {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Cancels every call that carries this token, now and later.
    fn cancel(&self, py: Python<'_>) {
        crate::ending::outside(py, || self.0.cancel());
    }

    /// Whether `cancel` was called.
    #[getter]
    fn cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    fn __repr__(&self) -> String {
        let cancelled = if self.cancelled() { "True" } else { "False" };
        format!("<mutls.CancelToken cancelled={cancelled}>")
    }
}
