//! `mutls check`: what will go wrong with an identity.

use clap::Args;
use serde_json::Value;

use super::job::{Job, print_json};
use super::words::{flag, list, text, validity};
use super::{Inputs, help, reach};
use crate::client_args::ConnectionArgs;
use crate::errors::Failure;
use crate::output;
use crate::style::Style;

/// Options of `mutls check`.
#[derive(Args, Debug)]
#[command(before_long_help = help::CHECK, after_long_help = help::ANSWERS)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// The partner's CA certificates: they complete the chain, and the server is judged by them
    #[arg(long, value_name = "FILE")]
    cacert: Option<String>,

    /// A server to ask which CAs it accepts
    #[arg(long, value_name = "URL")]
    server: Option<String>,

    #[command(flatten)]
    connection: ConnectionArgs,

    /// How soon an end of validity is worth a warning: 30d, 12h, 2w
    #[arg(long, value_name = "TIME")]
    within: Option<String>,

    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let mut job = match &args.server {
        Some(url) => {
            let mut job = reach::job("check", args.cacert.as_deref(), &args.connection)?;
            job.set("url", url);
            job
        }
        None if reach::is_given(&args.connection) => {
            return Err(Failure::usage(
                "the flags of a connection are for a server: give --server",
            ));
        }
        None => Job::new("check"),
    };
    args.inputs.fill(&mut job)?;
    job.set("within", &args.within);
    job.set("ca", &args.cacert);
    let mut report = job.run()?.json;
    let lacking = list(&report, "findings")
        .iter()
        .find(|finding| text(finding, "code") == "passphrase_required")
        .map(|finding| text(finding, "message").to_owned());
    if let Some(why) = lacking
        && job.ask(&why)?
    {
        report = job.run()?.json;
    }
    match args.json {
        true => print_json(&report)?,
        false => output::print(words(&report).as_bytes())?,
    }
    match flag(&report, "ok") {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn words(report: &Value) -> String {
    let style = Style::stdout();
    let mut out = String::new();
    for certificate in list(report, "chain") {
        out.push_str(&format!(
            "{}\n  {}, {}\n",
            style.bold(text(certificate, "subject")),
            text(certificate, "key"),
            validity(certificate)
        ));
    }
    for finding in list(report, "findings") {
        let severity = text(finding, "severity");
        let shown = match severity {
            "error" => style.red(severity),
            "warning" => style.bold(severity),
            _ => style.dim(severity),
        };
        out.push_str(&format!(
            "{shown}: {} [{}]\n  {} {}\n",
            text(finding, "message"),
            text(finding, "code"),
            style.dim("hint:"),
            text(finding, "hint")
        ));
    }
    if list(report, "findings").is_empty() {
        out.push_str(&format!("{}\n", style.green("nothing to mend")));
    }
    out
}
