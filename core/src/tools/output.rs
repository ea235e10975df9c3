//! What a tool gives back.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{Code, MtlsError, Result};

/// A report, and what was made. Zeroed when dropped; Debug shows names only.
#[derive(Default)]
pub struct Output {
    /// The report.
    pub json: Value,
    parts: BTreeMap<&'static str, Zeroizing<Vec<u8>>>,
}

/// Something made, on its way to the caller or into a file.
pub(super) struct Made {
    pub(super) name: &'static str,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Where it goes; `None` hands it to the caller.
    pub(super) file: Option<String>,
    /// It holds a private key.
    pub(super) is_secret: bool,
}

impl Output {
    pub(super) fn report(json: Value) -> Output {
        Output {
            json,
            parts: BTreeMap::new(),
        }
    }

    /// Writes what goes into files, all or nothing, and keeps the rest.
    pub(super) fn made(mut json: Value, made: Vec<Made>, overwrite: bool) -> Result<Output> {
        for one in &made {
            if let Some(path) = &one.file
                && !overwrite
                && Path::new(path).symlink_metadata().is_ok()
            {
                return Err(exists(path));
            }
        }
        let mut written: Vec<&str> = Vec::new();
        for one in &made {
            if let Some(path) = &one.file {
                if let Err(error) = write(path, one, overwrite) {
                    for path in written {
                        // The error that is told is the one that matters.
                        let _ = std::fs::remove_file(path);
                    }
                    return Err(error);
                }
                written.push(path);
            }
        }
        if let Some(object) = json.as_object_mut() {
            object.insert("files".into(), written.into());
        }
        let parts = made.into_iter().filter(|one| one.file.is_none());
        Ok(Output {
            json,
            parts: parts.map(|one| (one.name, one.bytes)).collect(),
        })
    }

    /// The names of what was made and not written to a file.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.parts.keys().copied()
    }

    /// What was made, by its name.
    pub fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(|bytes| bytes.as_slice())
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("json", &self.json)
            .field("parts", &self.parts.keys())
            .finish()
    }
}

fn exists(path: &str) -> MtlsError {
    MtlsError::config(Code::BadOption, format!("{path:?} is there already")).with_hint(
        "Choose another name, or say `overwrite` (on the command line --force) if it may go.",
    )
}

/// Beside the place under another name, then renamed: a failure leaves nothing and spoils nothing.
fn write(path: &str, made: &Made, overwrite: bool) -> Result<()> {
    let refused = |problem: std::io::Error| {
        if problem.kind() == std::io::ErrorKind::AlreadyExists {
            return exists(path);
        }
        MtlsError::config(Code::BadOption, format!("cannot write {path:?}: {problem}"))
            .with_hint("Check that the folder is there and may be written to.")
    };
    if !overwrite {
        let result = create(Path::new(path), made);
        return result.map_err(refused);
    }
    let beside = format!("{path}.{}.part", std::process::id());
    let result = create(Path::new(&beside), made).and_then(|()| std::fs::rename(&beside, path));
    result.map_err(|problem| {
        let _ = std::fs::remove_file(&beside);
        refused(problem)
    })
}

fn create(path: &Path, made: &Made) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if made.is_secret { 0o600 } else { 0o644 });
    }
    let mut file = options.open(path)?;
    let result = file.write_all(&made.bytes).and_then(|()| file.sync_all());
    if result.is_err() {
        let _ = std::fs::remove_file(path);
    }
    result
}
