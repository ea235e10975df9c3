//! `mutls_begun`: a call that waits for its answer without a thread.

use std::sync::Mutex;
use std::time::Instant;

use mutls_core::{Begin, Begun, CancelToken, Client, Epoch};

use crate::client::mutls_client;
use crate::error::mutls_error;
use crate::ffi::{Handle, Out, bad_option, call, give, lend, lock, mutls_status, release};
use crate::request::{Draft, mutls_request};
use crate::response::mutls_response;

/// A call whose request is out and whose answer has not been looked for.
///
/// Threads: may be used by several at once; the answer goes to one of them.
pub struct mutls_begun {
    open: Mutex<Option<Box<Begun>>>,
    client: Client,
    cancel: CancelToken,
    prefetch: usize,
    birth: Epoch,
}

impl Handle for mutls_begun {
    const NAME: &'static str = "begun call";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }
}

/// Sends a request over an idle connection, if there is one, and does not wait for the answer: for hosts that can wait
/// for many descriptors at once, and for which a thread that waits is dear. `begun` is NULL where there is no such
/// connection, or the request's body is streamed: then the request is as it was, to be sent in another way.
///
/// `descriptor` can be read once the answer comes, or the call is cancelled, or the peer is gone. Wait for it for
/// `patience_ms` at most (negative: as long as you like), then call `mutls_begun_finish`, whatever happened meanwhile; at
/// once where `descriptor` is negative. The descriptor is the library's: it may be waited for and duplicated for that,
/// but not read, written or closed, and its flags must be as they were when `mutls_begun_finish` is called. `connection` is
/// the number that `mutls_response_connection` gives: what was prepared for waiting serves all calls with that number.
///
/// Small requests are sent at once; a body of bytes that the peer is slow to take is waited for, as are a host's own
/// clock and signals not looked at.
///
/// Errors: as `mutls_client_send`; what goes wrong on the connection is told by `mutls_begun_finish`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_begin(
    client: *mut mutls_client,
    request: *mut mutls_request,
    begun: *mut *mut mutls_begun,
    descriptor: *mut i32,
    patience_ms: *mut i64,
    connection: *mut u64,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(begun, "begun")?;
        let descriptor = Out::new(descriptor, "descriptor")?;
        let patience = Out::new(patience_ms, "patience_ms")?;
        let connection = Out::new(connection, "connection")?;
        let client = lend(client)?;
        let request = lend(request)?;
        let Draft {
            request: draft,
            cancel,
            prefetch,
        } = request.take()?;
        match client.core().begin(draft)? {
            Begin::Begun(begun) => {
                descriptor.set(begun.descriptor().unwrap_or(-1));
                patience.set(begun.deadline().map_or(-1, left));
                connection.set(begun.connection());
                out.set(give(mutls_begun {
                    open: Mutex::new(Some(begun)),
                    client: client.core().clone(),
                    cancel,
                    prefetch,
                    birth: Epoch::current(),
                }));
            }
            Begin::NotYet(draft) => {
                request.put_back(Draft {
                    request: *draft,
                    cancel,
                    prefetch,
                });
                out.set(std::ptr::null_mut());
            }
        }
        Ok(())
    })
}

/// Rounded up: who waits so long finds the deadline passed.
fn left(deadline: Instant) -> i64 {
    let left = deadline.saturating_duration_since(Instant::now());
    i64::try_from(left.as_millis()).map_or(i64::MAX, |ms| ms.saturating_add(1))
}

/// The answer to a request that was begun; waits for it where it is not there. The handle is still to be freed.
///
/// Not for callbacks: it may wait.
///
/// Errors: as `mutls_client_send`; `bad_option` if it was finished before; `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_begun_finish(
    begun: *mut mutls_begun,
    response: *mut *mut mutls_response,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(response, "response")?;
        let begun = lend(begun)?;
        let open = lock(&begun.open).take();
        let open = open.ok_or_else(|| bad_option("the call was already finished"))?;
        let answer = open.finish()?;
        out.set(give(mutls_response::new(
            answer,
            &begun.client,
            begun.cancel.clone(),
            begun.prefetch,
        )));
        Ok(())
    })
}

/// Frees a begun call; one that was not finished closes its connection. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_begun_free(begun: *mut mutls_begun) {
    release(begun);
}
