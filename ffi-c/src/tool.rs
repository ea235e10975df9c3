//! `mutls_tool_run`, and what it gives.

use std::ffi::c_char;

use mutls_core::Result;
use mutls_core::tools::{self, Output, Stop};

use crate::cancel::mutls_cancel_token;
use crate::config::mutls_config;
use crate::error::mutls_error;
use crate::ffi::{Handle, Out, OutView, bad_option, call, give, lend, mutls_status, release, text};
use crate::report::LazyJson;

/// What a tool gives: a report, and what it made. What it made may hold a private key, and is zeroed when it is freed.
///
/// Threads: may be read by several at once.
pub struct mutls_output {
    inner: Output,
    json: LazyJson,
    names: LazyJson,
}

impl Handle for mutls_output {
    const NAME: &'static str = "output";
}

/// Does something with certificates, keys and stores: `inspect`, `check`, `match`, `needs_renewal`, `bundle`,
/// `create_csr` or `convert`.
///
/// `json` is the tool's document; docs/identity-files.md lists its keys, such as
/// {"input": ["cert.crt", "key.pem"], "to": "pkcs12", "new_passphrase": {"ref": "word"}}. `config` holds the
/// attachments that the document refers to; its own document is not looked at, and may be `{}`.
///
/// Blocks: it reads and writes files, derives and makes keys, and with a `url` it asks a server within the time limits of
/// `client` in the document. An answer such as "it does not match" is no error.
///
/// Errors: `bad_option`, and the codes that `mutls_client_new` has for files and passphrases; with a `url` those of
/// `mutls_client_send` too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_tool_run(
    config: *const mutls_config,
    tool: *const c_char,
    tool_length: usize,
    json: *const c_char,
    json_length: usize,
    output: *mut *mut mutls_output,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let (tool, json) = ((tool, tool_length), (json, json_length));
        run(config, tool, json, || Ok(Stop::default()), output)
    })
}

/// `mutls_tool_run` that a token ends while a server is asked; other work is not interrupted.
///
/// Errors: as `mutls_tool_run`; `cancelled`, and `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_tool_run_cancellable(
    config: *const mutls_config,
    tool: *const c_char,
    tool_length: usize,
    json: *const c_char,
    json_length: usize,
    token: *mut mutls_cancel_token,
    output: *mut *mut mutls_output,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let (tool, json) = ((tool, tool_length), (json, json_length));
        let stop = || {
            Ok(Stop {
                cancel: lend(token)?.for_one_call(),
                interrupt: None,
            })
        };
        run(config, tool, json, stop, output)
    })
}

fn run(
    config: *const mutls_config,
    tool: (*const c_char, usize),
    json: (*const c_char, usize),
    stop: impl FnOnce() -> Result<Stop>,
    output: *mut *mut mutls_output,
) -> Result<()> {
    let out = Out::new(output, "output")?;
    let config = lend(config)?;
    let tool = text(tool.0, tool.1, "tool")?;
    let json = text(json.0, json.1, "json")?;
    let (_, attachments) = config.parts();
    out.set(give(mutls_output {
        inner: tools::run_until(tool, json, &attachments, &stop()?)?,
        json: LazyJson::default(),
        names: LazyJson::default(),
    }));
    Ok(())
}

/// The report as JSON. The view lives until `mutls_output_free`. Nothing secret is in it.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_output_json(
    output: *const mutls_output,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let output = lend(output)?;
        view.set(output.json.get(|| output.inner.json.clone()));
        Ok(())
    })
}

/// What was made and not written to a file, by its name: "output" of `convert`, "bundle" of `bundle`, "csr" and "key"
/// of `create_csr`. The view lives until `mutls_output_free`.
///
/// Errors: `bad_option`, also where there is nothing of that name; the hint lists what there is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_output_part(
    output: *const mutls_output,
    name: *const c_char,
    name_length: usize,
    data: *mut *const u8,
    data_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::bytes(data, data_length, "data")?;
        let output = lend(output)?;
        let name = text(name, name_length, "name")?;
        let part = output.inner.part(name).ok_or_else(|| {
            let names: Vec<&str> = output.inner.names().collect();
            let hint = match names.is_empty() {
                true => {
                    "There is none: this tool makes nothing, or it was written to files.".to_owned()
                }
                false => format!("There are: {}.", names.join(", ")),
            };
            bad_option(format!("nothing was made that is called {name:?}")).with_hint(hint)
        })?;
        view.set(part);
        Ok(())
    })
}

/// The names of what was made and not written to a file, as a JSON list such as ["csr","key"]. The view lives until
/// `mutls_output_free`.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_output_names(
    output: *const mutls_output,
    json: *mut *const c_char,
    json_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::text(json, json_length, "json")?;
        let output = lend(output)?;
        view.set(output.names.get(|| output.inner.names().collect()));
        Ok(())
    })
}

/// Frees an output, zeroes what it holds, and ends every view of it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_output_free(output: *mut mutls_output) {
    release(output);
}
