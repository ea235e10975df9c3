//! Stores, as openssl, keytool, Node and we ourselves read them.

use super::peers::{self, keytool, node, pyca};
use super::*;
use crate::config::{IdentityConfig, Secret, TrustConfig};
use crate::identity::Identity;
use crate::trust::Trust;

const WORD: &str = "geheim";

fn write(shop: &Workshop, input: &[&str], out: &str, more: Value) -> Value {
    let mut document = json!({
        "input": paths(shop, input), "output_file": shop.path(out), "new_passphrase": WORD,
    });
    document
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    run("convert", document).json
}

/// Makes a leaf of each kind of key.
fn leaf(shop: &Workshop, kind: &str) {
    shop.openssl(&format!("genpkey {kind} -out leaf.key"));
    shop.issue("leaf");
    shop.join("chain.pem", &["leaf.pem", "inter.pem"]);
}

#[test]
fn a_pkcs12_store_opens_everywhere() {
    let shop = Workshop::new();
    for (kind, key) in [
        ("rsa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ("ec", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("ed", "-algorithm ED25519"),
    ] {
        leaf(&shop, key);
        for legacy in [false, true] {
            let file = format!("{kind}-{legacy}.p12");
            let seen = write(
                &shop,
                &["chain.pem", "leaf.key"],
                &file,
                json!({"to": "pkcs12", "legacy": legacy, "name": "my app"}),
            );
            assert_eq!(
                (&seen["kind"], &seen["aliases"]),
                (&json!("keystore"), &json!(["my app"]))
            );
            // Without -legacy: even the old protection needs no old ciphers of openssl's.
            shop.openssl(&format!(
                "pkcs12 -in {file} -passin pass:{WORD} -info -nodes -out all.pem"
            ));
            let text = shop.text("all.pem");
            assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2);
            assert!(
                text.contains("friendlyName: my app") && text.contains("localKeyID"),
                "{text}"
            );
            shop.openssl("pkey -in all.pem -pubout -out a.pub");
            shop.openssl("pkey -in leaf.key -pubout -out b.pub");
            assert_eq!(shop.text("a.pub"), shop.text("b.pub"));
            let config = IdentityConfig {
                pkcs12_file: Some(shop.path(&file)),
                passphrase: Some(Secret::inline(WORD)),
                ..IdentityConfig::default()
            };
            let identity = Identity::load(&config, &Attachments::default(), &[]).unwrap();
            assert_eq!(identity.chain().len(), 2);
            let listed = keytool(
                &shop,
                &format!("-list -v -keystore {file} -storepass {WORD}"),
            );
            assert!(listed.contains("Alias name: my app"), "{listed}");
            assert!(
                listed.contains("PrivateKeyEntry") && listed.contains("chain length: 2"),
                "{listed}"
            );
            // Node's OpenSSL has no legacy provider loaded either.
            node(
                &shop,
                &format!(
                    "require('tls').createSecureContext({{pfx: require('fs').readFileSync('{file}'), passphrase: '{WORD}'}})"
                ),
            );
        }
    }
}

#[test]
fn a_passphrase_beyond_ascii_is_written_as_openssl_writes_it() {
    let shop = shop();
    let word = "gr\u{fc}n-\u{10348}";
    for legacy in [false, true] {
        let seen = write(
            &shop,
            &["chain.pem", "leaf.key"],
            &format!("{legacy}.p12"),
            json!({"to": "pkcs12", "legacy": legacy, "new_passphrase": word}),
        );
        let notes = seen["notes"].as_array().unwrap();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].as_str().unwrap().contains("Java"), "{notes:?}");
        shop.openssl(&format!(
            "pkcs12 -in {legacy}.p12 -passin pass:{word} -nodes -out all.pem"
        ));
    }
    let seen = write(
        &shop,
        &["chain.pem", "leaf.key"],
        "s.p12",
        json!({"to": "pkcs12", "new_passphrase": "short"}),
    );
    assert!(seen["notes"][0].as_str().unwrap().contains("six"), "{seen}");
    let seen = write(
        &shop,
        &["chain.pem", "leaf.key"],
        "l.p12",
        json!({"to": "pkcs12"}),
    );
    assert_eq!(seen["notes"], json!([]));
}

