//! `mutls.Response`: a head that has arrived, and a body that streams.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use mutls::{HandshakeReport, HeaderMap, MtlsError, Workers};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::asyncio::{Bridge, Got, Wanted};
use crate::body::is_fatal;
use crate::ending;
use crate::errors::{OrRaise, exception};
use crate::headers::Headers;
use crate::imports::Import;
use crate::pieces::{ByteIterator, LineIterator};
use crate::signals::Raised;
use crate::text::{charset, decode};

static LOADS: Import = Import::new("json", "loads");
static REPORT: Import = Import::new("mutls._handshake", "_report");
static STATUS_ERROR: Import = Import::new("mutls._status", "StatusError");
static REASON: Import = Import::new("mutls._status", "_reason");

/// How much of a body of unknown length is read at once.
const UNKNOWN: u64 = 64 * 1024;

/// The part of an answer that worker threads read.
pub(crate) struct Stream {
    /// `None` once it is closed.
    body: Mutex<Option<mutls::Response>>,
    closed: AtomicBool,
}

impl Stream {
    /// Reads; `None` if it is closed.
    fn act<T>(&self, act: impl FnOnce(&mut mutls::Response) -> T) -> Option<T> {
        let outcome = lock(&self.body).as_mut().map(act);
        // Whoever closed it meanwhile has left that to us.
        if self.closed.load(Ordering::SeqCst) {
            *lock(&self.body) = None;
        }
        outcome
    }

    /// Closes it; somebody who is reading gets an error.
    fn close(&self, cancel: &mutls::CancelToken) {
        self.closed.store(true, Ordering::SeqCst);
        match self.body.try_lock() {
            Ok(mut body) => *body = None,
            Err(TryLockError::Poisoned(body)) => *body.into_inner() = None,
            Err(TryLockError::WouldBlock) => cancel.cancel(),
        }
    }
}

/// Where the body of an answer to an asynchronous call is read, and who waits for it.
pub(crate) struct Home {
    pub(crate) bridge: Py<Bridge>,
    pub(crate) workers: Arc<Workers>,
}

/// An answer. An error status is an answer too.
#[pyclass(frozen, weakref, module = "mutls")]
pub(crate) struct Response {
    status: u16,
    minor: u8,
    url: String,
    reused: bool,
    length: Option<u64>,
    report: Arc<HandshakeReport>,
    head: Mutex<HeaderMap>,
    headers: PyOnceLock<Py<Headers>>,
    stream: Arc<Stream>,
    pub(crate) content: PyOnceLock<Py<PyBytes>>,
    pub(crate) cancel: mutls::CancelToken,
    raised: Raised,
    /// For an answer to an asynchronous call.
    home: Option<Home>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Response {
    pub(crate) fn new(
        py: Python<'_>,
        mut inner: mutls::Response,
        content: Option<Vec<u8>>,
        cancel: mutls::CancelToken,
        raised: Raised,
        home: Option<Home>,
    ) -> Self {
        let cell = PyOnceLock::new();
        if let Some(content) = &content {
            let _ = cell.set(py, PyBytes::new(py, content).unbind());
        }
        Response {
            status: inner.status(),
            minor: inner.http_minor_version(),
            url: inner.url().to_owned(),
            reused: inner.connection_reused(),
            length: inner.content_length(),
            report: inner.handshake().clone(),
            head: Mutex::new(inner.take_headers()),
            headers: PyOnceLock::new(),
            stream: Arc::new(Stream {
                body: Mutex::new(content.is_none().then_some(inner)),
                closed: AtomicBool::new(false),
            }),
            content: cell,
            cancel,
            raised,
            home,
        }
    }

    /// What a failed wait raises: what a signal handler or the caller's own code raised comes first.
    pub(crate) fn failure(py: Python<'_>, error: &MtlsError, raised: &Raised) -> PyErr {
        let Some(raised) = raised.take() else {
            return exception(py, error);
        };
        if is_fatal(py, &raised) || error.code() == mutls::Code::Cancelled {
            return raised;
        }
        let outer = exception(py, error);
        outer.set_cause(py, Some(raised));
        outer
    }

    /// Waits without the interpreter.
    fn wait<T: Send>(
        &self,
        py: Python<'_>,
        act: impl Send + FnOnce(&mut mutls::Response) -> mutls::Result<T>,
    ) -> PyResult<Option<T>> {
        if self.home.is_some() {
            return Err(PyRuntimeError::new_err(
                "this answer came to an asynchronous call: await aread(), or iterate with aiter_bytes()",
            ));
        }
        ending::call(py, || {
            let outcome = ending::outside(py, || self.stream.act(act));
            crate::logging::tell(py)?;
            match outcome {
                None => Ok(None),
                Some(Ok(value)) => Ok(Some(value)),
                Some(Err(error)) => Err(Self::failure(py, &error, &self.raised)),
            }
        })
    }

    /// Up to `size` bytes; exactly so many where `full`, unless the body ends.
    pub(crate) fn next<'py>(
        &self,
        py: Python<'py>,
        size: usize,
        full: bool,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let read = self.wait(py, |response| read(response, size, full))?;
        match read {
            None => Err(closed()),
            Some(bytes) if bytes.is_empty() => Ok(None),
            Some(bytes) => Ok(Some(PyBytes::new(py, &bytes))),
        }
    }

