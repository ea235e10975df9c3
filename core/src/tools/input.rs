//! What the tools read: any number of files, PEM texts and attachments, into one pool.

use std::fs;

use serde_json::{Value, json};

use crate::config::flat::{PathOrPem, path_or_pem};
use crate::config::{Attachments, IdentityConfig, OneOrMany, Secret};
use crate::error::{Code, MtlsError, Result};
use crate::identity::chain;
use crate::identity::date;
use crate::identity::findings::{Findings, FoundCertificate, FoundSection};
use crate::identity::format::{self, StoreAccess};
use crate::identity::passphrase::Passphrase;
use crate::identity::private_key::PrivateKey;
use crate::identity::source::{Side, Source};

use super::{facts, request};

/// A tool's document: its own keys, and those that say what is read and what opens it.
macro_rules! document {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Default, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name {
            /// Files by their paths, PEM texts, attachments.
            input: $crate::config::OneOrMany<$crate::config::Secret>,
            /// Which key of a store that holds several.
            alias: Option<String>,
            passphrase: Option<$crate::config::Secret>,
            passphrase_env: Option<String>,
            passphrase_file: Option<String>,
            key_passphrase: Option<$crate::config::Secret>,
            key_passphrase_env: Option<String>,
            key_passphrase_file: Option<String>,
            $($(#[$about])* $field: $kind,)*
        }

        impl $name {
            /// All that is to be read.
            fn pool(
                &self,
                attachments: &$crate::config::Attachments,
                side: $crate::identity::source::Side,
            ) -> $crate::error::Result<$crate::tools::input::Pool> {
                $crate::tools::input::Pool::new(&self.input, &self.access(), attachments, side)
            }

            /// How the inputs are opened, in the words of the client's config.
            fn access(&self) -> $crate::config::IdentityConfig {
                $crate::config::IdentityConfig {
                    alias: self.alias.clone(),
                    passphrase: self.passphrase.clone(),
                    passphrase_env: self.passphrase_env.clone(),
                    passphrase_file: self.passphrase_file.clone(),
                    key_passphrase: self.key_passphrase.clone(),
                    key_passphrase_env: self.key_passphrase_env.clone(),
                    key_passphrase_file: self.key_passphrase_file.clone(),
                    ..$crate::config::IdentityConfig::default()
                }
            }
        }
    };
}
pub(super) use document;

/// One source, and what came out of it.
pub(super) struct Read {
    pub(super) name: String,
    pub(super) format: &'static str,
    /// Its path, where it is a file.
    pub(super) path: Option<String>,
    pub(super) has_keys: bool,
    pub(super) has_plain_keys: bool,
}

/// All that was read.
pub(super) struct Pool {
    pub(super) read: Vec<Read>,
    pub(super) findings: Findings,
    pub(super) passphrase: Option<Passphrase>,
}

impl Pool {
    /// Reads everything; with [`Side::Tools`], every key of a store.
    pub(super) fn new(
        input: &OneOrMany<Secret>,
        access: &IdentityConfig,
        attachments: &Attachments,
        side: Side,
    ) -> Result<Pool> {
        let passphrase = Passphrase::read(access, attachments)?;
        let of_key = Passphrase::read_of_key(access, attachments)?;
        let mut pool = Pool {
            read: Vec::new(),
            findings: Findings::default(),
            passphrase: None,
        };
        let store = StoreAccess {
            passphrase: passphrase.as_ref(),
            alias: access.alias.as_deref(),
            limit: access.max_kdf_iterations,
        };
        if input.is_empty() {
            return Err(
                MtlsError::config(Code::BadOption, "`input` names nothing to read").with_hint(
                    "Give the path of a file, or several: certificate, key, chain, store.",
                ),
            );
        }
        for one in input.iter() {
            pool.add(one, &store, attachments, side)?;
        }
        let opened_without = pool.findings.opened_without;
        pool.passphrase = of_key
            .or(passphrase)
            .or_else(|| opened_without.then(Passphrase::none));
        Ok(pool)
    }

    fn add(
        &mut self,
        input: &Secret,
        store: &StoreAccess<'_>,
        attachments: &Attachments,
        side: Side,
    ) -> Result<()> {
        let (source, path) = source(input, attachments, side)?;
        let findings = &mut self.findings;
        let keys = findings.keys.len();
        if let Some(section) = request::recognise(&source) {
            findings.count(&source, section.0);
            findings.sections.push(section.1);
        } else {
            format::read(&source, store, findings)?;
        }
        let own_keys = findings.keys.get(keys..).unwrap_or_default();
        self.read.push(Read {
            name: source.name.to_string(),
            format: facts::format_of(&source.bytes),
            path,
            has_keys: !own_keys.is_empty(),
            has_plain_keys: own_keys.iter().any(|key| !key.is_encrypted()),
        });
        Ok(())
    }

    pub(super) fn certificates(&self) -> &[FoundCertificate] {
        &self.findings.certificates
    }

    /// The keys, each once.
    pub(super) fn keys(&self) -> Vec<&PrivateKey> {
        let mut keys: Vec<&PrivateKey> = Vec::new();
        for key in &self.findings.keys {
            if !keys.iter().any(|other| key.is_copy_of(other)) {
                keys.push(key);
            }
        }
        keys
    }

    pub(super) fn sections(&self) -> &[FoundSection] {
        &self.findings.sections
    }

    /// What was read, for reports.
    pub(super) fn inputs(&self) -> Value {
        self.read
            .iter()
            .map(|read| json!({"name": read.name, "format": read.format}))
            .collect()
    }

    /// The certificate that is somebody's own: that of the key, else the only one that issued none of the others.
    pub(super) fn leaf(&self) -> Result<&FoundCertificate> {
        let now = date::now();
        for key in self.keys() {
            if let Ok(opened) = key.open(self.passphrase.as_ref())
                && let Some(leaf) = chain::leaf(self.certificates(), &opened.public_key, now)
            {
                return Ok(leaf);
            }
        }
        let mut leaves: Vec<&FoundCertificate> = Vec::new();
        for found in self.certificates() {
            let is_issuer = facts::is_ca(&found.der)
                || (self.certificates().iter()).any(|other| facts::issued(&found.der, &other.der));
            if !is_issuer && !leaves.iter().any(|leaf| leaf.der == found.der) {
                leaves.push(found);
            }
        }
        match leaves.as_slice() {
            [leaf] => Ok(leaf),
            [] => self.certificates().first().ok_or_else(|| self.nothing()),
            several => Err(MtlsError::config(
                Code::IdentityUnsupported,
                format!(
                    "there are {} certificates that issued none of the others: {}",
                    several.len(),
                    several
                        .iter()
                        .map(|found| found.place.to_string())
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            )
            .with_hint("Give the private key too, or one certificate and its chain.")),
        }
    }

    /// The error for a pool without a certificate.
    pub(super) fn nothing(&self) -> MtlsError {
        MtlsError::config(
            Code::IdentityNotFound,
            format!(
                "no certificate was found; what was found: {}",
                self.findings.in_words()
            ),
        )
        .with_hint("Give the file that holds the certificate.")
    }
}

/// The bytes of an input, and its path if it is a file.
fn source(
    input: &Secret,
    attachments: &Attachments,
    side: Side,
) -> Result<(Source, Option<String>)> {
    if let Secret::Ref(name) = input {
        let mut source = Source::memory(input, attachments, "input", side)?;
        source.name = name.as_str().into();
        return Ok((source, None));
    }
    match path_or_pem(input.clone()) {
        PathOrPem::Path(path) => {
            let source = Source::file(&path, "input", side)?;
            Ok((source, Some(path)))
        }
        PathOrPem::Pem(text) => Ok((Source::memory(&text, attachments, "input", side)?, None)),
    }
}

/// Certificates only, as for a bundle of CAs.
pub(super) fn certificates(
    input: &OneOrMany<Secret>,
    attachments: &Attachments,
) -> Result<Vec<FoundCertificate>> {
    if input.is_empty() {
        return Ok(Vec::new());
    }
    let access = IdentityConfig::default();
    let pool = Pool::new(input, &access, attachments, Side::Tools)?;
    match pool.findings.certificates.is_empty() {
        true => Err(pool.nothing()),
        false => Ok(pool.findings.certificates),
    }
}

/// Whether others than the owner may read a file.
#[cfg(unix)]
pub(super) fn mode(path: &str) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

/// Elsewhere it is not told by a mode.
#[cfg(not(unix))]
pub(super) fn mode(path: &str) -> Option<u32> {
    let _ = fs::metadata(path);
    None
}
