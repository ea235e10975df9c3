//! Folders of CA certificates, as `openssl rehash` arranges them and as people fill them.

use std::fs;

use super::handshake::connect;
use super::{load, refusal};
use crate::config::{OneOrMany, TrustConfig};
use crate::error::Code;
use crate::identity::tests::workshop::Workshop;

fn folder(shop: &Workshop, files: &[&str]) -> TrustConfig {
    fs::create_dir(shop.path("cas")).unwrap();
    for file in files {
        fs::copy(shop.path(file), shop.path(&format!("cas/{file}"))).unwrap();
    }
    TrustConfig {
        ca_dir: OneOrMany(vec![shop.path("cas")]),
        ..TrustConfig::default()
    }
}

#[test]
fn hashed_names_are_what_counts_where_there_are_some() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let config = folder(&shop, &["root.pem"]);
    shop.openssl("rehash cas");
    // Put there later, and not hashed: openssl would not see it either.
    fs::copy(shop.path("leaf.pem"), shop.path("cas/leaf.pem")).unwrap();
    let trust = load(&config).unwrap();
    assert_eq!(trust.roots.len(), 1);
    assert_eq!(trust.source(), shop.path("cas"));
    connect(&shop, &["leaf.pem", "inter.pem"], "localhost", &config).unwrap();

    // A link that leads nowhere is what was removed; what lies beside it is trusted no more than before.
    fs::remove_file(shop.path("cas/root.pem")).unwrap();
    assert_eq!(refusal(&config).code(), Code::CaEmpty);
}

#[test]
fn a_folder_without_hashed_names_is_read_by_endings() {
    let shop = Workshop::new();
    let config = folder(&shop, &["root.pem", "inter.pem", "root.key"]);
    fs::create_dir(shop.path("cas/old.pem")).unwrap();
    fs::write(shop.path("cas/README"), "-----BEGIN CERTIFICATE-----").unwrap();
    fs::copy(shop.path("root.pem"), shop.path("cas/again.crt")).unwrap();
    fs::copy(shop.path("root.key"), shop.path("cas/key.pem")).unwrap();
    assert_eq!(load(&config).unwrap().roots.len(), 2);

    fs::write(shop.path("cas/odd.pem"), "-----BEGIN CERTIFICATE-----\nMII").unwrap();
    let error = refusal(&config);
    assert_eq!(error.code(), Code::CaUnreadable);
    assert!(error.message().contains("odd.pem"), "{error}");
}

#[test]
fn a_folder_without_certificates_is_empty() {
    let shop = Workshop::new();
    let config = folder(&shop, &["root.key"]);
    let error = refusal(&config);
    assert_eq!(error.code(), Code::CaEmpty);
    assert!(error.message().contains("cas"), "{error}");
    let gone = TrustConfig {
        ca_dir: OneOrMany(vec![shop.path("nowhere")]),
        ..TrustConfig::default()
    };
    assert_eq!(refusal(&gone).code(), Code::CaUnreadable);
}
