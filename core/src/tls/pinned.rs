//! A server's certificate that the caller gave us, byte for byte. Nobody has to vouch for it, and what it says about
//! itself was known before the server showed it: name, dates and purpose are all that is left to be judged, and that
//! the server holds its key.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use webpki::EndEntityCert;

use crate::identity::certificate::Certificate;
use crate::trust::exceptions::{self, Allowed};

/// Judges a certificate that is known to be the one that was given.
pub(super) fn judge(
    leaf: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
    allowed: Allowed,
) -> Result<(), CertificateError> {
    let certificate = Certificate::parse(leaf).ok_or(CertificateError::BadEncoding)?;
    if certificate.version == 1 && !allowed.v1 {
        return Err(broken_rule(webpki::Error::UnsupportedCertVersion));
    }
    if certificate.is_ca() && !allowed.ca_leaf {
        return Err(broken_rule(webpki::Error::CaUsedAsEndEntity));
    }
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let (Some(start), Some(end)) = (certificate.not_before, certificate.not_after) else {
        return Err(CertificateError::BadEncoding);
    };
    if seconds < start {
        return Err(CertificateError::NotValidYet);
    }
    if seconds > end {
        return Err(CertificateError::Expired);
    }
    if !certificate.is_for_servers() {
        return Err(CertificateError::InvalidPurpose);
    }
    let is_named = match EndEntityCert::try_from(leaf) {
        Ok(webpki) => webpki.verify_is_valid_for_subject_name(server_name).is_ok(),
        // Version 1 has no alternative names.
        Err(_) if certificate.version == 1 => false,
        Err(problem) => return Err(broken_rule(problem)),
    };
    let in_subject = || allowed.common_name && exceptions::is_named_in_subject(leaf, server_name);
    match is_named || in_subject() {
        true => Ok(()),
        false => Err(CertificateError::NotValidForName),
    }
}

/// As rustls passes on what webpki found.
fn broken_rule(rule: webpki::Error) -> CertificateError {
    CertificateError::Other(OtherError(Arc::new(rule)))
}

pub(super) fn is_v1(cert: &CertificateDer<'_>) -> bool {
    Certificate::parse(cert).is_some_and(|certificate| certificate.version == 1)
}

/// As rustls does, for a certificate that webpki does not read. RFC 5246 leaves the curve of a scheme open, so each
/// algorithm of the scheme is tried.
pub(super) fn verify_tls12_signature(
    message: &[u8],
    cert: &CertificateDer<'_>,
    dss: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let spki = public_key(cert)?;
    let key = webpki::RawPublicKeyEntity::try_from(&spki).map_err(|_| bad_signature())?;
    of_scheme(algorithms, dss.scheme)
        .iter()
        .any(|algorithm| {
            key.verify_signature(*algorithm, message, dss.signature())
                .is_ok()
        })
        .then(HandshakeSignatureValid::assertion)
        .ok_or_else(bad_signature)
}

pub(super) fn verify_tls13_signature(
    message: &[u8],
    cert: &CertificateDer<'_>,
    dss: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let spki = public_key(cert)?;
    rustls::crypto::verify_tls13_signature_with_raw_key(message, &spki, dss, algorithms)
}

fn public_key<'a>(cert: &'a CertificateDer<'_>) -> Result<SubjectPublicKeyInfoDer<'a>, Error> {
    Certificate::parse(cert)
        .map(|certificate| SubjectPublicKeyInfoDer::from(certificate.spki))
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))
}

fn of_scheme(
    algorithms: &WebPkiSupportedAlgorithms,
    scheme: SignatureScheme,
) -> &'static [&'static dyn rustls::pki_types::SignatureVerificationAlgorithm] {
    algorithms
        .mapping
        .iter()
        .find(|(known, _)| *known == scheme)
        .map(|(_, all)| *all)
        .unwrap_or_default()
}

fn bad_signature() -> Error {
    Error::InvalidCertificate(CertificateError::BadSignature)
}
