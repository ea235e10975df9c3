//! Whom we accept: CA certificates and pins, read and checked before any I/O.

mod bundle;
mod pins;
mod system;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::config::{Attachments, TrustConfig};
use crate::error::{Code, MtlsError, Result};

/// CA certificates and pins. Cheap to clone.
#[derive(Clone)]
pub struct Trust {
    /// What a server's chain must lead to.
    pub(crate) roots: Arc<RootCertStore>,
    /// The explicit bundle, intermediates included: they complete an incomplete chain, ours or theirs.
    pub(crate) bundle: Arc<Vec<CertificateDer<'static>>>,
    /// SHA-256 of the SubjectPublicKeyInfo of accepted keys; empty accepts every trusted chain.
    pub(crate) pins: Arc<Vec<[u8; 32]>>,
    /// Where the CAs came from, for hints: file names, "the system's roots".
    pub(crate) source: Arc<str>,
}

impl Trust {
    /// Reads the CA certificates that the options name, or the system's.
    pub fn load(config: &TrustConfig, attachments: &Attachments) -> Result<Trust> {
        let pins = pins::parse(&config.pins)?;
        let bundle = bundle::read(config, attachments)?;
        let with_system = match (config.system_roots, &bundle) {
            (Some(false), None) => return Err(nobody()),
            (Some(choice), _) => choice,
            (None, bundle) => bundle.is_none(),
        };
        let mut bundle = bundle.unwrap_or_default();
        let mut roots = RootCertStore::empty();
        roots.extend(bundle.anchors);
        if with_system {
            roots.extend(system::roots()?.iter().cloned());
            bundle.sources.push(system::NAME.into());
        }
        Ok(Trust {
            roots: Arc::new(roots),
            bundle: Arc::new(bundle.certificates),
            pins: Arc::new(pins),
            source: bundle.sources.join(" and ").into(),
        })
    }

    /// Where the CA certificates came from: file names, or "the system's roots".
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Counts and source; a store of roots is too long to print.
impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("source", &self.source)
            .field("roots", &self.roots.len())
            .field("pins", &self.pins.len())
            .finish_non_exhaustive()
    }
}

fn nobody() -> MtlsError {
    MtlsError::config(
        Code::BadOption,
        "`trust.system_roots` is false and no CA bundle is given, so no server could be trusted",
    )
    .with_hint(
        "Give the partner's CA certificates as `trust.ca_file`, or leave `trust.system_roots` out.",
    )
}

impl Trust {
    /// The `O=` of every trusted CA's name: a server whose unknown issuer shares one has likely
    /// forgotten an intermediate.
    pub(crate) fn organisations(&self) -> Vec<String> {
        self.bundle
            .iter()
            .filter_map(|ca| {
                let subject = crate::identity::certificate::summarise(ca).subject;
                crate::identity::name::organisation(&subject).map(str::to_owned)
            })
            .collect()
    }
}
