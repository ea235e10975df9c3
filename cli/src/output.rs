//! Where an answer goes: standard output, or a file that appears when it is complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::errors::Failure;
use crate::interrupt;

/// Writes to standard output. A reader that has gone is no panic.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::output("to standard output", &error))
}

/// Writes a small file at once; `-` is standard output.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("-") {
        return print(bytes);
    }
    fs::write(path, bytes).map_err(|error| Failure::output(&path.display().to_string(), &error))
}

/// Where the body goes.
pub(crate) enum Sink {
    Stdout {
        /// A terminal must not get binary data unasked.
        guarded: bool,
    },
    /// What is no regular file, such as /dev/null: written in place.
    Device(File, PathBuf),
    Part(Part),
}

impl Sink {
    /// `None` is standard output, guarded; `-` is standard output whatever comes.
    pub(crate) fn open(path: Option<&Path>) -> Result<Sink, Failure> {
        let Some(path) = path else {
            return Ok(Sink::Stdout {
                guarded: io::stdout().is_terminal(),
            });
        };
        if path == Path::new("-") {
            return Ok(Sink::Stdout { guarded: false });
        }
        let failed = |error: io::Error| Failure::output(&path.display().to_string(), &error);
        match fs::metadata(path) {
            Ok(about) if !about.is_file() => {
                let file = File::options().write(true).open(path).map_err(failed)?;
                Ok(Sink::Device(file, path.to_owned()))
            }
            _ => Part::create(path).map(Sink::Part).map_err(failed),
        }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Sink::Stdout { .. }) && io::stdout().is_terminal()
    }

    /// Writes a piece of the head, which is text.
    pub(crate) fn write_head(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.write_unguarded(bytes)
    }

    /// Writes a piece of the body and passes it on at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if matches!(self, Sink::Stdout { guarded: true }) && bytes.contains(&0) {
            return Err(Failure::Output(
                "the answer is binary, which can mess up your terminal: \
                 use `--output -` to see it all the same, or `--output FILE`"
                    .to_owned(),
            ));
        }
        self.write_unguarded(bytes)
    }

    fn write_unguarded(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let (file, path) = match self {
            Sink::Stdout { .. } => return print(bytes),
            Sink::Device(file, path) => (file, &*path),
            Sink::Part(part) => (&mut part.file, &part.target),
        };
        file.write_all(bytes)
            .map_err(|error| Failure::output(&path.display().to_string(), &error))
    }

    /// The answer is complete.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Sink::Part(part) => {
                let shown = part.target.display().to_string();
                part.keep().map_err(|error| Failure::output(&shown, &error))
            }
            _ => Ok(()),
        }
    }
}

/// A file under a temporary name beside its own. Dropping it unfinished removes it.
pub(crate) struct Part {
    file: File,
    temporary: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Part {
    fn create(path: &Path) -> io::Result<Part> {
        // Through a symbolic link to what it names, which is what writing in place would do.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let temporary = target.with_file_name(name);
        let file = File::create_new(&temporary)?;
        if let Ok(about) = fs::metadata(&target) {
            // Best effort: the file keeps the mode that it had.
            let _ = file.set_permissions(about.permissions());
        }
        interrupt::unfinished(Some(temporary.clone()));
        Ok(Part {
            file,
            temporary,
            target,
            kept: false,
        })
    }

    fn keep(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.temporary, &self.target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.temporary);
        }
        interrupt::unfinished(None);
    }
}
