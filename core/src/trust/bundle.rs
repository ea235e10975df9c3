//! An explicit CA bundle: exactly these certificates, every one of them usable.

use std::collections::HashSet;

use rustls::pki_types::{CertificateDer, TrustAnchor};

use super::directory;
use crate::config::{Attachments, TrustConfig};
use crate::error::{Code, MtlsError, Result};
use crate::identity::findings::{Findings, FoundCertificate};
use crate::identity::format::{self, StoreAccess};
use crate::identity::passphrase::Passphrase;
use crate::identity::source::{Side, Source};

/// What the bundle's sources hold.
#[derive(Default)]
pub(super) struct Bundle {
    /// Without duplicates, in the order of the sources.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The same as anchors; webpki lets an intermediate be one.
    pub(super) anchors: Vec<TrustAnchor<'static>>,
    /// The names of the sources.
    pub(super) sources: Vec<String>,
    /// The revocation lists that lie in the folders.
    pub(super) lists: Vec<String>,
}

/// Reads `ca_file`, `ca_pem`, `ca_dir` and the truststore; `None` if none of them is given.
pub(super) fn read(config: &TrustConfig, attachments: &Attachments) -> Result<Option<Bundle>> {
    let mut bundle = Bundle::default();
    let mut seen = HashSet::new();
    let passphrase = Passphrase::read_of_trust(config, attachments)?;
    let access = StoreAccess {
        passphrase: passphrase.as_ref(),
        alias: None,
        limit: config.max_kdf_iterations,
    };
    let mut add = |source: Source| bundle.add(&source, &access, &mut seen);
    for path in config.ca_file.iter() {
        add(Source::file(path, "ca_file", Side::Trust)?)?;
    }
    for text in config.ca_pem.iter() {
        add(Source::memory(text, attachments, "ca_pem", Side::Trust)?)?;
    }
    if let Some(path) = &config.truststore_file {
        add(Source::file(path, "truststore_file", Side::Trust)?)?;
    }
    if let Some(store) = &config.truststore {
        add(Source::memory(
            store,
            attachments,
            "truststore",
            Side::Trust,
        )?)?;
    }
    let is_store_given = config.truststore_file.is_some() || config.truststore.is_some();
    if passphrase.is_some() && !is_store_given {
        return Err(MtlsError::config(
            Code::BadOption,
            "`truststore_passphrase` is given and no truststore",
        )
        .with_hint("Name the truststore as `truststore_file`."));
    }
    for path in config.ca_dir.iter() {
        bundle.add_directory(path, &mut seen)?;
    }
    Ok((!bundle.sources.is_empty()).then_some(bundle))
}

impl Bundle {
    fn add(
        &mut self,
        source: &Source,
        access: &StoreAccess<'_>,
        seen: &mut HashSet<CertificateDer<'static>>,
    ) -> Result<()> {
        let mut findings = Findings::default();
        format::read(source, access, &mut findings)?;
        if findings.certificates.is_empty() {
            return Err(findings
                .locked
                .take()
                .unwrap_or_else(|| empty(source, &findings)));
        }
        self.keep(findings.certificates, seen)?;
        self.sources.push(source.name.to_string());
        Ok(())
    }

    /// What holds no certificate, a key or a README, is passed over here.
    fn add_directory(
        &mut self,
        path: &str,
        seen: &mut HashSet<CertificateDer<'static>>,
    ) -> Result<()> {
        let directory = directory::read(path)?;
        let mut is_empty = true;
        for file in &directory.certificates {
            let mut findings = Findings::default();
            let source = Source::file(file, "ca_dir", Side::Trust)?;
            format::read(&source, &StoreAccess::default(), &mut findings)?;
            is_empty &= findings.certificates.is_empty();
            self.keep(findings.certificates, seen)?;
        }
        if is_empty {
            return Err(MtlsError::config(
                Code::CaEmpty,
                format!("the folder {path:?} (`ca_dir`) holds no CA certificate"),
            )
            .with_hint("Put the CA certificates there as .pem or .crt files."));
        }
        self.sources.push(path.to_owned());
        self.lists.extend(directory.lists);
        Ok(())
    }

    fn keep(
        &mut self,
        found: Vec<FoundCertificate>,
        seen: &mut HashSet<CertificateDer<'static>>,
    ) -> Result<()> {
        for found in found {
            if seen.insert(found.der.clone()) {
                self.anchors.push(anchor(&found)?);
                self.certificates.push(found.der);
            }
        }
        Ok(())
    }
}

fn empty(source: &Source, findings: &Findings) -> MtlsError {
    MtlsError::config(
        Code::CaEmpty,
        format!(
            "the CA bundle {} holds no certificate: found {}",
            source.name,
            findings.in_words()
        ),
    )
}

fn anchor(found: &FoundCertificate) -> Result<TrustAnchor<'static>> {
    match webpki::anchor_from_trusted_cert(&found.der) {
        Ok(anchor) => Ok(anchor.to_owned()),
        Err(problem) => Err(MtlsError::config(
            Code::CaUnreadable,
            format!(
                "{} cannot be used as a CA certificate: {problem}",
                found.place
            ),
        )
        .with_hint(format!(
            "Take this certificate out of {} or fetch it again from its issuer.",
            found.source
        ))),
    }
}
