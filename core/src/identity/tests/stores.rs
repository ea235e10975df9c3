//! PKCS#12 and PKCS#7, as openssl writes them.

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

pub(super) fn shop() -> Workshop {
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

pub(super) fn config(shop: &Workshop, file: &str, passphrase: Option<&str>) -> IdentityConfig {
    IdentityConfig {
        pkcs12_file: Some(shop.path(file)),
        passphrase: passphrase.map(Secret::inline),
        ..IdentityConfig::default()
    }
}

pub(super) fn open(
    shop: &Workshop,
    file: &str,
    passphrase: Option<&str>,
) -> Result<Identity, MtlsError> {
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
    for form in ["DER", "PEM"] {
        shop.openssl(&format!(
            "crl2pkcs7 -nocrl -certfile inter.pem -outform {form} -out chain.p7b"
        ));
        let identity = load(&IdentityConfig {
            chain_file: Some(shop.path("chain.p7b")),
            ..shop.config("leaf.pem", "leaf.key")
        })
        .unwrap();
        assert_eq!(identity.chain().len(), 2, "{form}");
    }
}

#[test]
fn how_much_work_is_done_is_a_setting() {
    let shop = shop();
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -iter 3000 -passout pass:{PASSPHRASE} -out locked.key"
    ));
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -scrypt -scrypt_N 4096 -scrypt_r 1 -scrypt_p 1 -passout pass:{PASSPHRASE} -out scrypt.key"
    ));
    export(&shop, "-iter 3000", PASSPHRASE);
    let store = config(&shop, "store.p12", Some(PASSPHRASE));
    let key = |file| IdentityConfig {
        passphrase: Some(Secret::inline(PASSPHRASE)),
        ..shop.config("chain.pem", file)
    };
    for (config, least) in [
        (store, 3000),
        (key("locked.key"), 3000),
        (key("scrypt.key"), 4096),
    ] {
        let within = |limit| {
            load(&IdentityConfig {
                max_kdf_iterations: Some(limit),
                ..config.clone()
            })
        };
        within(least).unwrap();
        let error = within(least - 1).unwrap_err();
        assert_eq!(error.code(), Code::IdentityUnsupported, "{error}");
        assert!(
            error.hint().contains("max_kdf_iterations"),
            "{}",
            error.hint()
        );
    }
    // A store without a passphrase as well.
    export(&shop, "-iter 3000", "");
    let within = |limit| {
        load(&IdentityConfig {
            max_kdf_iterations: Some(limit),
            ..config(&shop, "store.p12", None)
        })
    };
    within(3000).unwrap();
    assert_eq!(within(2999).unwrap_err().code(), Code::IdentityUnsupported);
}
