//! Prints the announcement, then serves until standard input ends or a signal says stop.
//! An argument names the folder to keep the files in.

use std::io::Write as _;

use mutls_sandbox::{Options, Sandbox};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options {
        dir: std::env::args_os().nth(1).map(Into::into),
    };
    let sandbox = Sandbox::start(options)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", sandbox.info().to_json_line())?;
    out.flush()?;
    sandbox.wait();
    Ok(())
}
