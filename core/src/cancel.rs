//! Stopping a call from another thread.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Cancels the calls it was given to, in whatever phase they are; the peer sees the connection close.
///
/// Clones are the same token. A cancelled token stays cancelled.
#[derive(Clone, Default)]
pub struct CancelToken(Arc<State>);

#[derive(Default)]
struct State {
    cancelled: AtomicBool,
    /// What to do to a call that is blocked on a socket; one entry for each call in flight.
    wakers: Mutex<Wakers>,
    children: Mutex<Vec<Weak<State>>>,
}

/// Most tokens belong to one call: the first entry takes no memory of its own.
#[derive(Default)]
struct Wakers {
    first: Option<(u64, Waker)>,
    more: Vec<(u64, Waker)>,
}

impl Wakers {
    fn add(&mut self, id: u64, waker: Waker) {
        match &self.first {
            None => self.first = Some((id, waker)),
            Some(_) => self.more.push((id, waker)),
        }
    }

    fn remove(&mut self, id: u64) {
        match &self.first {
            Some((known, _)) if *known == id => self.first = None,
            _ => self.more.retain(|(known, _)| *known != id),
        }
    }
}

/// Asked at short intervals while a call waits; `true` cancels it. For hosts that must look at signals.
pub type InterruptHook = Arc<dyn Fn() -> bool + Send + Sync>;

/// Something that unblocks a waiting call.
pub(crate) type Waker = Arc<dyn Wake>;

pub(crate) trait Wake: Send + Sync {
    fn wake(&self);
}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels every call that carries this token, now and later. May be called from any thread,
    /// any number of times.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        let wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, waker) in wakers.first.iter().chain(&wakers.more) {
            waker.wake();
        }
        drop(wakers);
        let mut children = self
            .0
            .children
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for child in std::mem::take(&mut *children) {
            if let Some(state) = child.upgrade() {
                CancelToken(state).cancel();
            }
        }
    }

    /// A token that is cancelled together with this one, and that can be cancelled alone: for one
    /// call among several that share a token.
    pub fn child(&self) -> Self {
        let child = Self::new();
        let mut children = self
            .0
            .children
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.is_cancelled() {
            child.cancel();
            return child;
        }
        // Pruned when it would grow, so that a token which outlives its calls stays small.
        if children.len() == children.capacity() {
            children.retain(|known| known.strong_count() > 0);
        }
        children.push(Arc::downgrade(&child.0));
        child
    }

    /// Whether [`CancelToken::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Registers what to wake; if the token is already cancelled it is woken at once.
    pub(crate) fn watch(&self, id: u64, waker: Waker) {
        let mut wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_cancelled() {
            waker.wake();
        }
        wakers.remove(id);
        wakers.add(id, waker);
    }

    /// Forgets what was registered. Afterwards the waker will not be called any more.
    pub(crate) fn unwatch(&self, id: u64) {
        let mut wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        wakers.remove(id);
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CancelToken(cancelled: {})", self.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_cancels_its_children_and_a_child_only_itself() {
        let parent = CancelToken::new();
        let (one, two) = (parent.child(), parent.child());
        one.cancel();
        assert!(!parent.is_cancelled() && !two.is_cancelled());
        parent.cancel();
        assert!(two.is_cancelled() && parent.child().is_cancelled());
    }

    #[test]
    fn dead_children_do_not_accumulate() {
        let parent = CancelToken::new();
        for _ in 0..10_000 {
            parent.child();
        }
        assert!(parent.0.children.lock().unwrap().capacity() < 64);
    }
}
