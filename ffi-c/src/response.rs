//! `mutls_response`: what came back.

use std::ffi::c_char;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use mutls_core::{
    CancelToken, Client, Epoch, HandshakeReport, MtlsError, Response, Result, Workers,
};

use crate::bytes::mutls_bytes;
use crate::completion::{Done, MUTLS_COMPLETION_READ, MUTLS_COMPLETION_READ_ALL, Ticket};
use crate::error::mutls_error;
use crate::ffi::{
    Handle, Out, OutView, bad_option, buffer, bytes, call, give, lend, lock, mutls_status, release,
};
use crate::head::Head;
use crate::incoming::{Incoming, LARGEST_READ};
use crate::queue::mutls_queue;
use crate::report::{LazyJson, mutls_report};

/// An answer: its head, and the stream of its body. Every view of it lives until
/// `mutls_response_free`.
///
/// Threads: the head may be read by several at once; of the body one read at a time may be under
/// way, and a second one is refused.
pub struct mutls_response {
    head: Head,
    report: Arc<HandshakeReport>,
    report_json: LazyJson,
    body: Mutex<Incoming>,
    reading: AtomicBool,
    cancel: CancelToken,
    workers: Option<Arc<Workers>>,
    birth: Epoch,
}

impl Handle for mutls_response {
    const NAME: &'static str = "response";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }

    fn freed(self: &Arc<Self>) {
        // A read that is under way would hold the connection until its deadline.
        if self.reading.load(Ordering::Acquire) {
            self.cancel.cancel();
        }
    }
}

/// The right to read the body, held by one read at a time.
struct Turn(Arc<mutls_response>);

impl Turn {
    fn take(response: Arc<mutls_response>) -> Result<Turn> {
        match response.reading.swap(true, Ordering::AcqRel) {
            false => Ok(Turn(response)),
            true => Err(bad_option("another read of this response is under way")
                .with_hint("Read a body from one thread at a time, one read after the other.")),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&mut Incoming) -> Result<T>) -> Result<T> {
        read(&mut lock(&self.0.body))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.reading.store(false, Ordering::Release);
    }
}

impl mutls_response {
    pub(crate) fn new(
        response: Response,
        client: &Client,
        cancel: CancelToken,
        prefetch: usize,
    ) -> mutls_response {
        let head = Head::of(&response);
        let report = response.handshake().clone();
        let mut body = Incoming::of(response);
        body.prefetch(prefetch);
        mutls_response {
            head,
            report,
            report_json: LazyJson::default(),
            body: Mutex::new(body),
            reading: AtomicBool::new(false),
            cancel,
            workers: client.workers().ok(),
            birth: Epoch::current(),
        }
    }

    /// The rest of the body of a response that nobody else has yet.
    pub(crate) fn rest(&self, max_bytes: i64) -> Result<Vec<u8>> {
        let expected = self.head.content_length;
        lock(&self.body).read_all(usize::try_from(max_bytes).ok(), expected)
    }

    /// Reads on a worker, or here when there is nothing to wait for.
    fn submit(
        self: Arc<Self>,
        queue: Arc<mutls_queue>,
        (id, kind): (u64, i32),
        at_hand: impl FnOnce(&Incoming) -> bool,
        read: impl FnOnce(&mut Incoming) -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<()> {
        let workers = self.workers.clone();
        let turn = Turn::take(self)?;
        let at_hand = turn.read(|body| Ok(at_hand(body)))?;
        let ticket = Arc::new(Ticket::new(queue, id, kind));
        let job = {
            let ticket = ticket.clone();
            move || {
                let outcome = turn.read(read).map(Done::Bytes);
                // Before the completion is seen: its receiver may submit the next read.
                drop(turn);
                ticket.complete(outcome);
            }
        };
        match workers {
            _ if at_hand => job(),
            Some(workers) => {
                if let Err(refusal) = workers.run(job) {
                    ticket.complete(Err(refusal));
                }
            }
            None => {
                drop(job);
                ticket.complete(Err(MtlsError::internal("the client has no workers")));
            }
        }
        Ok(())
    }
}

/// The status code. An error status is an answer, not an error.
///
/// Errors of this and the other functions that read the head: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_status(
    response: *const mutls_response,
    status: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(status, "status")?.set(lend(response)?.head.status.into());
        Ok(())
    })
}

