//! `mutls.Headers`: the headers of an answer.

use mutls::HeaderMap;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList, PyString};

/// Headers by case-insensitive name; of repeated ones all are kept.
#[pyclass(frozen, mapping, module = "mutls")]
pub(crate) struct Headers(pub(crate) HeaderMap);

/// Each byte is one character, as Latin-1 says: nothing is lost.
pub(crate) fn latin1<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => PyString::new(py, text),
        _ => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            PyString::new(py, &text)
        }
    }
}

impl Headers {
    fn joined<'py>(&self, py: Python<'py>, name: &str) -> Option<Bound<'py, PyString>> {
        let mut values = self.0.get_all(name).iter();
        let first = values.next()?;
        let mut all = first.as_bytes().to_vec();
        for value in values {
            all.extend_from_slice(b", ");
            all.extend_from_slice(value.as_bytes());
        }
        Some(latin1(py, &all))
    }
}

#[pymethods]
impl Headers {
    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyString>> {
        self.joined(py, name)
            .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<std::borrow::Cow<'_, str>>()
            .is_ok_and(|name| self.0.contains_key(&*name))
    }

    fn __len__(&self) -> usize {
        self.0.keys_len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.keys(py)?.try_iter()
    }

    /// The value of a header, repeated ones joined by a comma; `default` where there is none.
    #[pyo3(signature = (name, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> Option<Bound<'py, PyAny>> {
        match self.joined(py, name) {
            Some(value) => Some(value.into_any()),
            None => default,
        }
    }

    /// Every value of a header, in order.
    fn get_all<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let values = self.0.get_all(name).iter();
        PyList::new(
            py,
            values
                .map(|value| latin1(py, value.as_bytes()))
                .collect::<Vec<_>>(),
        )
    }

    /// The names, each once, in lower case.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(
            py,
            self.0.keys().map(|name| name.as_str()).collect::<Vec<_>>(),
        )
    }

    /// The values, repeated headers joined.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.0.keys();
        PyList::new(
            py,
            names
                .filter_map(|name| self.joined(py, name.as_str()))
                .collect::<Vec<_>>(),
        )
    }

    /// Names and values, repeated headers joined.
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.0.keys();
        PyList::new(
            py,
            names
                .filter_map(|name| Some((name.as_str(), self.joined(py, name.as_str())?)))
                .collect::<Vec<_>>(),
        )
    }

    /// Names and values, one pair for each header line.
    fn multi_items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(
            py,
            self.0
                .iter()
                .map(|(name, value)| (name.as_str(), latin1(py, value.as_bytes())))
                .collect::<Vec<_>>(),
        )
    }

    /// Names and values as bytes, one pair for each header line.
    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(
            py,
            self.0
                .iter()
                .map(|(name, value)| {
                    let name = PyBytes::new(py, name.as_str().as_bytes());
                    (name, PyBytes::new(py, value.as_bytes()))
                })
                .collect::<Vec<_>>(),
        )
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Headers({})", self.items(py)?.repr()?))
    }
}
