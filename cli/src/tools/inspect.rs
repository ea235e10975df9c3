//! `mutls inspect`: what files hold, or what a server presents.

use std::path::Path;

use clap::Args;
use serde_json::Value;

use super::job::print_json;
use super::words::{self, Lines, flag, joined, list, text};
use super::{Inputs, help, reach};
use crate::client_args::ConnectionArgs;
use crate::errors::Failure;
use crate::output;
use crate::style::Style;

/// Options of `mutls inspect`.
#[derive(Args, Debug)]
#[command(before_long_help = help::INSPECT)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// The CAs to accept, where a server is asked; default the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<String>,

    #[command(flatten)]
    connection: ConnectionArgs,

    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &InspectArgs) -> Result<(), Failure> {
    let url = match args.inputs.files.as_slice() {
        [one] if is_url(one) => Some(one.as_str()),
        _ => None,
    };
    let mut job = reach::job_about(url, "inspect", args.cacert.as_deref(), &args.connection)?;
    if url.is_none() {
        args.inputs.fill(&mut job)?;
    }
    let report = job.run()?.json;
    if args.json {
        return print_json(&report);
    }
    let words = match url {
        Some(_) => server(&report),
        None => files(&report),
    };
    output::print(words.as_bytes())
}

/// A URL, or `host:port` where no such file is.
pub(super) fn is_url(text: &str) -> bool {
    let is_place = text
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    text.contains("://") || (is_place && !Path::new(text).exists())
}

fn files(report: &Value) -> String {
    let style = Style::stdout();
    let mut lines = Lines::default();
    for input in list(report, "inputs") {
        lines.title(
            style,
            &format!("{}: {}", text(input, "name"), text(input, "format")),
        );
    }
    lines.say("holds", text(report, "contents"));
    for certificate in list(report, "certificates") {
        lines.title(style, &titled(certificate));
        words::certificate(&mut lines, certificate);
    }
    for key in list(report, "keys") {
        lines.title(style, &titled(key));
        lines.say("alias", text(key, "alias"));
        lines.say(
            "encrypted",
            if flag(key, "encrypted") { "yes" } else { "no" },
        );
        lines.say("key", text(key, "key"));
        lines.say("pin", text(key, "pin"));
        lines.say("problem", text(key, "problem"));
        if let Some(owner) = key.get("certificate").and_then(Value::as_u64) {
            let owner = usize::try_from(owner).unwrap_or(usize::MAX);
            let certificate = list(report, "certificates")
                .get(owner)
                .unwrap_or(&Value::Null);
            lines.say("belongs to", text(certificate, "subject"));
        }
    }
    for request in list(report, "requests") {
        lines.title(style, &titled(request));
        lines.say("subject", text(request, "subject"));
        lines.say("names", &joined(request, "names", ", "));
        lines.say("key", text(request, "key"));
        lines.say("signature", text(request, "signature"));
        if request.get("signature_valid") == Some(&Value::Bool(false)) {
            lines.say("problem", "the signature is not that of the key");
        }
        lines.say("pin", text(request, "pin"));
    }
    for revoked in list(report, "revocation_lists") {
        lines.title(style, &titled(revoked));
        lines.say("issuer", text(revoked, "issuer"));
        lines.say("from", text(revoked, "this_update"));
        lines.say("next", text(revoked, "next_update"));
        if flag(revoked, "is_expired") {
            lines.say("problem", "it has expired: fetch the current one");
        }
        let count = revoked
            .get("revoked")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        lines.say("revokes", &format!("{count} certificates"));
    }
    for key in list(report, "public_keys") {
        lines.title(style, &titled(key));
        lines.say("key", text(key, "key"));
        lines.say("pin", text(key, "pin"));
    }
    lines.finish()
}

/// Its place, as a title.
fn titled(value: &Value) -> String {
    let place = text(value, "place");
    match text(value, "alias") {
        "" => place.to_owned(),
        alias if place.contains(alias) => place.to_owned(),
        alias => format!("{place}, alias {alias:?}"),
    }
}

fn server(report: &Value) -> String {
    let style = Style::stdout();
    let mut lines = Lines::default();
    let port = report
        .get("port")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    lines.title(style, &format!("{}:{port}", text(report, "host")));
    let trusted = match report.get("trusted") {
        Some(Value::Bool(true)) => "yes",
        Some(Value::Bool(false)) => "no",
        _ => "not judged",
    };
    lines.say("trusted", trusted);
    let null = Value::Null;
    let problem = report.get("problem").unwrap_or(&null);
    lines.say("problem", text(problem, "message"));
    lines.say("hint", text(problem, "hint"));
    let handshake = report.get("handshake").unwrap_or(&null);
    lines.say("TLS", text(handshake, "version"));
    lines.say("suite", text(handshake, "cipher_suite"));
    lines.say("group", text(handshake, "group"));
    let client = report.get("client_certificate").unwrap_or(&null);
    let requested = match client.get("requested") {
        Some(Value::Bool(true)) => "asks for a client certificate",
        Some(Value::Bool(false)) => "asks for no client certificate",
        _ => "did not get as far as asking for a client certificate",
    };
    lines.say("mutual", requested);
    lines.say("accepts", &joined(client, "acceptable_cas", "; "));
    for (at, certificate) in list(report, "certificates").iter().enumerate() {
        lines.title(style, &format!("certificate {}", at + 1));
        words::certificate(&mut lines, certificate);
    }
    lines.finish()
}
