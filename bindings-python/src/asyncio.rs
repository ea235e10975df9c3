//! Asynchronous calls: core's workers do the waiting, the event loop is told.
//!
//! A worker never enters the interpreter: it queues what it got, and wakes the loop up if nothing was queued
//! before. One turn of the loop then takes everything that has come.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use mutls::Workers;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyWeakrefReference};

use crate::body::in_memory;
use crate::response::{Home, Response};
use crate::signals::Raised;

/// What the future is to become.
pub(crate) enum Wanted {
    Response {
        bridge: Py<Bridge>,
        workers: Arc<Workers>,
        cancel: mutls::CancelToken,
        raised: Raised,
    },
    Bytes {
        raised: Raised,
    },
    Nothing,
}

/// What a worker got.
pub(crate) enum Got {
    Response(Box<mutls::Response>, Option<Vec<u8>>),
    Bytes(Vec<u8>),
    Nothing,
}

struct Completion {
    future: Py<PyAny>,
    wanted: Wanted,
    got: mutls::Result<Got>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Vec<Completion>>,
    waker: Mutex<Option<Waker>>,
}

/// How the loop is woken up.
enum Waker {
    /// The loop watches the other end.
    #[cfg(unix)]
    Socket(std::os::unix::net::UnixStream),
    /// For loops that cannot watch a descriptor.
    Threadsafe(Py<PyWeakrefReference>, Py<PyAny>),
}

impl Queue {
    fn push(&self, completion: Completion) {
        let first = {
            let mut waiting = lock(&self.waiting);
            waiting.push(completion);
            waiting.len() == 1
        };
        if first && let Some(waker) = &*lock(&self.waker) {
            waker.wake();
        }
    }
}

