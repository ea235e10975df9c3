//! One queue for an environment: what workers got waits here until its thread takes all of it at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use mutls::{BodySender, CancelToken, HandshakeReport};
use napi::bindgen_prelude::{Buffer, BufferSlice, FnArgs, Function, ToNapiValue};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status};
use napi_derive::napi;

use crate::batch::{Batch, Large, kind};
use crate::pump::{PIECE, Pump};

type Brought = FnArgs<(Copied, Option<Vec<Piece>>)>;
type Wake = ThreadsafeFunction<(), (), Brought, Status, false, true>;

/// How many buffers are kept between pieces.
const SPARE: usize = 16;

/// What workers and the environment's thread share.
#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    wake: Mutex<Option<Arc<Wake>>>,
}

#[derive(Default)]
struct State {
    batch: Batch,
    calls: HashMap<u32, Entry>,
    reports: Reports,
    /// Buffers that were read into before: new ones cost page faults.
    spare: Vec<Vec<u8>>,
    /// The environment's thread comes by itself: it need not be woken up.
    awake: bool,
    /// The environment is gone: nobody is to be told.
    ended: bool,
}

/// A call that has begun and not ended.
pub(crate) struct Entry {
    pub(crate) cancel: CancelToken,
    pub(crate) sender: Option<BodySender>,
    pub(crate) pump: Option<Arc<Pump>>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Adds to what waits, and wakes the environment's thread up if nothing waited before.
    pub(crate) fn tell(&self, add: impl FnOnce(&mut Batch)) {
        self.settle(None, |batch, _| add(batch));
    }

    /// Like [`Shared::tell`] for the last word about a call, which is forgotten.
    pub(crate) fn settle(
        &self,
        last: Option<u32>,
        add: impl FnOnce(&mut Batch, &mut Reports),
    ) -> Option<Entry> {
        let mut state = lock(&self.state);
        let entry = last.and_then(|id| state.calls.remove(&id));
        if state.ended {
            return entry;
        }
        let first = state.batch.is_empty() && !state.awake;
        let State { batch, reports, .. } = &mut *state;
        add(batch, reports);
        drop(state);
        if first {
            self.wake();
        }
        entry
    }

