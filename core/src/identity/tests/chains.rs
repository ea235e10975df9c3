//! Leaf, issuers, order, completion, dates.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::handshake::accepted;
use super::workshop::{Workshop, load, no_trust};
use crate::config::{Attachments, IdentityConfig};
use crate::error::Code;
use crate::identity::Identity;
use crate::trust::Trust;

fn subjects(identity: &Identity) -> Vec<&str> {
    let cn = |subject: &str| subject.find("CN=").map_or(0, |at| at + 3);
    let names = identity.chain().iter().map(|certificate| {
        let subject = &certificate.subject;
        subject[cn(subject)..].split(',').next().unwrap()
    });
    names.collect()
}

fn bundle(shop: &Workshop, files: &[&str]) -> Trust {
    let certificates = files
        .iter()
        .map(|file| CertificateDer::from_pem_file(shop.path(file)).unwrap());
    Trust {
        bundle: Arc::new(certificates.collect()),
        ..no_trust()
    }
}

#[test]
fn any_order_in_any_number_of_files() {
    let shop = Workshop::new();
    shop.authority("sub", "/O=Mutls Test/CN=Sub", Some("inter"));
    shop.leaf("leaf");
    shop.sign("leaf", "sub", "-days 30");
    shop.leaf("stranger");
    let parts = [
        "leaf.pem",
        "leaf.key",
        "inter.pem",
        "sub.pem",
        "root.pem",
        "stranger.pem",
        "leaf.pem",
        "leaf.key",
    ];
    for turn in 0..parts.len() {
        let mut order = parts;
        order.rotate_left(turn);
        shop.join("all.pem", &order);
        for config in [
            IdentityConfig {
                cert_file: Some(shop.path("all.pem")),
                ..IdentityConfig::default()
            },
            IdentityConfig {
                key_file: Some(shop.path("all.pem")),
                ..IdentityConfig::default()
            },
            shop.config("all.pem", "all.pem"),
        ] {
            let identity = load(&config).unwrap();
            assert_eq!(subjects(&identity), ["leaf", "Sub", "Intermediate"]);
        }
    }
    accepted(&shop, &shop.load("all.pem", "leaf.key").unwrap()).unwrap();

    shop.join("chain.pem", &["inter.pem", "sub.pem"]);
    let swapped = IdentityConfig {
        chain_file: Some(shop.path("chain.pem")),
        ..shop.config("leaf.key", "leaf.pem")
    };
    assert_eq!(
        subjects(&load(&swapped).unwrap()),
        ["leaf", "Sub", "Intermediate"]
    );
}

#[test]
fn the_bundle_completes_the_chain() {
    let shop = Workshop::new();
    shop.authority("sub", "/O=Mutls Test/CN=Sub", Some("inter"));
    shop.leaf("leaf");
    shop.sign("leaf", "sub", "-days 30");
    let config = shop.config("leaf.pem", "leaf.key");
    let alone = load(&config).unwrap();
    assert_eq!(subjects(&alone), ["leaf"]);
    accepted(&shop, &alone).unwrap_err();

    let trust = bundle(&shop, &["root.pem", "inter.pem", "sub.pem"]);
    let completed = Identity::load(&config, &Attachments::default(), &trust.bundle).unwrap();
    assert_eq!(subjects(&completed), ["leaf", "Sub", "Intermediate"]);
    accepted(&shop, &completed).unwrap();
}

/// Two CAs of one name and different keys: a renewed intermediate, a second test environment.
#[test]
fn of_issuers_with_one_name_the_signer_is_taken() {
    let shop = Workshop::new();
    shop.write("ca.ext", "basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\nauthorityKeyIdentifier=none\n");
    shop.write("leaf.ext", "basicConstraints=CA:FALSE\n");
    for algorithm in ["EC -pkeyopt ec_paramgen_curve:P-384", "RSA", "ED25519"] {
        for name in ["inter", "twin"] {
            shop.openssl(&format!("genpkey -algorithm {algorithm} -out {name}.key"));
            shop.authority(name, "/O=Mutls Test/CN=Intermediate", Some("root"));
        }
        shop.leaf("leaf");
        for order in [
            ["leaf.pem", "twin.pem", "inter.pem"],
            ["leaf.pem", "inter.pem", "twin.pem"],
        ] {
            shop.join("chain.pem", &order);
            let identity = shop.load("chain.pem", "leaf.key").unwrap();
            let inter = CertificateDer::from_pem_file(shop.path("inter.pem")).unwrap();
            assert_eq!(identity.certified.cert[1], inter);
        }
        // Only the wrong one: nothing is sent rather than nonsense.
        shop.join("chain.pem", &["leaf.pem", "twin.pem"]);
        assert_eq!(
            subjects(&shop.load("chain.pem", "leaf.key").unwrap()),
            ["leaf"]
        );
    }
}

