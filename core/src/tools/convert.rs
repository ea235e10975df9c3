//! `convert`: certificates and keys in another format.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::bundle::Chain;
use super::encode::{self, Bytes};
use super::input::{Pool, document};
use super::output::{Made, Output};
use super::pkcs12::{self, Protection};
use super::{jks, key, subject};
use crate::config::{Attachments, OneOrMany, Secret, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate::{Certificate, summarise};
use crate::identity::passphrase::Passphrase;
use crate::identity::private_key::PrivateKey;
use crate::identity::source::Side;
use crate::identity::{date, matching, name};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Pem,
    Der,
    Pkcs8,
    Pkcs12,
    Jks,
}

/// A part of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Only {
    Key,
    /// The leaf.
    Certificate,
    /// What stands behind the leaf.
    Chain,
    Certificates,
}

document! {
    /// What to write.
    Convert {
        to: Option<Format>,
        only: Option<Only>,
        /// For old Windows and Java: PKCS#12 with 3DES and SHA-1.
        legacy: bool,
        /// A store of trusted certificates; the default where no private key is given.
        truststore: Option<bool>,
        /// The alias in the store.
        name: Option<String>,
        new_passphrase: Option<Secret>,
        new_passphrase_env: Option<String>,
        new_passphrase_file: Option<String>,
        /// Write a key that was protected without protection.
        unencrypted: bool,
        /// CA certificates that complete the chain.
        ca: OneOrMany<Secret>,
        /// Write the root of the chain too, if it is there.
        root: bool,
        output_file: Option<String>,
        overwrite: bool,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments) -> Result<Output> {
    let document: Convert = read(json)?;
    let to = document.to.ok_or_else(|| {
        refuse(
            "`to` does not say what to write",
            "Choose pem, der, pkcs8, pkcs12 or jks.",
        )
    })?;
    if document.legacy && to != Format::Pkcs12 {
        return Err(refuse(
            "`legacy` is for pkcs12 alone",
            "Leave it out, or write pkcs12.",
        ));
    }
    let is_store = matches!(to, Format::Pkcs12 | Format::Jks);
    if is_store && document.only.is_some() {
        return Err(refuse(
            "`only` is for pem and der",
            "Leave it out: a store holds the key with its chain, or trusted certificates.",
        ));
    }
    if !is_store && (document.truststore.is_some() || document.name.is_some()) {
        return Err(refuse(
            "`truststore` and `name` are for stores",
            "Leave them out, or write pkcs12 or jks.",
        ));
    }
    let passphrase = key::new_passphrase(
        document.new_passphrase.as_ref(),
        document.new_passphrase_env.as_deref(),
        document.new_passphrase_file.as_deref(),
        attachments,
        "Give a passphrase, or say `unencrypted` to write a key without one.",
    )?;
    let pool = Pool::new(
        &document.input,
        &document.access(),
        attachments,
        Side::Identity,
    )?;
    let job = Job {
        document: &document,
        attachments,
        pool: &pool,
        passphrase: passphrase.as_ref(),
    };
    let (bytes, is_secret, mut report) = match to {
        Format::Pkcs12 | Format::Jks => job.store(to)?,
        Format::Pkcs8 => job.key(false)?,
        Format::Pem => job.pem()?,
        Format::Der => job.der()?,
    };
    let notes = match (is_store, &passphrase) {
        (true, Some(passphrase)) => notes(passphrase),
        _ => Vec::new(),
    };
    if let Some(object) = report.as_object_mut() {
        object.insert("notes".into(), json!(notes));
        object.insert("inputs".into(), pool.inputs());
    }
    let made = Made {
        name: "output",
        bytes,
        file: document.output_file.clone(),
        is_secret,
    };
    Output::made(report, vec![made], document.overwrite)
}

/// What other readers of a store will not like.
fn notes(passphrase: &Passphrase) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if !passphrase.bytes().is_ascii() {
        notes.push("Java opens no store whose passphrase holds letters beyond ASCII.");
    }
    if passphrase.bytes().len() < 6 {
        notes.push("keytool wants a passphrase of six characters or more.");
    }
    notes
}

fn refuse(message: &str, hint: &str) -> MtlsError {
    MtlsError::config(Code::BadOption, message).with_hint(hint)
}