    pub(crate) fn decode<'py>(
        &self,
        bytes: &Bound<'py, PyBytes>,
    ) -> PyResult<Bound<'py, PyString>> {
        let headers = self.headers(bytes.py())?;
        ending::call(bytes.py(), || decode(bytes, charset(&headers.get().0)))
    }

    fn home(&self) -> PyResult<&Home> {
        self.home.as_ref().ok_or_else(|| {
            PyRuntimeError::new_err(
                "this answer came to a blocking call: use read() or iter_bytes()",
            )
        })
    }
}

fn closed() -> PyErr {
    PyRuntimeError::new_err("the body has been closed before it was read to its end")
}

fn closed_before_its_end() -> MtlsError {
    MtlsError::new(
        mutls::Code::Closed,
        mutls::Phase::Body,
        mutls::Origin::Caller,
        "the body has been closed before it was read to its end",
    )
}

/// Reads on a thread that does not hold the interpreter; nothing is the end.
pub(crate) fn read(
    response: &mut mutls::Response,
    size: usize,
    full: bool,
) -> mutls::Result<Vec<u8>> {
    // Many answers at once are many buffers at once: none is larger than its body.
    let room = match response.content_length() {
        Some(length) => length.saturating_add(1),
        None if full => u64::MAX,
        None => UNKNOWN,
    };
    let size = size.min(usize::try_from(room).unwrap_or(usize::MAX));
    let mut buffer = vec![0; size];
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        let n = response.read(room)?;
        filled += n;
        if n == 0 || !full {
            break;
        }
    }
    buffer.truncate(filled);
    Ok(buffer)
}

#[pymethods]
impl Response {
    /// The status code, such as 200.
    #[getter]
    fn status_code(&self) -> u16 {
        self.status
    }

