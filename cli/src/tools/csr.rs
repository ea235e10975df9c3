//! `mutls csr`: a key, and the request for its certificate.

use std::io::{BufRead, Write};

use clap::Args;
use mutls::tools::PROFILES;
use serde_json::{Map, Value, json};

use super::job::{Job, new_passphrase, print_json};
use super::words::{flag, joined, text};
use super::{NewPassphrase, Opening, help};
use crate::errors::Failure;
use crate::prompt;

/// Options of `mutls csr`.
#[derive(Args, Debug)]
#[command(before_long_help = help::CSR)]
pub(crate) struct CsrArgs {
    /// The common name: the host or application that the certificate is for
    #[arg(
        long,
        visible_alias = "cn",
        value_name = "NAME",
        help_heading = "Subject"
    )]
    common_name: Option<String>,

    /// The full legal name of the organisation
    #[arg(
        long,
        visible_alias = "org",
        value_name = "NAME",
        help_heading = "Subject"
    )]
    organization: Option<String>,

    /// A unit of it
    #[arg(
        long,
        visible_alias = "ou",
        value_name = "NAME",
        help_heading = "Subject"
    )]
    organizational_unit: Vec<String>,

    /// Two letters, such as CA
    #[arg(long, value_name = "CODE", help_heading = "Subject")]
    country: Option<String>,

    /// State or province, in full
    #[arg(long, value_name = "NAME", help_heading = "Subject")]
    state: Option<String>,

    /// City
    #[arg(long, value_name = "NAME", help_heading = "Subject")]
    locality: Option<String>,

    /// An e-mail address
    #[arg(long, value_name = "ADDRESS", help_heading = "Subject")]
    email: Option<String>,

    /// The whole subject: CN=...,O=...,C=... or /C=.../O=.../CN=...
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with_all = ["common_name", "organization", "organizational_unit", "country", "state", "locality", "email"],
        help_heading = "Subject"
    )]
    subject: Option<String>,

    /// A subject alternative name: host, address, URI or e-mail address; may be repeated
    #[arg(long = "san", value_name = "NAME", help_heading = "Subject")]
    names: Vec<String>,

    /// Refuse what this partner refuses
    #[arg(long, value_name = "PARTNER")]
    profile: Option<String>,

    /// The kind of the new key: rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519
    #[arg(long, value_name = "KIND", conflicts_with = "key")]
    key_type: Option<String>,

    /// Use this key instead of a new one
    #[arg(long, value_name = "FILE")]
    key: Option<String>,

    #[command(flatten)]
    opening: Opening,

    /// Encrypt the new key (AES-256); asks for the passphrase unless --new-pass-env or --new-pass-file says it
    #[arg(long, conflicts_with = "key", help_heading = "Passphrases")]
    encrypt: bool,

    #[command(flatten)]
    new_passphrase: NewPassphrase,

    /// The files are NAME.key and NAME.csr; default the common name
    #[arg(short, long, value_name = "NAME")]
    output: Option<String>,

    /// Replace files that are there
    #[arg(long)]
    force: bool,

    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
}

/// What is asked for where no part of the subject is given, in the order of openssl.
const QUESTIONS: &[(&str, &str, &str)] = &[
    ("country", "C", "Country (two letters, such as CA)"),
    ("state", "ST", "State or province, in full"),
    ("locality", "L", "City"),
    ("organization", "O", "Organisation, its full legal name"),
    (
        "common_name",
        "CN",
        "Common name (such as services.company.com)",
    ),
];

