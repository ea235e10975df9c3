//! The rules that a certificate may break, in words.

use rustls::{CertRevocationListError, CertificateError};

use crate::identity::der;

/// What to do about a certificate that breaks a rule: two of the rules have an exception.
pub(super) fn cure(error: &CertificateError) -> &'static str {
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

pub(super) fn list_problem(error: &CertRevocationListError) -> &'static str {
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

pub(super) fn rule(error: &CertificateError) -> String {
    match error {
        CertificateError::BadEncoding => "its encoding is damaged or not X.509 version 3".into(),
        CertificateError::UnhandledCriticalExtension => {
            "it has an unknown critical extension".into()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not meant for server authentication".into()
        }
        CertificateError::BadSignature => "a signature in its chain is wrong".into(),
        CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id,
            ..
        } => signed_with(signature_algorithm_id),
        CertificateError::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(error) => webpki_rule(error),
            None => other.to_string(),
        },
        other => other.to_string(),
    }
}

/// OIDs of RFC 8017 and RFC 3279, in DER and without their header.
const OLD_SIGNATURES: &[(&[u8], &str)] = &[
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04],
        "MD5",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
        "SHA-1",
    ),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03], "SHA-1"),
];

/// `algorithm` is an AlgorithmIdentifier, with or without the parameters behind its OID.
fn signed_with(algorithm: &[u8]) -> String {
    let oid = match algorithm {
        [6, length, rest @ ..] => rest.get(..usize::from(*length)).unwrap_or_default(),
        bare => bare,
    };
    match OLD_SIGNATURES.iter().find(|(known, _)| *known == oid) {
        Some((_, name)) => format!("its chain is signed with {name}, which can be forged"),
        None => format!(
            "its chain is signed with an algorithm that is not supported ({})",
            der::dotted(oid)
        ),
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
        E::UnsupportedCriticalExtension => "it has an unknown critical extension".into(),
        E::InvalidCertValidity => "its dates contradict each other".into(),
        other => other.to_string(),
    }
}
