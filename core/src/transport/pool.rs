//! Idle connections, newest first. What they may be used for is in their key: two identities never
//! share one, and a new generation has a pool of its own.

use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ureq_proto::http::HeaderValue;

use super::buffers::WireBuffers;
use super::connection::Connection;
use super::socket::Socket;
use crate::cancel::Wake;
use crate::config::PoolOptions;

/// Where a request goes, and whether it is encrypted on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What `Host` says: the port only where it is not the scheme's own.
    pub(crate) authority: HeaderValue,
}

impl Endpoint {
    /// `host:port`, for messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Connections with the same key can stand in for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PoolKey {
    pub(crate) endpoint: Arc<Endpoint>,
    /// Which identities may be shown on it, by their place in the config.
    pub(crate) identities: Vec<usize>,
    /// The proxy in between.
    pub(crate) proxy: Option<String>,
}

/// Keys that differ in the rest are few.
impl Hash for PoolKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.endpoint.host.hash(state);
        self.endpoint.port.hash(state);
    }
}

pub(crate) struct Pool {
    max_idle: usize,
    idle_for: Option<Duration>,
    max_age: Option<Duration>,
    idle: Mutex<Idle>,
    /// Every socket in use or idle, to close them all at once.
    live: Mutex<Vec<Weak<Socket>>>,
    buffers: Mutex<Vec<WireBuffers>>,
    /// No connection is kept any more; those in use finish.
    retired: AtomicBool,
    /// No connection may live any more.
    closed: AtomicBool,
}

#[derive(Default)]
struct Idle {
    by_key: HashMap<Arc<PoolKey>, VecDeque<Box<Connection>>>,
    count: usize,
}

/// Buffers kept for the next request, over all connections.
const SPARE_BUFFERS: usize = 32;

impl Pool {
    pub(crate) fn new(options: &PoolOptions) -> Self {
        Pool {
            max_idle: usize::try_from(options.max_idle).unwrap_or(usize::MAX),
            idle_for: options.idle_ms.map(Duration::from_millis),
            max_age: options.max_age_ms.map(Duration::from_millis),
            idle: Mutex::default(),
            live: Mutex::default(),
            buffers: Mutex::default(),
            retired: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    /// An idle connection that still lives; the dead ones met on the way are closed. With
    /// `trusting`, one that was in use a moment ago is not asked.
    pub(crate) fn take(&self, key: &PoolKey, trusting: bool) -> Option<Box<Connection>> {
        loop {
            let (candidate, stale) = {
                let mut idle = lock(&self.idle);
                let Idle { by_key, count } = &mut *idle;
                let queue = by_key.get_mut(key)?;
                let mut stale = Vec::new();
                while queue.front().is_some_and(|c| self.is_stale(c)) {
                    stale.extend(queue.pop_front());
                }
                let candidate = queue.pop_back();
                *count -= stale.len() + usize::from(candidate.is_some());
                (candidate, stale)
            };
            // Closing says goodbye to the peer: not under the lock.
            drop(stale);
            let mut connection = candidate?;
            let fresh = trusting && connection.idle_since.elapsed() < TRUSTED;
            if !self.is_stale(&connection) && (fresh || connection.is_alive()) {
                return Some(connection);
            }
        }
    }

    /// Takes back a connection whose last answer ended cleanly.
    pub(crate) fn give_back(&self, mut connection: Box<Connection>) {
        if self.max_idle == 0 || self.retired.load(Ordering::Acquire) || !connection.is_ours() {
            return;
        }
        connection.idle_since = Instant::now();
        if self.too_old(&connection) {
            return;
        }
        let surplus = {
            let mut idle = lock(&self.idle);
            let Idle { by_key, count } = &mut *idle;
            let mut surplus = None;
            if *count >= self.max_idle {
                surplus = by_key
                    .values_mut()
                    .filter(|queue| !queue.is_empty())
                    .min_by_key(|queue| queue.front().map(|c| c.idle_since))
                    .and_then(VecDeque::pop_front);
                *count -= usize::from(surplus.is_some());
            }
            match by_key.get_mut(&connection.key) {
                Some(queue) => queue.push_back(connection),
                None => {
                    by_key.insert(connection.key.clone(), VecDeque::from([connection]));
                }
            }
            *count += 1;
            surplus
        };
        drop(surplus);
        // `retired` may have been set since the check above.
        if self.retired.load(Ordering::Acquire) {
            self.close_idle();
        }
    }

    /// Makes a socket known to [`Pool::close_all`].
    pub(crate) fn register(&self, socket: &Arc<Socket>) {
        let mut live = lock(&self.live);
        if live.len() == live.capacity() {
            live.retain(|socket| socket.strong_count() > 0);
        }
        live.push(Arc::downgrade(socket));
        drop(live);
        if self.closed.load(Ordering::Acquire) {
            socket.wake();
        }
    }

    /// Closes the idle connections and keeps no more.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
        self.close_idle();
    }

    /// Closes every connection, in use or not.
    pub(crate) fn close_all(&self) {
        self.closed.store(true, Ordering::Release);
        self.retire();
        let live = std::mem::take(&mut *lock(&self.live));
        for socket in live.iter().filter_map(Weak::upgrade) {
            socket.wake();
        }
    }

    fn close_idle(&self) {
        let idle = std::mem::take(&mut *lock(&self.idle));
        drop(idle);
    }

    pub(crate) fn take_buffers(&self) -> WireBuffers {
        lock(&self.buffers).pop().unwrap_or_default()
    }

    pub(crate) fn give_back_buffers(&self, mut buffers: WireBuffers) {
        buffers.shrink();
        let mut spare = lock(&self.buffers);
        if spare.len() < SPARE_BUFFERS {
            spare.push(buffers);
        }
    }

    fn is_stale(&self, connection: &Connection) -> bool {
        let idle = self.idle_for;
        idle.is_some_and(|max| connection.idle_since.elapsed() >= max) || self.too_old(connection)
    }

    fn too_old(&self, connection: &Connection) -> bool {
        self.max_age
            .is_some_and(|max| connection.since.elapsed() >= max)
    }
}

/// How long a connection that was just used is taken to live without asking, where a mistake can
/// be mended by a retry.
const TRUSTED: Duration = Duration::from_millis(100);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
