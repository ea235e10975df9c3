//! `mutls._native.Client`: what `Client` and `AsyncClient` share.

use std::sync::Arc;
use std::time::Duration;

use mutls::{Attachments, Config};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::asyncio::{Bridge, Call, Wanted};
use crate::diagnosis::{Found, examine};
use crate::ending;
use crate::errors::OrRaise;
use crate::events::Hook;
use crate::logging;
use crate::request::{Prepared, prepare};
use crate::response::Response;
use crate::signals;

/// A client of core's, made from a config document.
#[pyclass(frozen, subclass, weakref, module = "mutls._native")]
pub(crate) struct Client {
    core: mutls::Client,
    hook: Option<Arc<Hook>>,
}

pub(crate) fn configured(
    py: Python<'_>,
    document: &str,
    attachments: &Bound<'_, PyDict>,
) -> PyResult<(Config, Attachments)> {
    let mut attached = Attachments::default();
    for (name, value) in attachments.iter() {
        let name: String = name.extract()?;
        let bytes = value.cast::<PyBytes>()?;
        attached.set(name, bytes.as_bytes());
    }
    let config = Config::from_json(document).or_raise(py)?;
    Ok((config, attached))
}

impl Client {
    fn send(
        &self,
        py: Python<'_>,
        method: &str,
        url: &str,
        options: Option<&Bound<'_, PyDict>>,
        whole: bool,
    ) -> PyResult<Response> {
        ending::call(py, || {
            let Prepared {
                mut request,
                cancel,
                raised,
            } = prepare(py, method, url, options)?;
            if let Some(hook) = signals::hook(py, &raised)? {
                request.set_interrupt_hook(hook);
            }
            logging::look(py)?;
            let outcome = ending::outside(py, || {
                let mut response = self.core.send(request)?;
                let content = match whole {
                    true => Some(response.bytes()?),
                    false => None,
                };
                Ok((response, content))
            });
            logging::tell(py)?;
            match outcome {
                Ok((response, content)) => {
                    Ok(Response::new(py, response, content, cancel, raised, None))
                }
                Err(error) => Err(Response::failure(py, &error, &raised)),
            }
        })
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (document, attachments, on_event=None))]
    fn new(
        py: Python<'_>,
        document: &str,
        attachments: &Bound<'_, PyDict>,
        on_event: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        ending::call(py, || {
            logging::look(py)?;
            let (config, attached) = configured(py, document, attachments)?;
            let hook = on_event.map(Hook::new);
            let made = ending::outside(py, || {
                let core = mutls::Client::new(config, attached)?;
                if let Some(hook) = &hook {
                    core.observe(Some(hook.observer()))?;
                }
                Ok(core)
            });
            logging::tell(py)?;
            made.or_raise(py).map(|core| Client { core, hook })
        })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.hook
            .as_ref()
            .map_or(Ok(()), |hook| hook.traverse(&visit))
    }

    fn __clear__(&self) {
        if let Some(hook) = &self.hook {
            hook.clear();
        }
    }

    /// Reads identity and trust anew and swaps them in.
    fn _reload(
        &self,
        py: Python<'_>,
        document: &str,
        attachments: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        ending::call(py, || {
            let (config, attached) = configured(py, document, attachments)?;
            logging::look(py)?;
            let outcome = ending::outside(py, || self.core.reload(config, attached));
            logging::tell(py)?;
            outcome.or_raise(py)
        })
    }

    /// Sends a request and reads its answer to the end.
    #[pyo3(signature = (method, url, /, **options))]
    fn _send(
        &self,
        py: Python<'_>,
        method: &str,
        url: &str,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Response> {
        self.send(py, method, url, options, true)
    }

    /// Sends a request and waits for the head of its answer.
    #[pyo3(signature = (method, url, /, **options))]
    fn _stream(
        &self,
        py: Python<'_>,
        method: &str,
        url: &str,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Response> {
        self.send(py, method, url, options, false)
    }

    /// Has a worker send a request, and resolves `future` with the answer (read to its end where `whole`).
    #[pyo3(signature = (bridge, future, whole, method, url, /, **options))]
    #[allow(clippy::too_many_arguments)] // The cheapest way for Python to hand them over.
    fn _submit(
        &self,
        py: Python<'_>,
        bridge: &Bound<'_, Bridge>,
        future: Py<PyAny>,
        whole: bool,
        method: &str,
        url: &str,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Call> {
        ending::call(py, || {
            let Prepared {
                request,
                cancel,
                raised,
            } = prepare(py, method, url, options)?;
            logging::look(py)?;
            let wanted = Wanted::Response {
                bridge: bridge.clone().unbind(),
                workers: self.core.workers().or_raise(py)?,
                cancel: cancel.clone(),
                raised,
            };
            let done = bridge.get().promise(future, wanted);
            self.core.submit(request, move |outcome| {
                done.keep(outcome.and_then(|mut response| {
                    let content = match whole {
                        true => Some(response.bytes()?),
                        false => None,
                    };
                    Ok(crate::asyncio::Got::Response(Box::new(response), content))
                }));
            });
            Ok(Call(cancel))
        })
    }

    /// Why calls to a URL fail: JSON, text and page.
    #[pyo3(signature = (url, probe, /, **options))]
    fn _diagnose(
        &self,
        py: Python<'_>,
        url: &str,
        probe: bool,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Found> {
        examine(py, url, options, |request| {
            self.core.diagnose(request, probe)
        })
    }

    /// Refuses new calls and waits up to `drain` seconds for those in flight, then closes every connection.
    /// Returns whether all had finished.
    #[pyo3(signature = (drain=0.0))]
    fn close(&self, py: Python<'_>, drain: f64) -> PyResult<bool> {
        let Ok(drain) = Duration::try_from_secs_f64(drain) else {
            return Err(crate::errors::bad_option(
                py,
                format!("`drain` is {drain} seconds"),
                "Give seconds, 0 or more.",
            ));
        };
        Ok(ending::outside(py, || self.core.close(drain)))
    }
}
