//! The body of a request: pulled from a callback, or pushed through a `mutls_body`.

use std::ffi::{c_char, c_void};
use std::io::{self, Read};

use mutls_core::{BodySender, Epoch, Result};

use crate::completion::{Done, MUTLS_COMPLETION_WRITE, Ticket};
use crate::error::mutls_error;
use crate::ffi::{Context, Handle, bad_option, bytes, call, lend, mutls_status, release, text};
use crate::queue::mutls_queue;

/// Produces the next bytes of a request body: writes up to `capacity` (at least 1) bytes to
/// `buffer` and returns how many, 0 at the end of the body. To fail the request with
/// `body_source_failed`, it writes a message of m bytes (UTF-8, m may be 0) and returns -1 - m.
///
/// Called on the thread that sends: the caller of `mutls_client_send`, or a worker; never twice at
/// once. A cancelled call is noticed when it returns, so it should not wait for long. It must not
/// use the request, nor wait for the same call.
pub type mutls_body_read_callback =
    Option<unsafe extern "C" fn(context: *mut c_void, buffer: *mut u8, capacity: usize) -> i64>;

/// A body that a callback produces.
pub(crate) struct Pulled {
    pub(crate) read: unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> i64,
    pub(crate) context: Context,
}

impl Read for Pulled {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // SAFETY: by its contract the callback takes its own context and writes at most as many bytes
        // as there are; `&mut self` keeps it from being called twice at once.
        let n = unsafe { (self.read)(self.context.pointer(), buffer.as_mut_ptr(), buffer.len()) };
        if let Ok(n) = usize::try_from(n) {
            return match n <= buffer.len() {
                true => Ok(n),
                false => Err(io::Error::other(
                    "the callback of the body says that it wrote more than there was room for",
                )),
            };
        }
        let length = usize::try_from(-1 - n)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let message =
            String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
        Err(io::Error::other(match message.is_empty() {
            true => "the callback of the body failed".to_owned(),
            false => message,
        }))
    }
}

/// -1 is chunked.
pub(crate) fn body_length(length: i64) -> Result<Option<u64>> {
    match length {
        -1 => Ok(None),
        _ => u64::try_from(length)
            .map(Some)
            .map_err(|_| bad_option("the length of a body is -1 (not known) or not negative")),
    }
}

/// The sending end of a pushed request body. Bytes may be written before, while and after the
/// request is sent, until the library's buffer is full.
///
/// Threads: may be used by several at once; their bytes are sent in the order in which the writes
/// began.
pub struct mutls_body {
    sender: BodySender,
    birth: Epoch,
}

impl Handle for mutls_body {
    const NAME: &'static str = "body";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }
}

impl mutls_body {
    pub(crate) fn new(sender: BodySender) -> mutls_body {
        mutls_body {
            sender,
            birth: Epoch::current(),
        }
    }
}

/// Writes bytes of the body (they are copied), waiting until there is room. Not for callbacks: it
/// waits for the thread that sends.
///
/// Errors: `bad_option`; `closed` when the request has ended, in whatever way: its own outcome says
/// why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_body_write(
    body: *mut mutls_body,
    data: *const u8,
    data_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        lend(body)?.sender.write(bytes(data, data_length, "data")?)
    })
}

/// Writes bytes of the body (they are copied at once) and completes when there is room for more:
/// write again only then, and the memory that the body takes stays flat. If this function fails,
/// nothing was submitted and nothing will complete.
///
/// Errors here: `bad_option`, `closed` after a fork. In the completion: as `mutls_body_write`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_body_submit_write(
    body: *mut mutls_body,
    data: *const u8,
    data_length: usize,
    id: u64,
    queue: *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let body = lend(body)?;
        let data = bytes(data, data_length, "data")?;
        let ticket = Ticket::new(lend(queue)?, id, MUTLS_COMPLETION_WRITE);
        body.sender.push(data, move |taken| {
            ticket.complete(taken.map(|()| Done::Room))
        });
        Ok(())
    })
}

/// Says that the body is complete. Harmless when the request has ended.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_body_finish(
    body: *mut mutls_body,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        lend(body)?.sender.finish();
        Ok(())
    })
}

/// Fails the request with `body_source_failed`; `reason` (UTF-8, may be empty) becomes its cause.
/// Harmless when the body is finished.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_body_abort(
    body: *mut mutls_body,
    reason: *const c_char,
    reason_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let body = lend(body)?;
        let reason = text(reason, reason_length, "reason")?;
        body.sender.abort(if reason.is_empty() {
            "the body was aborted"
        } else {
            reason
        });
        Ok(())
    })
}

/// Frees the sending end. If the body is not finished, the request fails with `body_source_failed`.
/// NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_body_free(body: *mut mutls_body) {
    release(body);
}
