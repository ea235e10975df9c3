//! Session keys for a network analyser, off unless asked for.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Arc, Mutex};

use rustls::KeyLog;

use crate::error::{Code, MtlsError, Result};

#[derive(Debug)]
struct NssFile(Mutex<File>);

/// Opens the file that the option names, or that the environment variable it names holds.
pub(super) fn open(path: &str) -> Result<Arc<dyn KeyLog>> {
    let from_environment;
    let path = match path {
        "SSLKEYLOGFILE" => {
            from_environment = std::env::var("SSLKEYLOGFILE").map_err(|e| {
                MtlsError::config(
                    Code::BadOption,
                    "`tls.key_log_file` asks for the environment variable SSLKEYLOGFILE, which is not set",
                )
                .with_cause(&e)
            })?;
            from_environment.as_str()
        }
        path => path,
    };
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|e| {
        MtlsError::config(
            Code::BadOption,
            format!("`tls.key_log_file`: {path} cannot be written"),
        )
        .with_cause(&e)
    })?;
    Ok(Arc::new(NssFile(Mutex::new(file))))
}

impl KeyLog for NssFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        let mut file = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // A full disk must not break the call.
        if let Err(error) = file.write_all(line.as_bytes()) {
            log::warn!("the key log cannot be written: {error}");
        }
    }
}
