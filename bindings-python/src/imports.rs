//! What is looked up in Python once and kept.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// An attribute of a module that is looked up the first time it is needed.
pub(crate) struct Import {
    module: &'static str,
    attribute: &'static str,
    found: PyOnceLock<Py<PyAny>>,
}

impl Import {
    pub(crate) const fn new(module: &'static str, attribute: &'static str) -> Self {
        Import {
            module,
            attribute,
            found: PyOnceLock::new(),
        }
    }

    pub(crate) fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let found = self.found.get_or_try_init(py, || {
            let attribute = py.import(self.module)?.getattr(self.attribute)?;
            PyResult::Ok(attribute.unbind())
        })?;
        Ok(found.bind(py))
    }
}
