//! `mutls needs-renewal`: whether a certificate expires soon, ours or a server's, for scripts.

use clap::Args;
use serde_json::Value;

use super::inspect::is_url;
use super::job::print_json;
use super::words::{flag, list, text};
use super::{Inputs, help, reach};
use crate::client_args::ConnectionArgs;
use crate::errors::Failure;
use crate::output;

/// Options of `mutls needs-renewal`.
#[derive(Args, Debug)]
#[command(before_long_help = help::RENEWAL, after_long_help = help::RENEWAL_CODES)]
pub(crate) struct RenewalArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// How soon: 30d, 12h, 2w
    #[arg(long, value_name = "TIME", default_value = "30d")]
    within: String,

    /// The CAs to accept, where a server is asked; default the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<String>,

    #[command(flatten)]
    connection: ConnectionArgs,

    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &RenewalArgs) -> Result<(), Failure> {
    let (urls, files): (Vec<_>, Vec<_>) =
        (args.inputs.files.iter().cloned()).partition(|one| is_url(one));
    let url = match urls.as_slice() {
        [] => None,
        [url] => Some(url.as_str()),
        _ => return Err(Failure::usage("one server at a time: give one URL")),
    };
    let ca = args.cacert.as_deref();
    let mut job = reach::job_about(url, "needs_renewal", ca, &args.connection)?;
    if !files.is_empty() {
        job.inputs(&files)?;
    }
    args.inputs.opening.fill(&mut job);
    job.set("within", &args.within);
    let report = job.run()?.json;
    match args.json {
        true => print_json(&report)?,
        false => output::print(words(&report).as_bytes())?,
    }
    match flag(&report, "needs_renewal") {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn words(report: &Value) -> String {
    let lines = list(report, "certificates").iter().map(|certificate| {
        let days = certificate
            .get("days_left")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        let verdict = match flag(certificate, "needs_renewal") {
            true => "needs renewal",
            false => "is good",
        };
        format!(
            "{} {verdict}: {days} days left, until {}\n",
            text(certificate, "subject"),
            text(certificate, "not_after")
        )
    });
    lines.collect()
}
