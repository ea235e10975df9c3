//! `mutls_request`: what to send.

use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex};

use mutls_core::config::RequestOptions;
use mutls_core::{Body, CancelToken, Code, Epoch, MtlsError, Origin, Phase, Request, Result};

use crate::body::{Pulled, body_length, mutls_body, mutls_body_read_callback};
use crate::cancel::mutls_cancel_token;
use crate::error::mutls_error;
use crate::ffi::{
    Context, Handle, Out, bad_option, bytes, call, give, lend, lock, mutls_finalizer, mutls_status,
    release, text, text_or,
};

/// Asked at least every 50 ms while a call waits, on the thread that waits: non-zero cancels the
/// call. For hosts that must look at signals. It must return soon, and may call nothing of this
/// header that waits.
pub type mutls_interrupt_callback = Option<unsafe extern "C" fn(context: *mut c_void) -> i32>;

/// One request. Sending consumes what is in it.
///
/// Threads: may be used by several at once, though one usually fills it.
pub struct mutls_request {
    draft: Mutex<Option<Draft>>,
    birth: Epoch,
}

/// What a request is until it is sent.
pub(crate) struct Draft {
    pub(crate) request: Request,
    /// Of this call alone.
    pub(crate) cancel: CancelToken,
    /// How many bytes of the answer's body to read together with its head.
    pub(crate) prefetch: usize,
}

impl Handle for mutls_request {
    const NAME: &'static str = "request";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }
}

impl mutls_request {
    pub(crate) fn take(&self) -> Result<Draft> {
        lock(&self.draft).take().ok_or_else(already_sent)
    }

    /// What was taken, as it was.
    pub(crate) fn put_back(&self, draft: Draft) {
        *lock(&self.draft) = Some(draft);
    }
}

fn already_sent() -> MtlsError {
    bad_option("the request was already sent").with_hint("Make a new request for each call.")
}

/// Changes a request that was not sent yet.
fn edit(request: *mut mutls_request, change: impl FnOnce(&mut Draft) -> Result<()>) -> Result<()> {
    change(
        lock(&lend(request)?.draft)
            .as_mut()
            .ok_or_else(already_sent)?,
    )
}

/// Makes a request without headers and body. The URL may be relative to the client's `base_url`;
/// whether it can be used shows when the request is sent.
///
/// Errors: `bad_option` for a method that is not an HTTP token, `bad_url` for a URL that is not
/// UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_new(
    method: *const c_char,
    method_length: usize,
    url: *const c_char,
    url_length: usize,
    request: *mut *mut mutls_request,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(request, "request")?;
        let method = text(method, method_length, "method")?;
        let url = text_or(Code::BadUrl, url, url_length, "url")?;
        let mut request = Request::new(method, url)?;
        let cancel = CancelToken::new();
        request.set_cancel_token(cancel.clone());
        out.set(give(mutls_request {
            draft: Mutex::new(Some(Draft {
                request,
                cancel,
                prefetch: 0,
            })),
            birth: Epoch::current(),
        }));
        Ok(())
    })
}

/// Adds a header. Repeated names are all sent, in order. The value may hold any bytes that RFC 9110
/// allows, text or not.
///
/// Errors: `bad_header` for bytes that HTTP does not allow, and for what mutls sets itself
/// (Content-Length, Transfer-Encoding, Connection); `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_add_header(
    request: *mut mutls_request,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let name = bytes(name, name_length, "name")?;
        let value = bytes(value, value_length, "value")?;
        edit(request, |draft| draft.request.add_header(name, value))
    })
}

/// Adds many headers in one call: a block of lines `name: value`, each ended by CR LF. On an error
/// the lines before the bad one stay added.
///
/// Errors: as `mutls_request_add_header`; `bad_header` for a line without a colon.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_add_header_block(
    request: *mut mutls_request,
    block: *const c_char,
    block_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let block = bytes(block, block_length, "block")?;
        edit(request, |draft| {
            for line in block.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                if !line.is_empty() {
                    let (name, value) = split_line(line)?;
                    draft.request.add_header(name, value)?;
                }
            }
            Ok(())
        })
    })
}

fn split_line(line: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut parts = line.splitn(2, |byte| *byte == b':');
    match (parts.next(), parts.next()) {
        (Some(name), Some(value)) => Ok((name, value.trim_ascii())),
        // The line is not shown: it may be a secret that lost its name.
        _ => Err(MtlsError::new(
            Code::BadHeader,
            Phase::Config,
            Origin::Caller,
            "a line of the header block has no colon",
        )),
    }
}

