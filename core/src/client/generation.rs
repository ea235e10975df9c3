//! What a client works with at a time: settings and wire of one identity and trust, and what has to be
//! made anew in a forked child.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cookie_store::CookieStore;

use super::settings::Settings;
use crate::config::{Attachments, Config};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::events::Observers;
use crate::fork::Epoch;
use crate::identity::Identity;
use crate::transport::Wire;
use crate::trust::Trust;
use crate::workers::Workers;

pub(super) struct Generation {
    pub(super) epoch: Epoch,
    pub(super) settings: Arc<Settings>,
    pub(super) wire: Arc<Wire>,
    pub(super) process: Arc<Process>,
    config: Arc<Config>,
    attachments: Arc<Attachments>,
}

/// Lives as long as the client does in one process: reloads keep it, a fork does not.
pub(super) struct Process {
    pub(super) workers: Arc<Workers>,
    pub(super) cookies: Option<Mutex<CookieStore>>,
    pub(super) gate: Gate,
    pub(super) observers: Arc<Observers>,
}

/// Counts the calls in flight, and refuses new ones once the client closes.
#[derive(Default)]
pub(super) struct Gate {
    in_flight: AtomicUsize,
    closing: AtomicBool,
    /// Tells the calls in flight that the patience is over.
    pub(super) closed: Arc<AtomicBool>,
}

/// A call in flight, from its start to the end of its body.
pub(super) struct Flight(Arc<Process>);

impl Generation {
    pub(super) fn new(
        config: Config,
        attachments: Attachments,
        process: Option<Arc<Process>>,
    ) -> Result<Generation> {
        let config = config.normalised()?;
        let settings = Settings::new(&config, &attachments)?;
        let trust = Trust::load(&config.trust, &attachments)?;
        let mut identities = Vec::new();
        for identity in config.identity.iter() {
            identities.push(Identity::load(identity, &attachments, &trust.bundle)?);
        }
        Self::assemble(config, attachments, settings, (identities, trust), process)
    }

    /// Of identities and trust that have been read already, an identity for each that `config` names.
    pub(super) fn of(
        config: Config,
        attachments: Attachments,
        identities: Vec<Identity>,
        trust: Trust,
    ) -> Result<Generation> {
        let settings = Settings::new(&config, &attachments)?;
        Self::assemble(config, attachments, settings, (identities, trust), None)
    }

    fn assemble(
        config: Config,
        attachments: Attachments,
        settings: Settings,
        (identities, trust): (Vec<Identity>, Trust),
        process: Option<Arc<Process>>,
    ) -> Result<Generation> {
        let process = process.unwrap_or_else(|| {
            Arc::new(Process {
                workers: Arc::new(Workers::new(&config.workers)),
                cookies: config.cookies.then(Mutex::default),
                gate: Gate::default(),
                observers: Arc::default(),
            })
        });
        let observers = process.observers.clone();
        let wire = Wire::new(&config, &attachments, identities, trust, observers)?;
        Ok(Generation {
            epoch: Epoch::current(),
            settings: Arc::new(settings),
            wire: Arc::new(wire),
            process,
            config: Arc::new(config),
            attachments: Arc::new(attachments),
        })
    }

    pub(super) fn recipe(&self) -> (Arc<Config>, Arc<Attachments>) {
        (self.config.clone(), self.attachments.clone())
    }

    /// The same client in a forked child: same identity and trust, no connection, lock or thread of
    /// the parent.
    pub(super) fn after_fork(&self) -> Result<Generation> {
        let cookies = self.process.cookies.as_ref().map(|jar| {
            // A lock that was held at the fork is never released here.
            let jar = jar.try_lock().map(|jar| jar.clone()).unwrap_or_default();
            Mutex::new(jar)
        });
        let gate = Gate::default();
        let closing = self.process.gate.closing.load(Ordering::Relaxed);
        gate.closing.store(closing, Ordering::Relaxed);
        let observers = Arc::new(self.process.observers.after_fork());
        let wire = (self.wire).after_fork(&self.config, &self.attachments, observers.clone())?;
        Ok(Generation {
            epoch: Epoch::current(),
            settings: self.settings.clone(),
            wire: Arc::new(wire),
            process: Arc::new(Process {
                workers: Arc::new(Workers::new(&self.config.workers)),
                cookies,
                gate,
                observers,
            }),
            config: self.config.clone(),
            attachments: self.attachments.clone(),
        })
    }
}

impl Process {
    pub(super) fn enter(self: &Arc<Self>) -> Result<Flight> {
        self.gate.in_flight.fetch_add(1, Ordering::SeqCst);
        let flight = Flight(self.clone());
        match self.gate.closing.load(Ordering::SeqCst) {
            true => Err(MtlsError::new(
                Code::Closed,
                Phase::Config,
                Origin::Caller,
                "the client has been closed",
            )),
            false => Ok(flight),
        }
    }

    pub(super) fn with_cookies<T>(&self, act: impl FnOnce(&mut CookieStore) -> T) -> Option<T> {
        let jar = self.cookies.as_ref()?;
        let mut jar = jar.lock().unwrap_or_else(PoisonError::into_inner);
        Some(act(&mut jar))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.gate.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How often a closing client looks whether the last call has ended.
const LOOK: Duration = Duration::from_millis(2);

/// How long those who submitted the last calls may take to be told of their ends.
const TELLING: Duration = Duration::from_secs(1);

impl Process {
    /// Refuses new calls and waits for those in flight, and for their callbacks. Returns whether all of the calls
    /// ended.
    pub(super) fn drain(&self, patience: Duration) -> bool {
        self.gate.closing.store(true, Ordering::SeqCst);
        let ended = wait(patience, || self.gate.in_flight.load(Ordering::SeqCst) == 0);
        if ended {
            // A process that goes on to exit would lose an answer that has come.
            wait(patience.min(TELLING), || self.workers.is_idle());
        }
        ended
    }
}

fn wait(patience: Duration, done: impl Fn() -> bool) -> bool {
    let deadline = Instant::now().checked_add(patience);
    while !done() {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return false;
        }
        std::thread::sleep(LOOK);
    }
    true
}
