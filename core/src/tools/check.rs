//! `check`: what will go wrong with an identity, found before the first call.

use rustls::pki_types::{CertificateDer, UnixTime};
use serde_json::{Value, json};
use webpki::EndEntityCert;

use super::bundle::Chain;
use super::facts::{self, Facts};
use super::finding::{Findings, Severity};
use super::input::{self, Pool, document};
use super::output::Output;
use super::{Stop, server};
use crate::config::{Attachments, Config, OneOrMany, Secret, read};
use crate::error::Result;
use crate::identity::certificate::{Certificate, aia_issuer_url, summarise};
use crate::identity::source::Side;
use crate::identity::{date, matching};
use Severity::{Error, Info, Warning};

document! {
    /// What to look at.
    Check {
        /// CA certificates that complete the chain.
        ca: OneOrMany<Secret>,
        /// A server that has to accept the certificate; it is asked which CAs it accepts.
        url: Option<String>,
        /// How to reach it, and whom to trust: a config document.
        client: Option<Box<Config>>,
        /// How soon an end of validity is worth a warning, such as `30d`.
        within: Option<String>,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments, stop: &Stop) -> Result<Output> {
    let document: Check = read(json)?;
    let within = super::renewal::seconds(document.within.as_deref().unwrap_or("30d"))?;
    let pool = document.pool(attachments, Side::Identity)?;
    let mut findings = Findings::default();
    files(&pool, &mut findings);
    let chain = match pool.certificates().is_empty() {
        true => None,
        false => Some(Chain::of(&pool, &document.ca, attachments)?),
    };
    let now = date::now();
    // What a client would say at once; its dates are looked at below.
    if let Err(error) = matching::pair(&pool.findings, pool.passphrase.as_ref(), now) {
        findings.add(Error, error.code().name(), error.message(), error.hint());
    }
    if let Some(chain) = &chain {
        leaf(chain, now, within, &mut findings);
        order(&pool, chain, &mut findings);
        issuers(chain, now, &mut findings);
        rules(chain, &mut findings);
    }
    let server = match &document.url {
        None => Value::Null,
        Some(url) => {
            let asked = server::ask(url, document.client.as_deref(), attachments, stop)?;
            if let Some(chain) = &chain {
                accepted(&asked, chain, &mut findings);
            }
            server::describe(&asked)
        }
    };
    let certificates: Value = chain
        .iter()
        .flat_map(|chain| &chain.certificates)
        .map(|der| facts::certificate(der))
        .collect();
    Ok(Output::report(json!({
        "ok": !findings.has_errors(),
        "findings": findings.sorted(),
        "inputs": pool.inputs(),
        "chain": certificates,
        "server": server,
    })))
}

/// Who else may read the key.
fn files(pool: &Pool, findings: &mut Findings) {
    for read in pool.read.iter().filter(|read| read.has_keys) {
        let Some(path) = &read.path else { continue };
        let Some(mode) = input::mode(path).filter(|mode| mode & 0o077 != 0) else {
            continue;
        };
        let (severity, what) = match read.has_plain_keys {
            true => (Warning, "a private key that is not encrypted"),
            false => (Info, "an encrypted private key"),
        };
        findings.add(
            severity,
            "readable_by_others",
            format!(
                "{path} holds {what} and has the mode {mode:03o}: others than its owner may open it"
            ),
            format!("chmod 600 {path}"),
        );
    }
}

fn subject(der: &[u8]) -> String {
    match summarise(der).subject {
        subject if subject.is_empty() => "the certificate without a subject".to_owned(),
        subject => subject,
    }
}

/// What the certificate itself says.
fn leaf(chain: &Chain, now: i64, within: i64, findings: &mut Findings) {
    let Some(der) = chain.certificates.first() else {
        return;
    };
    let (Some(facts), Some(certificate)) = (Facts::of(der), Certificate::parse(der)) else {
        return;
    };
    let subject = subject(der);
    let partner = "Ask the partner for a new certificate.";
    let dated = |at: i64| date::rfc3339(at);
    match (certificate.not_before, certificate.not_after) {
        (_, Some(end)) if end < now => findings.add(
            Error,
            "identity_expired",
            format!(
                "{subject} expired on {}, {} days ago",
                dated(end),
                date::days_between(end, now)
            ),
            partner,
        ),
        (Some(start), _) if start > now => findings.add(
            Error,
            "identity_not_yet_valid",
            format!("{subject} is valid from {} only", dated(start)),
            "Check this machine's clock, or wait.",
        ),
        (_, Some(end)) if end.saturating_sub(now) < within => findings.add(
            Warning,
            "expires_soon",
            format!(
                "{subject} expires on {}: {} days left",
                dated(end),
                date::days_between(now, end)
            ),
            "Renew it now: some partners take days to issue one.",
        ),
        _ => {}
    }
    let purposes = facts.purposes.as_deref().unwrap_or_default();
    let is_for_clients = (purposes.iter()).any(|p| p == "clientAuth" || p == "anyExtendedKeyUsage");
    if facts.purposes.is_some() && !is_for_clients {
        findings.add(
            Error,
            "client_auth_missing",
            format!(
                "{subject} is for {} and not for clientAuth: servers refuse it, and some clients do not send it at all",
                purposes.join(", ")
            ),
            "Ask the partner for a certificate with the extended key usage clientAuth; public CAs stop issuing those in 2026.",
        );
    }
    if facts
        .usages
        .as_ref()
        .is_some_and(|usages| !usages.contains(&"digitalSignature"))
    {
        findings.add(
            Error,
            "key_usage",
            format!(
                "{subject} allows its key {} and no digitalSignature, which a TLS handshake needs",
                facts.usages.as_deref().unwrap_or_default().join(", ")
            ),
            "Ask the partner for a certificate with the key usage digitalSignature.",
        );
    }
    if facts.is_ca {
        findings.add(
            Warning,
            "leaf_is_ca",
            format!("{subject} says that it is a CA's (CA:TRUE): strict servers refuse that for a client"),
            "If it is a CA's, give the certificate that was issued to you; if it is yours, ask for one with CA:FALSE.",
        );
    }
    if facts.version < 3 {
        findings.add(
            Warning,
            "x509_v1",
            format!("{subject} is an X.509 v{} certificate, without extensions: strict servers refuse it", facts.version),
            "Ask the partner for an X.509 v3 certificate.",
        );
    }
}

/// How the files are ordered, and what lacks.
fn order(pool: &Pool, chain: &Chain, findings: &mut Findings) {
    let own = pool.certificates();
    let places: Vec<usize> = chain
        .certificates
        .iter()
        .filter_map(|der| own.iter().position(|found| found.der == *der))
        .collect();
    if !places.is_sorted() {
        findings.add(
            Info,
            "chain_out_of_order",
            "the certificates are not in order, leaf first; mutls puts them in order, other clients send them as they are",
            "mutls bundle writes them in order.",
        );
    }
    if !chain.left_out.is_empty() {
        findings.add(
            Info,
            "not_in_chain",
            format!(
                "no part of the chain, and not sent: {}",
                chain.left_out.join("; ")
            ),
            "Nothing to mend, unless one of them should be.",
        );
    }
    let Some(issuer) = chain.missing_issuer() else {
        return;
    };
    let hint = match chain.certificates.last().and_then(|der| aia_issuer_url(der)) {
        Some(url) => format!("Fetch it from {url} and add it as the chain."),
        None => "If the server knows that issuer, nothing is missing. Otherwise give the partner's chain file too.".to_owned(),
    };
    let severity = if chain.certificates.len() == 1 {
        Warning
    } else {
        Info
    };
    findings.add(
        severity,
        "chain_incomplete",
        format!(
            "the chain ends at {}; the certificate of its issuer, {issuer}, is not there",
            chain
                .certificates
                .last()
                .map(|der| subject(der))
                .unwrap_or_default()
        ),
        hint,
    );
}

/// Dates of the issuers, and the strength of everything.
fn issuers(chain: &Chain, now: i64, findings: &mut Findings) {
    for (at, der) in chain.certificates.iter().enumerate() {
        let (Some(facts), Some(certificate)) = (Facts::of(der), Certificate::parse(der)) else {
            continue;
        };
        let subject = subject(der);
        if at > 0 && !certificate.is_current(now) {
            findings.add(
                Error,
                "issuer_expired",
                format!("{subject}, which issued what stands before it, is not valid today"),
                "Ask the partner for the current chain.",
            );
        }
        if let Some(bits) = facts.rsa_bits.filter(|bits| *bits < 2_048) {
            findings.add(
                Error,
                "weak_key",
                format!("{subject} has an RSA key of {bits} bits; less than 2048 is refused"),
                "Request a certificate for another key: mutls csr.",
            );
        }
        let (severity, weak) = match facts.signature.as_str() {
            text if text.starts_with("MD") => (Error, true),
            text if text.starts_with("SHA-1 ") => (Warning, true),
            _ => (Info, false),
        };
        if weak && !facts.is_self_issued {
            findings.add(
                severity,
                "weak_signature",
                format!(
                    "{subject} is signed by {}, which current servers refuse",
                    facts.signature
                ),
                "Ask the partner for a certificate that is signed with SHA-256.",
            );
        }
    }
}

/// What a server on rustls would say: the strictest that partners run.
fn rules(chain: &Chain, findings: &mut Findings) {
    let Some((leaf, rest)) = chain.certificates.split_first() else {
        return;
    };
    if findings.has_errors() {
        // It would say the same in other words.
        return;
    }
    let (anchor, intermediates): (&CertificateDer<'_>, &[CertificateDer<'_>]) =
        match (&chain.root, rest.split_last()) {
            (Some(root), _) => (root, rest),
            (None, Some((last, before))) => (last, before),
            // Nothing to lead to.
            (None, None) => return,
        };
    let verdict = || {
        let anchor = webpki::anchor_from_trusted_cert(anchor)?;
        EndEntityCert::try_from(leaf)?.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &[anchor],
            intermediates,
            UnixTime::now(),
            webpki::KeyUsage::client_auth(),
            None,
            None,
        )?;
        Ok::<(), webpki::Error>(())
    };
    if let Err(rule) = verdict() {
        findings.add(
            Warning,
            "webpki",
            format!("a server that follows the rules of rustls-webpki refuses the chain: {rule}"),
            "Tell the partner, unless their server accepts it.",
        );
    }
}

