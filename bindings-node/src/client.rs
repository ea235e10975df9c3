//! `Client`, as `lib/client.js` wraps it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mutls::{Attachments, Code, Config, MtlsError, Observer, Origin, Phase};
use napi::Status;
use napi_derive::napi;

use crate::batch::kind;
use crate::call::{self, Details};
use crate::diagnosis::{self, Canceller, Examination, Examined};
use crate::queue::Queue;

/// A client of core's, made from a config document.
#[napi]
pub struct Client {
    inner: mutls::Client,
    /// `close` was called: the thread that closes may not have come to it yet.
    closing: AtomicBool,
}

/// An error's facts and its handshake report, as JSON.
pub(crate) fn described(error: &MtlsError) -> String {
    let mut facts = error.to_json();
    if let (Some(facts), Some(report)) = (facts.as_object_mut(), error.report()) {
        facts.insert("report".into(), report.to_json());
    }
    facts.to_string()
}

/// JavaScript makes an exception of the facts.
pub(crate) fn thrown(error: &MtlsError) -> napi::Error {
    napi::Error::new(Status::GenericFailure, described(error))
}

pub(crate) fn configured(
    document: &str,
    names: Vec<String>,
    values: Vec<&[u8]>,
) -> mutls::Result<(Config, Attachments)> {
    let mut attached = Attachments::default();
    for (name, value) in names.into_iter().zip(values) {
        attached.set(name, value);
    }
    Ok((Config::from_json(document)?, attached))
}

#[napi]
impl Client {
    /// Attachments are given as names and values.
    #[napi(constructor)]
    pub fn new(document: String, names: Vec<String>, values: Vec<&[u8]>) -> napi::Result<Client> {
        let document = zeroize::Zeroizing::new(document);
        configured(&document, names, values)
            .and_then(|(config, attached)| mutls::Client::new(config, attached))
            .map(|inner| Client {
                inner,
                closing: AtomicBool::new(false),
            })
            .map_err(|error| thrown(&error))
    }

    /// Reads identity and trust anew and swaps them in.
    #[napi]
    pub fn reload(
        &self,
        document: String,
        names: Vec<String>,
        values: Vec<&[u8]>,
    ) -> napi::Result<()> {
        let document = zeroize::Zeroizing::new(document);
        configured(&document, names, values)
            .and_then(|(config, attached)| self.inner.reload(config, attached))
            .map_err(|error| thrown(&error))
    }

    /// Has the queue told what happens to the client, under an id; nobody without one.
    #[napi]
    pub fn observe(&self, queue: &Queue, id: Option<u32>) -> napi::Result<()> {
        let observer = id.map(|id| {
            // An environment that is gone is not kept by a client that is still at work.
            let shared = Arc::downgrade(&queue.shared);
            let observer: Observer = Arc::new(move |event| {
                if let Some(shared) = shared.upgrade() {
                    let json = event.to_json().to_string();
                    shared.tell(|batch| batch.event(id, &json));
                }
            });
            observer
        });
        self.inner.observe(observer).map_err(|error| thrown(&error))
    }

    /// Begins a call; its outcome comes by the queue. `length` is that of a pushed body, negative where it is not
    /// known.
    #[napi]
    #[allow(clippy::too_many_arguments)] // The cheapest way to hand them over.
    pub fn submit(
        &self,
        queue: &Queue,
        id: u32,
        head: String,
        flags: u32,
        body: Option<&[u8]>,
        length: f64,
        options: Option<String>,
    ) {
        let details = Details {
            flags,
            body,
            length: (length >= 0.0).then_some(length as u64),
            options: options.as_deref(),
        };
        if self.closing.load(Ordering::Relaxed) {
            let error = MtlsError::new(
                Code::Closed,
                Phase::Config,
                Origin::Caller,
                "the client has been closed",
            );
            return queue.shared.tell(|batch| batch.fail(id, &error));
        }
        call::submit(&self.inner, &queue.shared, id, &head, &details);
    }

    /// Looks why calls fail; the queue tells when it is done.
    #[napi]
    pub fn diagnose(
        &self,
        queue: &Queue,
        id: u32,
        examined: Examined,
        canceller: &Canceller,
    ) -> napi::Result<Examination> {
        let client = self.inner.clone();
        diagnosis::begin(queue, id, &examined, canceller, move |request, probe| {
            client.diagnose(request, probe)
        })
    }

    /// Closes the client on a thread of its own, since it may wait; a record says when, and whether all calls had
    /// finished.
    #[napi]
    pub fn close(&self, queue: &Queue, id: u32, drain_ms: f64) {
        self.closing.store(true, Ordering::Relaxed);
        let client = self.inner.clone();
        let shared = queue.shared.clone();
        let drain = Duration::try_from_secs_f64(drain_ms / 1000.0).unwrap_or(Duration::MAX);
        let close = move || {
            let finished = client.close(drain);
            shared.tell(|batch| batch.note(id, kind::CLOSED, u32::from(finished)));
        };
        if drain.is_zero() {
            return close();
        }
        // Where no thread can be made, nobody can be waited for.
        let spawned = std::thread::Builder::new()
            .name("mutls-close".into())
            .spawn(close);
        if spawned.is_err() {
            let finished = self.inner.close(Duration::ZERO);
            queue
                .shared
                .tell(|batch| batch.note(id, kind::CLOSED, u32::from(finished)));
        }
    }
}

/// The version of core.
#[napi]
#[cfg_attr(test, allow(dead_code))] // Only JavaScript calls it.
pub(crate) fn version() -> &'static str {
    mutls::VERSION
}
