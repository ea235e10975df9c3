//! What we have against the server: its certificate, or how it speaks TLS.

use rustls::pki_types::ServerName;
use rustls::{CertRevocationListError, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::Circumstances;
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::identity::{certificate, name};
use crate::report::CertificateSummary;
use crate::tls::seen::Refusal;
use crate::trust::exceptions;

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
            MtlsError::new(code, Phase::Handshake, Origin::Local, format!("{place} {what}"))
        }
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge,
        ) if !at.after_handshake => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Local,
            format!("{place} does not speak TLS: its first bytes are something else"),
        )
        .with_hint(format!(
            "Check the port; if {place} serves plain HTTP, the URL has to begin with http://, or a proxy answers in its place."
        )),
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

fn server_refused(refusal: &Refusal, at: &Circumstances<'_>) -> MtlsError {
    let place = format!("{}:{}", at.host, at.port);
    let chain: Vec<CertificateSummary> = at
        .seen
        .server_chain
        .iter()
        .map(|cert| certificate::summarise(cert))
        .collect();
    let leaf = chain.first().cloned().unwrap_or_default();
    let top = chain.last().cloned().unwrap_or_default();
    let error = |code, what: String| MtlsError::new(code, Phase::Handshake, Origin::Local, what);
    let reason = match refusal {
        Refusal::Pin => {
            return error(
                Code::ServerPinMismatch,
                format!("no key of the certificate chain that {place} showed is pinned"),
            )
            .with_hint(format!(
                "The server's key is {}. If the partner announced a new key, replace the pin; else something is in between.",
                leaf.pin
            ));
        }
        Refusal::OtherCertificate => {
            return error(
                Code::ServerPinMismatch,
                format!(
                    "the certificate of {place} ({}) is not the one that was given",
                    leaf.subject
                ),
            )
            .with_hint(format!(
                "The certificate of {} is the only one that is accepted. If the partner announced a new one, replace it; else something is in between.",
                at.trust_source
            ));
        }
        Refusal::List(reason) => {
            return error(
                Code::CrlUnreadable,
                format!(
                    "the revocation list for the certificate of {place} cannot be used: {}",
                    list_problem(reason)
                ),
            );
        }
        Refusal::Certificate(reason) => reason,
    };
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => error(
            Code::ServerExpired,
            format!("the certificate of {place} expired on {}", leaf.not_after),
        )
        .with_hint(format!(
            "Check this machine's clock; if it is right, {} has to renew its certificate.",
            at.host
        )),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => error(
            Code::ServerNotYetValid,
            format!(
                "the certificate of {place} is valid only from {}",
                leaf.not_before
            ),
        )
        .with_hint("Check this machine's clock."),
        CertificateError::Revoked => error(
            Code::ServerRevoked,
            format!("the certificate of {place} has been revoked"),
        ),
        CertificateError::UnknownRevocationStatus => {
            let issuers: Vec<String> = chain.iter().map(|cert| cert.issuer.clone()).collect();
            error(
                Code::ServerRevocationUnknown,
                format!("no revocation list says whether the certificate of {place}, or one of its CAs, was revoked"),
            )
            .with_hint(format!(
                "Give the current list of each of these as `trust.crl_file`: {}; or set `trust.crl_check` to `leaf`, to ask for the server's own certificate alone.",
                issuers.join("; ")
            ))
        }
        CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. } => error(
            Code::CrlExpired,
            format!("the revocation list for the certificate of {place} is out of date"),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let names = match leaf.names.is_empty() {
                true => "no name at all (its subject's CN does not count)".to_owned(),
                false => leaf.names.join(", "),
            };
            error(
                Code::ServerWrongHost,
                format!("the certificate of {place} is not valid for {}", at.server_name),
            )
            .with_hint(match named_in_subject(at) {
                true => "The name stands in the subject alone, whose CN does not count. Tell the partner to issue it with alternative names; until then put `common_name` into `trust.allow`.".to_owned(),
                false => format!("It is valid for {names}. Use one of these names, or set `tls.server_name` if you know that it is right."),
            })
        }
        CertificateError::UnknownIssuer => unknown_issuer(&leaf, &top, &place, at),
        other => error(
            Code::ServerCertUnsupported,
            format!(
                "the certificate of {place} breaks a rule that this client enforces: {}",
                rule(other)
            ),
        )
        .with_hint(cure(other)),
    }
}

