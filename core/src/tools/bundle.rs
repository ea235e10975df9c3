//! `bundle`: the chain as a server wants it, leaf first.

use serde_json::{Value, json};

use super::encode;
use super::input::{self, Pool, document};
use super::output::{Made, Output};
use crate::config::{Attachments, OneOrMany, Secret, read};
use crate::error::Result;
use crate::identity::certificate::{Certificate, summarise};
use crate::identity::source::Side;
use crate::identity::{chain, date};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

document! {
    /// What to put in order.
    Bundle {
        /// CA certificates that complete the chain.
        ca: OneOrMany<Secret>,
        /// Add the root at the end, if it is there.
        root: bool,
        output_file: Option<String>,
        overwrite: bool,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments) -> Result<Output> {
    let document: Bundle = read(json)?;
    let pool = document.pool(attachments, Side::Identity)?;
    if pool.certificates().is_empty() {
        return Err(pool.nothing());
    }
    let ordered = Chain::of(&pool, &document.ca, attachments)?;
    let mut certificates = ordered.certificates.clone();
    if document.root {
        certificates.extend(ordered.root.clone());
    }
    let mut text = Zeroizing::new(Vec::new());
    for der in &certificates {
        text.extend_from_slice(&encode::pem("CERTIFICATE", der));
    }
    let listed: Value = certificates
        .iter()
        .map(|der| json!(summarise(der)))
        .collect();
    let report = json!({
        "chain": listed,
        "complete": ordered.is_complete(),
        "missing_issuer": ordered.missing_issuer(),
        "added": ordered.added,
        "left_out": ordered.left_out,
    });
    let made = Made {
        name: "bundle",
        bytes: text,
        file: document.output_file.clone(),
        is_secret: false,
    };
    Output::made(report, vec![made], document.overwrite)
}

/// A chain in order, and what became of the rest.
pub(super) struct Chain {
    /// Leaf first, without the root.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The root, if it was among what was given.
    pub(super) root: Option<CertificateDer<'static>>,
    /// Subjects taken from the CAs.
    pub(super) added: Vec<String>,
    /// Subjects of what is no part of the chain.
    pub(super) left_out: Vec<String>,
}

impl Chain {
    pub(super) fn of(
        pool: &Pool,
        ca: &OneOrMany<Secret>,
        attachments: &Attachments,
    ) -> Result<Chain> {
        let leaf = pool.leaf()?;
        let cas = input::certificates(ca, attachments)?;
        let bundle: Vec<CertificateDer<'static>> = cas.into_iter().map(|found| found.der).collect();
        let own = pool.certificates();
        let certificates = chain::build(&leaf.der, own, &bundle, date::now());
        let last = certificates.last().and_then(|der| Certificate::parse(der));
        let root = own
            .iter()
            .map(|found| &found.der)
            .chain(&bundle)
            .find(|der| {
                let issuer = Certificate::parse(der);
                match (issuer, &last) {
                    (Some(issuer), Some(last)) => {
                        issuer.is_self_issued()
                            && issuer.subject == last.issuer
                            && last.is_signed_by(&issuer) != Some(false)
                    }
                    _ => false,
                }
            })
            .cloned();
        let is_used =
            |der: &CertificateDer<'_>| certificates.contains(der) || root.as_ref() == Some(der);
        let mut left_out: Vec<String> = Vec::new();
        for found in own.iter().filter(|found| !is_used(&found.der)) {
            let subject = summarise(&found.der).subject;
            if !left_out.contains(&subject) {
                left_out.push(subject);
            }
        }
        let added = certificates
            .iter()
            .filter(|der| !own.iter().any(|found| found.der == **der))
            .map(|der| summarise(der).subject)
            .collect();
        Ok(Chain {
            certificates,
            root,
            added,
            left_out,
        })
    }

    /// Whether it ends at a root that is known, or with one.
    pub(super) fn is_complete(&self) -> bool {
        self.missing_issuer().is_none()
    }

    /// Whose certificate would come next and is not there.
    pub(super) fn missing_issuer(&self) -> Option<String> {
        let last = self.certificates.last()?;
        let is_end = Certificate::parse(last).is_none_or(|last| last.is_self_issued());
        (self.root.is_none() && !is_end).then(|| summarise(last).issuer)
    }
}
