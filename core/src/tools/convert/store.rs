//! Stores of a key with its chain, and of trusted certificates.

use serde_json::json;

use super::{Format, Job, Written, refuse, summaries};
use crate::error::Result;
use crate::identity::certificate::Certificate;
use crate::identity::name;
use crate::identity::passphrase::Passphrase;
use crate::tools::pkcs12::{self, Protection};
use crate::tools::{jks, subject};

impl Job<'_> {
    pub(super) fn store(&self, to: Format) -> Result<Written> {
        let has_key = !self.pool.findings.keys.is_empty();
        let is_truststore = self.document.truststore.unwrap_or(!has_key);
        let passphrase = self.passphrase.ok_or_else(|| {
            refuse(
                "a store needs a passphrase, and `new_passphrase` is not given",
                "Give `new_passphrase`, `new_passphrase_env` or `new_passphrase_file`; Java wants six characters or more.",
            )
        })?;
        let protection = match (self.document.legacy, self.document.pbmac1) {
            (true, _) => Protection::Legacy,
            (_, true) => Protection::Pbmac1,
            (_, false) => Protection::Modern,
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