    /// The usual words for the status, such as `Not Found`; the server's own are not kept.
    #[getter]
    fn reason<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ending::call(py, || REASON.get(py)?.call1((self.status,)))
    }

    /// Whether the status is 200 to 299.
    #[getter]
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status is 400 or more.
    #[getter]
    fn is_error(&self) -> bool {
        self.status >= 400
    }

    /// `HTTP/1.1` or `HTTP/1.0`.
    #[getter]
    fn http_version(&self) -> &'static str {
        if self.minor == 0 {
            "HTTP/1.0"
        } else {
            "HTTP/1.1"
        }
    }

    /// The headers.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, Headers>> {
        let headers = self.headers.get_or_try_init(py, || {
            let head = std::mem::take(&mut *lock(&self.head));
            Py::new(py, Headers(head))
        })?;
        Ok(headers.bind(py))
    }

    /// The URL that answered, after redirects.
    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// The length of the body where the head announces it and it is not decoded on the way.
    #[getter]
    fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Whether the connection had served an earlier request.
    #[getter]
    fn connection_reused(&self) -> bool {
        self.reused
    }

    /// What the connection's handshake showed.
    #[getter]
    fn handshake<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ending::call(py, || {
            REPORT.get(py)?.call1((self.report.to_json().to_string(),))
        })
    }

    /// The whole body; what of it has not come yet is waited for.
    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.read(py)
    }

    /// Reads the whole body, and keeps it as `content`.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        if let Some(content) = self.content.get(py) {
            return Ok(content.bind(py).clone());
        }
        let bytes = self
            .wait(py, |response| response.bytes())?
            .ok_or_else(closed)?;
        self._keep(py, PyBytes::new(py, &bytes))
    }

    /// Keeps what a worker read as `content`.
    fn _keep<'py>(
        &self,
        py: Python<'py>,
        content: Bound<'py, PyBytes>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let _ = self.content.set(py, content.clone().unbind());
        *lock(&self.stream.body) = None;
        Ok(content)
    }

    /// The body as text: in the charset that `Content-Type` names, else UTF-8; what cannot be decoded
    /// becomes U+FFFD.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.decode(&self.read(py)?)
    }

    /// The body as JSON; keyword arguments go to `json.loads`.
    #[pyo3(signature = (**options))]
    fn json<'py>(
        &self,
        py: Python<'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        ending::call(py, || {
            let content = self.read(py)?;
            let loads = LOADS.get(py)?;
            match std::str::from_utf8(content.as_bytes()) {
                // Saves json the guess.
                Ok(text) if !text.starts_with('\u{feff}') => {
                    loads.call((PyString::new(py, text),), options)
                }
                _ => loads.call((content,), options),
            }
        })
    }

    /// Raises `mutls.StatusError` if the status is 400 or more; else gives the answer back.
    fn raise_for_status(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        if slf.get().status < 400 {
            return Ok(slf);
        }
        let error = ending::call(slf.py(), || STATUS_ERROR.get(slf.py())?.call1((&slf,)))?;
        Err(PyErr::from_value(error))
    }

    /// The body in pieces: as they come, or each of `chunk_size` bytes but the last.
    #[pyo3(signature = (chunk_size=None))]
    fn iter_bytes(slf: Bound<'_, Self>, chunk_size: Option<usize>) -> PyResult<ByteIterator> {
        if chunk_size == Some(0) {
            return Err(PyValueError::new_err("chunk_size is 0"));
        }
        Ok(ByteIterator::new(slf.unbind(), chunk_size))
    }

    /// The body line by line, without the line ends.
    fn iter_lines(slf: Bound<'_, Self>) -> LineIterator {
        LineIterator::new(slf.unbind())
    }

    /// Reads up to `size` bytes; nothing is the end.
    fn read_chunk<'py>(&self, py: Python<'py>, size: usize) -> PyResult<Bound<'py, PyBytes>> {
        Ok(self
            .next(py, size.max(1), false)?
            .unwrap_or_else(|| PyBytes::new(py, b"")))
    }

    /// Like `iter_bytes`, for answers to asynchronous calls.
    #[pyo3(signature = (chunk_size=None))]
    fn aiter_bytes<'py>(
        slf: Bound<'py, Self>,
        chunk_size: Option<usize>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static ITERATE: Import = Import::new("mutls._asyncio", "_iter_bytes");
        ITERATE.get(slf.py())?.call1((&slf, chunk_size))
    }

    /// Like `iter_lines`, for answers to asynchronous calls.
    fn aiter_lines(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        static ITERATE: Import = Import::new("mutls._asyncio", "_iter_lines");
        ITERATE.get(slf.py())?.call1((&slf,))
    }

    /// Reads the whole body, and keeps it as `content`.
    fn aread(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        static READ: Import = Import::new("mutls._asyncio", "_read");
        READ.get(slf.py())?.call1((&slf,))
    }

    /// Like `close`.
    fn aclose(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        static CLOSE: Import = Import::new("mutls._asyncio", "_close");
        CLOSE.get(slf.py())?.call1((&slf,))
    }

    /// Has a worker read up to `size` bytes (exactly so many where `full`; all of them without a size) and
    /// resolves `future` with them.
    #[pyo3(signature = (future, size, full))]
    fn _submit_read(
        &self,
        py: Python<'_>,
        future: Py<PyAny>,
        size: Option<usize>,
        full: bool,
    ) -> PyResult<()> {
        let home = self.home()?;
        let stream = self.stream.clone();
        let wanted = Wanted::Bytes {
            raised: self.raised.clone(),
        };
        let promise = home.bridge.get().promise(future, wanted);
        let job = move || {
            let read = stream.act(|response| match size {
                Some(size) => read(response, size, full),
                None => response.bytes(),
            });
            // Nobody reads any more: whoever is told may close the answer at once.
            promise.keep(
                read.unwrap_or_else(|| Err(closed_before_its_end()))
                    .map(Got::Bytes),
            );
        };
        home.workers.run(job).or_raise(py)
    }

    /// The content if it has been read.
    fn _content<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        Some(self.content.get(py)?.bind(py).clone())
    }

    fn _decode<'py>(&self, bytes: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyString>> {
        self.decode(bytes)
    }

    /// Whether the body has been closed.
    #[getter]
    fn is_closed(&self) -> bool {
        self.stream.closed.load(Ordering::SeqCst)
            || self.stream.body.try_lock().is_ok_and(|body| body.is_none())
    }

    /// Ends the answer: the connection closes unless the body was read to its end.
    pub(crate) fn close(&self, py: Python<'_>) {
        ending::outside(py, || self.stream.close(&self.cancel));
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        format!("<Response [{}]>", self.status)
    }
}
