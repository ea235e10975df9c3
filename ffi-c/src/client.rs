//! `mutls_client`: identity, trust and connections, shared by any number of calls.

use std::sync::Arc;
use std::time::Duration;

use mutls_core::Client;

use crate::bytes::mutls_bytes;
use crate::completion::{Done, MUTLS_COMPLETION_SEND, Ticket, mutls_completion};
use crate::config::mutls_config;
use crate::error::mutls_error;
use crate::ffi::{Handle, Out, call, give, lend, mutls_status, release};
use crate::queue::mutls_queue;
use crate::request::mutls_request;
use crate::response::mutls_response;

/// A client: an identity, whom it trusts, and a pool of connections.
///
/// Threads: may be used by any number at once. Fork: a child may go on using it; it gets
/// connections of its own.
pub struct mutls_client(Client);

impl Handle for mutls_client {
    const NAME: &'static str = "client";
}

impl mutls_client {
    pub(crate) fn core(&self) -> &Client {
        &self.0
    }
}

/// Makes a client. Everything that the config names is read and checked now: a client that was made
/// has a usable identity and trust. Nothing is connected yet.
///
/// Errors: the families config, identity and trust, such as `passphrase_wrong` and `key_mismatch`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_new(
    config: *const mutls_config,
    client: *mut *mut mutls_client,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(client, "client")?;
        let (config, attachments) = lend(config)?.parts();
        out.set(give(mutls_client(Client::new(config, attachments)?)));
        Ok(())
    })
}

/// Swaps in another config, or the same one to read its files anew (certificate rotation). Calls in
/// flight finish on the old one. On failure the old one stays.
///
/// Errors: as `mutls_client_new`; `closed`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_reload(
    client: *mut mutls_client,
    config: *const mutls_config,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let client = lend(client)?;
        let (config, attachments) = lend(config)?.parts();
        client.0.reload(config, attachments)
    })
}

/// Sends a request and waits for the head of the answer; the body is then read from the response.
/// Consumes the request: its handle is to be freed, and cannot be sent again. An HTTP status is
/// never an error.
///
/// Not for callbacks: it waits.
///
/// Errors: any; `bad_option` if the request was sent before, `closed` if the client was closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_send(
    client: *mut mutls_client,
    request: *mut mutls_request,
    response: *mut *mut mutls_response,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(response, "response")?;
        let client = lend(client)?;
        let taken = lend(request)?.take()?;
        let answer = client.0.send(taken.request)?;
        out.set(give(mutls_response::new(
            answer,
            &client.0,
            taken.cancel,
            taken.prefetch,
        )));
        Ok(())
    })
}

/// Sends a request and waits for the whole answer, the body included: `mutls_client_send` and
/// `mutls_response_read_all` in one, for hosts that pay for each wait. The head is then read from
/// `response`, the body from `bytes`; a negative `max_bytes` sets no limit.
///
/// Not for callbacks: it waits.
///
/// Errors: as `mutls_client_send` and `mutls_response_read_all`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_fetch(
    client: *mut mutls_client,
    request: *mut mutls_request,
    max_bytes: i64,
    response: *mut *mut mutls_response,
    bytes: *mut *mut mutls_bytes,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(response, "response")?;
        let out_bytes = Out::new(bytes, "bytes")?;
        let client = lend(client)?;
        let taken = lend(request)?.take()?;
        let answer = client.0.send(taken.request)?;
        let answer = mutls_response::new(answer, &client.0, taken.cancel, 0);
        let all = answer.rest(max_bytes)?;
        out.set(give(answer));
        out_bytes.set(give(mutls_bytes(all)));
        Ok(())
    })
}

/// Like `mutls_client_send`, on a worker thread: returns at once, and `queue` gets one completion
/// that carries `id` and the response or the error. If this function fails, nothing was submitted,
/// nothing will complete, and the request is as it was. All handles may be freed at once; that
/// cancels nothing.
///
/// When the outcome is known at once (`overloaded`, `closed`), the completion arrives before this
/// function returns.
///
/// Errors here: `bad_option`, `closed` after a fork. In the completion: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_submit(
    client: *mut mutls_client,
    request: *mut mutls_request,
    id: u64,
    queue: *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let client = lend(client)?;
        let request = lend(request)?;
        let queue = lend(queue)?;
        let taken = request.take()?;
        let ticket = Ticket::new(queue, id, MUTLS_COMPLETION_SEND);
        let core = client.0.clone();
        client.0.submit(taken.request, move |answer| {
            let answer = answer
                .map(|answer| mutls_response::new(answer, &core, taken.cancel, taken.prefetch));
            ticket.complete(answer.map(|response| Done::Response(Box::new(response))));
        });
        Ok(())
    })
}

/// Has `queue` told of what happens to the connections and certificates of a client, for logs and metrics: each event is a
/// completion of the kind `MUTLS_COMPLETION_EVENT` with this `id`, whose bytes are its JSON:
///
///     {"event": "identity_expiring", "level": "warning", "message": "our certificate CN=...", "days_left": 5, ...}
///
/// `event` is `connected`, `connect_failed`, `handshake_failed`, `retried`, `identity_expiring` or `server_expiring`, and
/// may be another in a later version; `level` is `debug`, `info`, `warning` or `error`; `message` is fit for a log. The
/// other keys are those that apply (docs/events.md). Nothing in it is secret.
///
/// Identities that expire soon (`expiry_warning_days`) are told before this function returns. A client tells one queue; NULL
/// ends it. The client keeps the queue alive until then, or until it is freed: a finalizer waits for that. A queue that is
/// popped keeps the newest 1,024 events; one that calls is called where things happen, in the midst of a call, so that it
/// should only pass the event on. A forked child tells nobody until it asks to.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_observe(
    client: *mut mutls_client,
    queue: *mut mutls_queue,
    id: u64,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let client = lend(client)?;
        if queue.is_null() {
            return client.0.observe(None);
        }
        let queue = lend(queue)?;
        client.0.observe(Some(Arc::new(move |event| {
            // What the parent's threads held at the fork is never released here.
            if !queue.inherited() {
                let json = event.to_json().to_string().into_bytes();
                queue.deliver(mutls_completion::of_event(id, json));
            }
        })))
    })
}

/// Closes a client: refuses new calls with `closed`, waits up to `drain_ms` for those in flight
/// (their bodies included), then cancels what is left and closes every connection. Writes 1 if all
/// had finished, else 0. The handle still has to be freed. May be called again.
///
/// Not for callbacks unless `drain_ms` is 0.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_close(
    client: *mut mutls_client,
    drain_ms: u64,
    all_finished: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(all_finished, "all_finished")?;
        out.set(
            lend(client)?
                .0
                .close(Duration::from_millis(drain_ms))
                .into(),
        );
        Ok(())
    })
}

/// Frees a client. Calls in flight and responses go on, and keep what they need; idle connections
/// are closed with the last of them. NULL is fine. May be called in a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_free(client: *mut mutls_client) {
    release(client);
}
