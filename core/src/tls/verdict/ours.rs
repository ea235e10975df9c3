//! What we have against the server: its certificate, or how it speaks TLS.

use rustls::{Error, InvalidMessage, PeerIncompatible};

use super::Circumstances;
use super::certificate::server_refused;
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::tls::foreign;

/// What we refused ourselves.
pub(super) fn local(error: &Error, at: &Circumstances<'_>) -> MtlsError {
    let place = format!("{}:{}", at.host, at.port);
    if let Some(refusal) = &at.seen.refusal {
        return server_refused(refusal, at);
    }
    match error {
        Error::PeerIncompatible(incompatible) => {
            let (code, what) = match incompatible {
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::Tls12NotOffered
                | PeerIncompatible::Tls12NotOfferedOrEnabled => (
                    Code::NoCommonVersion,
                    "speaks none of the TLS versions that are allowed here",
                ),
                PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => (
                    Code::ClientCertNotSent,
                    "accepts none of the signature schemes that this client can make",
                ),
                _ => (
                    Code::NoCommonCipher,
                    "shares no cipher suite, group or signature scheme with this client",
                ),
            };
            let error = MtlsError::new(
                code,
                Phase::Handshake,
                Origin::Local,
                format!("{place} {what}"),
            );
            match code {
                Code::NoCommonVersion => error.with_hint(versions(&place, at)),
                _ => error,
            }
        }
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge,
        ) if !at.after_handshake => no_tls(&place, at),
        Error::NoCertificatesPresented => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Local,
            format!("{place} showed no certificate"),
        ),
        _ if at.after_handshake => MtlsError::new(
            Code::ProtocolError,
            at.phase,
            Origin::Local,
            format!("{place} broke the TLS protocol: {error}"),
        ),
        _ => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Local,
            format!("the TLS handshake with {place} failed: {error}"),
        ),
    }
}

fn no_tls(place: &str, at: &Circumstances<'_>) -> MtlsError {
    let error = |what: &str| {
        MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Local,
            format!("{place} does not speak TLS: {what}"),
        )
    };
    match foreign::spoken(&at.seen.first_bytes) {
        Some(foreign) => error(&format!("it speaks {}", foreign.what)).with_hint(foreign.cure),
        None => error("its first bytes are something else").with_hint(format!(
            "Check the port; if {place} serves plain HTTP, the URL has to begin with http://, or a proxy answers in its place."
        )),
    }
}

/// What to do where no version of TLS is shared.
pub(super) fn versions(place: &str, at: &Circumstances<'_>) -> String {
    format!(
        "{}. Ask the partner which versions {place} speaks; mutls speaks 1.2 and 1.3, nothing older.",
        at.versions
    )
}
