//! Runs the table through one language's runner: sandbox, expansion, runner, account.

use std::io::Write;
use std::process::{Command, Stdio};

use mutls_sandbox::{Options, Sandbox};

use crate::account::{Account, Unsupported, account};
use crate::announcement::Announcement;
use crate::error::Error;
use crate::expand::expand;
use crate::table::Table;

/// Starts a sandbox, gives `command` the path of the expanded cases as its last argument, and accounts
/// for what it prints. `only` keeps the cases whose id contains it.
pub fn drive(language: &str, command: &[String], only: Option<&str>) -> Result<Account, Error> {
    let mut table = Table::read()?;
    let mut unsupported = Unsupported::read(language)?;
    if let Some(part) = only {
        table.cases.retain(|case| case.id.contains(part));
        unsupported.retain(|row| row.id.contains(part));
    }
    let sandbox = Sandbox::start(Options::default())
        .map_err(|e| Error::new(format!("the sandbox does not start: {e}")))?;
    let announcement = Announcement::parse(&sandbox.info().to_json_line())?;
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
