//! `mutls_completion`: how something that was submitted ended.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use mutls_core::{Epoch, MtlsError, Result};

use crate::error::mutls_error;
use crate::ffi::{Handle, Out, OutView, bad_option, call, give, lend, lock, mutls_status, release};
use crate::queue::mutls_queue;
use crate::response::mutls_response;

/// `mutls_client_submit` has ended: take the response or the error.
pub const MUTLS_COMPLETION_SEND: i32 = 1;
/// `mutls_response_submit_read` has ended: view the bytes (none: the complete end of the body) or
/// take the error.
pub const MUTLS_COMPLETION_READ: i32 = 2;
/// `mutls_response_submit_read_all` has ended: view the bytes or take the error.
pub const MUTLS_COMPLETION_READ_ALL: i32 = 3;
/// `mutls_body_submit_write` has ended: there is room for more, or take the error.
pub const MUTLS_COMPLETION_WRITE: i32 = 4;
/// Something happened to an observed client: view the bytes, which are JSON (see `mutls_client_observe`).
pub const MUTLS_COMPLETION_EVENT: i32 = 5;

/// How something that was submitted ended. It owns what was not taken from it.
///
/// Threads: may be used by several at once; what is taken goes to one of them.
pub struct mutls_completion {
    id: u64,
    kind: i32,
    status: mutls_status,
    bytes: Option<Vec<u8>>,
    response: Mutex<Option<mutls_response>>,
    failure: Mutex<Option<MtlsError>>,
    birth: Epoch,
}

impl Handle for mutls_completion {
    const NAME: &'static str = "completion";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }
}

/// What a submission leads to when it does not fail.
pub(crate) enum Done {
    Response(Box<mutls_response>),
    Bytes(Vec<u8>),
    Room,
}

impl mutls_completion {
    pub(crate) fn of_event(id: u64, json: Vec<u8>) -> mutls_completion {
        mutls_completion {
            id,
            kind: MUTLS_COMPLETION_EVENT,
            status: 0,
            bytes: Some(json),
            response: Mutex::default(),
            failure: Mutex::default(),
            birth: Epoch::current(),
        }
    }

    pub(crate) fn is_event(&self) -> bool {
        self.kind == MUTLS_COMPLETION_EVENT
    }
}

/// The promise that a submission completes exactly once, whatever becomes of the work behind it.
pub(crate) struct Ticket {
    queue: Arc<mutls_queue>,
    id: u64,
    kind: i32,
    open: AtomicBool,
}

impl Ticket {
    pub(crate) fn new(queue: Arc<mutls_queue>, id: u64, kind: i32) -> Ticket {
        Ticket {
            queue,
            id,
            kind,
            open: AtomicBool::new(true),
        }
    }

    pub(crate) fn complete(&self, outcome: Result<Done>) {
        if !self.open.swap(false, Ordering::AcqRel) {
            return;
        }
        let mut completion = mutls_completion {
            id: self.id,
            kind: self.kind,
            status: 0,
            bytes: None,
            response: Mutex::default(),
            failure: Mutex::default(),
            birth: Epoch::current(),
        };
        match outcome {
            Ok(Done::Response(response)) => completion.response = Mutex::new(Some(*response)),
            Ok(Done::Bytes(bytes)) => completion.bytes = Some(bytes),
            Ok(Done::Room) => {}
            Err(error) => {
                completion.status = error.code().number();
                completion.failure = Mutex::new(Some(error));
            }
        }
        self.queue.deliver(completion);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.complete(Err(MtlsError::internal(
            "the work behind a submission was dropped before it was done",
        )));
    }
}

/// The id that was given at submission, what was submitted (`MUTLS_COMPLETION_...`), and how it
/// ended: `MUTLS_OK` or the number of the error.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_completion_info(
    completion: *const mutls_completion,
    id: *mut u64,
    kind: *mut i32,
    status: *mut mutls_status,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let (id, kind) = (Out::new(id, "id")?, Out::new(kind, "kind")?);
        let status = Out::new(status, "status")?;
        let completion = lend(completion)?;
        id.set(completion.id);
        kind.set(completion.kind);
        status.set(completion.status);
        Ok(())
    })
}

/// Takes the response of a send that succeeded; the caller owns it then.
///
/// Errors: `bad_option` if there is none, or it was taken before; `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_completion_take_response(
    completion: *mut mutls_completion,
    response: *mut *mut mutls_response,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(response, "response")?;
        let taken = lock(&lend(completion)?.response).take();
        let response = taken.ok_or_else(|| bad_option("the completion has no response to take"))?;
        out.set(give(response));
        Ok(())
    })
}

/// Takes the error of a submission that failed; the caller owns it then. NULL if it succeeded, or
/// the error was taken before.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_completion_take_error(
    completion: *mut mutls_completion,
    failure: *mut *mut mutls_error,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(failure, "failure")?;
        let taken = lock(&lend(completion)?.failure).take();
        out.set(taken.map_or(std::ptr::null_mut(), |failure| {
            give(mutls_error::new(failure))
        }));
        Ok(())
    })
}

/// The bytes of a read that succeeded, or of an event. The library owns them, so that no buffer of the caller has
/// to stay in place while the read is under way (garbage collectors move them); the view lives
/// until `mutls_completion_free`.
///
/// Errors: `bad_option` if the completion is neither that of a successful read nor an event; `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_completion_bytes(
    completion: *const mutls_completion,
    data: *mut *const u8,
    data_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::bytes(data, data_length, "data")?;
        let completion = lend(completion)?;
        let bytes = completion.bytes.as_ref();
        view.set(bytes.ok_or_else(|| bad_option("the completion has no bytes"))?);
        Ok(())
    })
}

/// Frees a completion with what was not taken from it; a response that was not taken closes its
/// connection. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_completion_free(completion: *mut mutls_completion) {
    release(completion);
}