/// The minor HTTP version: 1 for HTTP/1.1, 0 for HTTP/1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_http_minor_version(
    response: *const mutls_response,
    minor: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(minor, "minor")?.set(lend(response)?.head.version.into());
        Ok(())
    })
}

/// The URL that answered, after redirects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_url(
    response: *const mutls_response,
    url: *mut *const c_char,
    url_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        OutView::text(url, url_length, "url")?.set(&lend(response)?.head.url);
        Ok(())
    })
}

/// How many header lines there are; a name that is repeated counts each time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_header_count(
    response: *const mutls_response,
    count: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(count, "count")?.set(lend(response)?.head.count());
        Ok(())
    })
}

/// A header line by its index. Names are lower-case; values are bytes as they came, text or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_header_at(
    response: *const mutls_response,
    index: usize,
    name: *mut *const u8,
    name_length: *mut usize,
    value: *mut *const u8,
    value_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let name = OutView::bytes(name, name_length, "name")?;
        let value = OutView::bytes(value, value_length, "value")?;
        let response = lend(response)?;
        let line = response.head.line(index);
        let line = line.ok_or_else(|| bad_option(format!("the response has no header {index}")))?;
        name.set(line.0);
        value.set(line.1);
        Ok(())
    })
}

/// A header's value by its name, in any case. `nth` is 0 for the first line of that name, 1 for the
/// second, and so on. If there is none, the value is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_header(
    response: *const mutls_response,
    name: *const c_char,
    name_length: usize,
    nth: usize,
    value: *mut *const u8,
    value_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::bytes(value, value_length, "value")?;
        let name = bytes(name, name_length, "name")?;
        match lend(response)?.head.value(name, nth) {
            Some(value) => view.set(value),
            None => view.set_none(),
        }
        Ok(())
    })
}

/// All header lines in one view: `name: value`, each ended by CR LF.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_header_block(
    response: *const mutls_response,
    block: *mut *const u8,
    block_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        OutView::bytes(block, block_length, "block")?.set(&lend(response)?.head.block);
        Ok(())
    })
}

/// The length of the body where it is known beforehand, else -1: the body is chunked, ends with the
/// connection, or is decoded on the way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_content_length(
    response: *const mutls_response,
    length: *mut i64,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(length, "length")?;
        let length = lend(response)?.head.content_length;
        out.set(
            length
                .and_then(|length| i64::try_from(length).ok())
                .unwrap_or(-1),
        );
        Ok(())
    })
}

/// How many bytes of the body came together with the head. If that is all of
/// `mutls_response_content_length`, the body and its end can be read without waiting.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_at_hand(
    response: *const mutls_response,
    length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(length, "length")?.set(lend(response)?.head.at_hand);
        Ok(())
    })
}

/// Writes 1 if gzip or brotli is decoded on the way, else 0. The headers that speak of the coding
/// are gone then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_decoded(
    response: *const mutls_response,
    decoded: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(decoded, "decoded")?.set(lend(response)?.head.decoded.into());
        Ok(())
    })
}

/// The handshake report, to be kept beyond the response; the caller owns it then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_report(
    response: *const mutls_response,
    report: *mut *mut mutls_report,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(report, "report")?;
        out.set(give(mutls_report::new(lend(response)?.report.clone())));
        Ok(())
    })
}

/// The number of the connection, which no other connection of this process has: what was learned of
/// its handshake need not be asked again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_connection(
    response: *const mutls_response,
    connection: *mut u64,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(connection, "connection")?.set(lend(response)?.report.connection);
        Ok(())
    })
}

