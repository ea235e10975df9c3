//! What ends a command early: how it is told, and the exit code.

use std::io::Write;

use mutls::{Code, Family, MtlsError};
use serde_json::json;

use crate::style::Style;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be carried out as written.
    Usage {
        message: String,
        hint: Option<String>,
    },
    /// The library says no.
    Call(MtlsError),
    /// `--fail`, and the answer's status is an error.
    Status(u16),
    /// The output cannot be written.
    Output(String),
    /// Whoever read our output has gone: nothing to say, and nobody to say it to.
    BrokenPipe,
    /// Interrupted while asking for a password.
    Interrupted,
    /// Everything was said already.
    Told,
    /// The doctor has found an error of this family, and said so.
    Diagnosed(Family),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage {
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Failure {
        match self {
            Failure::Usage { message, .. } => Failure::Usage {
                message,
                hint: Some(hint.into()),
            },
            other => other,
        }
    }

    /// A file or stream of ours that cannot be written.
    pub(crate) fn output(what: &str, error: &std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Output(format!("cannot write {what}: {error}")),
        }
    }

    /// The exit codes that `--help` and docs/cli.md promise.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage { .. } => 2,
            Failure::Call(error) => family_code(error.family()),
            Failure::Status(_) => 22,
            Failure::Output(_) | Failure::BrokenPipe => 23,
            Failure::Interrupted => 130,
            Failure::Told => 1,
            Failure::Diagnosed(family) => family_code(*family),
        }
    }

    /// One line.
    pub(crate) fn message(&self) -> String {
        match self {
            Failure::Usage { message, .. } | Failure::Output(message) => message.clone(),
            Failure::Call(error) => error.message().to_owned(),
            Failure::Status(status) => {
                format!("the answer is {}", crate::head::status_text(*status))
            }
            Failure::Interrupted => "interrupted".to_owned(),
            Failure::BrokenPipe | Failure::Told | Failure::Diagnosed(_) => String::new(),
        }
    }

    fn code(&self) -> Option<Code> {
        match self {
            Failure::Call(error) => Some(error.code()),
            _ => None,
        }
    }

    fn hint(&self) -> Option<&str> {
        match self {
            Failure::Usage { hint, .. } => hint.as_deref(),
            Failure::Call(error) => Some(error.hint()),
            _ => None,
        }
    }
}

impl From<MtlsError> for Failure {
    fn from(error: MtlsError) -> Failure {
        Failure::Call(error)
    }
}

/// One exit code for each family, so that a script can tell them apart.
pub(crate) fn family_code(family: Family) -> u8 {
    match family {
        Family::Config => 3,
        Family::Identity => 4,
        Family::Trust => 5,
        Family::Connect => 6,
        Family::Handshake => 7,
        Family::Timeout => 8,
        Family::Protocol => 9,
        Family::Body => 10,
        Family::Cancelled => 130,
        Family::Internal => 70,
    }
}

/// Tells failures on standard error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reporter {
    /// `-s` without `-S`.
    pub(crate) silent: bool,
    /// `-v`: with the causes.
    pub(crate) causes: bool,
    /// `--error-format json`.
    pub(crate) json: bool,
}

impl Reporter {
    pub(crate) fn tell(&self, failure: &Failure) {
        let quiet = match failure {
            Failure::BrokenPipe | Failure::Told | Failure::Diagnosed(_) => true,
            // A command line that cannot work is said however silent the call should be.
            Failure::Usage { .. } => false,
            _ => self.silent,
        };
        if quiet {
            return;
        }
        let text = match self.json {
            true => format!("{}\n", as_json(failure)),
            false => self.as_text(failure),
        };
        // Nothing is left to tell it to when this fails.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    fn as_text(&self, failure: &Failure) -> String {
        let style = Style::stderr();
        let mut text = format!("{} {}\n", style.red("mutls:"), failure.message());
        let mut line = |label: &str, value: &str| {
            text.push_str(&format!("  {} {value}\n", style.dim(&format!("{label}:"))));
        };
        if let Failure::Call(error) = failure {
            line("code", &place(error));
            if let Some(alert) = error.tls_alert() {
                let who = if alert.received { "received" } else { "sent" };
                line(
                    "alert",
                    &format!("{} ({}), {who}", alert.name, alert.number),
                );
            }
        }
        if let Some(hint) = failure.hint() {
            line("hint", hint);
        }
        if let Some(flags) = failure.code().and_then(flags) {
            line("flags", flags);
        }
        if let (Failure::Call(error), true) = (failure, self.causes) {
            for cause in error.causes() {
                line("cause", cause);
            }
        }
        text
    }
}

/// What the options of a hint are called on this command line.
fn flags(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::IdentityNotFound | Code::ClientCertRequired => "--cert FILE, --key FILE",
        Code::PassphraseRequired | Code::PassphraseWrong => {
            "--pass-env VAR, --pass-file FILE, --cert FILE:PASSPHRASE"
        }
        Code::CaUnreadable
        | Code::CaEmpty
        | Code::ServerUntrustedIssuer
        | Code::ServerMissingIntermediate => "--cacert FILE",
        Code::ServerPinMismatch => "--pinnedpubkey HASHES",
        Code::NoCommonVersion => "--tlsv1.2, --tlsv1.3, --tls-max VERSION",
        Code::ProxyRefused => "--proxy URL, --proxy-user USER:PASSWORD, --noproxy HOSTS",
        Code::Timeout | Code::ConnectTimeout => "--max-time SECONDS, --connect-timeout SECONDS",
        Code::RedirectRefused => "--redirects any, --max-redirs NUMBER",
        _ => return None,
    })
}

/// `client_cert_required (501), phase handshake, origin peer`
pub(crate) fn place(error: &MtlsError) -> String {
    format!(
        "{} ({}), phase {}, origin {}",
        error.code(),
        error.code().number(),
        error.phase(),
        error.origin()
    )
}

/// The same shape for what the library does not know about, with codes that begin with `cli_`.
fn as_json(failure: &Failure) -> serde_json::Value {
    let (code, family) = match failure {
        Failure::Call(error) => return error.to_json(),
        Failure::Usage { .. } => ("cli_usage", "config"),
        Failure::Status(_) => ("cli_http_status", "protocol"),
        Failure::Interrupted => ("cli_interrupted", "cancelled"),
        _ => ("cli_output", "internal"),
    };
    json!({
        "code": code,
        "family": family,
        "message": failure.message(),
        "hint": failure.hint(),
    })
}
