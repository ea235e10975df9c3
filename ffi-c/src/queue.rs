//! `mutls_queue`: where the ends of submitted calls, reads and writes arrive, and events.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mutls_core::{Code, Epoch, MtlsError, Origin, Phase, Result};

use crate::completion::mutls_completion;
use crate::error::mutls_error;
use crate::ffi::{
    Context, Handle, Out, bad_option, call, give, lend, lock, mutls_finalizer, mutls_status,
    release,
};

/// Takes a completion, which it owns and has to free.
///
/// Called on a thread of the library, or on the thread that submits, before the submission returns,
/// when the outcome is known at once. It may call everything in this header that does not wait:
/// submit, cancel, take, free. While it runs, a worker waits for it, so it should only pass the
/// completion on.
pub type mutls_completion_callback =
    Option<unsafe extern "C" fn(context: *mut c_void, completion: *mut mutls_completion)>;

/// Where completions arrive: it either keeps them until they are popped, or calls a function with
/// each.
///
/// Threads: may be used by several at once; each completion goes to one of them.
pub struct mutls_queue {
    sink: Sink,
    birth: Epoch,
}

enum Sink {
    Keep(Kept),
    Call(
        unsafe extern "C" fn(*mut c_void, *mut mutls_completion),
        Context,
    ),
}

#[derive(Default)]
struct Kept {
    state: Mutex<State>,
    arrived: Condvar,
}

/// Events beyond this are dropped, oldest first.
const EVENTS: usize = 1024;

#[derive(Default)]
struct State {
    waiting: VecDeque<mutls_completion>,
    /// How many of them are events, which nobody may ever pop.
    events: usize,
    freed: bool,
    signal: Option<Signal>,
}

impl Handle for mutls_queue {
    const NAME: &'static str = "queue";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }

    fn freed(self: &Arc<Self>) {
        if let Sink::Keep(kept) = &self.sink {
            let left = {
                let mut state = lock(&kept.state);
                state.freed = true;
                std::mem::take(&mut state.waiting)
            };
            kept.arrived.notify_all();
            // Outside of the lock: a response that is dropped closes its connection.
            drop(left);
        }
    }
}

impl mutls_queue {
    fn new(sink: Sink) -> *mut mutls_queue {
        give(mutls_queue {
            sink,
            birth: Epoch::current(),
        })
    }

    pub(crate) fn deliver(&self, completion: mutls_completion) {
        match &self.sink {
            Sink::Keep(kept) => kept.push(completion),
            Sink::Call(callback, context) => {
                let completion = give(completion);
                // SAFETY: by its contract the callback may be called on any thread, with the context
                // that came with it and a completion that it will free.
                unsafe { callback(context.pointer(), completion) };
            }
        }
    }

    fn kept(&self) -> Result<&Kept> {
        match &self.sink {
            Sink::Keep(kept) => Ok(kept),
            Sink::Call(..) => Err(bad_option(
                "this queue calls a function, so there is nothing to pop",
            )),
        }
    }
}

impl Kept {
    fn push(&self, completion: mutls_completion) {
        let mut state = lock(&self.state);
        if state.freed {
            drop(state);
            return drop(completion);
        }
        if completion.is_event() {
            state.events += 1;
            if state.events > EVENTS {
                let oldest = state.waiting.iter().position(mutls_completion::is_event);
                oldest.map(|oldest| state.waiting.remove(oldest));
                state.events = EVENTS;
            }
        }
        state.waiting.push_back(completion);
        if let (1, Some(signal)) = (state.waiting.len(), &state.signal) {
            signal.raise();
        }
        drop(state);
        self.arrived.notify_one();
    }

