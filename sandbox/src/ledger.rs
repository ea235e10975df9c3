//! What the sandbox saw: requests by `x-sandbox-id`, connections by listener, tunnels by proxy.
//! A test asks instead of sleeping: a question may wait until a count is reached.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::Instant;

#[derive(Default)]
pub(crate) struct Ledger {
    books: Mutex<Books>,
    changed: Notify,
    connections: AtomicU64,
}

#[derive(Default)]
pub(crate) struct Books {
    pub requests: BTreeMap<String, Requests>,
    pub listeners: BTreeMap<String, Connections>,
    pub proxies: BTreeMap<String, Tunnels>,
}

#[derive(Clone, Default, Serialize)]
pub(crate) struct Requests {
    /// The peer closed or reset the connection before the answer was out.
    pub aborted: u64,
    /// On how many connections the requests came.
    #[serde(serialize_with = "count")]
    pub connections: BTreeSet<u64>,
    /// The sandbox did all that the route promises.
    pub finished: u64,
    pub seen: u64,
}

#[derive(Clone, Default, Serialize)]
pub(crate) struct Connections {
    pub accepted: u64,
    pub handshake_failures: u64,
    pub handshakes: u64,
    pub last_failure: Option<String>,
    pub open: u64,
    pub requests: u64,
}

#[derive(Clone, Default, Serialize)]
pub(crate) struct Tunnels {
    /// Whether the last tunnel began with a TLS ClientHello; null until its first bytes came.
    pub first_bytes_tls: Option<bool>,
    pub last_authorization: Option<String>,
    pub last_target: Option<String>,
    pub open: u64,
    pub refused: u64,
    pub tunnels: u64,
}

fn count<S: serde::Serializer>(set: &BTreeSet<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(set.len() as u64)
}

impl Ledger {
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn write(&self, change: impl FnOnce(&mut Books)) {
        change(&mut self.books());
        self.changed.notify_waiters();
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Books) -> T) -> T {
        look(&self.books())
    }

    /// Looks until `enough` says so or `patience` is over; the last look is the answer either way.
    pub(crate) async fn wait<T>(
        &self,
        patience: Duration,
        look: impl Fn(&Books) -> T,
        enough: impl Fn(&T) -> bool,
    ) -> T {
        let deadline = Instant::now() + patience;
        loop {
            // Registered before the look, so that no change slips between the two.
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let seen = self.read(&look);
            if enough(&seen) || tokio::time::timeout_at(deadline, changed).await.is_err() {
                return seen;
            }
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
