//! `mutls demo`: one call that works and three that do not, explained.

use mutls::{
    Attachments, Client, Code, Config, HandshakeReport, MtlsError, Origin, Phase, Request,
};
use mutls_sandbox::{Identity, Info};
use serde_json::{Value, json};

use crate::errors::{Failure, place};
use crate::output;
use crate::report;
use crate::sandbox;
use crate::style::Style;

/// The partner's endpoint that their manual recommends for a first try.
const PATH: &str = "/banks/v1";

/// A failure that everybody meets once.
struct Mishap {
    did: &'static str,
    config: Value,
    expected: (Code, Phase, Origin),
}

/// The sandbox's files, as far as the demo wants them.
struct Partner<'a> {
    info: &'a Info,
    valid: &'a Identity,
    encrypted: &'a Identity,
}

impl<'a> Partner<'a> {
    fn new(info: &'a Info) -> Result<Self, Failure> {
        let identity = |name: &str| {
            let missing = || Failure::Output(format!("the sandbox has no identity `{name}`"));
            info.identities.get(name).ok_or_else(missing)
        };
        Ok(Partner {
            info,
            valid: identity("valid")?,
            encrypted: identity("encrypted")?,
        })
    }

    fn config(&self, ca: &str) -> Value {
        json!({"base_url": self.info.lean.base_url, "ca_file": self.info.files.get(ca)})
    }

    fn config_as(&self, identity: &Identity, ca: &str) -> Value {
        let mut config = self.config(ca);
        if let Some(keys) = config.as_object_mut() {
            keys.insert("cert_file".into(), json!(identity.chain));
            keys.insert("key_file".into(), json!(identity.key));
        }
        config
    }

    fn mishaps(&self) -> [Mishap; 3] {
        let mut wrong_passphrase = self.config_as(self.encrypted, "ca");
        if let Some(keys) = wrong_passphrase.as_object_mut() {
            keys.insert("passphrase".into(), json!("not the passphrase"));
        }
        [
            Mishap {
                did: "called without a certificate",
                config: self.config("ca"),
                expected: (Code::ClientCertRequired, Phase::Handshake, Origin::Peer),
            },
            Mishap {
                did: "gave the wrong passphrase for the encrypted key",
                config: wrong_passphrase,
                expected: (Code::PassphraseWrong, Phase::Config, Origin::Local),
            },
            Mishap {
                did: "trusted another CA than the server's",
                config: self.config_as(self.valid, "other_ca"),
                expected: (Code::ServerUntrustedIssuer, Phase::Handshake, Origin::Local),
            },
        ]
    }

    /// The call of the partner's manual.
    fn call(&self, config: &Value) -> Result<Answer, MtlsError> {
        let lean = &self.info.lean;
        let client = Client::new(Config::from_value(config.clone())?, Attachments::default())?;
        let request = Request::get(PATH).header(&lean.app_token_header, &lean.app_token)?;
        let mut response = client.send(request)?;
        Ok(Answer {
            status: response.status(),
            handshake: response.handshake().as_ref().clone(),
            body: response.json()?,
        })
    }
}

struct Answer {
    status: u16,
    handshake: HandshakeReport,
    body: Value,
}

pub(crate) fn run() -> Result<(), Failure> {
    let sandbox = sandbox::start(None)?;
    let partner = Partner::new(sandbox.info())?;
    let style = Style::stdout();
    let mut as_expected = show_success(&partner, style)?;
    for (number, mishap) in partner.mishaps().iter().enumerate() {
        as_expected &= show_mishap(&partner, number + 1, mishap, style)?;
    }
    let verdict = match as_expected {
        true => style.green("All four came out as they should."),
        false => style.red("Something came out otherwise than it should: see above."),
    };
    say(&format!("\n{verdict}\n"))?;
    match as_expected {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn show_success(partner: &Partner<'_>, style: Style) -> Result<bool, Failure> {
    let lean = &partner.info.lean;
    say(&format!(
        "{}\n\n{} GET {}{PATH}\n  {}: {}\n  certificate {}\n",
        style.bold("A call over mutual TLS, to a partner on this machine"),
        style.cyan(">"),
        lean.base_url,
        lean.app_token_header,
        style.dim("(the application's token)"),
        file_name(&partner.valid.chain),
    ))?;
    let answer = match partner.call(&partner.config_as(partner.valid, "ca")) {
        Ok(answer) => answer,
        Err(error) => {
            say(&format!("{} {error}\n", style.red("failed:")))?;
            return Ok(false);
        }
    };
    let pretty = serde_json::to_string_pretty(&answer.body).unwrap_or_default();
    say(&format!(
        "{} {}\n{}\n\n{}\n{}",
        style.green("<"),
        crate::head::status_text(answer.status),
        indented(&pretty),
        style.bold("The handshake behind it"),
        report::text(&answer.handshake, "  "),
    ))?;
    let handshake = &answer.handshake;
    Ok(answer.status == 200 && handshake.completed && handshake.client_certificate.offered)
}

fn show_mishap(
    partner: &Partner<'_>,
    number: usize,
    mishap: &Mishap,
    style: Style,
) -> Result<bool, Failure> {
    say(&format!(
        "\n{}\n",
        style.bold(&format!("Failure {number}: you {}", mishap.did))
    ))?;
    let error = match partner.call(&mishap.config) {
        Ok(answer) => {
            let what = crate::head::status_text(answer.status);
            say(&format!("  {} {what}\n", style.red("no failure:")))?;
            return Ok(false);
        }
        Err(error) => error,
    };
    say(&format!(
        "  {}  {}\n  {}     {}\n  {}     {}\n",
        style.dim("happens"),
        error.message(),
        style.dim("code"),
        place(&error),
        style.dim("hint"),
        error.hint(),
    ))?;
    let (code, phase, origin) = mishap.expected;
    let came = (error.code(), error.phase(), error.origin());
    if came != (code, phase, origin) {
        let wanted = format!("expected {code}, phase {phase}, origin {origin}");
        say(&format!("  {}\n", style.red(&wanted)))?;
        return Ok(false);
    }
    Ok(true)
}

fn say(text: &str) -> Result<(), Failure> {
    output::print(text.as_bytes())
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
