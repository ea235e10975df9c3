//! What the server has against us: an alert, or an end without a word.

use std::net::IpAddr;

use rustls::AlertDescription;

use super::ours::versions;
use super::{Circumstances, alert_name, alert_of, scheme_names};
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::identity::certificate::Certificate;
use crate::identity::{date, name};
use crate::tls::seen::{NotOffered, Offer};

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
        // GnuTLS says decode_error of the empty answer in TLS 1.2.
        A::HandshakeFailure | A::BadCertificate | A::AccessDenied | A::DecodeError
            if not_sent =>
        {
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
        )
        .with_hint(versions(&place, at)),
        A::HandshakeFailure | A::InsufficientSecurity => MtlsError::new(
            Code::NoCommonCipher,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} ended the handshake: it shares no cipher suite, group or signature scheme with this client"),
        )
        .with_hint(format!(
            "{place} needs TLS 1.2 or 1.3 with an ECDHE suite and AES-GCM or ChaCha20: a server that knows only CBC, static RSA or TLS 1.1 says this. So does one that wants a client certificate and did not ask for it; run the doctor to tell."
        )),
        A::UnrecognisedName => unknown_name(at),
        _ => MtlsError::new(
            Code::HandshakeFailed,
            Phase::Handshake,
            Origin::Peer,
            format!("{place} ended the handshake with the TLS alert {name}"),
        ),
    };
    error.with_alert(alert_of(alert, true))
}

fn unknown_name(at: &Circumstances<'_>) -> MtlsError {
    let place = format!("{}:{}", at.host, at.port);
    let is_address = at.server_name.trim_matches(['[', ']']).parse::<IpAddr>();
    let error =
        |what: String| MtlsError::new(Code::HandshakeFailed, Phase::Handshake, Origin::Peer, what);
    match is_address {
        // RFC 6066 section 3: an address is never sent as a name.
        Ok(_) => error(format!("{place} wants to be called by a name (SNI), and an address has none"))
            .with_hint("Use the host name in the URL, or set `tls.server_name` to the name that the server expects."),
        Err(_) => error(format!("{place} does not know the name {}", at.server_name))
            .with_hint("Check the host in the URL, or set `tls.server_name` to the name that the server expects."),
    }
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
    let offer = at.seen.offered.as_ref();
    let leaf = offer.and_then(|offer| offer.summary.first()).cloned();
    let leaf = leaf.unwrap_or_default();
    let file = offer.map_or("", |offer| offer.name.as_str());
    let issuer = &leaf.issuer;
    // What we see ourselves is closer than what the server says of it.
    let fault = offer.and_then(own_fault);
    let (reason, hint) = match alert {
        A::UnknownCA => (
            "it does not know the CA that issued it",
            format!(
                "The certificate in {file} was issued by {issuer}. Use the certificate that this partner issued for this environment (sandbox and production differ), and give its intermediates in `chain_file`."
            ),
        ),
        A::CertificateExpired => (
            "it holds it to be expired",
            match leaf.days_left < 0 {
                true => format!(
                    "The certificate in {file} expired on {}. Renew it with the partner.",
                    leaf.not_after
                ),
                false => format!(
                    "The certificate in {file} is valid until {}, so a certificate of its chain has expired, or the clock of the server or of this machine is wrong (here it is {}).",
                    leaf.not_after,
                    date::rfc3339(date::now())
                ),
            },
        ),
        A::CertificateRevoked => (
            "it holds it to be revoked",
            format!(
                "The certificate in {file} has the serial number {}. Ask the partner for a new one and replace it.",
                leaf.serial
            ),
        ),
        A::UnsupportedCertificate => (
            "it does not accept this kind of certificate",
            format!(
                "Check that the certificate in {file} is meant for client authentication (extended key usage clientAuth) and has a key type that the partner accepts."
            ),
        ),
        A::DecryptError => (
            "it could not check our signature",
            format!(
                "Check that certificate and key in {file} are the ones that the partner holds."
            ),
        ),
        A::HandshakeFailure => (
            "it ended the handshake after it had received it, without saying why",
            format!(
                "The likely reason is the certificate in {file} (issued by {issuer}): check that this partner issued it for this environment."
            ),
        ),
        // GnuTLS says this of every certificate that it refuses, whatever is wrong with it.
        A::AccessDenied => (
            "it does not let it in",
            format!(
                "Check that the certificate in {file} (issued by {issuer}, valid until {}) is the one that this partner issued and is not revoked; then ask the partner to enable it for this API.",
                leaf.not_after
            ),
        ),
        // Java says certificate_unknown of all that is wrong with a certificate.
        _ => (
            "it gives no closer reason",
            format!(
                "Check that the certificate in {file} (issued by {issuer}) is the one that this partner issued, with its whole chain, and is meant for client authentication."
            ),
        ),
    };
    let mut hint = match (alert, fault) {
        (A::CertificateExpired | A::CertificateRevoked, _) | (_, None) => hint,
        (_, Some(fault)) => fault,
    };
    let not_listed = offer.is_some_and(|offer| !offer.listed);
    if offer.is_some_and(|offer| offer.summary.len() == 1)
        && leaf.subject != leaf.issuer
        && not_listed
    {
        hint = format!(
            "Only the certificate itself was sent: if {issuer} is an intermediate, give it in `chain_file`. {hint}"
        );
    }
    if alert == A::BadCertificate
        && let Some(since) = offer.and_then(lately)
    {
        // What OpenSSL says of a certificate that is not valid yet.
        hint +=
            &format!(" It is valid only since {since}: a server whose clock is behind refuses it.");
    }
    if not_listed {
        let listed: Vec<String> = at
            .seen
            .acceptable_cas
            .iter()
            .take(LISTED)
            .map(|ca| name::to_text(ca))
            .collect();
        let more = match at.seen.acceptable_cas.len() > LISTED {
            true => "; and others",
            false => "",
        };
        let listed = listed.join("; ");
        hint += &format!(
            " The server lists the CAs it accepts, and {issuer} is not among them: {listed}{more}."
        );
    }
    MtlsError::new(
        Code::ClientCertRejected,
        Phase::Handshake,
        Origin::Peer,
        format!("{place} refused our certificate {}: {reason}", leaf.subject),
    )
    .with_hint(hint)
}

