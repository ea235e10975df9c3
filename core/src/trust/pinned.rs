//! Certificates of servers that are accepted by themselves.

use rustls::pki_types::CertificateDer;

use crate::config::{Attachments, TrustConfig};
use crate::error::{Code, MtlsError, Result};
use crate::identity::findings::Findings;
use crate::identity::format::{self, StoreAccess};
use crate::identity::source::{Side, Source};

/// The certificates, and the names of their sources.
#[derive(Default)]
pub(super) struct Pinned {
    pub(super) certificates: Vec<CertificateDer<'static>>,
    pub(super) sources: Vec<String>,
}

/// Reads `server_cert_file` and `server_cert_pem`; `None` if neither is given.
pub(super) fn read(config: &TrustConfig, attachments: &Attachments) -> Result<Option<Pinned>> {
    let mut pinned = Pinned::default();
    for path in config.server_cert_file.iter() {
        pinned.add(&Source::file(path, "server_cert_file", Side::Trust)?)?;
    }
    for text in config.server_cert_pem.iter() {
        pinned.add(&Source::memory(
            text,
            attachments,
            "server_cert_pem",
            Side::Trust,
        )?)?;
    }
    if pinned.certificates.is_empty() {
        return Ok(None);
    }
    refuse_company(config)?;
    Ok(Some(pinned))
}

impl Pinned {
    fn add(&mut self, source: &Source) -> Result<()> {
        let mut findings = Findings::default();
        format::read(source, &StoreAccess::default(), &mut findings)?;
        // Behind the server's own certificate its chain may follow, as `openssl s_client -showcerts` prints it; a CA that
        // is no anchor here does no harm as a pin.
        let found = findings.certificates.iter().map(|found| &found.der);
        let before = self.certificates.len();
        self.certificates.extend(found.cloned());
        if self.certificates.len() == before {
            return Err(MtlsError::config(
                Code::CaEmpty,
                format!(
                    "{} holds no certificate of a server: found {}",
                    source.name,
                    findings.in_words()
                ),
            ));
        }
        self.sources.push(source.name.to_string());
        Ok(())
    }
}

/// A CA beside a pinned certificate could mean "either" or "both"; a list of a CA's needs the CA.
fn refuse_company(config: &TrustConfig) -> Result<()> {
    let others = [
        ("ca_file", !config.ca_file.is_empty()),
        ("ca_pem", !config.ca_pem.is_empty()),
        ("ca_dir", !config.ca_dir.is_empty()),
        ("truststore_file", config.truststore_file.is_some()),
        ("truststore", config.truststore.is_some()),
        ("system_roots", config.system_roots == Some(true)),
        ("crl_file", !config.crl_file.is_empty()),
        ("crl_pem", !config.crl_pem.is_empty()),
    ];
    match others.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((other, _)) => Err(MtlsError::config(
            Code::BadOption,
            format!("`trust.{other}` is given beside a certificate of the server itself"),
        )
        .with_hint(
            "Keep one of them: the server's certificate is accepted without a CA; to demand a CA and a key, use `trust.pins`.",
        )),
    }
}
