//! PKCS#12, JKS and PKCS#7, as openssl and keytool write them.

use std::process::Command;

use super::handshake::accepted;
use super::workshop::{PASSPHRASE, Workshop, load};
use crate::config::{IdentityConfig, Secret};
use crate::error::{Code, MtlsError};
use crate::identity::Identity;

/// A name and the options of `openssl pkcs12 -export`.
const DRESSES: &[(&str, &str)] = &[
    ("modern", ""),
    ("legacy", "-legacy"),
    ("3des", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES"),
    (
        "rc2-40",
        "-legacy -keypbe PBE-SHA1-RC2-40 -certpbe PBE-SHA1-RC2-40",
    ),
    (
        "rc2-128",
        "-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128",
    ),
    (
        "rc4-128",
        "-legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-128",
    ),
    (
        "rc4-40",
        "-legacy -keypbe PBE-SHA1-RC4-40 -certpbe PBE-SHA1-RC4-40",
    ),
    ("aes128", "-keypbe aes-128-cbc -certpbe aes-128-cbc"),
    ("plain bags", "-keypbe NONE -certpbe NONE"),
    ("no mac", "-nomac"),
    ("mac sha1", "-macalg sha1"),
    ("mac sha384", "-macalg sha384"),
    ("mac sha512", "-macalg sha512"),
    ("one iteration", "-iter 1 -nomaciter"),
    ("many iterations", "-iter 600000"),
];

fn shop() -> Workshop {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.join("chain.pem", &["leaf.pem", "inter.pem"]);
    shop
}

fn export(shop: &Workshop, options: &str, password: &str) {
    shop.openssl(&format!(
        "pkcs12 -export -in chain.pem -inkey leaf.key {options} -passout pass:{password} -out store.p12"
    ));
}

fn config(shop: &Workshop, file: &str, passphrase: Option<&str>) -> IdentityConfig {
    IdentityConfig {
        pkcs12_file: Some(shop.path(file)),
        passphrase: passphrase.map(Secret::inline),
        ..IdentityConfig::default()
    }
}

fn open(shop: &Workshop, file: &str, passphrase: Option<&str>) -> Result<Identity, MtlsError> {
    load(&config(shop, file, passphrase))
}

#[test]
fn a_store_in_every_dress_is_accepted_by_a_server() {
    let shop = shop();
    for (dress, options) in DRESSES {
        let options = options.trim();
        let spaced = if options.is_empty() {
            "-name x"
        } else {
            options
        };
        export(&shop, spaced, PASSPHRASE);
        let identity = open(&shop, "store.p12", Some(PASSPHRASE))
            .unwrap_or_else(|error| panic!("{dress}: {error}"));
        assert_eq!(identity.chain().len(), 2, "{dress}");
        accepted(&shop, &identity).unwrap_or_else(|problem| panic!("{dress}: {problem}"));
        if *dress != "plain bags" {
            let code = open(&shop, "store.p12", Some("wrong")).unwrap_err().code();
            assert_eq!(code, Code::PassphraseWrong, "{dress}");
            let code = open(&shop, "store.p12", None).unwrap_err().code();
            assert_eq!(code, Code::PassphraseRequired, "{dress}");
        }
    }
}

#[test]
fn a_password_may_be_empty_or_beyond_ascii() {
    let shop = shop();
    for legacy in ["-name x", "-legacy"] {
        export(&shop, legacy, "");
        open(&shop, "store.p12", Some("")).unwrap();
        open(&shop, "store.p12", None).unwrap();
        export(&shop, legacy, "Grüße-\u{1F512}");
        open(&shop, "store.p12", Some("Grüße-\u{1F512}")).unwrap();
    }
}

#[test]
fn a_store_may_be_named_as_a_certificate_or_be_in_base64() {
    let shop = shop();
    export(&shop, "-name x", PASSPHRASE);
    let as_cert = IdentityConfig {
        cert_file: Some(shop.path("store.p12")),
        passphrase: Some(Secret::inline(PASSPHRASE)),
        ..IdentityConfig::default()
    };
    load(&as_cert).unwrap();
    shop.openssl("base64 -in store.p12 -out store.b64");
    open(&shop, "store.b64", Some(PASSPHRASE)).unwrap();
}

#[test]
fn what_is_cut_anywhere_is_an_error() {
    let shop = shop();
    export(&shop, "-iter 1 -nomaciter", PASSPHRASE);
    let whole = shop.bytes("store.p12");
    for cut in (0..whole.len()).step_by(7) {
        shop.write("cut.p12", whole.get(..cut).unwrap());
        open(&shop, "cut.p12", Some(PASSPHRASE)).unwrap_err();
    }
    for flip in (0..whole.len()).step_by(5) {
        let mut odd = whole.clone();
        *odd.get_mut(flip).unwrap() ^= 0x55;
        shop.write("odd.p12", &odd);
        // The MAC covers all but the outer frame.
        let _ = open(&shop, "odd.p12", Some(PASSPHRASE));
    }
}

#[test]
fn a_chain_may_be_pkcs7() {
    let shop = shop();
    shop.openssl("crl2pkcs7 -nocrl -certfile inter.pem -outform DER -out chain.p7b");
    let identity = load(&IdentityConfig {
        chain_file: Some(shop.path("chain.p7b")),
        ..shop.config("leaf.pem", "leaf.key")
    })
    .unwrap();
    assert_eq!(identity.chain().len(), 2);
}

fn keytool(shop: &Workshop, arguments: &str) -> bool {
    let run = Command::new("keytool")
        .args(arguments.split(' '))
        .current_dir(shop.path(""))
        .output();
    match run {
        Ok(output) => {
            assert!(
                output.status.success(),
                "keytool {arguments}: {}",
                String::from_utf8_lossy(&output.stdout)
            );
            true
        }
        Err(_) => {
            assert!(
                std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
                "keytool is missing"
            );
            false
        }
    }
}

/// Two keys, under `one` and `two`, with the password of the store or one of their own.
fn java_store(shop: &Workshop, kind: &str, key_password: &str) -> bool {
    for alias in ["one", "two"] {
        shop.openssl(&format!(
            "pkcs12 -export -in chain.pem -inkey leaf.key -name {alias} -passout pass:{PASSPHRASE} -out {alias}.p12"
        ));
        let import = format!(
            "-importkeystore -srckeystore {alias}.p12 -srcstoretype PKCS12 -srcstorepass {PASSPHRASE} -destkeystore store.java \
             -deststoretype {kind} -deststorepass {PASSPHRASE} -destkeypass {key_password} -srcalias {alias} -noprompt"
        );
        if !keytool(shop, &import) {
            return false;
        }
    }
    true
}

#[test]
fn keystores_of_java_open_by_alias() {
    for kind in ["PKCS12", "JKS"] {
        let shop = shop();
        if !java_store(&shop, kind, PASSPHRASE) {
            return;
        }
        let error = open(&shop, "store.java", Some(PASSPHRASE)).unwrap_err();
        assert!(error.hint().contains("\"one\", \"two\""), "{kind}: {error}");
        let by = |alias: &str| IdentityConfig {
            alias: Some(alias.to_owned()),
            ..config(&shop, "store.java", Some(PASSPHRASE))
        };
        let identity = load(&by("TWO")).unwrap();
        assert_eq!(identity.chain().len(), 2, "{kind}");
        accepted(&shop, &identity).unwrap();
        let error = load(&by("three")).unwrap_err();
        assert_eq!(error.code(), Code::IdentityNotFound, "{kind}");
        assert!(error.hint().contains("\"one\""), "{}", error.hint());
        let error = open(&shop, "store.java", Some("wrong")).unwrap_err();
        assert_eq!(error.code(), Code::PassphraseWrong, "{kind}");
    }
}

#[test]
fn a_key_in_a_store_may_have_a_password_of_its_own() {
    let shop = shop();
    if !java_store(&shop, "JKS", "another-one") {
        return;
    }
    let with = |key: Option<&str>| {
        load(&IdentityConfig {
            alias: Some("one".to_owned()),
            key_passphrase: key.map(Secret::inline),
            ..config(&shop, "store.java", Some(PASSPHRASE))
        })
    };
    with(Some("another-one")).unwrap();
    assert_eq!(with(None).unwrap_err().code(), Code::PassphraseWrong);
}
