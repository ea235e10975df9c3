//! Certificates: as PEM, with the key where it is wanted too, as DER, as a PKCS#7 chain.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Job, Only, Written, refuse, summaries};
use crate::error::Result;
use crate::tools::bundle::Chain;
use crate::tools::{encode, key, pkcs7};

/// Those to write, in order, and what was left out.
pub(super) struct Certificates {
    pub(super) ders: Vec<Vec<u8>>,
    pub(super) left_out: Vec<String>,
}

impl Certificates {
    /// The report of those that are written without a key.
    fn report(&self) -> Value {
        json!({
            "kind": "certificates",
            "key": null,
            "encrypted": false,
            "aliases": [],
            "certificates": summaries(&self.ders),
            "left_out": self.left_out,
        })
    }
}

impl Job<'_> {
    pub(super) fn pem(&self) -> Result<Written> {
        let has_key = !self.pool.findings.keys.is_empty();
        if self.document.only == Some(Only::Key) {
            return self.key(false);
        }
        let with_key = has_key && self.document.only.is_none();
        if with_key && self.pool.certificates().is_empty() {
            return self.key(false);
        }
        let certificates = self.certificates()?;
        let mut text = Zeroizing::new(Vec::new());
        for der in &certificates.ders {
            text.extend_from_slice(&encode::pem("CERTIFICATE", der));
        }
        let mut words = None;
        if with_key {
            let (pkcs8, is_protected, kind) = self.owned_key()?;
            self.allow(is_protected)?;
            text.extend_from_slice(&key::pem(&pkcs8, self.passphrase)?);
            words = Some(kind);
        } else {
            self.refuse_passphrase()?;
        }
        let report = json!({
            "kind": if with_key { "identity" } else { "certificates" },
            "key": words,
            "encrypted": with_key && self.passphrase.is_some(),
            "aliases": [],
            "certificates": summaries(&certificates.ders),
            "left_out": certificates.left_out,
        });
        Ok((text, with_key, report))
    }

    pub(super) fn der(&self) -> Result<Written> {
        let keys = self.pool.keys().len();
        let is_key = match self.document.only {
            Some(only) => only == Only::Key,
            None => self.pool.certificates().is_empty() && keys > 0,
        };
        if is_key {
            return self.key(true);
        }
        self.refuse_passphrase()?;
        let certificates = self.certificates()?;
        let several = certificates.ders.len() > 1 || (keys > 0 && self.document.only.is_none());
        match certificates.ders.as_slice() {
            [der] if !several => Ok((Zeroizing::new(der.clone()), false, certificates.report())),
            _ => Err(refuse(
                &format!(
                    "a DER file holds one thing; there is more: {}",
                    self.pool.findings.in_words()
                ),
                "Choose by `only`: key or certificate.",
            )),
        }
    }

    /// The certificates of [`Job::pem`] without the key: a chain for tools that read no PEM of several.
    pub(super) fn pkcs7(&self, as_der: bool) -> Result<Written> {
        if self.document.only == Some(Only::Key) {
            return Err(refuse(
                "PKCS#7 holds no private key",
                "Write pkcs8, or a part that has certificates.",
            ));
        }
        self.refuse_passphrase()?;
        let certificates = self.certificates()?;
        let der = pkcs7::of(&certificates.ders);
        let bytes = match as_der {
            true => der,
            false => encode::pem("PKCS7", &der),
        };
        Ok((bytes, false, certificates.report()))
    }

    /// The chain of an identity, or all certificates as they come.
    fn certificates(&self) -> Result<Certificates> {
        if self.pool.certificates().is_empty() {
            return Err(self.pool.nothing());
        }
        let only = self.document.only;
        let has_key = !self.pool.findings.keys.is_empty();
        if has_key || matches!(only, Some(Only::Certificate | Only::Chain)) {
            let mut certificates = self.chain()?;
            match only {
                Some(Only::Certificate) => certificates.ders.truncate(1),
                Some(Only::Chain) => {
                    certificates.ders = certificates.ders.split_off(1);
                    if certificates.ders.is_empty() {
                        return Err(refuse(
                            "there is no certificate behind the leaf",
                            "Give the chain too, or leave `only` out.",
                        ));
                    }
                }
                _ => {}
            }
            return Ok(certificates);
        }
        let mut ders: Vec<Vec<u8>> = Vec::new();
        for found in self.pool.certificates() {
            if !ders.iter().any(|der| **der == *found.der) {
                ders.push(found.der.to_vec());
            }
        }
        Ok(Certificates {
            ders,
            left_out: Vec::new(),
        })
    }

    pub(super) fn chain(&self) -> Result<Certificates> {
        let chain = Chain::of(self.pool, &self.document.ca, self.attachments)?;
        let root = chain.root.filter(|_| self.document.root);
        let ders = chain.certificates.iter().chain(&root);
        Ok(Certificates {
            ders: ders.map(|der| der.to_vec()).collect(),
            left_out: chain.left_out,
        })
    }
}