#[test]
fn two_authorities_that_sign_each_other_end() {
    let shop = Workshop::new();
    shop.openssl(
        "x509 -req -in inter.csr -CA inter.pem -CAkey inter.key -extfile ca.ext -out self.pem",
    );
    shop.openssl(
        "x509 -req -in root.csr -CA inter.pem -CAkey inter.key -extfile ca.ext -out cross.pem",
    );
    shop.leaf("leaf");
    shop.join(
        "chain.pem",
        &["leaf.pem", "inter.pem", "cross.pem", "self.pem", "root.pem"],
    );
    let identity = shop.load("chain.pem", "leaf.key").unwrap();
    assert!(identity.chain().len() <= 4, "{:?}", subjects(&identity));
}

#[test]
fn a_self_signed_certificate_is_its_own_chain() {
    let shop = Workshop::new();
    assert_eq!(
        subjects(&shop.load("root.pem", "root.key").unwrap()),
        ["Root"]
    );
}

#[test]
fn a_version_1_certificate_loads() {
    let shop = Workshop::new();
    shop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out old.key");
    shop.request("old", "/CN=version\u{1}one");
    shop.openssl("x509 -req -in old.csr -CA inter.pem -CAkey inter.key -out old.pem");
    shop.join("chain.pem", &["inter.pem", "old.pem"]);
    let identity = shop.load("chain.pem", "old.key").unwrap();
    assert_eq!(subjects(&identity), ["version one", "Intermediate"]);
}

#[test]
fn a_compressed_point_is_the_same_key() {
    let shop = Workshop::new();
    for turn in 0..4 {
        shop.openssl("ecparam -name prime256v1 -genkey -noout -out leaf.key");
        shop.openssl("ec -in leaf.key -conv_form compressed -out short.key");
        shop.request("short", "/CN=short");
        shop.sign("short", "inter", "-days 30");
        let identity = shop.load("short.pem", "leaf.key");
        assert_eq!(subjects(&identity.unwrap()), ["short"], "{turn}");
        shop.load("short.pem", "short.key").unwrap();
    }
}

#[test]
fn a_foreign_key_is_told_with_the_subjects() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.leaf("other");
    shop.join("chain.pem", &["leaf.pem", "inter.pem"]);
    let error = shop.refusal("chain.pem", "other.key");
    assert_eq!(error.code(), Code::KeyMismatch);
    for word in [
        "other.key",
        "ECDSA P-256",
        "CN=leaf,O=Mutls Test",
        "CN=Intermediate",
        "chain.pem",
    ] {
        assert!(error.message().contains(word), "{error}");
    }
}

#[test]
fn of_two_keys_the_fitting_one_is_taken_and_two_identities_are_refused() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.leaf("other");
    shop.join("keys.pem", &["other.key", "leaf.key"]);
    assert_eq!(
        subjects(&shop.load("leaf.pem", "keys.pem").unwrap()),
        ["leaf"]
    );
    shop.join("both.pem", &["other.pem", "leaf.pem"]);
    let error = shop.refusal("both.pem", "keys.pem");
    assert_eq!(error.code(), Code::IdentityUnsupported);
    assert!(error.message().contains("two identities"), "{error}");
}

#[test]
fn of_a_renewed_certificate_the_valid_one_is_taken() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.dated("leaf", "expired.pem", "20200101000000Z", "20210101000000Z");
    shop.sign("leaf", "inter", "-days 300");
    shop.openssl("x509 -in leaf.pem -out long.pem");
    shop.sign("leaf", "inter", "-days 30");
    for order in [
        ["expired.pem", "long.pem", "leaf.pem"],
        ["leaf.pem", "long.pem", "expired.pem"],
    ] {
        shop.join("all.pem", &order);
        let identity = shop.load("all.pem", "leaf.key").unwrap();
        assert!(identity.chain()[0].days_left >= 299);
        assert_eq!(identity.chain().len(), 1);
    }
}

