//! The `mutls` command.

mod args;
mod body;
mod catalogue;
mod cert_flag;
mod client;
mod client_args;
mod config_flags;
mod data;
mod demo;
mod doctor;
mod errors;
mod facts;
mod form;
mod head;
mod header_flag;
mod interrupt;
mod output;
mod plan;
mod profile;
mod progress;
mod prompt;
mod refused;
mod report;
mod request;
mod request_args;
mod route_flags;
mod sandbox;
mod style;
mod tools;
mod url_flag;
mod verbose;
mod write_out;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Verb};
use errors::{Failure, Reporter};

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let (reporter, outcome) = match cli.verb {
        Verb::Request(args) => {
            let reporter = args.reporter();
            let pieces = data::in_order(&matches);
            (reporter, request::run(&args, pieces, &reporter))
        }
        Verb::Doctor(args) => (Reporter::default(), doctor::run(&args)),
        Verb::Inspect(args) => (Reporter::default(), tools::inspect::run(&args)),
        Verb::Check(args) => (Reporter::default(), tools::check::run(&args)),
        Verb::Match(args) => (Reporter::default(), tools::matching::run(&args)),
        Verb::NeedsRenewal(args) => (Reporter::default(), tools::renewal::run(&args)),
        Verb::Bundle(args) => (Reporter::default(), tools::bundle::run(&args)),
        Verb::Csr(args) => (Reporter::default(), tools::csr::run(&args)),
        Verb::Convert(args) => (Reporter::default(), tools::convert::run(&args)),
        Verb::Sandbox(args) => (Reporter::default(), sandbox::run(args)),
        Verb::Demo => (Reporter::default(), demo::run()),
        Verb::Errors(args) => (Reporter::default(), catalogue::run(args.code.as_deref())),
        Verb::Completions(args) => (Reporter::default(), completions(args.shell)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            reporter.tell(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "mutls", &mut script);
    output::print(&script)
}
