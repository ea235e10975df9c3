//! What can be wrong with the table, the announcement or a runner's output.

use std::fmt;
use std::path::Path;

/// A sentence for whoever runs the table.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Error(what.into())
    }

    pub(crate) fn at(path: &Path, problem: impl fmt::Display) -> Self {
        Error(format!("{}: {problem}", path.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
