//! One door for every file and every text: the format is recognised, then read by the one file that knows it.

mod ber;
pub(super) mod jks;
mod pem;
mod pkcs12;
mod pkcs7;
mod serialized;
mod store;
mod zip;

pub(crate) use store::StoreAccess;

use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::findings::Findings;
use super::private_key::{self, PrivateKey};
use super::revocation_list::RevocationList;
use super::source::Source;
use crate::error::Result;

/// Adds what `source` holds to `findings`. Content of no known format is noted, not refused: the caller
/// knows what is missing in the end.
pub(crate) fn read(
    source: &Source,
    access: &StoreAccess<'_>,
    findings: &mut Findings,
) -> Result<()> {
    let bytes = &source.bytes;
    if read_binary(bytes, source, access, findings)? {
        return Ok(());
    }
    if let Some(text) = pem::recognise(bytes) {
        return pem::read(&text, source, findings);
    }
    // A whole file in base64, as it is put into an environment variable or a secret store.
    if let Some(decoded) = pem::whole_base64(bytes) {
        if read_binary(&decoded, source, access, findings)? {
            return Ok(());
        }
        if let Some(text) = pem::recognise(&decoded) {
            return pem::read(&text, source, findings);
        }
    }
    findings.note(source, describe(bytes));
    Ok(())
}

/// False where it is none of the binary formats.
fn read_binary(
    bytes: &[u8],
    source: &Source,
    access: &StoreAccess<'_>,
    findings: &mut Findings,
) -> Result<bool> {
    if zip::recognise(bytes) {
        return zip::read(bytes, access, source, findings).map(|()| true);
    }
    if jks::recognise(bytes) {
        return jks::read(bytes, access, source, findings).map(|()| true);
    }
    if read_der(bytes, source, access, findings)? {
        return Ok(true);
    }
    // BER, as older tools write stores, is DER once its lengths are known.
    match ber::to_der(bytes) {
        Some(der) if **der != *bytes => read_der(&der, source, access, findings),
        _ => Ok(false),
    }
}

fn read_der(
    bytes: &[u8],
    source: &Source,
    access: &StoreAccess<'_>,
    findings: &mut Findings,
) -> Result<bool> {
    if pkcs12::recognise(bytes) {
        pkcs12::read(bytes, access, source, findings)?;
    } else if let Some(content) = pkcs7::recognise(bytes) {
        pkcs7::read(&content, source, findings);
    } else if Certificate::parse(bytes).is_some() {
        store::keep_certificate(bytes, 1, source, findings);
    } else if RevocationList::parse(bytes).is_some() {
        findings.keep_list(bytes, source);
    } else if private_key::is_encrypted(bytes) || private_key::is_plain(bytes) {
        let place = format!("the private key of {}", source.name);
        let key = PrivateKey::new(Zeroizing::new(bytes.to_vec()), source, &place)?;
        findings.count(source, key.kind());
        findings.keys.push(key);
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// What a file is that holds nothing for us; the mistakes people make most.
fn describe(bytes: &[u8]) -> &'static str {
    let head: Vec<u8> = bytes
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || *byte >= 0x80)
        .take(64)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    if head.is_empty() {
        "nothing (it is empty)"
    } else if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        "an HTML page"
    } else if head.starts_with(b"ssh-") || head.starts_with(b"ecdsa-sha2-") {
        "an SSH public key"
    } else if head.starts_with(b"putty-user-key-file") {
        "a PuTTY key"
    } else if bytes.contains(&0) {
        "binary data of no known format"
    } else {
        "text without a PEM section"
    }
}
