//! Who is told of events.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;

use super::expiry::Owner;
use super::{Event, EventLevel, Warning};
use crate::identity::certificate::Certificate;
use crate::identity::{Identity, date};

/// Takes events, on the thread where they happen, which waits for it.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// The log and the observer of one client: reloads keep it.
#[derive(Default)]
pub(crate) struct Observers {
    observer: ArcSwapOption<Observer>,
    /// When each certificate that ends soon was told last, by its fingerprint.
    told: Mutex<HashMap<String, i64>>,
}

/// How long after an expiring certificate was told it is told again.
const AGAIN: i64 = 86_400;

/// More certificates than a client meets; beyond it the memory is swept.
const REMEMBERED: usize = 1_024;

impl Observers {
    /// The same in a forked child: no lock of the parent is waited for.
    pub(crate) fn after_fork(&self) -> Observers {
        let told = self.told.try_lock().map(|told| told.clone());
        Observers {
            observer: ArcSwapOption::new(self.observer.load_full()),
            told: Mutex::new(told.unwrap_or_default()),
        }
    }

    pub(crate) fn set(&self, observer: Option<Observer>) {
        self.observer.store(observer.map(Arc::new));
    }

    /// Whether anybody would hear an event of this level.
    pub(crate) fn listens(&self, level: EventLevel) -> bool {
        self.observer.load().is_some() || log::log_enabled!(target: "mutls", level.of_log())
    }

    pub(crate) fn tell(&self, event: &Event) {
        log::log!(target: "mutls", event.level.of_log(), "{event}");
        self.observe(event);
    }

    fn observe(&self, event: &Event) {
        let observer = self.observer.load_full();
        if let Some(observer) = observer {
            // Whatever it does, the call goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| observer(event)));
        }
    }

    /// Tells the observer that has just been set, and it alone, of what the log was told before.
    pub(crate) fn introduce(&self, identities: &[Identity], warning: Warning) {
        for event in of_identities(identities.iter(), warning) {
            self.is_due(&event);
            self.observe(&event);
        }
    }

    /// Tells of identities that expire soon, each once a day.
    pub(crate) fn look_at<'a>(
        &self,
        identities: impl Iterator<Item = &'a Identity>,
        warning: Warning,
    ) {
        if !self.listens(EventLevel::Warning) {
            return;
        }
        for event in of_identities(identities, warning) {
            if self.is_due(&event) {
                self.tell(&event);
            }
        }
    }

    /// Tells of a server's certificate that expires soon, once a day.
    pub(crate) fn look_at_server(&self, leaf: &[u8], host: &str, port: u16, warning: Warning) {
        if !self.listens(EventLevel::Warning) {
            return;
        }
        if let Some(event) = warning.event(leaf, &Owner::Server(host, port))
            && self.is_due(&event)
        {
            self.tell(&event);
        }
    }

    fn is_due(&self, event: &Event) -> bool {
        let now = date::now();
        let key = event.sha256.clone().unwrap_or_default();
        let mut told = self.told();
        if told.get(&key).is_some_and(|last| now - last < AGAIN) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.retain(|_, last| now - *last < AGAIN);
        }
        if told.len() < REMEMBERED {
            told.insert(key, now);
        }
        true
    }

    fn told(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every certificate that is sent counts, but for a root, which nobody needs.
fn of_identities<'a>(
    identities: impl Iterator<Item = &'a Identity>,
    warning: Warning,
) -> impl Iterator<Item = Event> {
    identities.flat_map(move |identity| {
        let chain = identity.certified.cert.iter().enumerate();
        chain.filter_map(move |(at, der)| {
            let is_root =
                at > 0 && Certificate::parse(der).is_some_and(|root| root.is_self_issued());
            match is_root {
                true => None,
                false => warning.event(der, &Owner::Us(&identity.name)),
            }
        })
    })
}
