//! What is sent as a body, and where it is read from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use mutls::Body;

use crate::errors::Failure;

/// A body with the header that it asks for.
pub(crate) struct Payload {
    pub(crate) body: Body,
    pub(crate) content_type: Option<String>,
    /// For the request line of `--verbose`.
    pub(crate) length: Option<u64>,
}

impl Payload {
    /// Bytes in memory, which can be sent again.
    pub(crate) fn bytes(bytes: Vec<u8>, content_type: &str) -> Payload {
        Payload {
            length: Some(bytes.len() as u64),
            body: Body::from(bytes),
            content_type: Some(content_type.to_owned()),
        }
    }

    /// A file, read as it is sent; `-` is standard input.
    pub(crate) fn file(path: &Path) -> Result<Payload, Failure> {
        if path == Path::new("-") {
            return Ok(Payload {
                body: Body::stream(std::io::stdin(), None),
                content_type: None,
                length: None,
            });
        }
        let (file, length) = open(path, "--upload-file")?;
        Ok(Payload {
            body: Body::stream(file, length),
            content_type: None,
            length,
        })
    }
}

/// Opens a file with its length, where it has one.
pub(crate) fn open(path: &Path, flag: &str) -> Result<(File, Option<u64>), Failure> {
    let failed = |error: std::io::Error| cannot_read(flag, &path.display().to_string(), &error);
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(Failure::usage(format!(
            "{flag}: {} is a folder",
            path.display()
        )));
    }
    Ok((file, about.is_file().then_some(about.len())))
}

/// All of a file, or of standard input where it is called `-`.
pub(crate) fn read_source(path: &[u8], flag: &str) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let outcome = match path {
        b"-" => std::io::stdin().lock().read_to_end(&mut content),
        path => File::open(path_of(path)).and_then(|mut file| file.read_to_end(&mut content)),
    };
    match outcome {
        Ok(_) => Ok(content),
        Err(error) => Err(cannot_read(flag, &String::from_utf8_lossy(path), &error)),
    }
}

pub(crate) fn cannot_read(flag: &str, what: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{flag}: cannot read {what}: {error}"))
}

/// A path from part of an argument.
#[cfg(unix)]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path from part of an argument.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