pub(crate) fn run(args: &CsrArgs) -> Result<(), Failure> {
    let mut job = Job::new("create_csr");
    let subject = subject(args)?;
    job.set("subject", &subject);
    job.set("names", &args.names);
    job.set("profile", &args.profile);
    job.set("key", &args.key_type);
    job.set("overwrite", &args.force);
    if let Some(key) = &args.key {
        job.inputs(std::slice::from_ref(key))?;
    }
    args.opening.fill(&mut job);
    args.new_passphrase.fill(&mut job);
    let base = args
        .output
        .clone()
        .unwrap_or_else(|| base(&subject, &args.names));
    job.set("csr_output_file", &format!("{base}.csr"));
    if args.key.is_none() {
        job.set("key_output_file", &format!("{base}.key"));
    }
    if args.encrypt && !args.new_passphrase.is_given() {
        job.attach("new_passphrase", &new_passphrase(&format!("{base}.key"))?);
    }
    let report = job.run()?.json;
    if args.json {
        return print_json(&report);
    }
    tell(&report, &base);
    Ok(())
}

fn tell(report: &Value, base: &str) {
    let null = Value::Null;
    let request = report.get("request").unwrap_or(&null);
    let mut out = format!(
        "{base}.csr  the request: {}, {}\n",
        text(request, "subject"),
        text(report, "key")
    );
    let names = joined(request, "names", ", ");
    if !names.is_empty() {
        out.push_str(&format!("  for {names}\n"));
    }
    if flag(report, "new_key") {
        let how = match flag(report, "key_encrypted") {
            true => "encrypted",
            false => "not encrypted; --encrypt asks for a passphrase",
        };
        out.push_str(&format!(
            "{base}.key  its private key, {how}; keep it, and give it to nobody\n"
        ));
    }
    out.push_str(&format!(
        "Upload {base}.csr to the partner. With the certificate that comes back: mutls check CERTIFICATE {base}.key\n"
    ));
    eprint!("{out}");
}

/// The subject from the flags, or from questions where there are none.
fn subject(args: &CsrArgs) -> Result<Value, Failure> {
    if let Some(text) = &args.subject {
        return Ok(json!(text));
    }
    let mut subject = Map::new();
    for (key, value) in [
        ("common_name", &args.common_name),
        ("organization", &args.organization),
        ("country", &args.country),
        ("state", &args.state),
        ("locality", &args.locality),
        ("email", &args.email),
    ] {
        if let Some(value) = value {
            subject.insert(key.into(), json!(value));
        }
    }
    if !args.organizational_unit.is_empty() {
        subject.insert(
            "organizational_unit".into(),
            json!(args.organizational_unit),
        );
    }
    let is_silent = subject.is_empty() && args.names.is_empty();
    if is_silent && prompt::possible() {
        ask(args, &mut subject)?;
    }
    Ok(Value::Object(subject))
}

fn ask(args: &CsrArgs, subject: &mut Map<String, Value>) -> Result<(), Failure> {
    let wanted = args.profile.as_deref().unwrap_or_default();
    let profile = PROFILES.iter().find(|profile| profile.name == wanted);
    for (key, short, question) in QUESTIONS {
        let is_required = profile.is_some_and(|profile| profile.required.contains(short));
        let note = if is_required { "" } else { ", empty for none" };
        eprint!("{question}{note}: ");
        let _ = std::io::stderr().flush();
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|e| Failure::usage(format!("standard input cannot be read: {e}")))?;
        let line = line.trim();
        if !line.is_empty() {
            subject.insert((*key).into(), json!(line));
        }
    }
    Ok(())
}

/// A file name from the common name.
fn base(subject: &Value, names: &[String]) -> String {
    let of_text = |text: &str| {
        let parts = text.split([',', '/']);
        parts
            .into_iter()
            .find_map(|part| part.trim().strip_prefix("CN=").map(str::to_owned))
    };
    let name = match subject {
        Value::String(text) => of_text(text),
        object => object
            .get("common_name")
            .and_then(Value::as_str)
            .map(str::to_owned),
    };
    let name = name.or_else(|| names.first().cloned()).unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    };
    match name
        .chars()
        .map(plain)
        .collect::<String>()
        .trim_matches('.')
    {
        "" => "mutls".to_owned(),
        name => name.to_owned(),
    }
}
