//! What is done to certificates, keys and stores besides using them: look at them, check, match, request, convert.
//!
//! Each verb is a function from a JSON document, whose keys are those of the client's where they mean the same, to an
//! [`Output`]: a JSON report, and the bytes that were made. Passphrases and binary stores may be attached and referred to
//! as `{"ref": "name"}`. An input is a file's path, PEM text or such a reference; its format is recognised.
//!
//! ```no_run
//! let seen = mutls::tools::run("inspect", r#"{"input": "cert.crt"}"#, &Default::default())?;
//! println!("{}", seen.json["certificates"][0]["not_after"]);
//! # Ok::<(), mutls::MtlsError>(())
//! ```

mod bundle;
mod check;
mod convert;
mod csr;
mod encode;
mod facts;
mod finding;
mod input;
mod inspect;
mod jks;
mod key;
mod matching;
mod output;
mod pkcs12;
mod pkcs7;
mod profile;
mod renewal;
mod request;
mod server;
mod subject;
#[cfg(test)]
mod tests;

pub use output::Output;
pub use profile::{PROFILES, Profile};

use crate::cancel::{CancelToken, InterruptHook};
use crate::config::Attachments;
use crate::error::{Code, MtlsError, Result};

/// What a tool takes and gives: its document, its attachments, its output.
enum Tool {
    Files(fn(&str, &Attachments) -> Result<Output>),
    /// It may ask a server, which takes time.
    Server(fn(&str, &Attachments, &Stop) -> Result<Output>),
}

/// How a caller ends a tool that is asking a server.
#[derive(Clone, Default)]
pub struct Stop {
    /// Ends it from another thread.
    pub cancel: CancelToken,
    /// Asked at short intervals.
    pub interrupt: Option<InterruptHook>,
}

/// The verbs by name.
const TOOLS: &[(&str, Tool)] = &[
    ("inspect", Tool::Server(inspect::run)),
    ("check", Tool::Server(check::run)),
    ("match", Tool::Files(matching::run)),
    ("needs_renewal", Tool::Server(renewal::run)),
    ("bundle", Tool::Files(bundle::run)),
    ("create_csr", Tool::Files(csr::run)),
    ("convert", Tool::Files(convert::run)),
];

/// The names of the verbs.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|(name, _)| *name)
}

/// Does what `verb` says, as the document says.
pub fn run(verb: &str, json: &str, attachments: &Attachments) -> Result<Output> {
    run_until(verb, json, attachments, &Stop::default())
}

/// [`run`] for a caller who may not wait to the end. Only `inspect`, `check` and `needs_renewal` with a `url` wait for anybody; the time
/// limits of their `client` hold too.
pub fn run_until(verb: &str, json: &str, attachments: &Attachments, stop: &Stop) -> Result<Output> {
    match TOOLS.iter().find(|(name, _)| *name == verb) {
        Some((_, Tool::Files(tool))) => tool(json, attachments),
        Some((_, Tool::Server(tool))) => tool(json, attachments, stop),
        None => Err(
            MtlsError::config(Code::BadOption, format!("there is no tool `{verb}`")).with_hint(
                format!("Known: {}.", verbs().collect::<Vec<_>>().join(", ")),
            ),
        ),
    }
}