#[test]
fn dates_are_checked_unless_told_otherwise() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.dated("leaf", "expired.pem", "20200101000000Z", "20210101000000Z");
    let error = shop.refusal("expired.pem", "leaf.key");
    assert_eq!(error.code(), Code::IdentityExpired);
    for word in ["expired on 2021-01-01T00:00:00Z", " days ago", "CN=leaf"] {
        assert!(error.message().contains(word), "{error}");
    }
    assert!(
        error.hint().contains(&shop.path("expired.pem")),
        "{}",
        error.hint()
    );

    shop.dated("leaf", "future.pem", "20400101000000Z", "20510101000000Z");
    let error = shop.refusal("future.pem", "leaf.key");
    assert_eq!(error.code(), Code::IdentityNotYetValid);
    assert!(error.message().contains("2040-01-01T00:00:00Z"), "{error}");

    for file in ["expired.pem", "future.pem"] {
        load(&IdentityConfig {
            allow_expired: true,
            ..shop.config(file, "leaf.key")
        })
        .unwrap();
    }
}

#[test]
fn the_summary_agrees_with_openssl() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.request(
        "leaf",
        "/C=DE/O=Müller,\u{1}\"Söhne\"\u{1}GmbH/OU=a+OU=b/emailAddress=x@example.com/CN=#leaf",
    );
    shop.openssl("req -new -key leaf.key -utf8 -multivalue-rdn -subj /C=DE/O=Müller,\u{1}\"Söhne\"\u{1}GmbH/OU=a+L=b/emailAddress=x@example.com/CN=#leaf -out leaf.csr");
    shop.sign("leaf", "inter", "-days 30 -set_serial 0x8F0011");
    let identity = shop.load("leaf.pem", "leaf.key").unwrap();
    let leaf = &identity.chain()[0];
    assert_eq!(
        leaf.subject,
        "CN=\\#leaf,emailAddress=x@example.com,L=b+OU=a,O=Müller\\, \\\"Söhne\\\" GmbH,C=DE"
    );
    assert_eq!(leaf.issuer, "CN=Intermediate,O=Mutls Test");
    assert_eq!(leaf.serial, "8f0011");
    assert_eq!(
        leaf.names,
        ["localhost", "leaf.example", "127.0.0.1", "::1"]
    );
    assert!((29..=30).contains(&leaf.days_left));
    shop.openssl("x509 -in leaf.pem -noout -fingerprint -sha256 -out finger");
    let finger = shop
        .text("finger")
        .trim()
        .rsplit('=')
        .next()
        .unwrap()
        .replace(':', "")
        .to_lowercase();
    assert_eq!(leaf.sha256, finger);
    shop.openssl("pkey -in leaf.key -pubout -outform DER -out spki.der");
    shop.openssl("dgst -sha256 -binary -out digest spki.der");
    shop.openssl("base64 -in digest -out pin");
    assert_eq!(leaf.pin, format!("sha256/{}", shop.text("pin").trim()));

    let der = &identity.certified.cert[0];
    use crate::identity::certificate as read;
    assert_eq!(
        read::aia_issuer_url(der).unwrap(),
        "http://ca.example/inter.der"
    );
    let root = CertificateDer::from_pem_file(shop.path("root.pem")).unwrap();
    let inter = CertificateDer::from_pem_file(shop.path("inter.pem")).unwrap();
    assert_eq!(read::issuer_raw(&inter), read::subject_raw(&root));
    assert_eq!(
        read::spki_sha256(der).unwrap().as_slice(),
        shop.bytes("digest")
    );
}

#[test]
fn the_name_is_the_option_or_the_file() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    assert_eq!(
        shop.load("leaf.pem", "leaf.key").unwrap().name(),
        "leaf.pem"
    );
    let named = IdentityConfig {
        name: Some("2026".to_owned()),
        ..shop.config("leaf.pem", "leaf.key")
    };
    assert_eq!(load(&named).unwrap().name(), "2026");
    let text = super::workshop::load_text(&shop.text("leaf.pem"), &shop.text("leaf.key"));
    assert_eq!(text.unwrap().name(), "identity");
}