/// A certificate of the server in DER; 0 is its own, 1 that of its issuer, and so on. NULL where
/// there are no more. A resumed session has those of its first handshake.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_server_certificate(
    response: *const mutls_response,
    index: usize,
    der: *mut *const u8,
    der_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::bytes(der, der_length, "der")?;
        match lend(response)?.report.server_certificates.0.get(index) {
            Some(certificate) => view.set(certificate),
            None => view.set_none(),
        }
        Ok(())
    })
}

/// Writes 1 if the connection had served an earlier request, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_connection_reused(
    response: *const mutls_response,
    reused: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(reused, "reused")?.set(lend(response)?.head.reused.into());
        Ok(())
    })
}

/// What the connection's handshake showed, as JSON: version, suite, both sides' certificates,
/// timings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_handshake(
    response: *const mutls_response,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let response = lend(response)?;
        view.set(response.report_json.get(|| response.report.to_json()));
        Ok(())
    })
}

/// Waits for the next bytes of the body and writes how many came; 0 is the complete end. A body
/// that is cut short is an error, never an end.
///
/// Not for callbacks: it waits.
///
/// Errors: `body_truncated`, `timeout`, `cancelled` and whatever else may happen to a connection;
/// `bad_option`, also when `capacity` is 0 or another read is under way; `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_read(
    response: *mut mutls_response,
    data: *mut u8,
    capacity: usize,
    read: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(read, "read")?;
        let data = buffer(data, capacity, "data")?;
        if data.is_empty() {
            return Err(bad_option("a read needs a capacity of at least 1"));
        }
        let turn = Turn::take(lend(response)?)?;
        out.set(turn.read(|body| body.read(data))?);
        Ok(())
    })
}

/// Waits for the rest of the body and gives it as one; a negative `max_bytes` sets no limit.
///
/// Not for callbacks: it waits.
///
/// Errors: as `mutls_response_read`; `body_too_large`, after which what was read is lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_read_all(
    response: *mut mutls_response,
    max_bytes: i64,
    bytes: *mut *mut mutls_bytes,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(bytes, "bytes")?;
        let turn = Turn::take(lend(response)?)?;
        let expected = turn.0.head.content_length;
        let all = turn.read(|body| body.read_all(usize::try_from(max_bytes).ok(), expected))?;
        out.set(give(mutls_bytes(all)));
        Ok(())
    })
}

/// Like `mutls_response_read`, on a worker thread: `queue` gets one completion with up to
/// `max_bytes` bytes (at most 256 KiB), or none at the complete end. If this function fails,
/// nothing was submitted and nothing will complete. Freeing the response cancels the read.
///
/// Bytes that were prefetched complete before this function returns.
///
/// Errors here: `bad_option`, also when `max_bytes` is 0 or another read is under way; `closed`
/// after a fork. In the completion: as `mutls_response_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_submit_read(
    response: *mut mutls_response,
    max_bytes: usize,
    id: u64,
    queue: *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let response = lend(response)?;
        let queue = lend(queue)?;
        if max_bytes == 0 {
            return Err(bad_option("a read needs a capacity of at least 1"));
        }
        let most = max_bytes.min(LARGEST_READ);
        response.submit(
            queue,
            (id, MUTLS_COMPLETION_READ),
            Incoming::at_hand,
            move |body| body.read_some(most),
        )
    })
}

/// Like `mutls_response_read_all`, on a worker thread: `queue` gets one completion with the rest of
/// the body. Otherwise as `mutls_response_submit_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_submit_read_all(
    response: *mut mutls_response,
    max_bytes: i64,
    id: u64,
    queue: *mut mutls_queue,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let response = lend(response)?;
        let queue = lend(queue)?;
        let expected = response.head.content_length;
        let limit = usize::try_from(max_bytes).ok();
        response.submit(
            queue,
            (id, MUTLS_COMPLETION_READ_ALL),
            Incoming::has_ended,
            move |body| body.read_all(limit, expected),
        )
    })
}

/// Frees a response and every view of it. If its body was not read to the end, the connection is
/// closed; a read that is under way ends with `cancelled`. NULL is fine. May be called in a
/// callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_response_free(response: *mut mutls_response) {
    release(response);
}