    fn wake(&self) {
        // Locked while it is called: an environment that ends waits, and takes it away before it is gone.
        if let Some(wake) = &*lock(&self.wake) {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    /// Tells of the first `length` bytes of `buffer`.
    pub(crate) fn tell_data(&self, id: u32, buffer: Vec<u8>, length: usize) {
        let mut left = None;
        self.tell(|batch| left = batch.data(id, buffer, length));
        if let Some(buffer) = left {
            self.give_back(buffer);
        }
    }

    /// A buffer of `size` bytes to read into.
    pub(crate) fn spare(&self, size: usize) -> Vec<u8> {
        let known = lock(&self.state).spare.pop();
        known
            .filter(|buffer| buffer.len() == size)
            .unwrap_or_else(|| vec![0; size])
    }

    fn give_back(&self, buffer: Vec<u8>) {
        let mut state = lock(&self.state);
        if state.spare.len() < SPARE && buffer.len() == PIECE {
            state.spare.push(buffer);
        }
    }

    pub(crate) fn begin(&self, id: u32, entry: Entry) {
        lock(&self.state).calls.insert(id, entry);
    }

    pub(crate) fn with<T>(&self, id: u32, act: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        lock(&self.state).calls.get_mut(&id).map(act)
    }

    pub(crate) fn forget(&self, id: u32) -> Option<Entry> {
        lock(&self.state).calls.remove(&id)
    }

    fn take_sender(&self, id: u32) -> Option<BodySender> {
        self.with(id, |entry| entry.sender.take()).flatten()
    }

    /// All that has come. The thread that takes it promises to ask again.
    fn take(&self) -> Batch {
        let mut state = lock(&self.state);
        state.awake = true;
        std::mem::take(&mut state.batch)
    }

    /// All that has come since; nothing, and then the next one wakes the thread up again.
    fn take_again(&self) -> Option<Batch> {
        let mut state = lock(&self.state);
        state.awake = !state.batch.is_empty();
        state.awake.then(|| std::mem::take(&mut state.batch))
    }

    /// Stops everything, since nobody waits any more.
    fn end(&self) {
        let calls = {
            let mut state = lock(&self.state);
            state.ended = true;
            state.batch = Batch::default();
            std::mem::take(&mut state.calls)
        };
        *lock(&self.wake) = None;
        for entry in calls.into_values() {
            entry.cancel.cancel();
        }
    }
}

/// Handshake reports by number: a connection's report crosses the border once.
#[derive(Default)]
pub(crate) struct Reports {
    known: HashMap<usize, (u32, Weak<HandshakeReport>)>,
    last: u32,
    sweep_at: usize,
}

impl Reports {
    /// The number of a report, and its JSON where it is new.
    pub(crate) fn number(
        &mut self,
        report: &Arc<HandshakeReport>,
        batch: &mut Batch,
    ) -> (u32, Option<String>) {
        // A weak reference keeps the place, so that no other report can come to lie there.
        let place = Arc::as_ptr(report) as usize;
        if let Some((number, _)) = self.known.get(&place) {
            return (*number, None);
        }
        if self.known.len() >= self.sweep_at {
            self.known.retain(|_, (number, report)| {
                let alive = report.strong_count() > 0;
                if !alive {
                    batch.note(0, kind::FORGET, *number);
                }
                alive
            });
            self.sweep_at = (2 * self.known.len()).max(64);
        }
        self.last = self.last.wrapping_add(1);
        self.known
            .insert(place, (self.last, Arc::downgrade(report)));
        (self.last, Some(report.to_json().to_string()))
    }
}

/// Bytes that JavaScript gets a copy of: for few of them that is cheaper than to lend them.
pub(crate) struct Copied(Vec<u8>);

impl ToNapiValue for Copied {
    #[allow(unsafe_code)]
    unsafe fn to_napi_value(
        env: napi::sys::napi_env,
        value: Self,
    ) -> napi::Result<napi::sys::napi_value> {
        let slice = BufferSlice::copy_from(&Env::from_raw(env), &value.0)?;
        // SAFETY: by the contract of this function `env` is the environment that it is called in.
        unsafe { ToNapiValue::to_napi_value(env, &slice) }
    }
}

/// What is larger than this is lent to JavaScript, which then cannot transfer it.
const LENT: usize = 1024 * 1024;

/// Bytes of a body.
pub(crate) struct Piece(Large, Arc<Shared>);

impl ToNapiValue for Piece {
    #[allow(unsafe_code)]
    unsafe fn to_napi_value(
        env: napi::sys::napi_env,
        value: Self,
    ) -> napi::Result<napi::sys::napi_value> {
        let Piece(Large { mut buffer, length }, shared) = value;
        if length > LENT {
            buffer.truncate(length);
            // SAFETY: by the contract of this function `env` is the environment that it is called in.
            return unsafe { Buffer::to_napi_value(env, Buffer::from(buffer)) };
        }
        let bytes = buffer.get(..length).unwrap_or_default();
        let slice = BufferSlice::copy_from(&Env::from_raw(env), bytes)?;
        shared.give_back(buffer);
        // SAFETY: as above.
        unsafe { ToNapiValue::to_napi_value(env, &slice) }
    }
}

fn brought(shared: &Arc<Shared>, batch: Batch) -> (Copied, Option<Vec<Piece>>) {
    let piece = |large| Piece(large, shared.clone());
    let large = (!batch.large.is_empty()).then(|| batch.large.into_iter().map(piece).collect());
    (Copied(batch.bytes), large)
}

/// Brings what workers got to one environment.
#[napi]
pub struct Queue {
    pub(crate) shared: Arc<Shared>,
    wake: Arc<Wake>,
}

#[napi]
impl Queue {
    /// `take` is called with the records of all that has come, and the large pieces that they name.
    #[napi(constructor)]
    pub fn new(env: Env, take: Function<'_, (), ()>) -> napi::Result<Queue> {
        let shared: Arc<Shared> = Arc::default();
        let queue = Arc::downgrade(&shared);
        let wake = take
            .build_threadsafe_function::<()>()
            .weak::<true>()
            .callee_handled::<false>()
            .build_callback(move |_| {
                // Whoever made the queue has gone, and nobody asks.
                let Some(queue) = queue.upgrade() else {
                    return Ok(FnArgs::from((Copied(Vec::new()), None)));
                };
                Ok(FnArgs::from(brought(&queue, queue.take())))
            })?;
        let wake: Arc<Wake> = Arc::new(wake);
        *lock(&shared.wake) = Some(wake.clone());
        env.add_env_cleanup_hook(Arc::downgrade(&shared), |shared| {
            if let Some(shared) = shared.upgrade() {
                shared.end();
            }
        })?;
        Ok(Queue { shared, wake })
    }

    /// Calls the function of the constructor with what has come since it was called last. Asked once in a turn of the
    /// loop after each such call, until it returns false: Node would go on and on calling, and never come to its timers.
    #[napi]
    #[allow(private_interfaces)] // Only JavaScript calls it.
    pub fn again(&self, take: Function<'_, Brought, ()>) -> napi::Result<bool> {
        let Some(batch) = self.shared.take_again() else {
            return Ok(false);
        };
        take.call(FnArgs::from(brought(&self.shared, batch)))?;
        Ok(true)
    }

    /// Whether the process has to stay for what is to come.
    #[napi]
    #[allow(unsafe_code)]
    pub fn hold(&self, env: Env, held: bool) {
        // SAFETY: this is the thread of the environment that the function was made in, which lives as long as
        // `self.wake`.
        unsafe {
            match held {
                true => napi::sys::napi_ref_threadsafe_function(env.raw(), self.wake.raw()),
                false => napi::sys::napi_unref_threadsafe_function(env.raw(), self.wake.raw()),
            }
        };
    }

    /// Stops a call, and the body of its answer.
    #[napi]
    pub fn cancel(&self, id: u32) {
        let cancel = self.shared.with(id, |entry| entry.cancel.clone());
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
    }

    /// Allows `credit` more bytes of a body to come.
    #[napi]
    pub fn pull(&self, id: u32, credit: u32) {
        let pump = self.shared.with(id, |entry| entry.pump.clone()).flatten();
        if let Some(pump) = pump {
            pump.allow(&self.shared, id, u64::from(credit));
        }
    }

    /// Ends a body that is not read further: its connection closes.
    #[napi]
    pub fn drop_body(&self, id: u32) {
        let Some(entry) = self.shared.forget(id) else {
            return;
        };
        if !entry.pump.is_some_and(|pump| pump.close()) {
            entry.cancel.cancel();
        }
    }

    /// Adds to the body of a request. Returns whether there is room for more at once; else a record says so later.
    #[napi]
    pub fn push(&self, id: u32, bytes: &[u8]) -> bool {
        let sender = self.shared.with(id, |entry| entry.sender.clone()).flatten();
        match sender {
            Some(sender) => crate::call::push(&self.shared, id, &sender, bytes),
            // The call has ended; its own record says how.
            None => true,
        }
    }

    /// Says that the body of a request is complete.
    #[napi]
    pub fn finish(&self, id: u32) {
        if let Some(sender) = self.shared.take_sender(id) {
            sender.finish();
        }
    }

    /// Says that the body of a request cannot be had.
    #[napi]
    pub fn abort(&self, id: u32, reason: String) {
        if let Some(sender) = self.shared.take_sender(id) {
            sender.abort(&reason);
        }
    }
}
