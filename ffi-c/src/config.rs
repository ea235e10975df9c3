//! `mutls_config`: the config document and what it refers to.

use std::ffi::c_char;
use std::sync::Mutex;

use mutls_core::{Attachments, Config, Result};

use crate::error::mutls_error;
use crate::ffi::{Handle, Out, bytes, call, give, lend, lock, mutls_status, release, text};

/// A config document with its attachments, from which any number of clients can be made.
///
/// Threads: may be used by several at once.
pub struct mutls_config {
    config: Config,
    attachments: Mutex<Attachments>,
}

impl Handle for mutls_config {
    const NAME: &'static str = "config";
}

impl mutls_config {
    pub(crate) fn parts(&self) -> (Config, Attachments) {
        (self.config.clone(), lock(&self.attachments).clone())
    }
}

/// Reads a config document (UTF-8 JSON; docs/config.md lists its keys). It may be empty: `{}`.
///
/// Only the document is read here; the files that it names are read by `mutls_client_new`. The
/// document is not kept: overwrite it after the call if it holds secrets.
///
/// Errors: `bad_option` for an unknown key (the hint names the nearest known one), a wrong type or
/// bad JSON.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_config_new(
    json: *const c_char,
    json_length: usize,
    config: *mut *mut mutls_config,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(config, "config")?;
        let config = Config::from_json(text(json, json_length, "json")?)?;
        out.set(give(mutls_config {
            config,
            attachments: Mutex::default(),
        }));
        Ok(())
    })
}

/// Attaches bytes under a name that the document refers to as `{"ref": "name"}`: a passphrase, PEM
/// text, a binary store. They are copied into memory that is zeroed afterwards, and replace what
/// the name stood for. Clients made before keep the old bytes.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_config_set_bytes(
    config: *mut mutls_config,
    name: *const c_char,
    name_length: usize,
    value: *const u8,
    value_length: usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let config = lend(config)?;
        let name = text(name, name_length, "name")?;
        let value = bytes(value, value_length, "value")?;
        set(&config, name, value)
    })
}

fn set(config: &mutls_config, name: &str, value: &[u8]) -> Result<()> {
    if name.is_empty() {
        return Err(crate::ffi::bad_option("an attachment needs a name"));
    }
    lock(&config.attachments).set(name, value);
    Ok(())
}

/// Frees a config. Clients made from it go on. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_config_free(config: *mut mutls_config) {
    release(config);
}
