//! Java's own keystores: JKS, as keytool wrote them up to Java 8, and JCEKS, which also holds secret keys and locks
//! private ones better.

use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY as SHA1;
use zeroize::Zeroizing;

use super::serialized;
use super::store::{Entry, StoreAccess, keep_keys, keep_named_certificate, locked};
use crate::error::{MtlsError, Result};
use crate::identity::findings::Findings;
use crate::identity::pbe::{hash, utf16};
use crate::identity::source::Source;

const JKS: &[u8] = &[0xfe, 0xed, 0xfe, 0xed];
const JCEKS: &[u8] = &[0xce, 0xce, 0xce, 0xce];
/// Behind the entries: a digest of password and entries.
const DIGEST: usize = 20;
const SALT: &[u8] = b"Mighty Aphrodite";
/// No store has so many; each costs memory.
const MOST_ENTRIES: u32 = 100_000;

pub(super) fn recognise(bytes: &[u8]) -> bool {
    bytes.starts_with(JKS) || bytes.starts_with(JCEKS)
}

/// Sorts what the store holds into `findings`.
pub(super) fn read(
    bytes: &[u8],
    access: &StoreAccess<'_>,
    source: &Source,
    findings: &mut Findings,
) -> Result<()> {
    let cut = || source.damaged(format!("{} is damaged: it is cut short", source.name));
    let split = bytes.len().checked_sub(DIGEST).ok_or_else(cut)?;
    let (entries, digest) = bytes.split_at_checked(split).ok_or_else(cut)?;
    if let Some(passphrase) = access.passphrase {
        let found = hash(&SHA1, &[&utf16(passphrase.bytes()), SALT, entries]);
        if found.as_ref() != digest {
            return Err(locked(access, source));
        }
    }
    let mut reader = Reader {
        bytes: entries,
        source,
    };
    let is_jceks = reader.take(JKS.len())? == JCEKS;
    let version = reader.number()?;
    let count = reader.number()?;
    if !(1..=2).contains(&version) || count > MOST_ENTRIES {
        return Err(source.damaged(format!("{} is damaged: its head is wrong", source.name)));
    }
    let mut keys = Vec::new();
    let mut certificates = 0;
    for _ in 0..count {
        let kind = reader.number()?;
        let alias = reader.text()?;
        let name = alias.clone();
        // When it was made.
        reader.take(8)?;
        let chain = match kind {
            1 => {
                let length = reader.number()?;
                let key = reader.take(length as usize)?;
                keys.push(Entry {
                    alias: Some(alias),
                    key: Zeroizing::new(key.to_vec()),
                });
                reader.number()?
            }
            2 => 1,
            3 if is_jceks => {
                let length = serialized::length(reader.bytes).ok_or_else(|| {
                    source.damaged(format!(
                        "{} is damaged: the secret key {alias:?} cannot be read",
                        source.name
                    ))
                })?;
                reader.take(length)?;
                findings.count(source, "secret key");
                continue;
            }
            _ => {
                return Err(source.damaged(format!(
                    "{} is damaged: an entry of an unknown kind",
                    source.name
                )));
            }
        };
        for _ in 0..chain {
            if version == 2 {
                reader.text()?;
            }
            let length = reader.number()?;
            let certificate = reader.take(length as usize)?;
            certificates += 1;
            let name = Some(name.clone());
            keep_named_certificate(certificate, name, certificates, source, findings);
        }
    }
    keep_keys(keys, access, source, findings)
}

struct Reader<'a> {
    bytes: &'a [u8],
    source: &'a Source,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or_else(|| self.cut_short())?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32> {
        let digits = self.take(4)?;
        Ok(digits
            .iter()
            .fold(0, |sum, &digit| (sum << 8) | u32::from(digit)))
    }

    /// Java's modified UTF-8; what differs from UTF-8 is no part of a usual alias.
    fn text(&mut self) -> Result<String> {
        let length = self
            .take(2)?
            .iter()
            .fold(0, |sum, &digit| (sum << 8) | usize::from(digit));
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn cut_short(&self) -> MtlsError {
        self.source
            .damaged(format!("{} is damaged: it is cut short", self.source.name))
    }
}

/// The plain key of an entry: SHA-1 as a stream cipher, with a check. `None` where the passphrase is wrong.
pub(in crate::identity) fn decrypt(data: &[u8], passphrase: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let password = utf16(passphrase);
    let split = data.len().checked_sub(DIGEST)?;
    let (salted, check) = data.split_at_checked(split)?;
    let (salt, encrypted) = salted.split_at_checked(DIGEST)?;
    let mut plain = Zeroizing::new(encrypted.to_vec());
    let mut stream = salt.to_vec();
    for block in plain.chunks_mut(DIGEST) {
        stream = hash(&SHA1, &[&password, &stream]).as_ref().to_vec();
        for (byte, mask) in block.iter_mut().zip(&stream) {
            *byte ^= mask;
        }
    }
    let found = hash(&SHA1, &[&password, &plain]);
    (found.as_ref() == check).then_some(plain)
}
