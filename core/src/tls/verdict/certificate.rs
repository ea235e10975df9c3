//! What we have against the certificates of a server.

use rustls::CertificateError;
use rustls::client::verify_server_name;
use rustls::pki_types::ServerName;
use rustls::server::ParsedCertificate;

use super::Circumstances;
use super::rules::{cure, list_problem, rule};
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::identity::certificate::Certificate;
use crate::identity::{certificate, date, name};
use crate::report::CertificateSummary;
use crate::tls::seen::Refusal;
use crate::trust::exceptions;

pub(super) fn server_refused(refusal: &Refusal, at: &Circumstances<'_>) -> MtlsError {
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
        Refusal::RevokedAbove => {
            let above: Vec<&str> = chain.iter().skip(1).map(|c| c.subject.as_str()).collect();
            return error(
                Code::ServerRevoked,
                format!(
                    "a CA above the certificate of {place} has been revoked: {}",
                    above.join("; ")
                ),
            );
        }
        Refusal::ShortKey(bits, subject) => {
            return error(
                Code::ServerCertUnsupported,
                format!("the RSA key of {subject}, in the chain of {place}, has {bits} bits"),
            )
            .with_hint(format!(
                "Tell the partner: {} needs an RSA key of 2048 bits or more, or one of ECDSA.",
                at.host
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
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            // The CA above it may be what is out of date.
            let late = at.seen.server_chain.iter().position(|cert| is_late(cert));
            match late.and_then(|i| chain.get(i)).filter(|cert| *cert != &leaf) {
                Some(above) => error(
                    Code::ServerExpired,
                    format!(
                        "the CA certificate {} that {place} sends expired on {}",
                        above.subject, above.not_after
                    ),
                )
                .with_hint(format!(
                    "Check this machine's clock; if it is right, {} has to send the current certificate of {}.",
                    at.host, above.subject
                )),
                None => error(
                    Code::ServerExpired,
                    format!("the certificate of {place} expired on {}", leaf.not_after),
                )
                .with_hint(format!(
                    "Check this machine's clock, which says {}; if it is right, {} has to renew its certificate.",
                    date::rfc3339(date::now()),
                    at.host
                )),
            }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            let early = at.seen.server_chain.iter().position(|cert| is_early(cert));
            let early = early.and_then(|i| chain.get(i)).unwrap_or(&leaf);
            let what = match early == &leaf {
                true => format!("the certificate of {place}"),
                false => format!("the CA certificate {} that {place} sends", early.subject),
            };
            error(
                Code::ServerNotYetValid,
                format!("{what} is valid only from {}", early.not_before),
            )
            .with_hint(format!(
                "Check this machine's clock, which says {}; if it is right, tell the partner.",
                date::rfc3339(date::now())
            ))
        }
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

fn is_late(der: &[u8]) -> bool {
    let end = Certificate::parse(der).and_then(|certificate| certificate.not_after);
    end.is_some_and(|end| end < date::now())
}

fn is_early(der: &[u8]) -> bool {
    let begin = Certificate::parse(der).and_then(|certificate| certificate.not_before);
    begin.is_some_and(|begin| begin > date::now())
}

/// Whether the certificate is for the host that was called, whoever issued it.
fn is_for_host(at: &Circumstances<'_>) -> bool {
    let Some(leaf) = at.seen.server_chain.first() else {
        return false;
    };
    let name = ServerName::try_from(at.server_name.trim_matches(['[', ']']).to_owned());
    match (ParsedCertificate::try_from(leaf), name) {
        (Ok(leaf), Ok(name)) => verify_server_name(&leaf, &name).is_ok(),
        _ => named_in_subject(at),
    }
}

fn named_in_subject(at: &Circumstances<'_>) -> bool {
    let name = ServerName::try_from(at.server_name.to_owned());
    let leaf = at.seen.server_chain.first();
    matches!((leaf, name), (Some(leaf), Ok(name)) if exceptions::is_named_in_subject(leaf, &name))
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
        .with_hint(match elsewhere(leaf, at) {
            Some(hint) => hint,
            None => format!(
                "If it is what the partner gave you, add it to `ca_file`; trust comes from {} now.",
                at.trust_source
            ),
        });
    }
    error(
        Code::ServerUntrustedIssuer,
        format!(
            "the certificate of {place} was issued by {}, which is not trusted here",
            top.issuer
        ),
    )
    .with_hint(match (elsewhere(leaf, at), at.proxy) {
        (Some(hint), _) => hint,
        (None, Some(proxy)) => format!(
            "The call goes through the proxy {proxy}: if {} is your company's, it inspects the traffic, and your certificate cannot pass it. Ask whoever runs it to let {} through unopened. Trust comes from {}.",
            top.issuer, at.host, at.trust_source
        ),
        (None, None) => format!(
            "Trust comes from {}. Give the partner's CA chain as `ca_file`; if {} is your company's, a proxy inspects the traffic.",
            at.trust_source, top.issuer
        ),
    })
}

/// A certificate that nobody vouches for and that is for another host: somebody else answers.
fn elsewhere(leaf: &CertificateSummary, at: &Circumstances<'_>) -> Option<String> {
    let names = leaf.names.join(", ");
    (!names.is_empty() && !is_for_host(at)).then(|| {
        format!(
            "It is for {names} and not for {}: something else answers in its place. Check the host in the URL and its address, and whether a captive portal or a proxy stands in between.",
            at.server_name
        )
    })
}