#[test]
fn the_protection_is_the_one_that_was_asked_for() {
    let shop = shop();
    write(
        &shop,
        &["chain.pem", "leaf.key"],
        "modern.p12",
        json!({"to": "pkcs12"}),
    );
    write(
        &shop,
        &["chain.pem", "leaf.key"],
        "legacy.p12",
        json!({"to": "pkcs12", "legacy": true}),
    );
    let info = |file: &str| {
        let output = std::process::Command::new("openssl")
            .args([
                "pkcs12",
                "-info",
                "-noout",
                "-in",
                &shop.path(file),
                "-passin",
                &format!("pass:{WORD}"),
            ])
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let modern = info("modern.p12");
    assert!(
        modern.contains("MAC: sha256") && !modern.contains("SHA1"),
        "{modern}"
    );
    assert_eq!(
        modern
            .matches("PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256")
            .count(),
        2,
        "{modern}"
    );
    let legacy = info("legacy.p12");
    assert!(legacy.contains("MAC: sha1, Iteration 2048"), "{legacy}");
    assert_eq!(
        legacy
            .matches("pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048")
            .count(),
        2,
        "{legacy}"
    );
}

#[test]
fn a_newer_java_opens_what_is_written() {
    let Some(program) = crate::identity::tests::java::newer_keytool() else {
        return;
    };
    let shop = shop();
    for (input, more, expected) in [
        (
            &["chain.pem", "leaf.key"][..],
            json!({"to": "pkcs12"}),
            "PrivateKeyEntry",
        ),
        (
            &["chain.pem", "leaf.key"],
            json!({"to": "pkcs12", "legacy": true}),
            "PrivateKeyEntry",
        ),
        (
            &["chain.pem", "leaf.key"],
            json!({"to": "jks"}),
            "PrivateKeyEntry",
        ),
        (&["root.pem"], json!({"to": "pkcs12"}), "trustedCertEntry"),
        (&["root.pem"], json!({"to": "jks"}), "trustedCertEntry"),
    ] {
        let mut more = more;
        more["overwrite"] = json!(true);
        write(&shop, input, "store", more.clone());
        let list = format!("-J-Duser.language=en -list -keystore store -storepass {WORD}");
        let listed = peers::tool(&shop, &program, &list);
        assert!(listed.contains(expected), "{more}: {listed}");
        if expected == "PrivateKeyEntry" {
            // Opens the key too.
            let request = format!("-certreq -keystore store -storepass {WORD} -alias leaf");
            let request = peers::tool(&shop, &program, &request);
            assert!(
                request.contains("BEGIN NEW CERTIFICATE REQUEST"),
                "{more}: {request}"
            );
        }
    }
}

#[test]
fn a_store_with_pbmac1_opens_where_it_is_known() {
    let shop = shop();
    for (input, file) in [
        (&["chain.pem", "leaf.key"][..], "key.p12"),
        (&["root.pem"], "trust.p12"),
    ] {
        write(&shop, input, file, json!({"to": "pkcs12", "pbmac1": true}));
        let bytes = shop.bytes(file);
        // 1.2.840.113549.1.5.14
        let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 14];
        assert!(bytes.windows(oid.len()).any(|part| part == oid), "{file}");
        // An openssl before 3.4 looks at the rest alone.
        shop.openssl(&format!(
            "pkcs12 -in {file} -passin pass:{WORD} -nomacver -nodes -out all.pem"
        ));
        assert!(shop.text("all.pem").contains("BEGIN CERTIFICATE"));
        pyca(
            &shop,
            &format!(
                "from cryptography.hazmat.primitives.serialization import pkcs12\n\
                 data = open('{file}', 'rb').read()\n\
                 key, own, rest = pkcs12.load_key_and_certificates(data, b'{WORD}')\n\
                 assert (key is None) == ('{file}' == 'trust.p12'), key\n\
                 assert len(rest) == 1, rest\n\
                 try:\n    pkcs12.load_key_and_certificates(data, b'wrong')\n\
                 except ValueError:\n    pass\n\
                 else:\n    raise AssertionError('opened by a wrong passphrase')\n"
            ),
        );
    }
    let with = |word: &str| IdentityConfig {
        pkcs12_file: Some(shop.path("key.p12")),
        passphrase: Some(Secret::inline(word)),
        ..IdentityConfig::default()
    };
    let load = |config: &IdentityConfig| Identity::load(config, &Attachments::default(), &[]);
    assert_eq!(load(&with(WORD)).unwrap().chain().len(), 2);
    let error = load(&with("wrong")).unwrap_err();
    assert_eq!(error.code(), Code::PassphraseWrong);
    // A bit within what the MAC covers.
    let mut bytes = shop.bytes("key.p12");
    bytes[60] ^= 1;
    shop.write("key.p12", &bytes);
    load(&with(WORD)).unwrap_err();
}

