//! The flat short form: `cert`, `key`, `ca`, `passphrase` beside each other for the common case.

use super::{Config, IdentityConfig, OneOrMany, Secret};
use crate::error::{Code, MtlsError, Result};

impl Config {
    /// Moves the flat short form into `identity` and `trust`. A flat key beside the full one it
    /// stands for is an error, since one of them would be ignored.
    pub fn normalised(mut self) -> Result<Config> {
        let identity_keys = [
            ("cert", self.cert.is_some()),
            ("key", self.key.is_some()),
            ("cert_file", self.cert_file.is_some()),
            ("key_file", self.key_file.is_some()),
            ("chain_file", self.chain_file.is_some()),
            ("pkcs12_file", self.pkcs12_file.is_some()),
            ("passphrase", self.passphrase.is_some()),
            ("passphrase_env", self.passphrase_env.is_some()),
            ("passphrase_file", self.passphrase_file.is_some()),
        ];
        if let Some((key, _)) = identity_keys.iter().find(|(_, given)| *given) {
            if !self.identity.is_empty() {
                return Err(contradiction(key, "identity"));
            }
            self.identity = OneOrMany(vec![self.take_flat_identity()?]);
        }
        if self.ca.is_some() || !self.ca_file.is_empty() {
            if !self.trust.ca_file.is_empty() || !self.trust.ca_pem.is_empty() {
                return Err(contradiction("ca", "trust"));
            }
            self.trust.ca_file = std::mem::take(&mut self.ca_file);
            match self.ca.take().map(path_or_pem) {
                Some(PathOrPem::Path(path)) if self.trust.ca_file.is_empty() => {
                    self.trust.ca_file = OneOrMany(vec![path]);
                }
                Some(PathOrPem::Pem(pem)) if self.trust.ca_file.is_empty() => {
                    self.trust.ca_pem = OneOrMany(vec![pem]);
                }
                Some(_) => return Err(contradiction("ca", "ca_file")),
                None => {}
            }
        }
        Ok(self)
    }

    fn take_flat_identity(&mut self) -> Result<IdentityConfig> {
        let mut identity = IdentityConfig {
            cert_file: self.cert_file.take(),
            key_file: self.key_file.take(),
            chain_file: self.chain_file.take(),
            pkcs12_file: self.pkcs12_file.take(),
            passphrase: self.passphrase.take(),
            passphrase_env: self.passphrase_env.take(),
            passphrase_file: self.passphrase_file.take(),
            ..IdentityConfig::default()
        };
        if let Some(cert) = self.cert.take() {
            if identity.cert_file.is_some() {
                return Err(contradiction("cert", "cert_file"));
            }
            match path_or_pem(cert) {
                PathOrPem::Path(path) => identity.cert_file = Some(path),
                PathOrPem::Pem(pem) => identity.cert_pem = Some(pem),
            }
        }
        if let Some(key) = self.key.take() {
            if identity.key_file.is_some() {
                return Err(contradiction("key", "key_file"));
            }
            match path_or_pem(key) {
                PathOrPem::Path(path) => identity.key_file = Some(path),
                PathOrPem::Pem(pem) => identity.key_pem = Some(pem),
            }
        }
        Ok(identity)
    }
}

pub(crate) enum PathOrPem {
    Path(String),
    Pem(Secret),
}

pub(crate) fn path_or_pem(value: Secret) -> PathOrPem {
    match &value {
        Secret::Inline(text) if !text.contains("-----BEGIN") => PathOrPem::Path(text.to_string()),
        _ => PathOrPem::Pem(value),
    }
}

fn contradiction(flat: &str, full: &str) -> MtlsError {
    MtlsError::config(
        Code::BadOption,
        format!("`{flat}` and `{full}` are both given, and mean the same thing"),
    )
    .with_hint(format!(
        "Keep one: `{flat}` is the short form of what `{full}` holds."
    ))
}
