//! What a handshake showed, for the report.

use rustls::{ClientConnection, HandshakeKind};

use super::exchange::Exchange;
use crate::events::days_left;
use crate::identity::{certificate, date, name};
use crate::report::{HandshakeReport, TlsNumbers};
use crate::tls::{self, Seen};
use crate::trust::exceptions;

#[inline(never)]
pub(super) fn fill_in(
    report: &mut HandshakeReport,
    tls: &ClientConnection,
    seen: &Seen,
    completed: bool,
) {
    report.completed = completed;
    report.version = tls.protocol_version().map(|version| match version {
        rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2".to_owned(),
        rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3".to_owned(),
        other => format!("{other:?}"),
    });
    report.cipher_suite = tls
        .negotiated_cipher_suite()
        .map(|suite| format!("{:?}", suite.suite()));
    report.group = tls
        .negotiated_key_exchange_group()
        .map(|group| format!("{:?}", group.name()));
    report.resumed = tls.handshake_kind() == Some(HandshakeKind::Resumed);
    report.server_chain = seen
        .server_chain
        .iter()
        .map(|cert| certificate::summarise(cert))
        .collect();
    report.numbers = TlsNumbers {
        version: tls.protocol_version().map_or(0, u16::from),
        cipher_suite: tls
            .negotiated_cipher_suite()
            .map_or(0, |suite| suite.suite().into()),
        group: tls
            .negotiated_key_exchange_group()
            .map_or(0, |group| group.name().into()),
    };
    let certificates = tls.peer_certificates().unwrap_or_default();
    report.server_certificates.0 = certificates.iter().map(|cert| cert.to_vec()).collect();
    report.server_verified = seen.verified.or(report.resumed.then_some(true));
    report.server_problem = seen.refusal.as_ref().map(|refusal| format!("{refusal:?}"));
    let exceptions = match certificates.first() {
        // What the certificate was forgiven when the session began still holds.
        Some(leaf) if report.resumed => exceptions::needed_by(leaf),
        _ => seen.exceptions.clone(),
    };
    report.server_exceptions = exceptions.into_iter().map(str::to_owned).collect();
    let ours = &mut report.client_certificate;
    // The certificate would have left only after the server's was accepted.
    ours.offered = seen.offered.is_some() && seen.refusal.is_none();
    ours.requested = match (seen.requested, report.resumed, completed) {
        (true, _, _) => Some(true),
        (false, true, _) => None,
        (false, false, true) => Some(false),
        (false, false, false) => None,
    };
    ours.summary = match (ours.requested, ours.offered, report.resumed) {
        (_, true, _) => "sent",
        (Some(true), false, _) => "requested, not offered",
        (Some(false), ..) => "not requested",
        (None, _, true) => "resumed",
        (None, _, false) => "unknown",
    }
    .to_owned();
    ours.acceptable_schemes = tls::scheme_names(seen);
    ours.acceptable_cas = seen
        .acceptable_cas
        .iter()
        .map(|name| name::to_text(name))
        .collect();
    if let Some(offer) = &seen.offered {
        ours.identity = Some(offer.name.clone());
        ours.chain = offer.summary.to_vec();
        if !offer.listed {
            ours.reason = Some(
                "the server lists the CAs it accepts, and none issued this certificate".into(),
            );
        }
    }
    ours.reason = match seen.not_offered {
        Some(tls::NotOffered::NoneConfigured) => {
            Some("no identity is configured for this host".into())
        }
        Some(tls::NotOffered::NoCommonScheme) => {
            Some("no key of ours fits a signature scheme that the server accepts".into())
        }
        None if seen.offered.is_some() && !ours.offered => {
            Some("the server's certificate was refused first".into())
        }
        None => ours.reason.take(),
    };
}

/// How long the certificates of both sides are good for, whether or not this handshake showed them.
#[inline(never)]
pub(super) fn count_days(report: &mut HandshakeReport, exchange: &Exchange) {
    report.server_days_left = match report.server_chain.first() {
        Some(leaf) => leaf.end.map(|_| leaf.days_left),
        None => report
            .server_certificates
            .0
            .first()
            .and_then(|leaf| days_left(leaf)),
    };
    let now = date::now();
    let ours = &mut report.client_certificate;
    for certificate in &mut ours.chain {
        // They were read when the client was made.
        certificate.count_days(now);
    }
    ours.days_left = match (ours.chain.first(), exchange.key.identities.as_slice()) {
        (Some(leaf), _) => leaf.end.map(|_| leaf.days_left),
        (None, [only]) => exchange
            .wire
            .identity(*only)
            .and_then(|only| days_left(only.certified.cert.first()?)),
        _ => None,
    };
}
