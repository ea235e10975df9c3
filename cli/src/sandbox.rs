//! `mutls sandbox`: a partner on this machine, until standard input ends.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use mutls_sandbox::{Info, Options, Sandbox};

use crate::errors::Failure;
use crate::output;
use crate::style::Style;

/// Options of `mutls sandbox`.
#[derive(clap::Args, Debug)]
pub(crate) struct SandboxArgs {
    /// Keep certificates and keys in this folder and use them again next time
    ///
    /// Without it they go to a temporary folder that is removed at the end.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: SandboxArgs) -> Result<(), Failure> {
    let sandbox = start(args.dir)?;
    output::print(format!("{}\n", sandbox.info().to_json_line()).as_bytes())?;
    if std::io::stderr().is_terminal() {
        // The announcement is out; the hints are a courtesy.
        let _ = std::io::stderr().write_all(hints(sandbox.info()).as_bytes());
    }
    sandbox.wait();
    Ok(())
}

/// Starts a sandbox; `mutls demo` wants one too.
pub(crate) fn start(dir: Option<PathBuf>) -> Result<Sandbox, Failure> {
    Sandbox::start(Options { dir }).map_err(|error| {
        Failure::Output(format!(
            "the sandbox does not start: {}",
            with_sources(&error)
        ))
    })
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let below = source.to_string();
        if !text.contains(&below) {
            text.push_str(": ");
            text.push_str(&below);
        }
        next = source.source();
    }
    text
}

fn hints(info: &Info) -> String {
    let style = Style::stderr();
    let mut text = format!(
        "\n{} {}\nCertificates and keys are in {}\n",
        style.bold("A partner listens at"),
        style.cyan(&info.lean.base_url),
        info.dir.display(),
    );
    if let Some(line) = try_it(info) {
        text.push_str(&format!("\n{}\n\n  {line}\n", style.bold("Try it:")));
    }
    text.push_str(&format!(
        "\n{}\n",
        style.dim(
            "Ctrl-C or Ctrl-D ends it. docs/sandbox.md lists every listener, identity and route."
        )
    ));
    text
}

/// The call that works, ready to be copied.
fn try_it(info: &Info) -> Option<String> {
    let valid = info.identities.get("valid")?;
    let ca = info.files.get("ca")?;
    Some(format!(
        "mutls request --cert {} --key {} --cacert {} -H '{}: {}' {}/banks/v1",
        quoted(&valid.chain),
        quoted(&valid.key),
        quoted(ca),
        info.lean.app_token_header,
        info.lean.app_token,
        info.lean.base_url,
    ))
}

/// As a shell wants it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
