//! What one attempt at a request works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::Wire;
use super::clock::Clock;
use super::pool::PoolKey;

/// One request on one connection.
pub(crate) struct Exchange {
    pub(crate) id: u64,
    pub(crate) wire: Arc<Wire>,
    pub(crate) key: Arc<PoolKey>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) begun: Instant,
}

impl Exchange {
    pub(crate) fn new(wire: Arc<Wire>, key: Arc<PoolKey>, clock: Arc<Clock>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Exchange {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            wire,
            key,
            clock,
            begun: Instant::now(),
        }
    }

    /// `host:port`, for messages.
    pub(crate) fn place(&self) -> String {
        self.key.endpoint.place()
    }
}
