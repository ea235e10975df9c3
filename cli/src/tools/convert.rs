//! `mutls convert`: certificates and keys in another format.

use std::io::IsTerminal;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::job::{Job, new_passphrase, print_json};
use super::words::{joined, list, text};
use super::{Inputs, NewPassphrase, help};
use crate::errors::Failure;
use crate::output;
use crate::prompt;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text with BEGIN and END lines
    Pem,
    /// One certificate or key in binary
    Der,
    /// A chain of certificates: .p7b
    Pkcs7,
    /// The same in binary: .p7c
    Pkcs7Der,
    /// A private key in PKCS#8 PEM
    Pkcs8,
    /// A store: .p12, .pfx
    Pkcs12,
    /// Java's own store
    Jks,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Pem => "pem",
            Format::Der => "der",
            Format::Pkcs7 => "pkcs7",
            Format::Pkcs7Der => "pkcs7_der",
            Format::Pkcs8 => "pkcs8",
            Format::Pkcs12 => "pkcs12",
            Format::Jks => "jks",
        }
    }

    /// By the ending of a file's name.
    fn of(file: &str) -> Option<Format> {
        let ending = Path::new(file).extension()?.to_str()?.to_lowercase();
        Some(match ending.as_str() {
            "pem" | "crt" | "cer" => Format::Pem,
            "der" => Format::Der,
            "p7b" => Format::Pkcs7,
            "p7c" => Format::Pkcs7Der,
            "key" => Format::Pkcs8,
            "p12" | "pfx" => Format::Pkcs12,
            "jks" => Format::Jks,
            _ => return None,
        })
    }

    fn is_store(self) -> bool {
        matches!(self, Format::Pkcs12 | Format::Jks)
    }
}

/// A part of what was read.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Only {
    Key,
    Certificate,
    Chain,
    Certificates,
}

impl Only {
    fn name(self) -> &'static str {
        match self {
            Only::Key => "key",
            Only::Certificate => "certificate",
            Only::Chain => "chain",
            Only::Certificates => "certificates",
        }
    }
}

/// Options of `mutls convert`.
#[derive(Args, Debug)]
#[command(before_long_help = help::CONVERT)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    inputs: Inputs,

    /// Where it goes; default standard output. Its ending tells the format: .p12 .pfx .jks .pem .crt .cer .der .p7b .p7c .key
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,

    /// The format, where the ending does not tell
    #[arg(long, value_name = "FORMAT")]
    to: Option<Format>,

    /// Write a part: the key, the certificate alone, the chain behind it, or all certificates
    #[arg(long, value_name = "PART")]
    only: Option<Only>,

    /// For old Windows and Java: a PKCS#12 store with 3DES and SHA-1
    #[arg(long)]
    legacy: bool,

    /// A PKCS#12 store whose integrity rests on PBMAC1 (RFC 9579), where FIPS 140-3 asks for it
    #[arg(long, conflicts_with = "legacy")]
    pbmac1: bool,

    /// A store of trusted certificates, even where a key is given; without a key it is one anyway
    #[arg(long)]
    truststore: bool,

    /// The alias in the store; default the common name
    #[arg(long, value_name = "ALIAS")]
    name: Option<String>,

    /// CA certificates that complete the chain
    #[arg(long, value_name = "FILE")]
    cacert: Vec<String>,

    /// Write the root of the chain too
    #[arg(long)]
    root: bool,

    #[command(flatten)]
    new_passphrase: NewPassphrase,

    /// Write a key that was encrypted without encryption
    #[arg(long, help_heading = "Passphrases")]
    unencrypted: bool,

    /// Replace a file that is there
    #[arg(long)]
    force: bool,

    /// Tell what was done as JSON; needs --output
    #[arg(long, requires = "output")]
    json: bool,
}

pub(crate) fn run(args: &ConvertArgs) -> Result<(), Failure> {
    let to = args
        .to
        .or_else(|| args.output.as_deref().and_then(Format::of));
    let to = to.ok_or_else(|| {
        Failure::usage("the format to write is not given")
            .with_hint("Write --to pem, der, pkcs7, pkcs8, pkcs12 or jks, or an --output with an ending such as .p12.")
    })?;
    let is_binary = to.is_store() || matches!(to, Format::Der | Format::Pkcs7Der);
    if args.output.is_none() && is_binary && std::io::stdout().is_terminal() {
        return Err(Failure::usage("binary data does not go to a terminal")
            .with_hint("Name a file with --output."));
    }
    let mut job = Job::new("convert");
    args.inputs.fill(&mut job)?;
    job.set("to", &to.name());
    job.set("only", &args.only.map(Only::name));
    job.set("legacy", &args.legacy);
    job.set("pbmac1", &args.pbmac1);
    job.set("truststore", &args.truststore);
    job.set("name", &args.name);
    job.set("ca", &args.cacert);
    job.set("root", &args.root);
    job.set("unencrypted", &args.unencrypted);
    job.set("output_file", &args.output);
    job.set("overwrite", &args.force);
    args.new_passphrase.fill(&mut job);
    if to.is_store() && !args.new_passphrase.is_given() && prompt::possible() {
        let what = args.output.as_deref().unwrap_or("the store");
        job.attach("new_passphrase", &new_passphrase(what)?);
    }
    let made = job.run()?;
    if args.json {
        return print_json(&made.json);
    }
    if let Some(bytes) = made.part("output") {
        output::print(bytes)?;
    }
    let report = &made.json;
    let say = |line: String| eprintln!("mutls: {line}");
    let left_out = joined(report, "left_out", "; ");
    if !left_out.is_empty() {
        say(format!("left out, no part of the chain: {left_out}"));
    }
    for note in list(report, "notes")
        .iter()
        .filter_map(|note| note.as_str())
    {
        say(format!("note: {note}"));
    }
    if let Some(file) = &args.output {
        say(format!("wrote {file}: {}", contents(report)));
    }
    Ok(())
}

/// What is in it, in words.
fn contents(report: &serde_json::Value) -> String {
    let certificates = match list(report, "certificates").len() {
        0 => String::new(),
        1 => "1 certificate".to_owned(),
        many => format!("{many} certificates"),
    };
    let key = match text(report, "key") {
        "" => String::new(),
        kind if report.get("encrypted") == Some(&true.into()) => {
            format!("a private key ({kind}), encrypted")
        }
        kind => format!("a private key ({kind}), not encrypted"),
    };
    let parts: Vec<String> = [key, certificates]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let aliases = joined(report, "aliases", ", ");
    // Those of a whole system's roots fill a screen; --json has them.
    let aliases = match list(report, "aliases").len() {
        1..=5 => format!("; alias {aliases}"),
        _ => String::new(),
    };
    format!("{}, {}{aliases}", text(report, "kind"), parts.join(" and "))
}
