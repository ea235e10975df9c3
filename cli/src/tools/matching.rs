//! `mutls match`: whether certificates, keys and requests belong together.

use clap::Args;
use serde_json::Value;

use super::job::{Job, print_json};
use super::words::{flag, list, text};
use super::{Inputs, help};
use crate::errors::Failure;
use crate::output;
use crate::style::Style;

/// Options of `mutls match`.
#[derive(Args, Debug)]
#[command(before_long_help = help::MATCH, after_long_help = help::ANSWERS)]
pub(crate) struct MatchArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &MatchArgs) -> Result<(), Failure> {
    let mut job = Job::new("match");
    args.inputs.fill(&mut job)?;
    let report = job.run()?.json;
    let matches = flag(&report, "matches");
    match args.json {
        true => print_json(&report)?,
        false => output::print(words(&report, matches).as_bytes())?,
    }
    match matches {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn words(report: &Value, matches: bool) -> String {
    let style = Style::stdout();
    let mut out = String::new();
    for one in list(report, "compared") {
        out.push_str(&format!(
            "{}  {} ({})\n",
            text(one, "pin"),
            text(one, "place"),
            text(one, "key")
        ));
    }
    out.push_str(&match matches {
        true => format!("{}\n", style.green("they belong together")),
        false => format!("{}\n", style.red("they do not belong together")),
    });
    out
}