/// Whether the server is waiting for such a certificate.
fn accepted(asked: &server::Asked, chain: &Chain, findings: &mut Findings) {
    let report = &asked.report;
    let place = format!("{}:{}", report.host, report.port);
    let wanted = &report.client_certificate;
    match wanted.requested {
        Some(true) => {}
        Some(false) => {
            return findings.add(
                Warning,
                "not_requested",
                format!("{place} does not ask for a client certificate in the handshake"),
                "Check the host and port; a partner may have another one for mutual TLS.",
            );
        }
        None => {
            return findings.add(
                Warning,
                "not_seen",
                format!("the handshake with {place} ended before it could ask for a certificate"),
                asked.hint(),
            );
        }
    }
    let issuers: Vec<String> = (chain.certificates.iter())
        .map(|der| summarise(der).issuer)
        .collect();
    let is_listed = (wanted.acceptable_cas.iter()).any(|ca| issuers.contains(ca));
    if !wanted.acceptable_cas.is_empty() && !is_listed {
        findings.add(
            Error,
            "issuer_not_accepted",
            format!(
                "{place} accepts certificates of {}; this one is issued by {}",
                wanted.acceptable_cas.join("; "),
                issuers.join(", which is issued by ")
            ),
            "Use the certificate that this partner issued for this environment, and send its intermediates.",
        );
    }
}
