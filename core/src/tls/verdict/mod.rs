//! Turns what TLS reports into an error of the catalogue: what we refused is kept apart from what the
//! peer refused, and a hint names the cure with the caller's own values.

mod certificate;
mod ours;
mod rules;
mod theirs;

use rustls::{AlertDescription, Error, SignatureScheme};

use super::seen::Seen;
use crate::error::MtlsError;
use crate::error::Phase;
use crate::report::TlsAlert;
use ours::local;
use theirs::{lost, received};

/// What is known of the connection beyond the TLS error itself.
pub(crate) struct Circumstances<'a> {
    pub(crate) seen: &'a Seen,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    /// The name that the certificate is expected for.
    pub(crate) server_name: &'a str,
    /// Where our CAs came from.
    pub(crate) trust_source: &'a str,
    /// The issuers' subjects that we trust, to tell a missing intermediate from a foreign CA.
    pub(crate) trust_organisations: &'a [String],
    /// The proxy in between.
    pub(crate) proxy: Option<&'a str>,
    /// Which versions of TLS are allowed, in words.
    pub(crate) versions: &'a str,
    /// The server asked for a TLS 1.2 renegotiation on this connection.
    pub(crate) renegotiation: bool,
    pub(crate) after_handshake: bool,
    /// The verdict on our certificate may still be to come: TLS 1.3 delivers it after the handshake, with
    /// the server's first words.
    pub(crate) verdict_due: bool,
    pub(crate) phase: Phase,
}

/// What ended the connection, as TLS sees it.
pub(crate) enum Ending<'a> {
    Tls(&'a Error),
    /// The connection closed or was reset, without a word.
    Lost(Option<&'a std::io::Error>),
}

/// Explains the end of a connection whose handshake, or first read after it, failed.
pub(crate) fn explain(ending: Ending<'_>, at: &Circumstances<'_>) -> MtlsError {
    let error = match &ending {
        Ending::Tls(Error::AlertReceived(alert)) => received(*alert, at),
        Ending::Tls(error) => local(error, at),
        Ending::Lost(cause) => {
            let lost = lost(at);
            match cause {
                Some(cause) => lost.with_cause(*cause),
                None => lost,
            }
        }
    };
    match ending {
        Ending::Tls(cause) => error.with_cause(cause),
        Ending::Lost(_) => error,
    }
}

/// The schemes that the server accepts, by their RFC 8446 names.
pub(crate) fn scheme_names(seen: &Seen) -> Vec<String> {
    use SignatureScheme as S;
    seen.schemes
        .iter()
        .map(|scheme| match *scheme {
            S::RSA_PSS_SHA256 => "rsa_pss_rsae_sha256".to_owned(),
            S::RSA_PSS_SHA384 => "rsa_pss_rsae_sha384".to_owned(),
            S::RSA_PSS_SHA512 => "rsa_pss_rsae_sha512".to_owned(),
            S::ECDSA_NISTP256_SHA256 => "ecdsa_secp256r1_sha256".to_owned(),
            S::ECDSA_NISTP384_SHA384 => "ecdsa_secp384r1_sha384".to_owned(),
            S::ECDSA_NISTP521_SHA512 => "ecdsa_secp521r1_sha512".to_owned(),
            other => match other.as_str() {
                Some(name) => name.to_ascii_lowercase(),
                None => format!("0x{:04x}", u16::from(other)),
            },
        })
        .collect()
}

/// RFC 8446's name for an alert, such as `unknown_ca`.
pub(crate) fn alert_name(alert: AlertDescription) -> String {
    let name = match alert.as_str() {
        Some("UnknownCA") => "UnknownCa",
        Some("UnknownPSKIdentity") => "UnknownPskIdentity",
        Some("UnrecognisedName") => "UnrecognizedName",
        Some(name) => name,
        None => return format!("alert {}", u8::from(alert)),
    };
    let mut snake = String::with_capacity(name.len() + 4);
    for (i, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// An alert for errors and reports.
pub(crate) fn alert_of(alert: AlertDescription, received: bool) -> TlsAlert {
    TlsAlert {
        number: u8::from(alert),
        name: alert_name(alert),
        received,
    }
}
