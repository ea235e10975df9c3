//! Which key belongs to which certificate, and whether that certificate may be used today.

use super::certificate::{self, Certificate};
use super::findings::{Findings, FoundCertificate};
use super::passphrase::Passphrase;
use super::private_key::{OpenedKey, PrivateKey};
use super::{chain, date, name};
use crate::error::{Code, MtlsError, Result};

/// More different keys than this are no identity.
const MAX_KEYS: usize = 16;
/// Each of these may cost seconds of derivation.
const MAX_ENCRYPTED_KEYS: usize = 2;

/// The key and its certificate, wherever they were found.
pub(crate) fn pair<'a>(
    findings: &'a Findings,
    passphrase: Option<&Passphrase>,
    now: i64,
) -> Result<(OpenedKey, &'a FoundCertificate)> {
    let mut keys: Vec<&PrivateKey> = Vec::new();
    for key in &findings.keys {
        if keys.len() <= MAX_KEYS && !keys.iter().any(|other| key.is_copy_of(other)) {
            keys.push(key);
        }
    }
    if keys.is_empty() || findings.certificates.is_empty() {
        return Err(missing(findings));
    }
    let encrypted = keys.iter().filter(|key| key.is_encrypted()).count();
    if keys.len() > MAX_KEYS || encrypted > MAX_ENCRYPTED_KEYS {
        return Err(MtlsError::config(
            Code::IdentityUnsupported,
            format!("too many private keys: found {}", findings.in_words()),
        )
        .with_hint("Give the one key that belongs to the certificate."));
    }
    let mut pair: Option<(OpenedKey, &FoundCertificate)> = None;
    let mut failure = None;
    for key in keys {
        let opened = match key.open(passphrase) {
            Ok(opened) => opened,
            Err(error) => {
                failure.get_or_insert(error);
                continue;
            }
        };
        match chain::leaf(&findings.certificates, &opened.public_key, now) {
            None => {
                failure.get_or_insert_with(|| mismatch(&opened, &key.place, findings));
            }
            Some(leaf) => match &pair {
                Some((first, other)) if first.public_key != opened.public_key => {
                    return Err(ambiguous(other, leaf));
                }
                Some(_) => {}
                None => pair = Some((opened, leaf)),
            },
        }
    }
    match (pair, failure) {
        (Some(pair), _) => Ok(pair),
        (None, Some(failure)) => Err(failure),
        (None, None) => Err(missing(findings)),
    }
}

fn missing(findings: &Findings) -> MtlsError {
    if let Some(locked) = &findings.locked {
        return locked.clone();
    }
    let (what, option) = match (findings.certificates.is_empty(), findings.keys.is_empty()) {
        (true, true) => (
            "no certificate and no private key",
            "`cert_file` and `key_file`",
        ),
        (true, false) => ("no certificate", "`cert_file`"),
        _ => ("no private key", "`key_file`"),
    };
    MtlsError::config(
        Code::IdentityNotFound,
        format!("{what} was found; what was found: {}", findings.in_words()),
    )
    .with_hint(format!(
        "Give the file that holds what is missing as {option}."
    ))
}

fn mismatch(key: &OpenedKey, place: &str, findings: &Findings) -> MtlsError {
    let mut subjects: Vec<String> = findings
        .certificates
        .iter()
        .take(4)
        .map(|found| format!("{} ({})", subject(found), found.source))
        .collect();
    if findings.certificates.len() > subjects.len() {
        subjects.push("...".to_owned());
    }
    MtlsError::config(
        Code::KeyMismatch,
        format!(
            "{place} ({}) does not belong to any certificate that was found: {}",
            key.words,
            subjects.join(", ")
        ),
    )
}

fn ambiguous(one: &FoundCertificate, other: &FoundCertificate) -> MtlsError {
    MtlsError::config(
        Code::IdentityUnsupported,
        format!(
            "found two identities, each with certificate and key: {} ({}) and {} ({})",
            subject(one),
            one.source,
            subject(other),
            other.source
        ),
    )
    .with_hint("Give one certificate and one key for each entry of `identity`.")
}

/// Refuses a leaf outside its dates.
pub(crate) fn check_dates(leaf: &FoundCertificate, now: i64) -> Result<()> {
    let Some(certificate) = Certificate::parse(&leaf.der) else {
        return Ok(());
    };
    let (subject, source) = (subject(leaf), &leaf.source);
    if let Some(end) = certificate.not_after.filter(|end| *end < now) {
        return Err(MtlsError::config(
            Code::IdentityExpired,
            format!(
                "the certificate {subject} ({source}) expired on {}, {}",
                date::rfc3339(end),
                days(end, now, "ago")
            ),
        )
        .with_hint(format!(
            "Request a new certificate from the partner and replace {source}, or set `allow_expired` to send it all the same."
        )));
    }
    if let Some(start) = certificate.not_before.filter(|start| *start > now) {
        return Err(MtlsError::config(
            Code::IdentityNotYetValid,
            format!(
                "the certificate {subject} ({source}) is valid from {} only, {}; this machine's clock says {}",
                date::rfc3339(start),
                days(now, start, "from now"),
                date::rfc3339(now)
            ),
        ));
    }
    Ok(())
}

fn days(from: i64, to: i64, direction: &str) -> String {
    match date::days_between(from, to) {
        0 => format!("less than a day {direction}"),
        1 => format!("1 day {direction}"),
        many => format!("{many} days {direction}"),
    }
}

fn subject(found: &FoundCertificate) -> String {
    let subject = certificate::subject_raw(&found.der).map(name::to_text);
    match subject {
        Some(subject) if !subject.is_empty() => subject,
        _ => "without a subject".to_owned(),
    }
}
