//! What the server has against us: an alert, or an end without a word.

use rustls::AlertDescription;

use super::{Circumstances, alert_name, alert_of, scheme_names};
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::tls::seen::NotOffered;

/// Whether an alert, or its absence, can be the server's verdict on our (missing) certificate.
pub(super) fn received(alert: AlertDescription, at: &Circumstances<'_>) -> MtlsError {
    use AlertDescription as A;
    let place = format!("{}:{}", at.host, at.port);
    let name = alert_name(alert);
    let not_sent = at.seen.requested && at.seen.offered.is_none();
    let error = match alert {
        // A server whose renegotiation we refused gives up in many words.
        _ if at.renegotiation => renegotiation(at),
        _ if !at.verdict_due => MtlsError::new(
            Code::ConnectionReset,
            at.phase,
            Origin::Peer,
            format!("{place} ended the connection with the TLS alert {name}"),
        ),
        A::CertificateRequired => client_certificate_missing(at),
        A::HandshakeFailure | A::BadCertificate | A::AccessDenied if not_sent => {
            client_certificate_missing(at)
        }
        A::BadCertificate
        | A::UnsupportedCertificate
        | A::CertificateRevoked
        | A::CertificateExpired
        | A::CertificateUnknown
        | A::UnknownCA
        | A::AccessDenied
        | A::DecryptError
            if at.seen.offered.is_some() =>
        {
            client_certificate_rejected(alert, at)
        }
        A::HandshakeFailure if at.seen.offered.is_some() => {
            client_certificate_rejected(alert, at)
        }
        A::ProtocolVersion => MtlsError::new(
            Code::NoCommonVersion,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} speaks none of the TLS versions that are allowed here"),
        ),
        A::HandshakeFailure | A::InsufficientSecurity => MtlsError::new(
            Code::NoCommonCipher,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} ended the handshake: it shares no cipher suite, group or signature scheme with this client"),
        )
        .with_hint(format!(
            "{place} needs an ECDHE suite with AES-GCM or ChaCha20, or it wants a client certificate that it did not ask for properly; run the doctor to tell."
        )),
        A::UnrecognisedName => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} does not know the name {}", at.server_name),
        )
        .with_hint("Check the host in the URL, or set `tls.server_name` to the name that the server expects."),
        _ => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} ended the handshake with the TLS alert {name}"),
        ),
    };
    error.with_alert(alert_of(alert, true))
}

fn client_certificate_missing(at: &Circumstances<'_>) -> MtlsError {
    let place = format!("{}:{}", at.host, at.port);
    if at.seen.not_offered == Some(NotOffered::NoCommonScheme) {
        let schemes = scheme_names(at.seen).join(", ");
        return MtlsError::new(
            Code::ClientCertNotSent,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} demands a client certificate, and none of ours fits the signature schemes it accepts: {schemes}"),
        )
        .with_hint("Ask the partner for a certificate whose key fits one of these schemes, RSA or ECDSA P-256 in most cases.");
    }
    MtlsError::new(
        Code::ClientCertRequired,
        Phase::Handshake,
        Origin::Peer,
        format!("{place} demands a client certificate and none was sent"),
    )
    .with_hint(format!(
        "Configure `cert_file` and `key_file` for {}; if they are, check that `hosts` of the identity names it.",
        at.host
    ))
}

