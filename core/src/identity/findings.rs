//! What the sources held, pooled and sorted by kind.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use super::private_key::PrivateKey;
use super::source::Source;
use crate::error::MtlsError;

/// A certificate and where it was found.
#[derive(Clone)]
pub(crate) struct FoundCertificate {
    /// The certificate, without anything after it.
    pub(crate) der: CertificateDer<'static>,
    /// The name of its source.
    pub(crate) source: Arc<str>,
    /// Its place in words, such as `certificate 2 (line 31) of ca.pem`.
    pub(crate) place: Arc<str>,
    /// Its name in a store.
    pub(crate) alias: Option<String>,
}

/// A PEM section of another kind.
pub(crate) struct FoundSection {
    pub(crate) label: String,
    pub(crate) der: Vec<u8>,
    /// Its place in words.
    pub(crate) place: String,
}

/// A revocation list and where it was found.
pub(crate) struct FoundList {
    /// The list.
    pub(crate) der: Vec<u8>,
    /// Its place in words, such as `revocation list 1 of ca.crl`.
    pub(crate) place: Arc<str>,
}

/// Certificates and keys of all sources, and a list of everything else that was met.
#[derive(Default)]
pub(crate) struct Findings {
    /// In the order of the sources.
    pub(crate) certificates: Vec<FoundCertificate>,
    /// In the order of the sources.
    pub(crate) keys: Vec<PrivateKey>,
    /// What is neither: certificate requests, public keys, revocation lists.
    pub(crate) sections: Vec<FoundSection>,
    /// In the order of the sources.
    pub(crate) revocation_lists: Vec<FoundList>,
    /// One of the sources was a store.
    pub(crate) has_store: bool,
    /// A store opened without a passphrase: its keys are to be tried without one.
    pub(crate) opened_without: bool,
    /// Why a store in an archive stayed shut: the error if nothing else is found.
    pub(crate) locked: Option<MtlsError>,
    inventory: Vec<Entry>,
}

struct Entry {
    source: Arc<str>,
    kind: String,
    count: usize,
}

impl Findings {
    /// Counts one thing of a kind, such as `certificate`; the plural is made with an s.
    pub(crate) fn count(&mut self, source: &Source, kind: &str) {
        for entry in &mut self.inventory {
            if entry.source == source.name && entry.kind == kind {
                entry.count += 1;
                return;
            }
        }
        self.inventory.push(Entry {
            source: source.name.clone(),
            kind: kind.to_owned(),
            count: 1,
        });
    }

    /// Keeps a revocation list.
    pub(crate) fn keep_list(&mut self, der: &[u8], source: &Source) {
        self.count(source, "certificate revocation list");
        let number = self.revocation_lists.len() + 1;
        self.revocation_lists.push(FoundList {
            der: der.to_vec(),
            place: format!("revocation list {number} of {}", source.name).into(),
        });
    }

    /// Notes what a source without any known content is, such as `an HTML page`.
    pub(crate) fn note(&mut self, source: &Source, what: &str) {
        self.note_place(&source.name, what);
    }

    /// The same for a place that was not read.
    pub(crate) fn note_place(&mut self, place: &str, what: &str) {
        self.inventory.push(Entry {
            source: place.into(),
            kind: what.to_owned(),
            count: 0,
        });
    }

    /// Everything that was met, by source: `2 certificates and 1 public key in cert.pem; an HTML page in key.pem`.
    pub(crate) fn in_words(&self) -> String {
        let mut sources: Vec<(&str, Vec<String>)> = Vec::new();
        for entry in &self.inventory {
            let words = match entry.count {
                0 => entry.kind.clone(),
                1 => format!("1 {}", entry.kind),
                many => format!("{many} {}s", entry.kind),
            };
            match sources.iter_mut().find(|(name, _)| *name == &*entry.source) {
                Some((_, all)) => all.push(words),
                None => sources.push((&entry.source, vec![words])),
            }
        }
        let texts: Vec<String> = sources
            .iter()
            .map(|(name, all)| format!("{} in {name}", all.join(" and ")))
            .collect();
        if texts.is_empty() {
            "nothing".to_owned()
        } else {
            texts.join("; ")
        }
    }
}
