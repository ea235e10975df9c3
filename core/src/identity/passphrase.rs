//! The passphrase of a key: given in place, in an environment variable or in a file.

use zeroize::Zeroizing;

use super::encryption::MAX_ITERATIONS;
use super::source::{Side, Source};
use crate::config::{Attachments, IdentityConfig, Secret, TrustConfig};
use crate::error::{Code, MtlsError, Result};

/// A passphrase and where it came from. Zeroed when dropped; never printed.
pub(crate) struct Passphrase {
    bytes: Zeroizing<Vec<u8>>,
    /// Such as "the environment variable `KEY_PASS`"; empty where none was given.
    origin: String,
    /// The iterations of a key derivation that are done for it at most.
    limit: u64,
}

impl Passphrase {
    /// Reads the one option that is given; none of them is no passphrase.
    pub(crate) fn read(
        config: &IdentityConfig,
        attachments: &Attachments,
    ) -> Result<Option<Passphrase>> {
        Options {
            name: "passphrase",
            text: config.passphrase.as_ref(),
            variable: config.passphrase_env.as_deref(),
            file: config.passphrase_file.as_deref(),
        }
        .read(attachments, Side::Identity)
        .map(|found| found.map(|one| one.within(config.max_kdf_iterations)))
    }

    /// That of the key inside a store, where it is another.
    pub(crate) fn read_of_key(
        config: &IdentityConfig,
        attachments: &Attachments,
    ) -> Result<Option<Passphrase>> {
        Options {
            name: "key_passphrase",
            text: config.key_passphrase.as_ref(),
            variable: config.key_passphrase_env.as_deref(),
            file: config.key_passphrase_file.as_deref(),
        }
        .read(attachments, Side::Identity)
        .map(|found| found.map(|one| one.within(config.max_kdf_iterations)))
    }

    /// That of a truststore.
    pub(crate) fn read_of_trust(
        config: &TrustConfig,
        attachments: &Attachments,
    ) -> Result<Option<Passphrase>> {
        Options {
            name: "truststore_passphrase",
            text: config.truststore_passphrase.as_ref(),
            variable: config.truststore_passphrase_env.as_deref(),
            file: config.truststore_passphrase_file.as_deref(),
        }
        .read(attachments, Side::Trust)
        .map(|found| found.map(|one| one.within(config.max_kdf_iterations)))
    }

    /// One of the tools', such as that of a key to be written.
    pub(crate) fn read_named(
        name: &'static str,
        text: Option<&Secret>,
        variable: Option<&str>,
        file: Option<&str>,
        attachments: &Attachments,
    ) -> Result<Option<Passphrase>> {
        Options {
            name,
            text,
            variable,
            file,
        }
        .read(attachments, Side::Tools)
    }

    /// The empty passphrase of a store that needs none.
    pub(crate) fn none() -> Passphrase {
        Passphrase {
            bytes: Zeroizing::default(),
            origin: String::new(),
            limit: MAX_ITERATIONS,
        }
    }

    /// The same with the limit that the options set.
    pub(super) fn within(mut self, limit: Option<u64>) -> Passphrase {
        self.limit = limit.unwrap_or(MAX_ITERATIONS);
        self
    }

    /// How many iterations of a key derivation are done at most.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// The bytes, as the key derivation takes them.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The error for a passphrase that opens nothing.
    pub(super) fn wrong(&self, place: &str) -> MtlsError {
        if self.origin.is_empty() {
            return MtlsError::config(
                Code::PassphraseRequired,
                format!("{place} is encrypted and no passphrase was given"),
            );
        }
        let error = MtlsError::config(
            Code::PassphraseWrong,
            format!("{} does not open {place}", self.origin),
        );
        let origin = &self.origin;
        if self.bytes.is_empty() {
            error.with_hint(format!(
                "{origin} is empty; give the passphrase of the key."
            ))
        } else if self.bytes.last().is_some_and(u8::is_ascii_whitespace) {
            error.with_hint(format!(
                "{origin} ends with a space or a line break; is that part of the passphrase?"
            ))
        } else {
            error
        }
    }
}

/// The three ways to give one.
struct Options<'a> {
    name: &'static str,
    text: Option<&'a Secret>,
    variable: Option<&'a str>,
    file: Option<&'a str>,
}

impl Options<'_> {
    fn read(&self, attachments: &Attachments, side: Side) -> Result<Option<Passphrase>> {
        let name = self.name;
        match (self.text, self.variable, self.file) {
            (None, None, None) => Ok(None),
            (Some(secret), None, None) => Ok(Some(Passphrase {
                bytes: secret.bytes(attachments, name)?,
                origin: format!("`{name}`"),
                limit: MAX_ITERATIONS,
            })),
            (None, Some(variable), None) => from_environment(variable, name).map(Some),
            (None, None, Some(path)) => from_file(path, name, side).map(Some),
            _ => Err(MtlsError::config(
                Code::BadOption,
                format!("more than one of `{name}`, `{name}_env` and `{name}_file` is given"),
            )
            .with_hint("Keep one of them.")),
        }
    }
}

fn from_environment(variable: &str, name: &str) -> Result<Passphrase> {
    let value = std::env::var_os(variable).ok_or_else(|| {
        MtlsError::config(
            Code::PassphraseRequired,
            format!("`{name}_env` names the environment variable {variable:?}, which is not set"),
        )
        .with_hint(format!(
            "Set {variable} in the environment of this process, or give `{name}` or `{name}_file`."
        ))
    })?;
    Ok(Passphrase {
        bytes: Zeroizing::new(value.into_encoded_bytes()),
        origin: format!("the environment variable {variable}"),
        limit: MAX_ITERATIONS,
    })
}

fn from_file(path: &str, name: &str, side: Side) -> Result<Passphrase> {
    let source = Source::file(path, &format!("{name}_file"), side)?;
    let text = source.bytes.strip_prefix(b"\xef\xbb\xbf");
    let text = text.unwrap_or(&source.bytes);
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(Passphrase {
        bytes: Zeroizing::new(line.to_vec()),
        origin: format!("the first line of {path}"),
        limit: MAX_ITERATIONS,
    })
}
