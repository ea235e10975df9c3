//! Judges the server's certificate as webpki does, or as the one that was pinned, then by pinned keys, and keeps the
//! chain even when it refuses.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::pinned;
use super::provider;
use super::seen::{Refusal, Seen};
use crate::error::{Code, MtlsError, Result};
use crate::identity::algorithm::Algorithm;
use crate::identity::certificate::{self, Certificate};
use crate::identity::name;
use crate::trust::{Trust, exceptions};

/// In bits; aws-lc verifies no signature of a shorter RSA key.
const SHORTEST_RSA: usize = 2048;

/// In reports, beside the names of `trust.allow`.
const EXPIRED_CRL: &str = "expired_crl";

#[derive(Debug)]
pub(super) struct Verifier {
    /// None where certificates of servers stand in place of CAs.
    webpki: Option<Arc<WebPkiServerVerifier>>,
    /// The same with lists whose next one was due.
    with_expired_lists: Option<Arc<WebPkiServerVerifier>>,
    trust: Trust,
}

/// What was forgiven, or why the certificate is refused.
type Verdict = std::result::Result<Vec<&'static str>, Refusal>;

impl Verifier {
    pub(super) fn new(trust: &Trust) -> Result<Self> {
        let (webpki, with_expired_lists) = match (&trust.pinned, &trust.revocation) {
            (Some(_), _) => (None, None),
            (None, Some(revocation)) if revocation.allow_expired => {
                (Some(webpki(trust, true)?), Some(webpki(trust, false)?))
            }
            (None, _) => (Some(webpki(trust, true)?), None),
        };
        Ok(Verifier {
            webpki,
            with_expired_lists,
            trust: trust.clone(),
        })
    }

    fn judge(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Verdict {
        let Some(webpki) = &self.webpki else {
            return self.judge_pinned(leaf, server_name, now);
        };
        let ask = |webpki: &WebPkiServerVerifier| {
            webpki.verify_server_cert(leaf, intermediates, server_name, ocsp_response, now)
        };
        let mut verdict = ask(webpki);
        let mut forgiven = Vec::new();
        if let (Err(error), Some(lenient)) = (&verdict, &self.with_expired_lists)
            && is_expired_list(error)
        {
            verdict = ask(lenient);
            forgiven.push(EXPIRED_CRL);
        }
        match verdict {
            Ok(_) => Ok(forgiven),
            // The name is what webpki looks at last: the chain is trusted, in its dates and not revoked.
            Err(error) if is_wrong_name(&error) && self.forgives_name(leaf, server_name) => {
                forgiven.extend(exceptions::needed_by(leaf));
                Ok(forgiven)
            }
            // The very certificate lies in the bundle: no chain is left to be judged.
            Err(error) if self.is_fault_of_form(&error) && self.trust.bundle.contains(leaf) => {
                self.judge_given(leaf, server_name, now)
            }
            Err(error) => {
                // webpki does not say which certificate of the chain it was.
                let is_above = || {
                    let of_leaf = webpki_of(&self.trust, true, true).map(|webpki| ask(&webpki));
                    !matches!(of_leaf, Ok(Err(error)) if is_revoked(&error))
                };
                match is_revoked(&error) && is_above() {
                    true => Err(Refusal::RevokedAbove),
                    false => Err(refused(error)),
                }
            }
        }
    }

    fn judge_pinned(
        &self,
        leaf: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Verdict {
        let is_pinned = |pinned: &Arc<Vec<_>>| pinned.contains(leaf);
        match self.trust.pinned.as_ref().is_some_and(is_pinned) {
            true => self.judge_given(leaf, server_name, now),
            false => Err(Refusal::OtherCertificate),
        }
    }

    fn judge_given(
        &self,
        leaf: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Verdict {
        pinned::judge(leaf, server_name, now, self.trust.allowed)
            .map(|()| exceptions::needed_by(leaf))
            .map_err(Refusal::Certificate)
    }

    fn forgives_name(&self, leaf: &[u8], server_name: &ServerName<'_>) -> bool {
        self.trust.allowed.common_name && exceptions::is_named_in_subject(leaf, server_name)
    }

    /// Whether webpki did not get to judging the chain, for a reason that `trust.allow` names. A list of revoked
    /// certificates would be left unasked, so there must be none.
    fn is_fault_of_form(&self, error: &Error) -> bool {
        let Error::InvalidCertificate(CertificateError::Other(other)) = error else {
            return false;
        };
        self.trust.revocation.is_none()
            && match other.0.downcast_ref::<webpki::Error>() {
                Some(webpki::Error::UnsupportedCertVersion) => self.trust.allowed.v1,
                Some(webpki::Error::CaUsedAsEndEntity) => self.trust.allowed.ca_leaf,
                _ => false,
            }
    }

    fn has_pinned_key(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> bool {
        let pins = &self.trust.pins;
        if pins.is_empty() {
            return true;
        }
        let sent = std::iter::once(leaf)
            .chain(intermediates)
            .map(|cert| cert.as_ref());
        let issuers: Vec<&[u8]> = sent.clone().filter_map(certificate::issuer_raw).collect();
        // Pinned keys may belong to a CA that the server does not send.
        let behind = self.trust.bundle.iter().filter(|ca| {
            certificate::subject_raw(ca).is_some_and(|subject| issuers.contains(&subject))
        });
        sent.chain(behind.map(|cert| cert.as_ref()))
            .filter_map(certificate::spki_sha256)
            .any(|hash| pins.contains(&hash))
    }
}

fn webpki(trust: &Trust, enforce_dates: bool) -> Result<Arc<WebPkiServerVerifier>> {
    let revocation = trust.revocation.as_ref();
    webpki_of(
        trust,
        enforce_dates,
        revocation.is_some_and(|r| r.leaf_only),
    )
}

fn webpki_of(
    trust: &Trust,
    enforce_dates: bool,
    leaf_only: bool,
) -> Result<Arc<WebPkiServerVerifier>> {
    let mut builder =
        WebPkiServerVerifier::builder_with_provider(trust.roots.clone(), provider().clone());
    if let Some(revocation) = &trust.revocation {
        builder = builder.with_crls(revocation.lists.iter().cloned());
        if leaf_only {
            builder = builder.only_check_end_entity_revocation();
        }
        if enforce_dates {
            builder = builder.enforce_revocation_expiration();
        }
    }
    builder.build().map_err(|e| {
        MtlsError::config(Code::CaEmpty, "no CA certificate can be used").with_cause(&e)
    })
}

/// The first RSA key of the chain that is too short, and whose it is.
fn short_key(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Option<(usize, String)> {
    let mut chain = std::iter::once(leaf).chain(intermediates);
    chain.find_map(|der| {
        let certificate = Certificate::parse(der)?;
        match Algorithm::of_public(certificate.spki) {
            Algorithm::Rsa(bits) if bits < SHORTEST_RSA => {
                Some((bits, name::to_text(certificate.subject)))
            }
            _ => None,
        }
    })
}

fn is_expired_list(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::ExpiredRevocationList
                | CertificateError::ExpiredRevocationListContext { .. }
        )
    )
}

fn is_revoked(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Revoked))
}

fn is_wrong_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}

