//! The system's roots, read once per process.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::TrustAnchor;

use crate::error::{Code, MtlsError, Result};

/// How they are called in reports and hints.
pub(super) const NAME: &str = "the system's roots";

static ROOTS: Mutex<Option<Arc<Vec<TrustAnchor<'static>>>>> = Mutex::new(None);

/// The anchors. `SSL_CERT_FILE` and `SSL_CERT_DIR` count as they stand at the first success; a failure is tried again.
pub(super) fn roots() -> Result<Arc<Vec<TrustAnchor<'static>>>> {
    let mut roots = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(roots) = roots.as_ref() {
        return Ok(roots.clone());
    }
    let loaded = Arc::new(load()?);
    *roots = Some(loaded.clone());
    Ok(loaded)
}

fn load() -> Result<Vec<TrustAnchor<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    let mut anchors = Vec::with_capacity(found.certs.len());
    for der in &found.certs {
        match webpki::anchor_from_trusted_cert(der) {
            Ok(anchor) => anchors.push(anchor.to_owned()),
            // System stores hold oddities that nobody here can mend.
            Err(problem) => log::warn!(
                "a root of this system cannot be used ({problem}): {}",
                crate::identity::certificate::summarise(der).subject
            ),
        }
    }
    if anchors.is_empty() {
        return Err(none(&found.errors));
    }
    for error in &found.errors {
        log::warn!("some roots of this system were not read: {error}");
    }
    Ok(anchors)
}

fn none(errors: &[rustls_native_certs::Error]) -> MtlsError {
    let mut variables = Vec::new();
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        if let Some(value) = std::env::var_os(name) {
            variables.push(format!("{name}={}", value.to_string_lossy()));
        }
    }
    let error = match errors.first() {
        Some(first) => empty(&variables).with_cause(first),
        None => empty(&variables),
    };
    if variables.is_empty() {
        error.with_hint("Install the package ca-certificates, or give the partner's CA certificates as `trust.ca_file`.")
    } else {
        error.with_hint(format!(
            "Correct or unset {}, or give the partner's CA certificates as `trust.ca_file`.",
            variables.join(" and ")
        ))
    }
}

fn empty(variables: &[String]) -> MtlsError {
    let place = if variables.is_empty() {
        String::new()
    } else {
        format!(" ({})", variables.join(", "))
    };
    MtlsError::config(
        Code::CaEmpty,
        format!("no usable root certificate was found on this system{place}"),
    )
}