#[test]
fn a_jks_keystore_opens_in_java() {
    let shop = Workshop::new();
    leaf(&shop, "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    write(
        &shop,
        &["chain.pem", "leaf.key"],
        "store.jks",
        json!({"to": "jks", "name": "MyApp", "new_passphrase": "changeit"}),
    );
    let listed = keytool(
        &shop,
        "-list -v -keystore store.jks -storepass changeit -storetype JKS",
    );
    assert!(
        listed.contains("Alias name: myapp") && listed.contains("chain length: 2"),
        "{listed}"
    );
    // keytool decrypts the key, and writes it anew.
    keytool(
        &shop,
        "-importkeystore -srckeystore store.jks -srcstoretype JKS -srcstorepass changeit -destkeystore back.p12 -deststoretype PKCS12 -deststorepass changeit",
    );
    shop.openssl("pkcs12 -in back.p12 -passin pass:changeit -nocerts -nodes -out back.key");
    shop.openssl("pkey -in back.key -pubout -out a.pub");
    shop.openssl("pkey -in leaf.key -pubout -out b.pub");
    assert_eq!(shop.text("a.pub"), shop.text("b.pub"));
    let config = IdentityConfig {
        pkcs12_file: Some(shop.path("store.jks")),
        passphrase: Some(Secret::inline("changeit")),
        ..IdentityConfig::default()
    };
    Identity::load(&config, &Attachments::default(), &[]).unwrap();
}

#[test]
fn a_bundle_becomes_a_truststore() {
    let shop = Workshop::new();
    shop.authority("second", "/O=Other/CN=Root", None);
    shop.authority("third", "/C=XX/O=A, B & C", None);
    shop.join(
        "ca.pem",
        &[
            "root.pem",
            "inter.pem",
            "second.pem",
            "root.pem",
            "third.pem",
        ],
    );
    for (file, to, legacy) in [
        ("t.p12", "pkcs12", false),
        ("old.p12", "pkcs12", true),
        ("t.jks", "jks", false),
    ] {
        let seen = write(
            &shop,
            &["ca.pem"],
            file,
            json!({"to": to, "legacy": legacy, "new_passphrase": "changeit"}),
        );
        assert_eq!(seen["kind"], "truststore");
        assert_eq!(
            seen["aliases"],
            json!(["root", "intermediate", "root-2", "a, b & c"])
        );
        let listed = keytool(
            &shop,
            &format!("-list -keystore {file} -storepass changeit"),
        );
        assert_eq!(listed.matches("trustedCertEntry").count(), 4, "{listed}");
        assert!(listed.contains("root-2"), "{listed}");
        let config = TrustConfig {
            truststore_file: Some(shop.path(file)),
            truststore_passphrase: Some(Secret::inline("changeit")),
            ..TrustConfig::default()
        };
        let trust = Trust::load(&config, &Attachments::default()).unwrap();
        assert_eq!(trust.bundle.len(), 4);
        // Its aliases survive another conversion.
        let back = format!("back-{file}.jks");
        let seen = run(
            "convert",
            json!({
                "input": shop.path(file), "passphrase": "changeit", "to": "jks",
                "new_passphrase": "changeit", "output_file": shop.path(&back),
            }),
        );
        assert_eq!(
            seen.json["aliases"],
            json!(["root", "intermediate", "root-2", "a, b & c"])
        );
    }
    let seen = write(
        &shop,
        &["inter.pem"],
        "named.jks",
        json!({"to": "jks", "name": "Root", "new_passphrase": "changeit"}),
    );
    assert_eq!(seen["aliases"], json!(["root"]));
}