fn refused(error: Error) -> Refusal {
    match error {
        Error::InvalidCertificate(reason) => Refusal::Certificate(reason),
        Error::InvalidCertRevocationList(reason) => Refusal::List(reason),
        _ => Refusal::Certificate(CertificateError::BadEncoding),
    }
}

/// What TLS is told, hence which alert the server gets.
fn for_tls(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Certificate(reason) => Error::InvalidCertificate(reason),
        Refusal::List(reason) => Error::InvalidCertRevocationList(reason),
        Refusal::RevokedAbove => Error::InvalidCertificate(CertificateError::Revoked),
        Refusal::ShortKey(..) => Error::InvalidCertificate(CertificateError::BadSignature),
        Refusal::Pin | Refusal::OtherCertificate => {
            Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        let mut verdict = self.judge(leaf, intermediates, server_name, ocsp_response, now);
        if matches!(
            verdict,
            Ok(_) | Err(Refusal::Certificate(CertificateError::BadSignature))
        ) && let Some((bits, subject)) = short_key(leaf, intermediates)
        {
            // Its signatures cannot be verified: TLS would only say that one is wrong.
            verdict = Err(Refusal::ShortKey(bits, subject));
        }
        if verdict.is_ok() && !self.has_pinned_key(leaf, intermediates) {
            verdict = Err(Refusal::Pin);
        }
        Seen::note(|seen| {
            seen.server_chain = std::iter::once(leaf)
                .chain(intermediates)
                .map(|cert| cert.clone().into_owned())
                .collect();
            seen.verified = Some(verdict.is_ok());
            seen.refusal = verdict.as_ref().err().cloned();
            seen.exceptions = verdict.as_ref().cloned().unwrap_or_default();
        });
        verdict
            .map(|_| ServerCertVerified::assertion())
            .map_err(for_tls)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        match pinned::is_v1(cert) && self.trust.allowed.v1 {
            true => pinned::verify_tls12_signature(message, cert, dss, algorithms),
            false => rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        let algorithms = &provider().signature_verification_algorithms;
        match pinned::is_v1(cert) && self.trust.allowed.v1 {
            true => pinned::verify_tls13_signature(message, cert, dss, algorithms),
            false => rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
