//! Request bodies that Python produces while they are sent.

use std::io::{self, Read};

use mutls::{Body, Multipart};
use pyo3::exceptions::{PyException, PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyIterator, PyMemoryView, PyString, PyTuple};

use crate::asyncio::Sender;
use crate::ending;
use crate::errors::OrRaise;
use crate::request::pairs;
use crate::signals::Raised;

/// What `content=` or `data=` holds, where it is no form.
pub(crate) fn body(
    content: &Bound<'_, PyAny>,
    length: Option<u64>,
    raised: &Raised,
) -> PyResult<Body> {
    if let Some(bytes) = in_memory(content)? {
        return Ok(Body::from(bytes));
    }
    if let Ok(sender) = content.cast::<Sender>() {
        return sender
            .get()
            .take()
            .ok_or_else(|| PyTypeError::new_err("the body has been sent already"));
    }
    if content.hasattr("read")? {
        let length = match length {
            Some(length) => Some(length),
            None => size(content),
        };
        return Ok(Body::stream(file(content, raised), length));
    }
    match content.try_iter() {
        Ok(iterator) => {
            let reader = PyReader::new(Source::Iterator(iterator.unbind()), raised);
            Ok(Body::stream(reader, length))
        }
        Err(_) => Err(PyTypeError::new_err(format!(
            "a body is bytes, str, a binary file or an iterable of bytes, not {}",
            content.get_type().name()?
        ))),
    }
}

/// The bytes of what lies in memory; text is sent as UTF-8.
pub(crate) fn in_memory(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(text.to_cow()?.as_bytes().to_vec()));
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        return Ok(Some(bytes.to_vec()));
    }
    if value.is_instance_of::<PyMemoryView>() {
        let bytes = value.call_method0("tobytes")?;
        return Ok(Some(bytes.cast::<PyBytes>()?.as_bytes().to_vec()));
    }
    Ok(None)
}

fn file(object: &Bound<'_, PyAny>, raised: &Raised) -> PyReader {
    PyReader::new(Source::File(object.clone().unbind()), raised)
}

/// How much of a file is left, where it can say so.
fn size(file: &Bound<'_, PyAny>) -> Option<u64> {
    let here: u64 = file.call_method0("tell").ok()?.extract().ok()?;
    let end: u64 = file.call_method1("seek", (0, 2)).ok()?.extract().ok()?;
    file.call_method1("seek", (here, 0)).ok()?;
    end.checked_sub(here)
}

/// A form with files, as `requests` and `httpx` take them: the name, then the file, or a tuple of file name,
/// file and, if given, content type.
pub(crate) fn multipart(
    data: Option<&Bound<'_, PyAny>>,
    files: &Bound<'_, PyAny>,
    raised: &Raised,
) -> PyResult<Multipart> {
    let py = files.py();
    let mut form = Multipart::new().or_raise(py)?;
    if let Some(data) = data {
        for (name, value) in pairs(data, "data")? {
            let content = value.into_bytes();
            form.add(&name, None, None, content).or_raise(py)?;
        }
    }
    for (name, file) in named(files)? {
        let name: String = name.extract()?;
        add_file(&mut form, &name, &file, raised)?;
    }
    Ok(form)
}

type Named<'py> = Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>;

/// The pairs of a mapping or of an iterable of pairs.
pub(crate) fn named<'py>(value: &Bound<'py, PyAny>) -> PyResult<Named<'py>> {
    if let Ok(dict) = value.cast::<PyDict>() {
        return Ok(dict.iter().collect());
    }
    let items = match value.hasattr("items")? {
        true => value.call_method0("items")?,
        false => value.clone(),
    };
    items.try_iter()?.map(|item| item?.extract()).collect()
}

