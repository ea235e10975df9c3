//! A body in pieces, for `for` loops.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::response::Response;

/// How much is read at once where the caller does not say.
const CHUNK: usize = 64 * 1024;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Pieces of a body.
#[pyclass(frozen, module = "mutls._native")]
pub(crate) struct ByteIterator {
    response: Py<Response>,
    chunk_size: Option<usize>,
    /// Where it is in a content that had been read before.
    at: Mutex<usize>,
}

impl ByteIterator {
    pub(crate) fn new(response: Py<Response>, chunk_size: Option<usize>) -> Self {
        ByteIterator {
            response,
            chunk_size,
            at: Mutex::new(0),
        }
    }
}

#[pymethods]
impl ByteIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let response = self.response.bind(py).get();
        if let Some(content) = response.content.get(py) {
            let content = content.bind(py);
            let all = content.as_bytes();
            let mut at = lock(&self.at);
            let end = self
                .chunk_size
                .map_or(all.len(), |size| at.saturating_add(size).min(all.len()));
            let piece = all.get(*at..end).unwrap_or_default();
            *at = end;
            return Ok((!piece.is_empty()).then(|| PyBytes::new(py, piece)));
        }
        match response.next(
            py,
            self.chunk_size.unwrap_or(CHUNK),
            self.chunk_size.is_some(),
        )? {
            Some(piece) => Ok(Some(piece)),
            None => {
                response.close(py);
                Ok(None)
            }
        }
    }
}

/// Lines of a body.
#[pyclass(frozen, module = "mutls._native")]
pub(crate) struct LineIterator {
    response: Py<Response>,
    /// What has been read and not been given out, and whether that is the end.
    left: Mutex<(Vec<u8>, bool)>,
}

#[pymethods]
impl LineIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyString>>> {
        let response = self.response.bind(py).get();
        loop {
            if let Some(line) = self.line() {
                return response.decode(&PyBytes::new(py, &line)).map(Some);
            }
            if lock(&self.left).1 {
                return Ok(None);
            }
            let piece = match response.content.get(py) {
                Some(content) => {
                    let mut left = lock(&self.left);
                    left.0 = content.bind(py).as_bytes().to_vec();
                    left.1 = true;
                    continue;
                }
                None => response.next(py, CHUNK, false)?,
            };
            let mut left = lock(&self.left);
            match piece {
                Some(piece) => left.0.extend_from_slice(piece.as_bytes()),
                None => left.1 = true,
            }
        }
    }
}

impl LineIterator {
    pub(crate) fn new(response: Py<Response>) -> Self {
        LineIterator {
            response,
            left: Mutex::new((Vec::new(), false)),
        }
    }

    /// The next complete line; at the end of the body what is left is one.
    fn line(&self) -> Option<Vec<u8>> {
        let mut left = lock(&self.left);
        let (bytes, ended) = &mut *left;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let mut line: Vec<u8> = match end {
            Some(end) => bytes.drain(..=end).collect(),
            None if *ended && !bytes.is_empty() => std::mem::take(bytes),
            None => return None,
        };
        if line.last() == Some(&b'\n') {
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        Some(line)
    }
}
