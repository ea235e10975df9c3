use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the sandbox did not start.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds files that the sandbox did not make; it will not write among them.
    ForeignFolder {
        /// Which.
        path: PathBuf,
    },
    /// A certificate or key could not be made or read back.
    Certificate(String),
    /// A TLS configuration was refused.
    Tls(rustls::Error),
    /// A socket or the runtime could not be set up.
    Network {
        /// What was to be set up.
        what: &'static str,
        /// Why it was not.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn network(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Network { what, source }
    }

    pub(crate) fn certificate(cause: impl fmt::Display) -> Self {
        Self::Certificate(cause.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::ForeignFolder { path } => write!(
                f,
                "{} holds files that the sandbox did not make: give it an empty folder",
                path.display()
            ),
            Self::Certificate(cause) => write!(f, "certificate: {cause}"),
            Self::Tls(cause) => write!(f, "TLS: {cause}"),
            Self::Network { what, source } => write!(f, "{what}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::Network { source, .. } => Some(source),
            Self::Tls(cause) => Some(cause),
            Self::ForeignFolder { .. } | Self::Certificate(_) => None,
        }
    }
}

impl From<rcgen::Error> for Error {
    fn from(cause: rcgen::Error) -> Self {
        Self::certificate(cause)
    }
}

impl From<rustls::Error> for Error {
    fn from(cause: rustls::Error) -> Self {
        Self::Tls(cause)
    }
}