fn client_certificate_rejected(alert: AlertDescription, at: &Circumstances<'_>) -> MtlsError {
    use AlertDescription as A;
    let place = format!("{}:{}", at.host, at.port);
    let (what, issuer, until, name, listed) = match &at.seen.offered {
        Some(offer) => match offer.summary.first() {
            Some(leaf) => (
                format!("our certificate {}", leaf.subject),
                leaf.issuer.clone(),
                leaf.not_after.clone(),
                offer.name.clone(),
                offer.listed,
            ),
            None => (
                "our certificate".into(),
                String::new(),
                String::new(),
                offer.name.clone(),
                offer.listed,
            ),
        },
        None => (
            "our certificate".into(),
            String::new(),
            String::new(),
            String::new(),
            true,
        ),
    };
    let (reason, hint) = match alert {
        A::UnknownCA => (
            "it does not know the CA that issued it",
            format!(
                "The certificate in {name} was issued by {issuer}. Use the certificate that this partner issued for this environment (sandbox and production differ), and give its intermediates in `chain_file`."
            ),
        ),
        A::CertificateExpired => (
            "it holds it to be expired",
            format!(
                "The certificate in {name} is valid until {until}. Renew it with the partner; if the date lies ahead, a certificate of its chain or the server's clock is the cause."
            ),
        ),
        A::CertificateRevoked => (
            "it holds it to be revoked",
            format!("Download a new certificate from the partner and replace {name}."),
        ),
        A::UnsupportedCertificate => (
            "it does not accept this kind of certificate",
            format!(
                "Check that the certificate in {name} is meant for client authentication (extended key usage clientAuth) and has a key type that the partner accepts."
            ),
        ),
        A::DecryptError => (
            "it could not check our signature",
            format!(
                "Check that certificate and key in {name} are the ones that the partner holds."
            ),
        ),
        A::HandshakeFailure => (
            "it ended the handshake after it had received it, without saying why",
            format!(
                "The likely reason is the certificate in {name} (issued by {issuer}): check that this partner issued it for this environment."
            ),
        ),
        A::AccessDenied => (
            "it is valid but not allowed here",
            format!("Ask the partner to enable the certificate in {name} for this API."),
        ),
        _ => (
            "it gives no closer reason",
            format!(
                "Check that the certificate in {name} (issued by {issuer}) is the one that this partner issued, with its whole chain, and is meant for client authentication."
            ),
        ),
    };
    let hint = match listed {
        true => hint,
        false => {
            format!("{hint} The server lists the CAs it accepts, and {issuer} is not among them.")
        }
    };
    MtlsError::new(
        Code::ClientCertRejected,
        Phase::Handshake,
        Origin::Peer,
        format!("{place} refused {what}: {reason}"),
    )
    .with_hint(hint)
}

fn renegotiation(at: &Circumstances<'_>) -> MtlsError {
    MtlsError::new(
        Code::RenegotiationRequired,
        Phase::Handshake,
        Origin::Peer,
        format!(
            "{}:{} asks for the client certificate by TLS 1.2 renegotiation, which is not supported",
            at.host, at.port
        ),
    )
    .with_hint("Ask the partner to negotiate the client certificate in the first handshake (IIS: `netsh http add sslcert ... clientcertnegotiation=enable`), or to enable TLS 1.3.")
    .with_not_processed(false)
}

pub(super) fn lost(at: &Circumstances<'_>) -> MtlsError {
    let place = format!("{}:{}", at.host, at.port);
    if at.renegotiation {
        return renegotiation(at);
    }
    if at.verdict_due && at.seen.requested && at.seen.offered.is_none() {
        return client_certificate_missing(at).with_hint(format!(
            "The server asked for a certificate, got none and closed the connection without an alert. Configure `cert_file` and `key_file` for {}.",
            at.host
        ));
    }
    let phase = match at.after_handshake {
        true => at.phase,
        false => Phase::Handshake,
    };
    let error = MtlsError::new(
        Code::ConnectionReset,
        phase,
        Origin::Peer,
        match at.after_handshake {
            true => format!("{place} closed the connection before it answered"),
            false => format!("{place} closed the connection during the TLS handshake"),
        },
    );
    match (at.after_handshake, &at.seen.offered) {
        (true, Some(offer)) => error.with_hint(format!(
            "The server may have refused the certificate in {} without saying so, or it failed: run the doctor.",
            offer.name
        )),
        (false, _) => error.with_hint("Check that the port speaks TLS, and that no firewall or proxy cuts the connection; a partner may allow listed addresses only."),
        _ => error,
    }
}
