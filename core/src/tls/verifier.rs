//! Judges the server's certificate as webpki does, then by pins, and keeps the chain even when it
//! refuses.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::provider;
use super::seen::{Refusal, Seen};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate;
use crate::trust::Trust;

#[derive(Debug)]
pub(super) struct Verifier {
    webpki: Arc<WebPkiServerVerifier>,
    pins: Arc<Vec<[u8; 32]>>,
    /// Pinned keys may belong to a CA that the server does not send.
    bundle: Arc<Vec<CertificateDer<'static>>>,
}

impl Verifier {
    pub(super) fn new(trust: &Trust) -> Result<Self> {
        let webpki =
            WebPkiServerVerifier::builder_with_provider(trust.roots.clone(), provider().clone())
                .build()
                .map_err(|e| {
                    MtlsError::config(Code::CaEmpty, "no CA certificate can be used").with_cause(&e)
                })?;
        Ok(Verifier {
            webpki,
            pins: trust.pins.clone(),
            bundle: trust.bundle.clone(),
        })
    }

    fn pinned(&self, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> bool {
        if self.pins.is_empty() {
            return true;
        }
        let sent = std::iter::once(leaf)
            .chain(intermediates)
            .map(|cert| cert.as_ref());
        let issuers: Vec<&[u8]> = sent.clone().filter_map(certificate::issuer_raw).collect();
        let behind = self.bundle.iter().filter(|ca| {
            certificate::subject_raw(ca).is_some_and(|subject| issuers.contains(&subject))
        });
        sent.chain(behind.map(|cert| cert.as_ref()))
            .filter_map(certificate::spki_sha256)
            .any(|hash| self.pins.contains(&hash))
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
        let verdict =
            self.webpki
                .verify_server_cert(leaf, intermediates, server_name, ocsp_response, now);
        let verdict = match verdict {
            Ok(_) if !self.pinned(leaf, intermediates) => Err((
                Refusal::Pin,
                Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure),
            )),
            Ok(verified) => Ok(verified),
            Err(error) => {
                let reason = match &error {
                    Error::InvalidCertificate(reason) => reason.clone(),
                    _ => CertificateError::BadEncoding,
                };
                Err((Refusal::Certificate(reason), error))
            }
        };
        Seen::note(|seen| {
            seen.server_chain = std::iter::once(leaf)
                .chain(intermediates)
                .map(|cert| cert.clone().into_owned())
                .collect();
            seen.verified = Some(verdict.is_ok());
            seen.refusal = verdict.as_ref().err().map(|(refusal, _)| refusal.clone());
        });
        verdict.map_err(|(_, error)| error)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}
