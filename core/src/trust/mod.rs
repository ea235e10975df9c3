//! Whom we accept: CA certificates, certificates of servers, pins and revocation lists, read and checked before any I/O.

mod bundle;
mod directory;
pub(crate) mod exceptions;
mod pinned;
mod pins;
mod revocation;
mod system;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::config::{Attachments, TrustConfig, TrustException};
use crate::error::{Code, MtlsError, Result};
use exceptions::Allowed;
use revocation::Revocation;

/// CA certificates and pins. Cheap to clone.
#[derive(Clone)]
pub struct Trust {
    /// What a server's chain must lead to.
    pub(crate) roots: Arc<RootCertStore>,
    /// The explicit bundle, intermediates included: they complete an incomplete chain, ours or theirs.
    pub(crate) bundle: Arc<Vec<CertificateDer<'static>>>,
    /// SHA-256 of the SubjectPublicKeyInfo of accepted keys; empty accepts every trusted chain.
    pub(crate) pins: Arc<Vec<[u8; 32]>>,
    /// The only certificates that are accepted, where they are given: then there are no roots.
    pub(crate) pinned: Option<Arc<Vec<CertificateDer<'static>>>>,
    /// What a server's chain is held against.
    pub(crate) revocation: Option<Arc<Revocation>>,
    /// What is forgiven.
    pub(crate) allowed: Allowed,
    /// Where the CAs came from, for hints: file names, "the system's roots".
    pub(crate) source: Arc<str>,
}

impl Trust {
    /// Reads the CA certificates that the options name, or the system's.
    pub fn load(config: &TrustConfig, attachments: &Attachments) -> Result<Trust> {
        let pins = pins::parse(&config.pins)?;
        let pinned = pinned::read(config, attachments)?;
        let bundle = bundle::read(config, attachments)?;
        let with_system = match (config.system_roots, &bundle) {
            _ if pinned.is_some() => false,
            (Some(false), None) => return Err(nobody()),
            (Some(choice), _) => choice,
            (None, bundle) => bundle.is_none(),
        };
        if pinned.is_none() && bundle.is_none() {
            refuse_idle(&config.allow)?;
        }
        let mut bundle = bundle.unwrap_or_default();
        let revocation = revocation::read(config, attachments, &bundle.lists)?;
        let mut roots = RootCertStore::empty();
        roots.extend(bundle.anchors);
        if with_system {
            roots.extend(system::roots()?.iter().cloned());
            bundle.sources.push(system::NAME.into());
        }
        let pinned = pinned.map(|mut pinned| {
            bundle.sources.append(&mut pinned.sources);
            Arc::new(pinned.certificates)
        });
        Ok(Trust {
            pinned,
            revocation: revocation.map(Arc::new),
            allowed: Allowed::of(&config.allow),
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
            .field("pinned", &self.pinned.as_ref().map(|pinned| pinned.len()))
            .field(
                "revocation_lists",
                &self.revocation.as_ref().map(|all| all.lists.len()),
            )
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// Exceptions that could never apply are a misunderstanding.
fn refuse_idle(allow: &[TrustException]) -> Result<()> {
    let needs_certificate = |one: &&TrustException| **one != TrustException::CommonName;
    match allow.iter().find(needs_certificate) {
        None => Ok(()),
        Some(exception) => Err(MtlsError::config(
            Code::BadOption,
            format!(
                "`trust.allow` holds {:?}, which wants the server's certificate to be given",
                exception.name()
            ),
        )
        .with_hint("Give the server's certificate as `trust.server_cert_file`.")),
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
