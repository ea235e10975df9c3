//! The progress bar of a download, where somebody looks at it and it takes long enough to matter.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter downloads need no bar.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) struct Progress {
    wanted: bool,
    started: Instant,
    length: Option<u64>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `to_terminal` is whether the body itself goes there, where a bar would be in its way.
    pub(crate) fn new(allowed: bool, to_terminal: bool, length: Option<u64>) -> Progress {
        Progress {
            wanted: allowed && !to_terminal && std::io::stderr().is_terminal(),
            started: Instant::now(),
            length,
            bar: None,
        }
    }

    /// So many bytes have come.
    pub(crate) fn at(&mut self, received: u64) {
        if !self.wanted || (self.bar.is_none() && self.started.elapsed() < PATIENCE) {
            return;
        }
        let (length, started) = (self.length, self.started);
        self.bar
            .get_or_insert_with(|| bar(length).with_elapsed(started.elapsed()))
            .set_position(received);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (
            ProgressBar::new(length),
            "{bar:32} {percent:>3} %  {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes}, {bytes_per_sec}, {elapsed}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