/// Sets a body of bytes, which are copied, replacing what was there. Such a body can be sent again
/// when a redirect or a retry asks for it.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_body_bytes(
    request: *mut mutls_request,
    data: *const u8,
    data_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let data = bytes(data, data_length, "data")?;
        edit(request, |draft| {
            draft.request.set_body(Body::from(data.to_vec()));
            Ok(())
        })
    })
}

/// Sets a body that `read` produces as it is sent: exactly `length` bytes, or as many as there are
/// (chunked) if `length` is -1.
///
/// `finalizer` (may be NULL) takes `context` back when `read` will not be called any more: during
/// this request's sending, or when it is freed unsent. If this function fails, it is not called.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_body_stream(
    request: *mut mutls_request,
    read: mutls_body_read_callback,
    context: *mut c_void,
    finalizer: mutls_finalizer,
    length: i64,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let read = read.ok_or_else(|| bad_option("the read callback is NULL"))?;
        let length = body_length(length)?;
        edit(request, |draft| {
            let context = Context::new(context, finalizer);
            draft
                .request
                .set_body(Body::stream(Pulled { read, context }, length));
            Ok(())
        })
    })
}

/// Sets a body that is pushed through `body`, which the caller then owns: exactly `length` bytes,
/// or as many as are written (chunked) if `length` is -1.
///
/// With `mutls_client_send`, which waits, another thread has to push. With `mutls_client_submit`
/// the same one can.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_body_pushed(
    request: *mut mutls_request,
    length: i64,
    body: *mut *mut mutls_body,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(body, "body")?;
        let length = body_length(length)?;
        edit(request, |draft| {
            let (sender, body) = Body::channel(length);
            draft.request.set_body(body);
            out.set(give(mutls_body::new(sender)));
            Ok(())
        })
    })
}

/// Sets what is different for this call, as a JSON object in the shape of the config document, with
/// these keys: `{"timeout_ms": 5000, "timeouts": {...}, "decompress": true, "redirects": {"follow":
/// "none"}}`. What is not named stays as the client has it; a limit that is `null` is lifted.
/// `timeout_ms` limits the whole call and lifts every other limit but those beside it.
///
/// Errors: `bad_option`, for another key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_options(
    request: *mut mutls_request,
    json: *const c_char,
    json_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let json = text(json, json_length, "json")?;
        let options = RequestOptions::from_json(json)?;
        edit(request, |draft| {
            draft.request.set_options(options);
            Ok(())
        })
    })
}

/// Lets the call, its body included, be cancelled by a token; the request keeps a reference of its
/// own.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_cancel_token(
    request: *mut mutls_request,
    token: *mut mutls_cancel_token,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let token = lend(token)?;
        edit(request, |draft| {
            draft.cancel = token.for_one_call();
            draft.request.set_cancel_token(draft.cancel.clone());
            Ok(())
        })
    })
}

/// Lets the call be cancelled by a function that is asked while the call waits.
///
/// `finalizer` (may be NULL) takes `context` back when `callback` will not be called any more: with
/// the end of the response. If this function fails, it is not called.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_interrupt(
    request: *mut mutls_request,
    callback: mutls_interrupt_callback,
    context: *mut c_void,
    finalizer: mutls_finalizer,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let callback = callback.ok_or_else(|| bad_option("the interrupt callback is NULL"))?;
        edit(request, |draft| {
            let context = Context::new(context, finalizer);
            draft.request.set_interrupt_hook(Arc::new(move || {
                // SAFETY: by its contract it takes its own context on any thread, until the finalizer.
                unsafe { callback(context.pointer()) != 0 }
            }));
            Ok(())
        })
    })
}

/// Lets the send read up to `max_bytes` of the answer's body before it returns or completes, so
/// that small answers need no further wait: reads then take them from memory. Not for answers that
/// come in slowly, such as event streams. A failure within the body is reported by the read that
/// meets it. 0, which is the default, reads only the head.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_set_prefetch(
    request: *mut mutls_request,
    max_bytes: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        edit(request, |draft| {
            draft.prefetch = max_bytes;
            Ok(())
        })
    })
}

/// Frees a request, sent or not; what is in flight goes on. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_request_free(request: *mut mutls_request) {
    release(request);
}
