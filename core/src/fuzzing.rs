//! The readers of hostile input, one function each, for the fuzzers in `fuzz/` and for the test that mutates their seeds.
//! None of it is part of the library.

use rustls::pki_types::ServerName;

use crate::config::{Attachments, Config, IdentityConfig, OneOrMany, Secret, TrustConfig};
use crate::error::{Family, MtlsError};
use crate::identity::Identity;
use crate::identity::certificate;
use crate::trust::{Trust, exceptions};

/// What opens the seeds.
pub const PASSPHRASE: &str = "hunter2-hunter2";

/// A reader and its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every one of them.
pub const TARGETS: &[Target] = &[
    ("door", door),
    ("pkcs12", pkcs12),
    ("java", java),
    ("pem", pem),
    ("zip", zip),
    ("crl", crl),
    ("certificate", certificate),
    ("config", config),
];

/// Any bytes as everything that an identity may be.
pub fn door(bytes: &[u8]) {
    identity(bytes);
    let _ = trust(bytes);
}

/// PKCS#12: the bytes behind the head that tells it.
pub fn pkcs12(bytes: &[u8]) {
    if bytes.first() == Some(&0x30) {
        identity(bytes);
    }
}

/// JKS and JCEKS.
pub fn java(bytes: &[u8]) {
    for magic in [[0xfe, 0xed, 0xfe, 0xed], [0xce; 4]] {
        identity(&[&magic, bytes.get(4..).unwrap_or_default()].concat());
    }
}

/// PEM, its text around and its headers.
pub fn pem(bytes: &[u8]) {
    identity(bytes);
    identity(&[b"-----BEGIN PRIVATE KEY-----\n", bytes].concat());
}

/// Zip archives.
pub fn zip(bytes: &[u8]) {
    identity(&[b"PK\x03\x04", bytes.get(4..).unwrap_or_default()].concat());
}

/// Revocation lists.
pub fn crl(bytes: &[u8]) {
    let mut attachments = Attachments::default();
    attachments.set("bytes", bytes.to_vec());
    let config = TrustConfig {
        crl_pem: OneOrMany(vec![Secret::Ref("bytes".to_owned())]),
        system_roots: Some(true),
        allow_expired_crl: true,
        ..TrustConfig::default()
    };
    told(Trust::load(&config, &attachments).map(|_| ()));
}

/// What is read of a server's certificate for reports, and for the names that are forgiven.
pub fn certificate(bytes: &[u8]) {
    let _ = certificate::summarise(bytes);
    let _ = exceptions::needed_by(bytes);
    if let Ok(name) = ServerName::try_from("localhost") {
        let _ = exceptions::is_named_in_subject(bytes, &name);
    }
}

/// The config document.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(error) = Config::from_json(text).and_then(Config::normalised) {
        assert!(!error.message().is_empty());
    }
}

fn identity(bytes: &[u8]) {
    for passphrase in [None, Some(PASSPHRASE)] {
        let mut attachments = Attachments::default();
        attachments.set("bytes", bytes.to_vec());
        let config = IdentityConfig {
            pkcs12: Some(Secret::Ref("bytes".to_owned())),
            passphrase: passphrase.map(Secret::inline),
            allow_expired: true,
            ..IdentityConfig::default()
        };
        told(Identity::load(&config, &attachments, &[]).map(|_| ()));
    }
}

fn trust(bytes: &[u8]) -> Option<Trust> {
    let mut attachments = Attachments::default();
    attachments.set("bytes", bytes.to_vec());
    let config = TrustConfig {
        ca_pem: OneOrMany(vec![Secret::Ref("bytes".to_owned())]),
        ..TrustConfig::default()
    };
    match Trust::load(&config, &attachments) {
        Ok(trust) => Some(trust),
        Err(error) => {
            told(Err(error));
            None
        }
    }
}

/// Every refusal is designed: of its family, with words and with a cure.
fn told(outcome: Result<(), MtlsError>) {
    if let Err(error) = outcome {
        assert!(
            matches!(error.family(), Family::Identity | Family::Trust),
            "{error:?}"
        );
        assert!(
            !error.message().is_empty() && !error.hint().is_empty(),
            "{error:?}"
        );
    }
}
