//! Work that a thread of its own does, since it may take long and libuv's threads are for others. The queue tells that it
//! is done: it knows when an environment has ended, which a promise's own callback does not.

use std::sync::{Arc, Mutex};

use mutls::MtlsError;

use crate::batch::kind;
use crate::client::thrown;
use crate::queue::{Queue, lock};

/// Where the outcome of some work will lie.
pub(crate) struct Work<T>(Arc<Mutex<Option<T>>>);

impl<T: Send + 'static> Work<T> {
    /// Begins; when it is done the queue has a record `CLOSED` for `id`.
    pub(crate) fn begin(
        queue: &Queue,
        id: u32,
        name: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> napi::Result<Work<T>> {
        let slot = Arc::new(Mutex::new(None));
        let (outcome, shared) = (slot.clone(), queue.shared.clone());
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                let done = work();
                *lock(&outcome) = Some(done);
                shared.tell(|batch| batch.note(id, kind::CLOSED, 1));
            })
            .map_err(|problem| {
                thrown(&MtlsError::internal("no thread could be made").with_cause(&problem))
            })?;
        Ok(Work(slot))
    }

    /// The outcome, once.
    pub(crate) fn take(&self) -> napi::Result<T> {
        let outcome = lock(&self.0).take();
        outcome.ok_or_else(|| thrown(&MtlsError::internal("the work is not done")))
    }
}