    fn pop(&self, wait: Option<Duration>) -> Result<Option<mutls_completion>> {
        // A wait too long for the clock is one without end.
        let deadline = wait.and_then(|wait| Instant::now().checked_add(wait));
        let mut state = lock(&self.state);
        loop {
            if state.freed {
                return Err(MtlsError::new(
                    Code::Closed,
                    Phase::Config,
                    Origin::Caller,
                    "the queue was freed while it was waited for",
                ));
            }
            if let Some(completion) = state.waiting.pop_front() {
                state.events -= usize::from(completion.is_event());
                if let (true, Some(signal)) = (state.waiting.is_empty(), &state.signal) {
                    signal.lower();
                }
                return Ok(Some(completion));
            }
            state = match deadline {
                None => self
                    .arrived
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ok(None);
                    }
                    let waited = self.arrived.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn descriptor(&self) -> Result<i32> {
        let mut state = lock(&self.state);
        if state.signal.is_none() {
            let signal = Signal::new()?;
            if !state.waiting.is_empty() {
                signal.raise();
            }
            state.signal = Some(signal);
        }
        Ok(state.signal.as_ref().map_or(-1, Signal::descriptor))
    }
}

/// A descriptor that is readable while completions wait. Raised and lowered under the queue's lock,
/// at the first and the last completion, so that a busy queue makes no syscalls.
#[cfg(unix)]
struct Signal {
    read: std::os::fd::OwnedFd,
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    write: std::os::fd::OwnedFd,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Signal {
    fn new() -> Result<Signal> {
        use std::os::fd::FromRawFd;
        // SAFETY: no pointers are involved.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(no_descriptor());
        }
        // SAFETY: the kernel has just given it to us.
        Ok(Signal {
            read: unsafe { std::os::fd::OwnedFd::from_raw_fd(fd) },
        })
    }

    fn write_end(&self) -> &std::os::fd::OwnedFd {
        &self.read
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
impl Signal {
    fn new() -> Result<Signal> {
        use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
        let mut ends = [-1; 2];
        // SAFETY: there is room for the two descriptors.
        if unsafe { libc::pipe(ends.as_mut_ptr()) } != 0 {
            return Err(no_descriptor());
        }
        // SAFETY: the kernel has just given them to us.
        let [read, write] = ends.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
        for end in [&read, &write] {
            // SAFETY: no pointers are involved, and the descriptors are ours.
            unsafe {
                libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC);
                libc::fcntl(end.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK);
            }
        }
        Ok(Signal { read, write })
    }

    fn write_end(&self) -> &std::os::fd::OwnedFd {
        &self.write
    }
}

#[cfg(unix)]
impl Signal {
    fn raise(&self) {
        use std::os::fd::AsRawFd;
        let one = 1u64.to_ne_bytes();
        // SAFETY: eight readable bytes. It cannot fill up: it is lowered before it is raised again.
        unsafe { libc::write(self.write_end().as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    fn lower(&self) {
        use std::os::fd::AsRawFd;
        let mut value = [0u8; 8];
        // SAFETY: eight writable bytes.
        unsafe {
            libc::read(
                self.read.as_raw_fd(),
                value.as_mut_ptr().cast(),
                value.len(),
            )
        };
    }

    fn descriptor(&self) -> i32 {
        use std::os::fd::AsRawFd;
        self.read.as_raw_fd()
    }
}

#[cfg(unix)]
fn no_descriptor() -> MtlsError {
    let reason = std::io::Error::last_os_error();
    MtlsError::new(
        Code::Overloaded,
        Phase::Queue,
        Origin::Local,
        "the system gives no descriptor for the queue",
    )
    .with_cause(&reason)
}

/// A platform without pollable descriptors.
#[cfg(not(unix))]
struct Signal;

#[cfg(not(unix))]
impl Signal {
    fn new() -> Result<Signal> {
        Ok(Signal)
    }

    fn raise(&self) {}

    fn lower(&self) {}

    fn descriptor(&self) -> i32 {
        -1
    }
}

/// Makes a queue that keeps completions until they are popped.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_queue_new(
    queue: *mut *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(queue, "queue")?;
        out.set(mutls_queue::new(Sink::Keep(Kept::default())));
        Ok(())
    })
}

/// Makes a queue that calls `callback` with each completion as it arrives, from several threads at
/// once. One such queue serves a whole program; the id tells the submissions apart, and may be a
/// pointer of the caller.
///
/// `finalizer` (may be NULL) takes `context` back after `mutls_queue_free` and the last completion.
/// If this function fails, it is not called.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_queue_new_calling(
    callback: mutls_completion_callback,
    context: *mut c_void,
    finalizer: mutls_finalizer,
    queue: *mut *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(queue, "queue")?;
        let callback = callback.ok_or_else(|| bad_option("the callback is NULL"))?;
        out.set(mutls_queue::new(Sink::Call(
            callback,
            Context::new(context, finalizer),
        )));
        Ok(())
    })
}

/// Waits for a completion, which the caller then owns; NULL when `timeout_ms` passes without one. 0
/// does not wait; a negative timeout waits without end.
///
/// Errors: `bad_option`, `closed` when the queue is freed meanwhile, or after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_queue_pop(
    queue: *mut mutls_queue,
    timeout_ms: i64,
    completion: *mut *mut mutls_completion,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(completion, "completion")?;
        let queue = lend(queue)?;
        let wait = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
        let popped = queue.kept()?.pop(wait)?;
        out.set(popped.map_or(std::ptr::null_mut(), give));
        Ok(())
    })
}

/// A descriptor that poll, epoll and the like find readable while completions wait; pop with a
/// timeout of 0 then. It belongs to the queue: do not read, write or close it. -1 where the
/// platform has none.
///
/// Errors: `bad_option`, `overloaded` when the process has no descriptor left, `closed` after a
/// fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_queue_fd(
    queue: *mut mutls_queue,
    descriptor: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(descriptor, "descriptor")?;
        out.set(lend(queue)?.kept()?.descriptor()?);
        Ok(())
    })
}

/// Frees a queue. One that keeps: waiting and later completions are freed, and a pop under way ends
/// with `closed`. One that calls: what was submitted still completes, then the finalizer runs.
/// Cancels nothing. NULL is fine. May be called in a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_queue_free(queue: *mut mutls_queue) {
    release(queue);
}
