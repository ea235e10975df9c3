//! Bundles made by openssl, and pins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod directories;
mod handshake;
mod pinned;
mod revocation;

use super::Trust;
use crate::config::{Attachments, OneOrMany, Secret, TrustConfig};
use crate::error::{Code, MtlsError, Result};
use crate::identity::tests::workshop::Workshop;

fn load(config: &TrustConfig) -> Result<Trust> {
    Trust::load(config, &Attachments::default())
}

fn files(shop: &Workshop, names: &[&str]) -> TrustConfig {
    TrustConfig {
        ca_file: OneOrMany(names.iter().map(|name| shop.path(name)).collect()),
        ..TrustConfig::default()
    }
}

fn text(text: &str) -> TrustConfig {
    TrustConfig {
        ca_pem: OneOrMany(vec![Secret::inline(text)]),
        ..TrustConfig::default()
    }
}

fn refusal(config: &TrustConfig) -> MtlsError {
    load(config).expect_err("it must be refused")
}

#[test]
fn a_bundle_is_exactly_that_bundle() {
    let shop = Workshop::new();
    shop.join("both.pem", &["root.pem", "inter.pem", "root.pem"]);
    let trust = load(&files(&shop, &["both.pem"])).unwrap();
    assert_eq!((trust.roots.len(), trust.bundle.len()), (2, 2));
    assert_eq!(trust.source(), shop.path("both.pem"));

    let trust = load(&files(&shop, &["root.pem", "inter.pem", "both.pem"])).unwrap();
    assert_eq!(trust.roots.len(), 2);
    assert!(
        trust.source().contains("root.pem and "),
        "{}",
        trust.source()
    );

    let trust = load(&text(&shop.text("root.pem").replace('\n', "\\n"))).unwrap();
    assert_eq!((trust.roots.len(), trust.source()), (1, "`ca_pem`"));

    let mixed = TrustConfig {
        ca_pem: OneOrMany(vec![Secret::inline(shop.text("inter.pem"))]),
        ..files(&shop, &["root.pem"])
    };
    assert_eq!(load(&mixed).unwrap().roots.len(), 2);
}

#[test]
fn an_attachment_is_a_bundle() {
    let shop = Workshop::new();
    let config = TrustConfig {
        ca_pem: OneOrMany(vec![Secret::Ref("ca".to_owned())]),
        ..TrustConfig::default()
    };
    assert_eq!(refusal(&config).code(), Code::BadOption);
    let mut attachments = Attachments::default();
    attachments.set("ca", shop.bytes("root.pem"));
    assert_eq!(Trust::load(&config, &attachments).unwrap().roots.len(), 1);
}

#[test]
fn a_version_1_root_and_a_leaf_are_anchors() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.request("root", "/CN=old");
    shop.openssl("x509 -req -in root.csr -signkey root.key -out old.pem");
    assert_eq!(
        load(&files(&shop, &["old.pem", "leaf.pem"]))
            .unwrap()
            .roots
            .len(),
        2
    );
}

#[test]
fn a_bundle_without_a_certificate_says_what_it_holds() {
    let shop = Workshop::new();
    shop.openssl("pkey -in root.key -pubout -out root.pub");
    for (name, word) in [
        ("root.key", "1 private key in "),
        ("root.csr", "1 certificate request in "),
        ("root.pub", "1 public key in "),
    ] {
        let error = refusal(&files(&shop, &["inter.pem", name]));
        assert_eq!(error.code(), Code::CaEmpty);
        assert!(error.message().contains(word), "{error}");
    }
    let error = refusal(&text(""));
    assert_eq!(error.code(), Code::CaEmpty);
    assert!(error.message().contains("it is empty"), "{error}");
}

#[test]
fn damage_is_told_with_its_position() {
    let shop = Workshop::new();
    let inter = shop.text("inter.pem");
    let (head, tail) = inter.split_at(200);
    shop.write("odd.pem", format!("{head}{}", &tail[65..]));
    shop.join("ca.pem", &["root.pem", "odd.pem"]);
    let error = refusal(&files(&shop, &["ca.pem"]));
    assert_eq!(error.code(), Code::CaUnreadable);
    assert!(error.message().contains("certificate 2 (line "), "{error}");
    assert!(error.message().contains("ca.pem"), "{error}");

    let error = refusal(&files(&shop, &["gone.pem"]));
    assert_eq!(error.code(), Code::CaUnreadable);
    assert!(error.message().contains("`ca_file`"), "{error}");
}

#[test]
fn a_bundle_may_be_der_pkcs7_or_a_store() {
    let shop = Workshop::new();
    shop.openssl("x509 -in root.pem -outform DER -out root.der");
    shop.openssl(
        "crl2pkcs7 -nocrl -certfile root.pem -certfile inter.pem -outform DER -out cas.p7b",
    );
    shop.openssl("pkcs12 -export -nokeys -in root.pem -passout pass:secret -out trust.p12");
    assert_eq!(load(&files(&shop, &["root.der"])).unwrap().bundle.len(), 1);
    assert_eq!(load(&files(&shop, &["cas.p7b"])).unwrap().bundle.len(), 2);
    let error = refusal(&files(&shop, &["trust.p12"]));
    assert_eq!(error.code(), Code::PassphraseRequired, "{error}");
    let store = |passphrase: &str| TrustConfig {
        truststore_file: Some(shop.path("trust.p12")),
        truststore_passphrase: Some(Secret::inline(passphrase)),
        ..TrustConfig::default()
    };
    assert_eq!(load(&store("secret")).unwrap().bundle.len(), 1);
    assert_eq!(refusal(&store("wrong")).code(), Code::PassphraseWrong);
}

#[test]
fn a_passphrase_without_a_truststore_is_refused_not_ignored() {
    let error = refusal(&TrustConfig {
        truststore_passphrase: Some(Secret::inline("x")),
        ..TrustConfig::default()
    });
    assert_eq!(error.code(), Code::BadOption, "{error}");
}

#[test]
fn nobody_to_trust_is_a_contradiction() {
    let config = TrustConfig {
        system_roots: Some(false),
        ..TrustConfig::default()
    };
    assert_eq!(refusal(&config).code(), Code::BadOption);
}

#[test]
fn pins_are_32_bytes() {
    let shop = Workshop::new();
    let with = |pin: &str| TrustConfig {
        pins: vec![pin.to_owned()],
        ..files(&shop, &["root.pem"])
    };
    let trust = load(&files(&shop, &["root.pem"])).unwrap();
    let pin = crate::identity::certificate::summarise(&trust.bundle[0]).pin;
    let trust = load(&with(&pin)).unwrap();
    assert_eq!(
        trust.pins[0],
        crate::identity::certificate::spki_sha256(&trust.bundle[0]).unwrap()
    );
    for bad in [
        "",
        "sha256/",
        "sha256/AAAA",
        "sha1/AAAA",
        &pin[7..],
        &format!("{pin}="),
        "sha256//x",
    ] {
        let error = refusal(&with(bad));
        assert_eq!(error.code(), Code::BadOption, "{bad}");
        assert!(error.hint().contains("sha256/47DEQ"), "{}", error.hint());
    }
}
