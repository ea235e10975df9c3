//! What one handshake showed. rustls calls the verifier and the presenter on the thread that drives
//! the handshake, and both are shared by all connections: a thread-local links them to theirs.

use std::cell::RefCell;

use rustls::pki_types::CertificateDer;
use rustls::{CertRevocationListError, CertificateError, SignatureScheme};

use crate::report::CertificateSummary;
use std::sync::Arc;

/// Filled in while a handshake runs.
#[derive(Default)]
pub(crate) struct Seen {
    /// What the server said first, where it was no TLS at all.
    pub(crate) first_bytes: Vec<u8>,
    pub(crate) server_chain: Vec<CertificateDer<'static>>,
    pub(crate) verified: Option<bool>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) exceptions: Vec<&'static str>,
    pub(crate) requested: bool,
    pub(crate) acceptable_cas: Vec<Vec<u8>>,
    pub(crate) schemes: Vec<SignatureScheme>,
    pub(crate) offered: Option<Offer>,
    pub(crate) not_offered: Option<NotOffered>,
}

/// Why we refused the server's certificate.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    Certificate(CertificateError),
    /// Not the server's own certificate, but one above it was revoked.
    RevokedAbove,
    /// An RSA key of so many bits, in the certificate of this subject.
    ShortKey(usize, String),
    /// A revocation list that cannot be used.
    List(CertRevocationListError),
    Pin,
    /// Another certificate than the pinned one.
    OtherCertificate,
}

/// The identity that was sent.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) summary: Arc<Vec<CertificateSummary>>,
    /// Whether the server's list of CAs, if it sent one, has an issuer of the chain.
    pub(crate) listed: bool,
    pub(crate) leaf: CertificateDer<'static>,
}

/// Why the server's request for a certificate got an empty answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotOffered {
    NoneConfigured,
    NoCommonScheme,
}

thread_local! {
    static CURRENT: RefCell<Option<Box<Seen>>> = const { RefCell::new(None) };
}

impl Seen {
    /// Runs one step of a handshake and collects what it shows into `seen`.
    pub(crate) fn during<T>(seen: &mut Box<Seen>, step: impl FnOnce() -> T) -> T {
        CURRENT.with(|current| *current.borrow_mut() = Some(std::mem::take(seen)));
        let result = step();
        if let Some(collected) = CURRENT.with(|current| current.borrow_mut().take()) {
            *seen = collected;
        }
        result
    }

    /// Adds to what the current handshake shows.
    pub(super) fn note(add: impl FnOnce(&mut Seen)) {
        CURRENT.with(|current| {
            if let Some(seen) = current.borrow_mut().as_mut() {
                add(seen);
            }
        });
    }
}
