//! Runs a table through one language's runner: servers, expansion, runner, account.

use std::io::Write;
use std::process::{Command, Stdio};

use mutls_sandbox::{Options, Sandbox};

use crate::account::{Account, Unsupported, account};
use crate::announcement::Announcement;
use crate::case::Case;
use crate::error::Error;
use crate::expand::expand;
use crate::faults::Faults;
use crate::table::Table;

/// Which table is run, against which servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `tests/cases/`, against the sandbox.
    Cases,
    /// `tests/faults/`, against servers of many makers.
    Faults,
}

/// What the table is run against.
enum Servers {
    Sandbox(Box<Sandbox>),
    Faults(Box<Faults>),
}

impl Servers {
    fn start(suite: Suite) -> Result<Servers, Error> {
        match suite {
            Suite::Cases => Sandbox::start(Options::default())
                .map(|sandbox| Servers::Sandbox(Box::new(sandbox)))
                .map_err(|e| Error::new(format!("the sandbox does not start: {e}"))),
            Suite::Faults => Faults::start().map(Box::new).map(Servers::Faults),
        }
    }

    fn announcement(&self) -> String {
        match self {
            Servers::Sandbox(sandbox) => sandbox.info().to_json_line(),
            Servers::Faults(faults) => faults.announcement(),
        }
    }
}

/// Starts the servers, gives `command` the path of the expanded cases as its last argument, and accounts
/// for what it prints. `only` keeps the cases whose id contains it.
pub fn drive(
    suite: Suite,
    language: &str,
    command: &[String],
    only: Option<&str>,
) -> Result<Account, Error> {
    let (mut table, mut unsupported) = match suite {
        Suite::Cases => (Table::read()?, Unsupported::read(language)?),
        // They are about errors, which no language leaves out.
        Suite::Faults => (Table::faults()?, Vec::new()),
    };
    if let Some(part) = only {
        table.cases.retain(|case| case.id.contains(part));
        unsupported.retain(|row| row.id.contains(part));
    }
    let servers = Servers::start(suite)?;
    if let Servers::Faults(faults) = &servers {
        let (here, elsewhere) = table
            .cases
            .into_iter()
            .partition(|case| faults.can_run(case));
        table.cases = here;
        let elsewhere: Vec<Case> = elsewhere;
        if !elsewhere.is_empty() {
            let missing = faults.missing().join(", ");
            eprintln!(
                "not installed: {missing}; {} cases left out",
                elsewhere.len()
            );
        }
    }
    let announcement = Announcement::parse(&servers.announcement())?;
    let expanded = expand(&table, &announcement)?;
    let problem = |e: std::io::Error| Error::new(format!("the expanded cases: {e}"));
    let mut file = tempfile::NamedTempFile::new().map_err(problem)?;
    serde_json::to_writer(&mut file, &expanded).map_err(|e| problem(e.into()))?;
    file.flush().map_err(problem)?;

    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| Error::new("no runner was given"))?;
    let output = Command::new(program)
        .args(arguments)
        .arg(file.path())
        .envs(&expanded.env)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Error::new(format!("the runner {program} does not start: {e}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut account = account(&text, &table.cases, &unsupported);
    if !output.status.success() {
        account.complain(format!("the runner ended with {}", output.status));
    }
    Ok(account)
}