impl Waker {
    fn wake(&self) {
        match self {
            #[cfg(unix)]
            Waker::Socket(socket) => {
                let mut socket = socket;
                // Where it is full, the loop is being woken up already.
                let _ = socket.write(&[1]);
            }
            Waker::Threadsafe(event_loop, drain) => {
                crate::ending::enter(|py| {
                    let event_loop = event_loop.bind(py).call0()?;
                    if event_loop.is_none() {
                        return Ok(());
                    }
                    // A closed loop has nobody to be told.
                    event_loop.call_method1("call_soon_threadsafe", (drain,))?;
                    PyResult::Ok(())
                });
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Brings completions to one event loop.
#[pyclass(frozen, weakref, module = "mutls._native")]
pub(crate) struct Bridge {
    queue: Arc<Queue>,
    #[cfg(unix)]
    ear: Mutex<Option<std::os::unix::net::UnixStream>>,
}

/// Owes a future its outcome.
pub(crate) struct Promise {
    queue: Arc<Queue>,
    owed: Option<(Py<PyAny>, Wanted)>,
}

impl Promise {
    pub(crate) fn keep(mut self, got: mutls::Result<Got>) {
        if let Some((future, wanted)) = self.owed.take() {
            self.queue.push(Completion {
                future,
                wanted,
                got,
            });
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some((future, wanted)) = self.owed.take() {
            let got = Err(mutls::MtlsError::internal(
                "the call ended without an outcome",
            ));
            self.queue.push(Completion {
                future,
                wanted,
                got,
            });
        }
    }
}

impl Bridge {
    pub(crate) fn promise(&self, future: Py<PyAny>, wanted: Wanted) -> Promise {
        Promise {
            queue: self.queue.clone(),
            owed: Some((future, wanted)),
        }
    }
}

#[pymethods]
impl Bridge {
    #[new]
    fn new() -> Self {
        Bridge {
            queue: Arc::default(),
            #[cfg(unix)]
            ear: Mutex::default(),
        }
    }

    /// The descriptor that becomes readable when `drain` has something to do; -1 where there is none.
    fn listen(&self) -> PyResult<i32> {
        #[cfg(unix)]
        {
            use std::os::fd::AsRawFd;
            let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            theirs.set_nonblocking(true)?;
            let descriptor = ours.as_raw_fd();
            *lock(&self.ear) = Some(ours);
            *lock(&self.queue.waker) = Some(Waker::Socket(theirs));
            Ok(descriptor)
        }
        #[cfg(not(unix))]
        Ok(-1)
    }

    /// Has `call_soon_threadsafe` wake the loop up.
    fn call(slf: &Bound<'_, Self>, event_loop: &Bound<'_, PyAny>) -> PyResult<()> {
        let weak = PyWeakrefReference::new(event_loop)?.unbind();
        // A reference to the bridge from its own queue would keep both alive for ever.
        let own = PyWeakrefReference::new(slf)?;
        let drain = crate::imports::Import::new("mutls._asyncio", "_drain_weakly")
            .get(slf.py())?
            .call1((own,))?
            .unbind();
        *lock(&slf.get().queue.waker) = Some(Waker::Threadsafe(weak, drain));
        Ok(())
    }

    /// Resolves the futures of everything that has come.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        #[cfg(unix)]
        if let Some(ear) = &*lock(&self.ear) {
            let mut ear = ear;
            let mut some = [0; 64];
            while matches!(ear.read(&mut some), Ok(n) if n == some.len()) {}
        }
        crate::ending::call(py, || {
            let waiting = std::mem::take(&mut *lock(&self.queue.waiting));
            for completion in waiting {
                if let Err(problem) = completion.resolve(py) {
                    problem.write_unraisable(py, None);
                }
            }
            crate::logging::tell(py)
        })
    }
}

impl Completion {
    fn resolve(self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        // Cancelled in the meantime: nobody waits.
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(());
        }
        let outcome = match (self.wanted, self.got) {
            (
                Wanted::Response {
                    bridge,
                    workers,
                    cancel,
                    raised,
                },
                Ok(Got::Response(response, content)),
            ) => {
                let response = Response::new(
                    py,
                    *response,
                    content,
                    cancel,
                    raised,
                    Some(Home { bridge, workers }),
                );
                Ok(Py::new(py, response)?.into_any())
            }
            (_, Ok(Got::Bytes(bytes))) => Ok(PyBytes::new(py, &bytes).into_any().unbind()),
            (_, Ok(_)) => Ok(py.None()),
            (Wanted::Response { raised, .. } | Wanted::Bytes { raised }, Err(error)) => {
                Err(Response::failure(py, &error, &raised))
            }
            (Wanted::Nothing, Err(error)) => Err(crate::errors::exception(py, &error)),
        };
        match outcome {
            Ok(value) => future.call_method1(intern!(py, "set_result"), (value,))?,
            Err(error) => {
                future.call_method1(intern!(py, "set_exception"), (error.into_value(py),))?
            }
        };
        Ok(())
    }
}

/// A submitted call.
#[pyclass(frozen, module = "mutls._native")]
pub(crate) struct Call(pub(crate) mutls::CancelToken);

#[pymethods]
impl Call {
    /// Stops it; the peer sees the connection close.
    fn cancel(&self, py: Python<'_>) {
        crate::ending::outside(py, || self.0.cancel());
    }
}

/// Pushes the body of a request.
#[pyclass(frozen, module = "mutls._native")]
pub(crate) struct Sender {
    sender: mutls::BodySender,
    body: Mutex<Option<mutls::Body>>,
}

impl Sender {
    /// The body that it pushes; once.
    pub(crate) fn take(&self) -> Option<mutls::Body> {
        lock(&self.body).take()
    }
}

#[pymethods]
impl Sender {
    #[new]
    #[pyo3(signature = (length=None))]
    fn new(length: Option<u64>) -> Self {
        let (sender, body) = mutls::Body::channel(length);
        Sender {
            sender,
            body: Mutex::new(Some(body)),
        }
    }

    /// Queues bytes, and resolves `future` when there is room for more.
    fn push(
        &self,
        bridge: &Bound<'_, Bridge>,
        future: Py<PyAny>,
        bytes: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let text = bytes.is_instance_of::<pyo3::types::PyString>();
        let Some(bytes) = in_memory(bytes)?.filter(|_| !text) else {
            return Err(pyo3::exceptions::PyTypeError::new_err(format!(
                "the body's source gives {}, not bytes",
                bytes.get_type().name()?
            )));
        };
        let promise = bridge.get().promise(future, Wanted::Nothing);
        self.sender.push(&bytes, move |taken| {
            promise.keep(taken.map(|()| Got::Nothing))
        });
        Ok(())
    }

    /// Says that the body is complete.
    fn finish(&self) {
        self.sender.finish();
    }

    /// Fails the request.
    fn abort(&self, reason: &str) {
        self.sender.abort(reason);
    }
}