/// How many of the CAs that a server accepts are named.
const LISTED: usize = 3;

/// A certificate that began so lately is refused by servers whose clock is behind.
const LATELY: i64 = 2 * 24 * 3600;

/// What is wrong with our certificate as far as it can be seen from here, and what to do about it.
fn own_fault(offer: &Offer) -> Option<String> {
    let leaf = Certificate::parse(&offer.leaf)?;
    let file = &offer.name;
    let now = date::now();
    match (leaf.not_before?, leaf.not_after?) {
        (_, end) if end < now => Some(format!(
            "The certificate in {file} expired on {}. Renew it with the partner.",
            date::rfc3339(end)
        )),
        (begin, _) if begin > now => Some(format!(
            "The certificate in {file} is valid only from {}. Check this machine's clock, or wait.",
            date::rfc3339(begin)
        )),
        _ if !leaf.is_for_clients() => Some(format!(
            "The certificate in {file} is not meant for clients: its extended key usage lacks clientAuth. Use the one that the partner issued for clients."
        )),
        _ => None,
    }
}

/// Since when our certificate is valid, if that is not long ago.
fn lately(offer: &Offer) -> Option<String> {
    let begin = Certificate::parse(&offer.leaf)?.not_before?;
    (date::now() - begin < LATELY).then(|| date::rfc3339(begin))
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
        (false, _) => error.with_hint(match at.proxy {
            Some(proxy) => format!("The proxy {proxy} opened a tunnel and said nothing more: check that it is a proxy, and that it lets {place} through; a partner may allow listed addresses only."),
            None => "Check that the port speaks TLS, and that no firewall or proxy cuts the connection; a partner may allow listed addresses only.".to_owned(),
        }),
        _ => error,
    }
}