fn named_in_subject(at: &Circumstances<'_>) -> bool {
    let name = ServerName::try_from(at.server_name.to_owned());
    let leaf = at.seen.server_chain.first();
    matches!((leaf, name), (Some(leaf), Ok(name)) if exceptions::is_named_in_subject(leaf, &name))
}

/// What to do about a certificate that breaks a rule: two of the rules have an exception.
fn cure(error: &CertificateError) -> &'static str {
    let rule = match error {
        CertificateError::Other(other) => other.0.downcast_ref::<webpki::Error>(),
        _ => None,
    };
    match rule {
        Some(webpki::Error::CaUsedAsEndEntity) => {
            "Tell the partner. If you have this very certificate from them, give it as `trust.server_cert_file` and put `ca_leaf` into `trust.allow`."
        }
        Some(webpki::Error::UnsupportedCertVersion) => {
            "Tell the partner. If you have this very certificate from them, give it as `trust.server_cert_file` and put `v1` into `trust.allow`."
        }
        _ => "Tell the partner; the certificate would be refused by other modern clients as well.",
    }
}

fn list_problem(error: &CertRevocationListError) -> &'static str {
    use CertRevocationListError as E;
    match error {
        E::BadSignature => "its signature is wrong",
        E::IssuerInvalidForCrl => "its issuer may not sign revocation lists",
        E::UnsupportedSignatureAlgorithmContext { .. }
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it is signed in a way that is not supported"
        }
        _ => "it is damaged",
    }
}

fn unknown_issuer(
    leaf: &CertificateSummary,
    top: &CertificateSummary,
    place: &str,
    at: &Circumstances<'_>,
) -> MtlsError {
    // Without the intermediate nobody can tell it from a foreign root for sure: the name decides.
    let ends_open = top.subject != top.issuer && !top.issuer.to_ascii_lowercase().contains("root");
    let kin = name::organisation(&top.issuer)
        .is_some_and(|o| at.trust_organisations.iter().any(|known| known == o));
    let error = |code, what: String| MtlsError::new(code, Phase::Handshake, Origin::Local, what);
    if ends_open && kin {
        let at_url = at
            .seen
            .server_chain
            .last()
            .and_then(|cert| certificate::aia_issuer_url(cert))
            .map(|url| format!(" (it says to be found at {url})"))
            .unwrap_or_default();
        return error(
            Code::ServerMissingIntermediate,
            format!(
                "{place} does not send the intermediate certificate {} that issued {}",
                top.issuer, top.subject
            ),
        )
        .with_hint(format!(
            "Add {}{at_url} to {}, and tell the partner that the chain is incomplete.",
            top.issuer, at.trust_source
        ));
    }
    if leaf.subject == leaf.issuer {
        return error(
            Code::ServerUntrustedIssuer,
            format!(
                "the certificate of {place} is self-signed ({}) and not trusted here",
                leaf.subject
            ),
        )
        .with_hint(format!(
            "If it is what the partner gave you, add it to `ca_file`; trust comes from {} now.",
            at.trust_source
        ));
    }
    error(
        Code::ServerUntrustedIssuer,
        format!(
            "the certificate of {place} was issued by {}, which is not trusted here",
            top.issuer
        ),
    )
    .with_hint(format!(
        "Trust comes from {}. Give the partner's CA chain as `ca_file`; if {} is your company's, a proxy inspects the traffic.",
        at.trust_source, top.issuer
    ))
}

fn rule(error: &CertificateError) -> String {
    match error {
        CertificateError::BadEncoding => "its encoding is damaged or not X.509 version 3".into(),
        CertificateError::UnhandledCriticalExtension => {
            "it has an unknown critical extension".into()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not meant for server authentication".into()
        }
        CertificateError::BadSignature => "a signature in its chain is wrong".into(),
        CertificateError::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(error) => webpki_rule(error),
            None => other.to_string(),
        },
        other => other.to_string(),
    }
}

fn webpki_rule(error: &webpki::Error) -> String {
    use webpki::Error as E;
    match error {
        E::CaUsedAsEndEntity => "it is the certificate of a CA, used as that of a server".into(),
        E::EndEntityUsedAsCa => "a certificate of its chain is not that of a CA".into(),
        E::UnsupportedCertVersion => "it is not X.509 version 3".into(),
        E::NameConstraintViolation => "a CA of its chain may not vouch for its name".into(),
        E::PathLenConstraintViolated => "its chain is longer than one of its CAs allows".into(),
        E::InvalidSerialNumber => "its serial number is malformed".into(),
        E::InvalidCertValidity => "its dates contradict each other".into(),
        other => other.to_string(),
    }
}