/// Bytes, whether a private key is in them, and what is said of them.
type Written = (Bytes, bool, Value);

struct Job<'a> {
    document: &'a Convert,
    attachments: &'a Attachments,
    pool: &'a Pool,
    passphrase: Option<&'a Passphrase>,
}

/// Those to write, in order, and what was left out.
struct Certificates {
    ders: Vec<Vec<u8>>,
    left_out: Vec<String>,
}

impl Job<'_> {
    fn store(&self, to: Format) -> Result<Written> {
        let has_key = !self.pool.findings.keys.is_empty();
        let is_truststore = self.document.truststore.unwrap_or(!has_key);
        let passphrase = self.passphrase.ok_or_else(|| {
            refuse(
                "a store needs a passphrase, and `new_passphrase` is not given",
                "Give `new_passphrase`, `new_passphrase_env` or `new_passphrase_file`; Java wants six characters or more.",
            )
        })?;
        let protection = match self.document.legacy {
            true => Protection::Legacy,
            false => Protection::Modern,
        };
        if is_truststore {
            return self.truststore(to, passphrase, protection);
        }
        let (pkcs8, _, words) = self.owned_key()?;
        let certificates = self.chain()?;
        let alias = match &self.document.name {
            Some(name) => name.clone(),
            None => alias_of(certificates.ders.first().map_or(&[][..], Vec::as_slice)),
        };
        let bytes = match to {
            Format::Jks => {
                let mut store = jks::Store::new(1, passphrase)?;
                store.key(&alias, &pkcs8, &certificates.ders)?;
                store.finish()
            }
            _ => pkcs12::keystore(&pkcs8, &certificates.ders, &alias, passphrase, protection)?,
        };
        let report = json!({
            "kind": "keystore",
            "key": words,
            "encrypted": true,
            "aliases": [alias],
            "certificates": summaries(&certificates.ders),
            "left_out": certificates.left_out,
        });
        Ok((bytes, true, report))
    }

    fn truststore(
        &self,
        to: Format,
        passphrase: &Passphrase,
        protection: Protection,
    ) -> Result<Written> {
        let mut entries: Vec<(String, &[u8])> = Vec::new();
        for found in self.pool.certificates() {
            if entries.iter().any(|(_, der)| **der == *found.der) {
                continue;
            }
            let wanted = match (&self.document.name, &found.alias) {
                (Some(name), _) => name.to_lowercase(),
                (None, Some(alias)) => alias.clone(),
                (None, None) => alias_of(&found.der),
            };
            // Java tells aliases apart without regard to case.
            let is_taken = |alias: &str| {
                entries
                    .iter()
                    .any(|(known, _)| known.to_lowercase() == alias.to_lowercase())
            };
            let mut alias = wanted.clone();
            let mut number = 2;
            while is_taken(&alias) {
                alias = format!("{wanted}-{number}");
                number += 1;
            }
            entries.push((alias, &found.der));
        }
        if entries.is_empty() {
            return Err(self.pool.nothing());
        }
        let bytes = match to {
            Format::Jks => {
                let mut store = jks::Store::new(entries.len(), passphrase)?;
                for (alias, der) in &entries {
                    store.trust(alias, der)?;
                }
                store.finish()
            }
            _ => pkcs12::truststore(&entries, passphrase, protection)?,
        };
        let aliases: Vec<&String> = entries.iter().map(|(alias, _)| alias).collect();
        let ders: Vec<&[u8]> = entries.iter().map(|(_, der)| *der).collect();
        let report = json!({
            "kind": "truststore",
            "key": null,
            "encrypted": true,
            "aliases": aliases,
            "certificates": summaries(&ders),
            "left_out": [],
        });
        Ok((bytes, false, report))
    }

    fn pem(&self) -> Result<Written> {
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

    fn der(&self) -> Result<Written> {
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
            [der] if !several => {
                let report = json!({
                    "kind": "certificates",
                    "key": null,
                    "encrypted": false,
                    "aliases": [],
                    "certificates": summaries(&certificates.ders),
                    "left_out": certificates.left_out,
                });
                Ok((Zeroizing::new(der.clone()), false, report))
            }
            _ => Err(refuse(
                &format!(
                    "a DER file holds one thing; there is more: {}",
                    self.pool.findings.in_words()
                ),
                "Choose by `only`: key or certificate.",
            )),
        }
    }

    /// The key alone, in PKCS#8.
    fn key(&self, as_der: bool) -> Result<Written> {
        let keys = self.pool.keys();
        let [one] = keys.as_slice() else {
            return Err(MtlsError::config(
                Code::IdentityNotFound,
                format!(
                    "one private key is wanted; what was found: {}",
                    self.pool.findings.in_words()
                ),
            )
            .with_hint("Give the file of one key; `alias` chooses in a store."));
        };
        let (pkcs8, is_protected, words) = self.opened(one)?;
        self.allow(is_protected)?;
        let bytes = match (as_der, self.passphrase) {
            (false, passphrase) => key::pem(&pkcs8, passphrase)?,
            (true, Some(passphrase)) => key::encrypted(&pkcs8, passphrase)?,
            (true, None) => pkcs8,
        };
        let report = json!({
            "kind": "key",
            "key": words,
            "encrypted": self.passphrase.is_some(),
            "aliases": [],
            "certificates": [],
            "left_out": [],
        });
        Ok((bytes, true, report))
    }

    /// The key that belongs to a certificate that was given.
    fn owned_key(&self) -> Result<(Bytes, bool, String)> {
        let pool = self.pool;
        let (pair, _) = matching::pair(&pool.findings, pool.passphrase.as_ref(), date::now())?;
        for key in pool.keys() {
            let opened = key.open(pool.passphrase.as_ref());
            if opened.is_ok_and(|opened| opened.public_key == pair.public_key) {
                return self.opened(key);
            }
        }
        Err(MtlsError::internal("the key that was found is gone"))
    }

    /// PKCS#8, whether it was protected, and its kind in words.
    fn opened(&self, key: &PrivateKey) -> Result<(Bytes, bool, String)> {
        let passphrase = self.pool.passphrase.as_ref();
        let words = key.open(passphrase)?.words;
        let plain = key.plain(passphrase)?;
        let in_store =
            self.pool.findings.has_store && passphrase.is_some_and(|p| !p.bytes().is_empty());
        Ok((
            key::to_pkcs8(&plain)?,
            key.is_encrypted() || in_store,
            words,
        ))
    }

    /// A key that was protected does not lose its protection unasked.
    fn allow(&self, is_protected: bool) -> Result<()> {
        let unencrypted = self.document.unencrypted;
        if self.passphrase.is_some() && unencrypted {
            return Err(refuse(
                "`new_passphrase` and `unencrypted` contradict each other",
                "Keep one of them.",
            ));
        }
        if self.passphrase.is_none() && is_protected && !unencrypted {
            return Err(refuse(
                "the private key was protected by a passphrase and would be written without one",
                "Give `new_passphrase`, or say `unencrypted` if that is meant.",
            ));
        }
        Ok(())
    }

    fn refuse_passphrase(&self) -> Result<()> {
        match self.passphrase {
            None => Ok(()),
            Some(_) => Err(refuse(
                "`new_passphrase` is given, and what is written holds no private key",
                "Leave it out.",
            )),
        }
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

    fn chain(&self) -> Result<Certificates> {
        let chain = Chain::of(self.pool, &self.document.ca, self.attachments)?;
        let root = chain.root.filter(|_| self.document.root);
        let ders = chain.certificates.iter().chain(&root);
        Ok(Certificates {
            ders: ders.map(|der| der.to_vec()).collect(),
            left_out: chain.left_out,
        })
    }
}

fn summaries(ders: &[impl AsRef<[u8]>]) -> Value {
    ders.iter()
        .map(|der| json!(summarise(der.as_ref())))
        .collect()
}

/// The common name, as keytool's users would type it; else the unit or the organisation.
fn alias_of(der: &[u8]) -> String {
    let subject = Certificate::parse(der).map(|certificate| name::to_text(certificate.subject));
    let parts = subject::split(&subject.unwrap_or_default(), ',');
    let value = |prefix: &str| parts.iter().find_map(|part| part.strip_prefix(prefix));
    let found = value("CN=")
        .or_else(|| value("OU="))
        .or_else(|| value("O="));
    match subject::unescaped(found.unwrap_or_default()).to_lowercase() {
        name if name.is_empty() => "certificate".to_owned(),
        name => name,
    }
}
