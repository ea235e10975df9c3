//! `match`: which certificates, keys and requests speak of the same key.

use serde_json::{Value, json};

use super::input::{Pool, document};
use super::output::Output;
use super::{facts, request};
use crate::config::{Attachments, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::algorithm::Algorithm;
use crate::identity::certificate::Certificate;
use crate::identity::source::Side;

document! {
    /// What to compare.
    Match {}
}

/// One thing that holds or certifies a key.
struct Holder {
    kind: &'static str,
    place: String,
    pin: String,
    key: String,
    /// A CA's certificate is there for the chain, and need not match.
    is_issuer: bool,
}

pub(super) fn run(json: &str, attachments: &Attachments) -> Result<Output> {
    let document: Match = read(json)?;
    let pool = document.pool(attachments, Side::Tools)?;
    let holders = holders(&pool)?;
    let own: Vec<&Holder> = holders.iter().filter(|holder| !holder.is_issuer).collect();
    let compared = if own.len() > 1 {
        own
    } else {
        holders.iter().collect()
    };
    if compared.len() < 2 {
        return Err(MtlsError::config(
            Code::IdentityNotFound,
            format!(
                "there is nothing to compare; what was found: {}",
                pool.findings.in_words()
            ),
        )
        .with_hint("Give two or more of: certificate, private key, certificate request."));
    }
    let first = compared.first().map(|holder| holder.pin.as_str());
    let matches = compared
        .iter()
        .all(|holder| Some(holder.pin.as_str()) == first);
    let listed: Value = compared
        .iter()
        .map(|holder| {
            json!({"kind": holder.kind, "place": holder.place, "key": holder.key, "pin": holder.pin})
        })
        .collect();
    Ok(Output::report(
        json!({"matches": matches, "compared": listed}),
    ))
}

fn holders(pool: &Pool) -> Result<Vec<Holder>> {
    let mut holders = Vec::new();
    for key in pool.keys() {
        let opened = key.open(pool.passphrase.as_ref())?;
        holders.push(Holder {
            kind: "private key",
            place: key.place.to_string(),
            pin: facts::pin(&opened.spki),
            key: opened.words,
            is_issuer: false,
        });
    }
    let certificates = pool.certificates();
    for found in certificates {
        let Some(certificate) = Certificate::parse(&found.der) else {
            continue;
        };
        let is_issuer = facts::is_ca(&found.der)
            || certificates
                .iter()
                .any(|other| facts::issued(&found.der, &other.der));
        holders.push(Holder {
            kind: "certificate",
            place: found.place.to_string(),
            pin: facts::pin(certificate.spki),
            key: Algorithm::of_public(certificate.spki).words(),
            is_issuer,
        });
    }
    for section in pool.sections() {
        let (kind, spki) = match section.label.as_str() {
            label if label.ends_with(request::REQUEST) => {
                let request = request::Request::parse(&section.der).ok_or_else(|| {
                    MtlsError::config(
                        Code::IdentityUnreadable,
                        format!("{} is damaged", section.place),
                    )
                })?;
                ("certificate request", request.spki)
            }
            request::PUBLIC_KEY => ("public key", section.der.as_slice()),
            _ => continue,
        };
        holders.push(Holder {
            kind,
            place: section.place.clone(),
            pin: facts::pin(spki),
            key: Algorithm::of_public(spki).words(),
            is_issuer: false,
        });
    }
    Ok(holders)
}
