//! Faults by real servers: the sandbox, and beside it servers of other makers, each wrong in its own way.
//!
//! What a server does is written in `tests/servers/`; this starts them all at once.

mod certificates;
mod daemon;
mod filler;
mod ports;
mod raw;

use std::path::Path;

use mutls_sandbox::{Options, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

use crate::case::Case;
use crate::error::Error;
use crate::peers;
use daemon::Daemon;
use filler::Filler;

/// The sandbox and every other server. Dropping it ends them.
pub struct Faults {
    announcement: Value,
    missing: Vec<&'static str>,
    sandbox: Sandbox,
    _daemons: Vec<Daemon>,
    _filler: Filler,
    _dir: TempDir,
}

impl Faults {
    /// Starts them; they serve when this returns. Servers that are not installed are left out, unless
    /// `MUTLS_REQUIRE_PEERS` is set.
    pub fn start() -> Result<Faults, Error> {
        let sandbox = Sandbox::start(Options::default())
            .map_err(|e| Error::new(format!("the sandbox does not start: {e}")))?;
        let dir = TempDir::with_prefix("mutls-faults-")
            .map_err(|e| Error::new(format!("a temporary folder: {e}")))?;
        let mut filler = Filler::new(&sandbox.info().dir, dir.path());
        let raw = raw::open(&mut filler)?;
        let mut missing = Vec::new();
        let mut daemons = Vec::new();
        // Nobody makes certificates without openssl: nothing is left to be served then.
        let has_openssl = peers::available("openssl")?;
        if has_openssl {
            certificates::make(&sandbox.info().dir, &made(dir.path())?)?;
        }
        for kind in daemon::ALL {
            match has_openssl && peers::available(kind.binary)? {
                true => daemons.extend(kind.start(&mut filler)?),
                false => missing.push(kind.name),
            }
        }
        raw::serve(raw, &filler);
        for daemon in &mut daemons {
            daemon.wait()?;
        }
        let mut announcement: Value = serde_json::from_str(&sandbox.info().to_json_line())
            .map_err(|e| Error::new(format!("the announcement: {e}")))?;
        if let Some(members) = announcement.as_object_mut() {
            members.insert("peers".into(), filler.announcement());
            members.insert("missing".into(), missing.clone().into());
        }
        Ok(Faults {
            announcement,
            missing,
            sandbox,
            _daemons: daemons,
            _filler: filler,
            _dir: dir,
        })
    }

    /// The sandbox's announcement, and where each peer is: one line of JSON.
    pub fn announcement(&self) -> String {
        self.announcement.to_string()
    }

    /// The servers that are not installed.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Whether all servers that a case needs are there.
    pub fn can_run(&self, case: &Case) -> bool {
        let text = serde_json::to_string(case).unwrap_or_default();
        let needs = |name: &&str| text.contains(&format!("${{peers.{name}."));
        !self.missing.iter().any(needs)
    }

    /// Serves until standard input ends or the process is told to stop.
    pub fn wait(&self) {
        self.sandbox.wait();
    }
}

fn made(dir: &Path) -> Result<std::path::PathBuf, Error> {
    let made = dir.join("made");
    std::fs::create_dir(&made).map_err(|e| Error::at(&made, e))?;
    Ok(made)
}
