//! Every kind of key in every dress.

use super::handshake::accepted;
use super::workshop::{PASSPHRASE, Workshop};
use crate::error::Code;

/// A name and the openssl command that makes the key.
const KINDS: &[(&str, &str)] = &[
    (
        "rsa2048",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    ),
    (
        "rsa3072",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
    ),
    (
        "p256",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    ),
    (
        "p384",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
    ),
    (
        "p521",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    ),
    ("ed25519", "genpkey -algorithm ED25519"),
];

/// A name and the openssl command that dresses `KIND.key` anew; openssl has no traditional Ed25519.
const DRESSES: &[(&str, &str)] = &[
    ("pkcs8", "pkcs8 -topk8 -nocrypt"),
    ("traditional", "pkey -traditional"),
    (
        "pbkdf2-sha1-aes128",
        "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1",
    ),
    (
        "pbkdf2-sha224-aes192",
        "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA224",
    ),
    ("pbkdf2-sha256-aes256", "pkcs8 -topk8 -v2 aes-256-cbc"),
    (
        "pbkdf2-sha384-aes256",
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384",
    ),
    (
        "pbkdf2-sha512-aes256",
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512",
    ),
    (
        "pbkdf2-sha1-3des",
        "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1",
    ),
    (
        "pbkdf2-sha512-3des",
        "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA512",
    ),
    ("pbkdf2-600000", "pkcs8 -topk8 -v2 aes-256-cbc -iter 600000"),
    ("pbes1-sha1-3des", "pkcs8 -topk8 -v1 PBE-SHA1-3DES"),
    ("pbes1-sha1-2des", "pkcs8 -topk8 -v1 PBE-SHA1-2DES"),
    (
        "pbes1-sha1-rc2-40",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-SHA1-RC2-40",
    ),
    (
        "pbes1-sha1-rc2-128",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-SHA1-RC2-128",
    ),
    (
        "pbes1-sha1-rc4-128",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-SHA1-RC4-128",
    ),
    (
        "pbes1-sha1-des",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-SHA1-DES",
    ),
    (
        "pbes1-md5-des",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-MD5-DES",
    ),
    (
        "pbes1-md5-rc2",
        "pkcs8 -provider legacy -provider default -topk8 -v1 PBE-MD5-RC2-64",
    ),
    ("old-pem-aes128", "pkey -traditional -aes-128-cbc"),
    ("old-pem-aes192", "pkey -traditional -aes-192-cbc"),
    ("old-pem-aes256", "pkey -traditional -aes-256-cbc"),
    ("old-pem-3des", "pkey -traditional -des-ede3-cbc"),
    (
        "old-pem-des",
        "pkey -provider legacy -provider default -traditional -des-cbc",
    ),
    ("der", "pkey -outform DER"),
    ("der-encrypted", "pkcs8 -topk8 -v2 aes-256-cbc -outform DER"),
    ("scrypt-aes256", "pkcs8 -topk8 -v2 aes-256-cbc -scrypt"),
    (
        "scrypt-3des",
        "pkcs8 -topk8 -v2 des3 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 16",
    ),
];

#[test]
fn every_kind_in_every_dress_is_accepted_by_a_server() {
    let shop = Workshop::new();
    let mut failures = Vec::new();
    for (kind, make) in KINDS {
        shop.openssl(&format!("{make} -out {kind}.key"));
        shop.issue(kind);
        shop.join("chain.pem", &[&format!("{kind}.pem"), "inter.pem"]);
        for (dress, command) in DRESSES {
            if *kind == "ed25519" && command.contains("-traditional") {
                continue;
            }
            let encrypted = ["-v1 ", "-v2 ", "-cbc"]
                .iter()
                .any(|word| command.contains(word));
            let password = if encrypted {
                format!(" -passout pass:{PASSPHRASE}")
            } else {
                String::new()
            };
            shop.openssl(&format!(
                "{command} -in {kind}.key{password} -out dressed.key"
            ));
            // A passphrase for a key without encryption is no mistake.
            let outcome = shop
                .open("chain.pem", "dressed.key")
                .map_err(|error| error.to_string())
                .and_then(|identity| accepted(&shop, &identity));
            if let Err(problem) = outcome {
                failures.push(format!("{kind} as {dress}: {problem}"));
            }
            if encrypted {
                let code = shop.refusal("chain.pem", "dressed.key").code();
                assert_eq!(code, Code::PassphraseRequired, "{kind} as {dress}");
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn labels_may_lie_and_parameters_may_come_first() {
    let shop = Workshop::new();
    shop.openssl("ecparam -name secp384r1 -genkey -out p384.key");
    assert!(shop.text("p384.key").contains("BEGIN EC PARAMETERS"));
    shop.issue("p384");
    shop.load("p384.pem", "p384.key").unwrap();

    shop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key");
    shop.issue("rsa");
    shop.write(
        "lie.key",
        shop.text("rsa.key")
            .replace("PRIVATE KEY", "RSA PRIVATE KEY"),
    );
    shop.load("rsa.pem", "lie.key").unwrap();
    shop.openssl("rsa -traditional -in rsa.key -out pkcs1.key");
    shop.write(
        "lie.key",
        shop.text("pkcs1.key")
            .replace("RSA PRIVATE KEY", "PRIVATE KEY"),
    );
    shop.load("rsa.pem", "lie.key").unwrap();
    shop.openssl(&format!(
        "pkcs8 -topk8 -in rsa.key -passout pass:{PASSPHRASE} -out enc.key"
    ));
    shop.write(
        "lie.key",
        shop.text("enc.key")
            .replace("ENCRYPTED PRIVATE KEY", "PRIVATE KEY"),
    );
    shop.open("rsa.pem", "lie.key").unwrap();
}

#[test]
fn an_ec_key_without_its_public_half_is_completed() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.openssl("ec -in leaf.key -no_public -out half.key");
    shop.load("leaf.pem", "half.key").unwrap();
}

#[test]
fn what_tls_cannot_use_is_named() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let cases = [
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
            "secp256k1",
        ),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp224r1",
            "P-224",
        ),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1",
            "brainpoolP256r1",
        ),
        ("genpkey -algorithm ED448", "Ed448"),
        ("genpkey -algorithm X25519", "X25519"),
        (
            "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048",
            "RSASSA-PSS",
        ),
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
            "1024 bits",
        ),
    ];
    for (make, word) in cases {
        shop.openssl(&format!("{make} -out odd.key"));
        let error = shop.refusal("leaf.pem", "odd.key");
        assert_eq!(error.code(), Code::IdentityUnsupported, "{word}: {error}");
        assert!(error.message().contains(word), "{word}: {error}");
    }
    shop.openssl("dsaparam -out dsa.params 1024");
    shop.openssl("gendsa -out dsa.key dsa.params");
    shop.openssl("pkey -in dsa.key -traditional -out dsa.traditional.key");
    for file in ["dsa.key", "dsa.traditional.key"] {
        let error = shop.refusal("leaf.pem", file);
        assert_eq!(error.code(), Code::IdentityUnsupported, "{error}");
        assert!(error.message().contains("DSA"), "{error}");
    }
}
