//! Where bytes come from, a file or memory, and how they are named in errors.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::config::{Attachments, Secret};
use crate::error::{Code, MtlsError, Result};

/// No certificate, key or bundle comes near this; `/dev/zero` passes it quickly.
pub(crate) const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// Which side reads, hence which codes its errors carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Our own certificate and key.
    Identity,
    /// The CA bundle.
    Trust,
    /// The tools, which want all that is there.
    Tools,
    /// Revocation lists.
    Lists,
}

impl Side {
    /// For what cannot be read or is damaged.
    pub(crate) fn unreadable(self) -> Code {
        match self {
            Side::Identity | Side::Tools => Code::IdentityUnreadable,
            Side::Trust => Code::CaUnreadable,
            Side::Lists => Code::CrlUnreadable,
        }
    }

    /// For what is intact and of a kind that is not read.
    pub(crate) fn unsupported(self) -> Code {
        match self {
            Side::Identity | Side::Tools => Code::IdentityUnsupported,
            Side::Trust => Code::CaUnreadable,
            Side::Lists => Code::CrlUnreadable,
        }
    }
}

/// Bytes with a name. They may hold a key, so they are zeroed when dropped.
pub(crate) struct Source {
    /// The path as the caller wrote it, or the option in backquotes.
    pub(crate) name: Arc<str>,
    /// True for a path.
    pub(crate) is_file: bool,
    /// Whose options named it.
    pub(crate) side: Side,
    /// What is in it.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl Source {
    /// Reads the file that `option` names.
    pub(crate) fn file(path: &str, option: &str, side: Side) -> Result<Source> {
        let bytes = read_bounded(Path::new(path)).map_err(|problem| {
            let error = MtlsError::config(
                side.unreadable(),
                format!("`{option}` names {path:?}, which cannot be read: {problem}"),
            );
            if problem.is_missing && Path::new(path).is_relative() {
                let here = std::env::current_dir().unwrap_or_default();
                return error.with_hint(format!(
                    "Check the path; it is relative to {}, where this process runs.",
                    here.display()
                ));
            }
            error
        })?;
        Ok(Source {
            name: path.into(),
            is_file: true,
            side,
            bytes,
        })
    }

    /// Takes the text or attachment that `option` holds.
    pub(crate) fn memory(
        secret: &Secret,
        attachments: &Attachments,
        option: &str,
        side: Side,
    ) -> Result<Source> {
        let bytes = secret.bytes(attachments, option)?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(MtlsError::config(
                side.unreadable(),
                format!("`{option}` cannot be used: {}", Problem::too_large()),
            ));
        }
        Ok(Source {
            name: format!("`{option}`").into(),
            is_file: false,
            side,
            bytes,
        })
    }

    /// The name as an argument of a command line.
    pub(crate) fn argument(&self) -> String {
        let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:".contains(c);
        if !self.is_file {
            "FILE".to_owned()
        } else if self.name.chars().all(is_plain) {
            self.name.to_string()
        } else {
            format!("'{}'", self.name.replace('\'', "'\\''"))
        }
    }

    /// What is damaged, where; never the bytes themselves.
    pub(crate) fn damaged(&self, what: impl AsRef<str>) -> MtlsError {
        MtlsError::config(self.side.unreadable(), what.as_ref()).with_hint(format!(
            "Fetch or copy {} again; it may have been cut short, edited or pasted badly.",
            self.name
        ))
    }
}

/// Why a file was not read.
pub(crate) struct Problem {
    text: String,
    is_missing: bool,
}

impl Problem {
    fn too_large() -> Self {
        Problem {
            text: format!("it is larger than {} MiB", MAX_FILE_BYTES / (1024 * 1024)),
            is_missing: false,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Problem {
            text: error.to_string(),
            is_missing: error.kind() == ErrorKind::NotFound,
        }
    }
}

/// Reads a file into memory that is zeroed, growth included, which `std::fs::read` does not promise.
fn read_bounded(path: &Path) -> std::result::Result<Zeroizing<Vec<u8>>, Problem> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Problem {
            text: "it is a directory".to_owned(),
            is_missing: false,
        });
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    let mut buffer = Zeroizing::new(vec![0; expected.clamp(4096, MAX_FILE_BYTES) + 1]);
    let mut filled = 0;
    loop {
        match file.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if filled > MAX_FILE_BYTES {
            return Err(Problem::too_large());
        }
        if filled == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; (filled * 2).min(MAX_FILE_BYTES + 1)]);
            for (to, from) in larger.iter_mut().zip(buffer.iter()) {
                *to = *from;
            }
            buffer = larger;
        }
    }
    buffer.truncate(filled);
    Ok(buffer)
}
