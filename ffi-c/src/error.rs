//! `mutls_error`: what went wrong, and what to do.

use std::ffi::c_char;

use mutls_core::{MtlsError, Result};

use crate::ffi::{Handle, Out, OutView, bad_option, call, lend, mutls_status, release};
use crate::report::LazyJson;

/// Why a function failed. Every view of it lives until `mutls_error_free`.
///
/// It never holds a passphrase, a key or a header's value, so that it may be logged.
///
/// Threads: may be read by several at once.
pub struct mutls_error {
    inner: MtlsError,
    report: LazyJson,
    json: LazyJson,
}

impl Handle for mutls_error {
    const NAME: &'static str = "error";
}

impl mutls_error {
    pub(crate) fn new(inner: MtlsError) -> mutls_error {
        mutls_error {
            inner,
            report: LazyJson::default(),
            json: LazyJson::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn inner(&self) -> &MtlsError {
        &self.inner
    }
}

/// A number of the catalogue with its name.
fn term(
    error: *const mutls_error,
    (number, name, name_length): (*mut i32, *mut *const c_char, *mut usize),
    read: impl FnOnce(&MtlsError) -> (i32, &'static str),
) -> Result<()> {
    let number = Out::new(number, "number")?;
    let view = OutView::text(name, name_length, "name")?;
    let (value, name) = read(&lend(error)?.inner);
    number.set(value);
    view.set(name);
    Ok(())
}

/// A flag.
fn flag(
    error: *const mutls_error,
    out: *mut i32,
    name: &str,
    read: impl FnOnce(&MtlsError) -> bool,
) -> Result<()> {
    let out = Out::new(out, name)?;
    out.set(read(&lend(error)?.inner).into());
    Ok(())
}

/// What went wrong: the number (`MUTLS_ERROR_...`, the same as the status) and its name, such as
/// "key_mismatch". The name is static.
///
/// Errors of this and the other `mutls_error_*` functions: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_code(
    failure: *const mutls_error,
    number: *mut i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        term(failure, (number, name, name_length), |e| {
            (e.code().number(), e.code().name())
        })
    })
}

/// The group that the code belongs to (`MUTLS_FAMILY_...`): languages with exceptions make one
/// class of each. The name is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_family(
    failure: *const mutls_error,
    number: *mut i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        term(failure, (number, name, name_length), |e| {
            (e.family().number(), e.family().name())
        })
    })
}

/// Where in the life of the call it happened (`MUTLS_PHASE_...`). The name is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_phase(
    failure: *const mutls_error,
    number: *mut i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        term(failure, (number, name, name_length), |e| {
            (e.phase().number(), e.phase().name())
        })
    })
}

/// Who ended it (`MUTLS_ORIGIN_...`): we, the peer, the network or the caller. The name is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_origin(
    failure: *const mutls_error,
    number: *mut i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        term(failure, (number, name, name_length), |e| {
            (e.origin().number(), e.origin().name())
        })
    })
}

/// What happened, in one or two sentences.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_message(
    failure: *const mutls_error,
    message: *mut *const c_char,
    message_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        OutView::text(message, message_length, "message")?.set(lend(failure)?.inner.message());
        Ok(())
    })
}

/// What to do, in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_hint(
    failure: *const mutls_error,
    hint: *mut *const c_char,
    hint_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        OutView::text(hint, hint_length, "hint")?.set(lend(failure)?.inner.hint());
        Ok(())
    })
}

/// The TLS alert that ended the connection: its number on the wire (such as 48), its name (such as
/// "unknown_ca"), and 1 if the peer sent it or 0 if we did. Without an alert the number is -1 and
/// the name NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_tls_alert(
    failure: *const mutls_error,
    number: *mut i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    received: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let number = Out::new(number, "number")?;
        let view = OutView::text(name, name_length, "name")?;
        let received = Out::new(received, "received")?;
        match lend(failure)?.inner.tls_alert() {
            Some(alert) => {
                number.set(alert.number.into());
                view.set(&alert.name);
                received.set(alert.received.into());
            }
            None => {
                number.set(-1);
                view.set_none();
                received.set(0);
            }
        }
        Ok(())
    })
}

/// Writes 1 if the peer cannot have acted on the request, so that any request may be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_not_processed(
    failure: *const mutls_error,
    not_processed: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        flag(
            failure,
            not_processed,
            "not_processed",
            MtlsError::not_processed,
        )
    })
}

/// Writes 1 if the same call may well succeed a moment later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_transient(
    failure: *const mutls_error,
    transient: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        flag(failure, transient, "transient", MtlsError::transient)
    })
}

/// How many causes lie below this error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_cause_count(
    failure: *const mutls_error,
    count: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(count, "count")?.set(lend(failure)?.inner.causes().len());
        Ok(())
    })
}

/// The text of a cause; 0 is the nearest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_cause(
    failure: *const mutls_error,
    index: usize,
    cause: *mut *const c_char,
    cause_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(cause, cause_length, "cause")?;
        let failure = lend(failure)?;
        let cause = failure.inner.causes().get(index);
        view.set(cause.ok_or_else(|| bad_option(format!("the error has no cause {index}")))?);
        Ok(())
    })
}

/// What was seen of the handshake, as JSON; NULL if the call did not get that far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_handshake(
    failure: *const mutls_error,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let failure = lend(failure)?;
        match failure.inner.report() {
            Some(report) => view.set(failure.report.get(|| report.to_json())),
            None => view.set_none(),
        }
        Ok(())
    })
}

/// The whole error as a JSON object with the keys code, number, family, phase, origin, message,
/// hint, tls_alert, not_processed, transient and causes: one call instead of ten.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_json(
    failure: *const mutls_error,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let failure = lend(failure)?;
        view.set(failure.json.get(|| failure.inner.to_json()));
        Ok(())
    })
}

/// Frees an error and every view of it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_error_free(failure: *mut mutls_error) {
    release(failure);
}
