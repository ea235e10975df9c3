//! `convert`: certificates and keys in another format.

mod certificates;
mod key;
mod store;

use serde::Deserialize;
use serde_json::{Value, json};

use super::encode::Bytes;
use super::input::{Pool, document};
use super::key as new_key;
use super::output::{Made, Output};
use crate::config::{Attachments, OneOrMany, Secret, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate::summarise;
use crate::identity::passphrase::Passphrase;
use crate::identity::source::Side;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Pem,
    Der,
    /// A chain in PEM.
    Pkcs7,
    Pkcs7Der,
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
        /// PKCS#12 whose integrity rests on PBMAC1 (RFC 9579), as FIPS 140-3 asks for.
        pbmac1: bool,
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
            "Choose pem, der, pkcs7, pkcs7_der, pkcs8, pkcs12 or jks.",
        )
    })?;
    if document.legacy && to != Format::Pkcs12 {
        return Err(refuse(
            "`legacy` is for pkcs12 alone",
            "Leave it out, or write pkcs12.",
        ));
    }
    if document.pbmac1 && (to != Format::Pkcs12 || document.legacy) {
        return Err(refuse(
            "`pbmac1` is for pkcs12 without `legacy`",
            "Leave it out, or write pkcs12: OpenSSL 3.4 is the first to read it.",
        ));
    }
    let is_store = matches!(to, Format::Pkcs12 | Format::Jks);
    if is_store && document.only.is_some() {
        return Err(refuse(
            "`only` is for pem, der and pkcs7",
            "Leave it out: a store holds the key with its chain, or trusted certificates.",
        ));
    }
    if !is_store && (document.truststore.is_some() || document.name.is_some()) {
        return Err(refuse(
            "`truststore` and `name` are for stores",
            "Leave them out, or write pkcs12 or jks.",
        ));
    }
    let passphrase = new_key::new_passphrase(
        document.new_passphrase.as_ref(),
        document.new_passphrase_env.as_deref(),
        document.new_passphrase_file.as_deref(),
        attachments,
        "Give a passphrase, or say `unencrypted` to write a key without one.",
    )?;
    let pool = document.pool(attachments, Side::Identity)?;
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
        Format::Pkcs7 => job.pkcs7(false)?,
        Format::Pkcs7Der => job.pkcs7(true)?,
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

fn summaries(ders: &[impl AsRef<[u8]>]) -> Value {
    ders.iter()
        .map(|der| json!(summarise(der.as_ref())))
        .collect()
}
