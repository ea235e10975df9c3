//! `mutls_report`, and text that is made when somebody asks for it, and lives as long as its handle.

use std::ffi::c_char;
use std::sync::{Arc, OnceLock};

use mutls_core::HandshakeReport;

use crate::error::mutls_error;
use crate::ffi::{Handle, Out, OutView, call, lend, mutls_status, release};

/// What a connection's handshake showed. It holds nothing else, and may be kept for as long as one likes. Views of it
/// live until `mutls_report_free`.
///
/// Threads: may be read by several at once.
pub struct mutls_report {
    inner: Arc<HandshakeReport>,
    json: LazyJson,
}

impl Handle for mutls_report {
    const NAME: &'static str = "report";
}

impl mutls_report {
    pub(crate) fn new(inner: Arc<HandshakeReport>) -> mutls_report {
        mutls_report {
            inner,
            json: LazyJson::default(),
        }
    }
}

/// JSON of a handshake report or of an error.
#[derive(Default)]
pub(crate) struct LazyJson(OnceLock<String>);

impl LazyJson {
    pub(crate) fn get(&self, make: impl FnOnce() -> serde_json::Value) -> &str {
        self.0.get_or_init(|| make().to_string())
    }
}

/// What was negotiated, by IANA's numbers (such as 0x0304, 0x1302, 29), 0 without TLS; whether the
/// session was resumed; and the name that was sent as SNI and expected in the certificate, NULL without TLS.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_report_tls(
    report: *const mutls_report,
    version: *mut i32,
    cipher_suite: *mut i32,
    group: *mut i32,
    resumed: *mut i32,
    server_name: *mut *const c_char,
    server_name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let version = Out::new(version, "version")?;
        let cipher_suite = Out::new(cipher_suite, "cipher_suite")?;
        let group = Out::new(group, "group")?;
        let resumed = Out::new(resumed, "resumed")?;
        let name = OutView::text(server_name, server_name_length, "server_name")?;
        let report = &lend(report)?.inner;
        version.set(report.numbers.version.into());
        cipher_suite.set(report.numbers.cipher_suite.into());
        group.set(report.numbers.group.into());
        resumed.set(report.resumed.into());
        match &report.server_name {
            Some(server_name) => name.set(server_name),
            None => name.set_none(),
        }
        Ok(())
    })
}

/// The whole report as JSON, as `mutls_response_handshake` gives it. It is made when it is first asked for.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_report_json(
    report: *const mutls_report,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let report = lend(report)?;
        view.set(report.json.get(|| report.inner.to_json()));
        Ok(())
    })
}

/// Frees a report and every view of it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_report_free(report: *mut mutls_report) {
    release(report);
}
