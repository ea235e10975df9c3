//! `inspect`: what files hold, or what a server presents.

use serde_json::{Value, json};

use super::input::{Pool, document};
use super::output::Output;
use super::{Stop, facts, request, server};
use crate::config::{Attachments, Config, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate::public_key_bits;
use crate::identity::private_key::PrivateKey;
use crate::identity::source::Side;

document! {
    /// What to look at.
    Inspect {
        /// A server to ask, in place of `input`.
        url: Option<String>,
        /// How to reach it, and whom to trust: a config document.
        client: Option<Box<Config>>,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments, stop: &Stop) -> Result<Output> {
    let document: Inspect = read(json)?;
    if let Some(url) = &document.url {
        if !document.input.is_empty() {
            return Err(MtlsError::config(
                Code::BadOption,
                "`input` and `url` are both given: one thing at a time",
            ));
        }
        let report = server::ask(url, document.client.as_deref(), attachments, stop)?;
        return Ok(Output::report(server::describe(&report)));
    }
    if document.client.is_some() {
        return Err(MtlsError::config(
            Code::BadOption,
            "`client` is given and no `url`",
        ));
    }
    let pool = document.pool(attachments, Side::Tools)?;
    Ok(Output::report(describe(&pool)))
}

fn describe(pool: &Pool) -> Value {
    let sections = |label: &str, describe: fn(&_) -> Value| -> Value {
        let of_label = pool.sections().iter().filter(|s| s.label.ends_with(label));
        of_label.map(describe).collect()
    };
    let certificates: Value = pool.certificates().iter().map(facts::found).collect();
    let keys: Value = pool
        .keys()
        .iter()
        .map(|key| private_key(key, pool))
        .collect();
    json!({
        "inputs": pool.inputs(),
        "contents": pool.findings.in_words(),
        "certificates": certificates,
        "keys": keys,
        "requests": sections(request::REQUEST, request::describe),
        "revocation_lists": sections(request::REVOCATION_LIST, request::describe_list),
        "public_keys": sections(request::PUBLIC_KEY, request::describe_key),
    })
}

/// What can be said of a private key without showing it; nothing secret is in it.
fn private_key(key: &PrivateKey, pool: &Pool) -> Value {
    let mut value = json!({
        "place": &*key.place,
        "alias": key.alias,
        "encrypted": key.is_encrypted(),
        "key": null,
        "pin": null,
        "certificate": null,
        "problem": null,
    });
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    if key.is_encrypted() && pool.passphrase.is_none() {
        return value;
    }
    match key.open(pool.passphrase.as_ref()) {
        Ok(opened) => {
            let owner = pool.certificates().iter().position(|found| {
                crate::identity::certificate::Certificate::parse(&found.der)
                    .and_then(|certificate| public_key_bits(certificate.spki))
                    .is_some_and(|bits| bits == opened.public_key)
            });
            object.insert("key".into(), json!(opened.words));
            object.insert("pin".into(), json!(facts::pin(&opened.spki)));
            object.insert("certificate".into(), json!(owner));
        }
        Err(error) => {
            object.insert("problem".into(), json!(error.message()));
        }
    }
    value
}
