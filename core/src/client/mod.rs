//! A client and the life of its requests. [`send`] reads from top to bottom.

mod begun;
mod engine;
mod examine;
mod feed;
mod generation;
mod incoming;
mod multipart;
mod outgoing;
mod redirect;
mod request;
mod response;
mod send;
mod sender;
mod settings;

pub use begun::{Begin, Begun};
pub(crate) use examine::Examination;
pub use multipart::Multipart;
pub use request::{Body, Request};
pub use response::Response;
pub use sender::BodySender;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use crate::config::{Attachments, Config};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::events::Observer;
use crate::workers::Workers;
use generation::Generation;

/// A mutual-TLS HTTP client. Clones share everything; it serves any number of threads at once, and a
/// forked child may go on using it.
#[derive(Clone)]
pub struct Client(Arc<ArcSwap<Generation>>);

impl Client {
    /// Reads and checks everything that the config names: a client that was made has a usable
    /// identity and trust.
    pub fn new(config: Config, attachments: Attachments) -> Result<Client> {
        let generation = Generation::new(config, attachments, None)?;
        generation.wire.look_at_identities();
        Ok(Client(Arc::new(ArcSwap::from_pointee(generation))))
    }

    /// Sends a request and waits for the head of its answer; the body streams from the [`Response`].
    pub fn send(&self, request: Request) -> Result<Response> {
        let generation = self.generation()?;
        let flight = generation.process.enter()?;
        send::send(&generation, flight, request, Instant::now())
    }

    /// Sends a request over an idle connection, if there is one, and does not wait for the answer: for hosts that can
    /// wait for many sockets at once. A request whose body streams is not begun.
    pub fn begin(&self, request: Request) -> Result<Begin> {
        let generation = self.generation()?;
        let flight = generation.process.enter()?;
        begun::begin(&generation, flight, request)
    }

    /// Like [`Client::send`] on a worker thread. `done` is called exactly once: on a worker, or, if
    /// the queue is full or the client closed, at once on this thread.
    pub fn submit(&self, request: Request, done: impl FnOnce(Result<Response>) + Send + 'static) {
        let asked = Instant::now();
        let generation = match self.generation() {
            Ok(generation) => generation,
            Err(error) => return done(Err(error)),
        };
        // From here on it is in flight, though no worker may be free yet: `close` waits for it.
        let flight = match generation.process.enter() {
            Ok(flight) => flight,
            Err(error) => return done(Err(error)),
        };
        let workers = generation.process.workers.clone();
        let owed = Arc::new(std::sync::Mutex::new(Some(done)));
        let owner = owed.clone();
        let take = |cell: &std::sync::Mutex<Option<_>>| {
            cell.lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .take()
        };
        let accepted = workers.run(move || {
            let result = catch_unwind(AssertUnwindSafe(|| {
                waited_too_long(&generation, &request, asked)?;
                send::send(&generation, flight, request, asked)
            }))
            .unwrap_or_else(|_| Err(MtlsError::internal("the call panicked")));
            // The caller may close or free the client once it is told.
            drop(generation);
            if let Some(done) = take(&owed) {
                done(result);
            }
        });
        if let Err(error) = accepted {
            let done = owner
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .take();
            if let Some(done) = done {
                done(Err(error));
            }
        }
    }

    /// The threads behind [`Client::submit`], for other blocking work such as body reads.
    pub fn workers(&self) -> Result<Arc<Workers>> {
        Ok(self.generation()?.process.workers.clone())
    }

    /// Reads identity and trust anew and swaps them in; calls in flight finish on the old ones. On
    /// failure the old ones stay.
    pub fn reload(&self, config: Config, attachments: Attachments) -> Result<()> {
        let current = self.generation()?;
        let next = Generation::new(config, attachments, Some(current.process.clone()))?;
        let next = Arc::new(next);
        let old = self.0.swap(next.clone());
        old.wire.pool.retire();
        next.wire.look_at_identities();
        Ok(())
    }

    /// Has `observer` told of what happens to connections and certificates, in place of any observer before; `None`
    /// ends that. It is told at once of identities that expire soon. It is called where things happen, by several
    /// threads at once, and should be quick; a panic in it is swallowed.
    pub fn observe(&self, observer: Option<Observer>) -> Result<()> {
        let generation = self.generation()?;
        generation.process.observers.set(observer);
        generation.wire.introduce_observer();
        Ok(())
    }

    /// Refuses new calls, waits up to `drain` for those in flight (their bodies included), then
    /// closes every connection. Returns whether all had finished.
    pub fn close(&self, drain: Duration) -> bool {
        let Ok(generation) = self.generation() else {
            return true;
        };
        let finished = generation.process.drain(drain);
        generation.process.gate.closed.store(true, Ordering::SeqCst);
        generation.wire.pool.close_all();
        finished
    }

    /// The current generation; in a forked child, one of its own.
    fn generation(&self) -> Result<Arc<Generation>> {
        let current = self.0.load_full();
        if !current.epoch.is_past() {
            return Ok(current);
        }
        let own = Arc::new(current.after_fork()?);
        let old = self.0.swap(own.clone());
        // Dropping what the parent made would take locks that its threads held at the fork.
        std::mem::forget(old);
        std::mem::forget(current);
        Ok(own)
    }
}

fn waited_too_long(generation: &Generation, request: &Request, asked: Instant) -> Result<()> {
    let limits = request.options.timeouts(&generation.settings.timeouts);
    match limits.queue_ms.map(Duration::from_millis) {
        Some(limit) if asked.elapsed() > limit => Err(MtlsError::new(
            Code::Timeout,
            Phase::Queue,
            Origin::Local,
            "no worker was free in time (`timeouts.queue_ms`)",
        )
        .with_hint("Make fewer calls at once, or raise `workers.max`.")),
        _ => Ok(()),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}
