//! Who we are: a certificate chain and its private key, read, matched and checked before any I/O.
//!
//! Everything that the options name is read into one pool ([`findings`]), whichever file it lies in; then the key is
//! opened, its certificate found, and the chain put in order. Formats live behind one door ([`format`]).

pub(crate) mod algorithm;
pub(crate) mod certificate;
pub(crate) mod chain;
pub(crate) mod date;
pub(crate) mod der;
mod encryption;
pub(crate) mod findings;
pub(crate) mod format;
pub(crate) mod matching;
pub(crate) mod name;
pub(crate) mod passphrase;
pub(crate) mod pbe;
mod pbes2;
pub(crate) mod private_key;
pub(crate) mod revocation_list;
pub(crate) mod source;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;

use crate::config::{Attachments, IdentityConfig};
use crate::error::{Code, MtlsError, Result};
use crate::report::CertificateSummary;
use crate::scope;

use findings::Findings;
use format::StoreAccess;
use passphrase::Passphrase;
use source::{Side, Source};

/// A certificate chain with its private key, ready to sign. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    /// The name for reports and logs.
    pub(crate) name: String,
    /// The chain, leaf first, and the signer; rustls holds the key from here on.
    pub(crate) certified: Arc<CertifiedKey>,
    /// The chain in words, leaf first.
    pub(crate) summary: Arc<Vec<CertificateSummary>>,
    /// The hosts that it is for; empty means all within the client's scope.
    pub(crate) hosts: Arc<Vec<String>>,
}

impl Identity {
    /// Reads what the options name, finds the certificate that belongs to the key, orders the chain and
    /// completes it from `bundle` (the trusted CAs), and checks dates and key.
    pub fn load(
        config: &IdentityConfig,
        attachments: &Attachments,
        bundle: &[CertificateDer<'static>],
    ) -> Result<Identity> {
        let passphrase = Passphrase::read(config, attachments)?;
        let of_key = Passphrase::read_of_key(config, attachments)?;
        let access = StoreAccess {
            passphrase: passphrase.as_ref(),
            alias: config.alias.as_deref(),
            limit: config.max_kdf_iterations,
        };
        let findings = gather(config, attachments, &access)?;
        if access.alias.is_some() && !findings.has_store {
            return Err(MtlsError::config(
                Code::BadOption,
                "`alias` is given, and nothing that is named is a store",
            )
            .with_hint("Leave it out: outside a store keys have no names."));
        }
        let passphrase = of_key.or(passphrase).or_else(|| {
            findings
                .opened_without
                .then(|| Passphrase::none().within(config.max_kdf_iterations))
        });
        let now = date::now();
        let (key, leaf) = matching::pair(&findings, passphrase.as_ref(), now)?;
        if !config.allow_expired {
            matching::check_dates(leaf, now)?;
        }
        let chain = chain::build(&leaf.der, &findings.certificates, bundle, now);
        Ok(Identity {
            name: name_of(config),
            summary: Arc::new(summaries(&chain)),
            certified: Arc::new(CertifiedKey::new(chain, key.signer)),
            hosts: Arc::new(config.hosts.clone()),
        })
    }

    /// The name for reports and logs: the option `name`, or the certificate file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The chain that is sent, leaf first.
    pub fn chain(&self) -> &[CertificateSummary] {
        &self.summary
    }

    /// Whether this identity may be shown to a host within the client's scope.
    pub(crate) fn is_for(&self, host: &str, port: u16) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|p| scope::covers(p, host, port))
    }

    /// DER names of every issuer in the chain.
    pub(crate) fn issuers(&self) -> Vec<Vec<u8>> {
        self.certified
            .cert
            .iter()
            .filter_map(|cert| certificate::issuer_raw(cert))
            .map(<[u8]>::to_vec)
            .collect()
    }
}

/// Name and subject; never the key.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.summary.first().map(|leaf| leaf.subject.as_str());
        f.debug_struct("Identity")
            .field("name", &self.name)
            .field("subject", &subject.unwrap_or_default())
            .finish_non_exhaustive()
    }
}

/// Reads every source. Those of the key come first, so that its key is preferred to one that lies elsewhere.
fn gather(
    config: &IdentityConfig,
    attachments: &Attachments,
    access: &StoreAccess<'_>,
) -> Result<Findings> {
    let files = [
        ("pkcs12_file", &config.pkcs12_file),
        ("key_file", &config.key_file),
        ("cert_file", &config.cert_file),
        ("chain_file", &config.chain_file),
    ];
    let texts = [
        ("pkcs12", &config.pkcs12),
        ("key_pem", &config.key_pem),
        ("cert_pem", &config.cert_pem),
        ("chain_pem", &config.chain_pem),
    ];
    let mut findings = Findings::default();
    let mut seen: Vec<&str> = Vec::new();
    let mut read_anything = false;
    for ((file_option, path), (text_option, text)) in files.into_iter().zip(texts) {
        if let Some(path) = path {
            read_anything = true;
            if !seen.contains(&path.as_str()) {
                seen.push(path);
                let source = Source::file(path, file_option, Side::Identity)?;
                format::read(&source, access, &mut findings)?;
            }
        }
        if let Some(text) = text {
            read_anything = true;
            let source = Source::memory(text, attachments, text_option, Side::Identity)?;
            format::read(&source, access, &mut findings)?;
        }
    }
    if !read_anything {
        return Err(MtlsError::config(
            Code::IdentityNotFound,
            "the identity names no certificate and no key",
        )
        .with_hint("Give `cert_file` and `key_file`, or `pkcs12_file`."));
    }
    Ok(findings)
}

fn summaries(chain: &[CertificateDer<'_>]) -> Vec<CertificateSummary> {
    chain
        .iter()
        .map(|der| certificate::summarise(der))
        .collect()
}

fn name_of(config: &IdentityConfig) -> String {
    let file = config.cert_file.as_ref().or(config.pkcs12_file.as_ref());
    let file = file.and_then(|path| {
        let name = Path::new(path).file_name()?;
        Some(name.to_string_lossy().into_owned())
    });
    config
        .name
        .clone()
        .or(file)
        .unwrap_or_else(|| "identity".to_owned())
}
