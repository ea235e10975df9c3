//! `mutls_diagnosis`: why a call fails.

use std::ffi::c_char;
use std::sync::OnceLock;

use mutls_core::{Diagnosis, State, diagnose};

use crate::client::mutls_client;
use crate::config::mutls_config;
use crate::error::mutls_error;
use crate::ffi::{Handle, Out, OutView, call, give, lend, mutls_status, release};
use crate::report::LazyJson;
use crate::request::mutls_request;

/// What the doctor found. It holds no secret. Views of it live until `mutls_diagnosis_free`.
///
/// Threads: may be read by several at once.
pub struct mutls_diagnosis {
    inner: Diagnosis,
    json: LazyJson,
    text: OnceLock<String>,
    html: OnceLock<String>,
}

impl Handle for mutls_diagnosis {
    const NAME: &'static str = "diagnosis";
}

impl mutls_diagnosis {
    fn new(inner: Diagnosis) -> mutls_diagnosis {
        mutls_diagnosis {
            inner,
            json: LazyJson::default(),
            text: OnceLock::new(),
            html: OnceLock::new(),
        }
    }
}

/// Walks the way of a call and says at each step what was found and how to mend it: options, certificate
/// and key, CA bundle, proxy, name, every address, handshake with our certificate and without it. Needs
/// no client, since what is wrong may be that none can be made. What goes wrong on the way is the
/// diagnosis and not an error of this function.
///
/// Consumes the request and takes its URL, headers, cancel token and interrupt hook, never its method
/// or body. If `probe` is not 0, a GET is sent at the end, since some servers say what they think of a
/// certificate in HTTP alone.
///
/// Not for callbacks: it waits.
///
/// Errors: `bad_option`, also if the request was sent before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnose(
    config: *const mutls_config,
    request: *mut mutls_request,
    probe: i32,
    diagnosis: *mut *mut mutls_diagnosis,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(diagnosis, "diagnosis")?;
        let (config, attachments) = lend(config)?.parts();
        let request = lend(request)?.take()?.request;
        let found = diagnose(config, &attachments, request, probe != 0);
        out.set(give(mutls_diagnosis::new(found)));
        Ok(())
    })
}

/// `mutls_diagnose` for what a client was made of. Reads its files anew and uses none of its
/// connections; the client may be in use, or closed.
///
/// Not for callbacks: it waits.
///
/// Errors: as `mutls_diagnose`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_client_diagnose(
    client: *const mutls_client,
    request: *mut mutls_request,
    probe: i32,
    diagnosis: *mut *mut mutls_diagnosis,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(diagnosis, "diagnosis")?;
        let client = lend(client)?;
        let request = lend(request)?.take()?.request;
        let found = client.core().diagnose(request, probe != 0);
        out.set(give(mutls_diagnosis::new(found)));
        Ok(())
    })
}

/// How it came out: 0 nothing to mend, 1 something to look at, 2 calls fail; and the code of the error
/// that they fail with, 0 if there is none.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnosis_state(
    diagnosis: *const mutls_diagnosis,
    state: *mut i32,
    code: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let state = Out::new(state, "state")?;
        let code = Out::new(code, "code")?;
        let diagnosis = lend(diagnosis)?;
        state.set(match diagnosis.inner.state() {
            State::Ok => 0,
            State::Warning => 1,
            State::Failed => 2,
        });
        let found = diagnosis.inner.error();
        code.set(found.map_or(0, |error| error.code().number()));
        Ok(())
    })
}

/// The diagnosis as JSON: url, time, state, summary, code, the steps with name, state, finding, evidence,
/// cure, error and ms, and the reports of both handshakes.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnosis_json(
    diagnosis: *const mutls_diagnosis,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let diagnosis = lend(diagnosis)?;
        view.set(diagnosis.json.get(|| diagnosis.inner.to_json()));
        Ok(())
    })
}

/// The diagnosis as plain text, for a log or a terminal.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnosis_text(
    diagnosis: *const mutls_diagnosis,
    text: *mut *const c_char,
    text_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(text, text_length, "text")?;
        let diagnosis = lend(diagnosis)?;
        view.set(diagnosis.text.get_or_init(|| diagnosis.inner.to_string()));
        Ok(())
    })
}

/// The diagnosis as a page of HTML that needs nothing else, made to be sent to a partner's support desk.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnosis_html(
    diagnosis: *const mutls_diagnosis,
    html: *mut *const c_char,
    html_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(html, html_length, "html")?;
        let diagnosis = lend(diagnosis)?;
        view.set(diagnosis.html.get_or_init(|| diagnosis.inner.to_html()));
        Ok(())
    })
}

/// Frees a diagnosis and every view of it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_diagnosis_free(diagnosis: *mut mutls_diagnosis) {
    release(diagnosis);
}