fn add_file(
    form: &mut Multipart,
    name: &str,
    file: &Bound<'_, PyAny>,
    raised: &Raised,
) -> PyResult<()> {
    let py = file.py();
    let (file_name, content, content_type) = match file.cast::<PyTuple>() {
        Ok(tuple) => match tuple.len() {
            2 => (Some(tuple.get_item(0)?), tuple.get_item(1)?, None),
            3 => (
                Some(tuple.get_item(0)?),
                tuple.get_item(1)?,
                Some(tuple.get_item(2)?.extract::<String>()?),
            ),
            _ => {
                return Err(PyTypeError::new_err(
                    "a file is (file name, file) or (file name, file, content type)",
                ));
            }
        },
        Err(_) => (None, file.clone(), None),
    };
    let file_name = match file_name {
        Some(given) if given.is_none() => None,
        Some(given) => Some(given.extract::<String>()?),
        None => Some(name_of(&content).unwrap_or_else(|| name.to_owned())),
    };
    if let Some(bytes) = in_memory(&content)? {
        return form
            .add(name, file_name.as_deref(), content_type.as_deref(), bytes)
            .or_raise(py);
    }
    if !content.hasattr("read")? {
        return Err(PyTypeError::new_err(
            "a file is bytes, str or a binary file",
        ));
    }
    let length = size(&content);
    let reader = self::file(&content, raised);
    form.add_stream(
        name,
        file_name.as_deref(),
        content_type.as_deref(),
        reader,
        length,
    )
    .or_raise(py)
}

/// The last part of an open file's path.
fn name_of(file: &Bound<'_, PyAny>) -> Option<String> {
    let path: String = file.getattr("name").ok()?.extract().ok()?;
    path.rsplit(['/', '\\']).next().map(str::to_owned)
}

enum Source {
    File(Py<PyAny>),
    Iterator(Py<PyIterator>),
}

/// Enters the interpreter for each piece; what Python raises is kept, to be raised again.
struct PyReader {
    source: Source,
    raised: Raised,
    left: Vec<u8>,
    at: usize,
}

impl PyReader {
    fn new(source: Source, raised: &Raised) -> Self {
        PyReader {
            source,
            raised: raised.clone(),
            left: Vec::new(),
            at: 0,
        }
    }

    /// The next piece; `None` at the end.
    fn next(&self, py: Python<'_>, room: usize) -> PyResult<Option<Vec<u8>>> {
        let piece = match &self.source {
            Source::File(file) => file.bind(py).call_method1("read", (room,))?,
            Source::Iterator(iterator) => match iterator.bind(py).clone().next() {
                Some(piece) => piece?,
                None => return Ok(None),
            },
        };
        if piece.is_instance_of::<PyString>() {
            let what = match self.source {
                Source::File(_) => "the file gives text: open it in binary mode",
                Source::Iterator(_) => "the body's iterator gives text: encode it",
            };
            return Err(PyTypeError::new_err(what));
        }
        match in_memory(&piece)? {
            Some(bytes) if bytes.is_empty() && matches!(self.source, Source::File(_)) => Ok(None),
            Some(bytes) => Ok(Some(bytes)),
            None => Err(PyTypeError::new_err(format!(
                "the body's source gives {}, not bytes",
                piece.get_type().name()?
            ))),
        }
    }
}

impl Read for PyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while self.at >= self.left.len() {
            // A file of many small reads would enter the interpreter for each.
            let room = buffer.len().max(64 * 1024);
            let next = ending::enter(|py| self.next(py, room))
                .unwrap_or_else(|| Err(PyRuntimeError::new_err("the interpreter has ended")));
            match next {
                Ok(Some(bytes)) => (self.left, self.at) = (bytes, 0),
                Ok(None) => return Ok(0),
                Err(error) => {
                    self.raised.set(error);
                    return Err(io::Error::other("Python raised an exception"));
                }
            }
        }
        let rest = self.left.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}

/// Whether an exception has to reach the caller as it is, and not as the cause of another.
pub(crate) fn is_fatal(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<PyException>(py)
}
