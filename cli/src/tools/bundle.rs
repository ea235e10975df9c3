//! `mutls bundle`: the chain in order, leaf first.

use clap::Args;

use super::job::{Job, print_json};
use super::words::{joined, list, text};
use super::{Inputs, help};
use crate::errors::Failure;
use crate::output;

/// Options of `mutls bundle`.
#[derive(Args, Debug)]
#[command(before_long_help = help::BUNDLE)]
pub(crate) struct BundleArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// CA certificates that complete the chain
    #[arg(long, value_name = "FILE")]
    cacert: Vec<String>,

    /// Add the root at the end
    #[arg(long)]
    root: bool,

    /// Where it goes; default standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,

    /// Replace a file that is there
    #[arg(long)]
    force: bool,

    /// Tell what was done as JSON; needs --output
    #[arg(long, requires = "output")]
    json: bool,
}

pub(crate) fn run(args: &BundleArgs) -> Result<(), Failure> {
    let mut job = Job::new("bundle");
    args.inputs.fill(&mut job)?;
    job.set("ca", &args.cacert);
    job.set("root", &args.root);
    job.set("output_file", &args.output);
    job.set("overwrite", &args.force);
    let made = job.run()?;
    if args.json {
        return print_json(&made.json);
    }
    if let Some(text) = made.part("bundle") {
        output::print(text)?;
    }
    let say = |line: String| eprintln!("mutls: {line}");
    let left_out = joined(&made.json, "left_out", "; ");
    if !left_out.is_empty() {
        say(format!("left out, no part of the chain: {left_out}"));
    }
    let added = joined(&made.json, "added", "; ");
    if !added.is_empty() {
        say(format!("added from --cacert: {added}"));
    }
    let missing = text(&made.json, "missing_issuer");
    if !missing.is_empty() {
        say(format!(
            "not there, add it with --cacert if it is no root: {missing}"
        ));
    }
    if let Some(file) = &args.output {
        say(format!(
            "wrote {} certificates to {file}",
            list(&made.json, "chain").len()
        ));
    }
    Ok(())
}
