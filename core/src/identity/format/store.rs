//! What the readers of stores share: the password, the alias, and what they find.

use zeroize::Zeroizing;

use crate::error::{Code, MtlsError, Result};
use crate::identity::encryption::Refusal;
use crate::identity::findings::{Findings, FoundCertificate};
use crate::identity::passphrase::Passphrase;
use crate::identity::private_key::PrivateKey;
use crate::identity::source::{Side, Source};

/// What opens a store, and which of its keys is meant.
#[derive(Clone, Copy, Default)]
pub(crate) struct StoreAccess<'a> {
    pub(crate) passphrase: Option<&'a Passphrase>,
    pub(crate) alias: Option<&'a str>,
    /// The iterations of a key derivation that are done at most, where it is not the usual number.
    pub(crate) limit: Option<u64>,
}

/// A key of a store, before it is known which one is meant.
pub(super) struct Entry {
    pub(super) alias: Option<String>,
    pub(super) key: Zeroizing<Vec<u8>>,
}

/// Notes a certificate.
pub(super) fn keep_certificate(
    der: &[u8],
    number: usize,
    source: &Source,
    findings: &mut Findings,
) {
    keep_named_certificate(der, None, number, source, findings);
}

/// Notes a certificate that has a name.
pub(super) fn keep_named_certificate(
    der: &[u8],
    alias: Option<String>,
    number: usize,
    source: &Source,
    findings: &mut Findings,
) {
    findings.count(source, "certificate");
    findings.certificates.push(FoundCertificate {
        der: der.to_vec().into(),
        source: source.name.clone(),
        place: format!("certificate {number} of {}", source.name).into(),
        alias,
    });
}

/// Keeps the key that the alias names, or the only one.
pub(super) fn keep_keys(
    entries: Vec<Entry>,
    access: &StoreAccess<'_>,
    source: &Source,
    findings: &mut Findings,
) -> Result<()> {
    findings.has_store = true;
    // Trust takes the certificates and lists of a store and has no use for keys.
    if matches!(source.side, Side::Trust | Side::Lists) {
        return Ok(());
    }
    let mut aliases: Vec<String> = entries
        .iter()
        .map(|entry| match &entry.alias {
            Some(alias) => format!("{alias:?}"),
            None => "one without a name".to_owned(),
        })
        .collect();
    aliases.sort();
    let chosen: Vec<Entry> = match access.alias {
        None => entries,
        // Java writes aliases in lower case, whatever was typed.
        Some(wanted) => entries
            .into_iter()
            .filter(|entry| {
                entry
                    .alias
                    .as_deref()
                    .is_some_and(|alias| alias.to_lowercase() == wanted.to_lowercase())
            })
            .collect(),
    };
    match (chosen.len(), access.alias) {
        (0, Some(wanted)) => {
            return Err(MtlsError::config(
                Code::IdentityNotFound,
                format!("{} holds no key with the alias {wanted:?}", source.name),
            )
            .with_hint(match aliases.is_empty() {
                true => "It holds no private key at all.".to_owned(),
                false => format!("Its keys: {}.", aliases.join(", ")),
            }));
        }
        (0 | 1, _) => {}
        _ if source.side == Side::Tools => {}
        (many, _) => {
            return Err(MtlsError::config(
                Code::IdentityUnsupported,
                format!("{} holds {many} private keys", source.name),
            )
            .with_hint(format!("Choose one by `alias`: {}.", aliases.join(", "))));
        }
    }
    for entry in chosen {
        let place = match &entry.alias {
            Some(alias) => format!("the private key {alias:?} of {}", source.name),
            None => format!("the private key of {}", source.name),
        };
        let key = PrivateKey::new(entry.key, source, &place)?.named(entry.alias);
        findings.count(source, key.kind());
        findings.keys.push(key);
    }
    Ok(())
}

/// The error for a store that does not open.
pub(super) fn shut(source: &Source, refusal: Refusal) -> MtlsError {
    match refusal {
        Refusal::Damaged(what) => source.damaged(format!("{} is damaged: {what}", source.name)),
        Refusal::Unsupported(what) => MtlsError::config(
            source.side.unsupported(),
            format!(
                "{} is protected with {what}, which is not supported in this version",
                source.name
            ),
        )
        .with_hint(format!(
            "Write it anew: openssl pkcs12 -in {0} -out all.pem && openssl pkcs12 -export -in all.pem -out {0}",
            source.argument()
        )),
        Refusal::TooMuch(figure) => MtlsError::config(
            source.side.unsupported(),
            format!(
                "{} asks for too much work to be opened: {figure}",
                source.name
            ),
        )
        .with_hint(format!(
            "If you trust the file, raise `max_kdf_iterations`, or write it anew: openssl pkcs12 -in {0} -out all.pem && openssl pkcs12 -export -in all.pem -out {0}",
            source.argument()
        )),
    }
}

/// The error for a passphrase that does not open a store, or for none.
pub(super) fn locked(access: &StoreAccess<'_>, source: &Source) -> MtlsError {
    match access.passphrase {
        Some(passphrase) => passphrase.wrong(&source.name),
        None => MtlsError::config(
            Code::PassphraseRequired,
            format!("{} is locked and no passphrase was given", source.name),
        ),
    }
}
