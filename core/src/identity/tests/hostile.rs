//! Files made to hurt: damage, absurd work, absurd sizes. Never a panic, never a wait.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::workshop::{PASSPHRASE, Workshop, load_text};
use crate::error::Code;
use crate::identity::certificate::{Certificate, summarise};

/// A DER element.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            out.push(0x84);
            out.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        }
    }
    out.extend(content);
    out
}

fn integer(value: u64) -> Vec<u8> {
    tlv(2, &[&[0], &value.to_be_bytes()])
}

fn oid(hex: &[u8]) -> Vec<u8> {
    tlv(6, &[hex])
}

const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
const SCRYPT: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
const AES256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a";
const DES3: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x03\x07";

/// An encrypted key with these parameters around 48 bytes of nothing.
fn encrypted(kdf: &[u8], parameters: &[&[u8]], cipher: &[u8], vector: &[u8]) -> String {
    let kdf = tlv(0x30, &[&oid(kdf), &tlv(0x30, parameters)]);
    let cipher = tlv(0x30, &[&oid(cipher), &tlv(4, &[vector])]);
    let scheme = tlv(0x30, &[&oid(PBES2), &tlv(0x30, &[&kdf, &cipher])]);
    pem(
        "ENCRYPTED PRIVATE KEY",
        &tlv(0x30, &[&scheme, &tlv(4, &[&[7; 48]])]),
    )
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

#[test]
fn absurd_work_is_refused_before_it_is_begun() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let salt = tlv(4, &[&[1; 16]]);
    let long_salt = tlv(4, &[&[1; 33]]);
    let huge = tlv(2, &[&[0x7f; 40]]);
    let n = |n: u64| integer(n);
    let iv = [0; 16];
    let cases: Vec<(&str, Code, String, &str)> = vec![
        (
            "iterations",
            Code::IdentityUnsupported,
            encrypted(PBKDF2, &[&salt, &n(10_000_001)], AES256, &iv),
            "10000001 PBKDF2 iterations",
        ),
        (
            "u32 iterations",
            Code::IdentityUnsupported,
            encrypted(PBKDF2, &[&salt, &n(u64::from(u32::MAX) + 1)], AES256, &iv),
            "4294967296 PBKDF2",
        ),
        (
            "320-bit iterations",
            Code::IdentityUnsupported,
            encrypted(PBKDF2, &[&salt, &huge], AES256, &iv),
            "more than 10^13 PBKDF2",
        ),
        (
            "scrypt memory",
            Code::IdentityUnsupported,
            encrypted(SCRYPT, &[&salt, &n(1 << 20), &n(8), &n(1)], AES256, &iv),
            "1024 MiB of memory",
        ),
        (
            "scrypt memory overflow",
            Code::IdentityUnsupported,
            encrypted(
                SCRYPT,
                &[&salt, &n(1 << 63), &n(1 << 40), &n(1)],
                AES256,
                &iv,
            ),
            "of memory",
        ),
        (
            "scrypt rounds",
            Code::IdentityUnsupported,
            encrypted(
                SCRYPT,
                &[&salt, &n(1 << 14), &n(8), &n(1 << 40)],
                AES256,
                &iv,
            ),
            "rounds of scrypt",
        ),
        (
            "scrypt p",
            Code::IdentityUnsupported,
            encrypted(SCRYPT, &[&salt, &n(2), &n(1), &n(70_000)], AES256, &iv),
            "p 70000",
        ),
        (
            "long salt",
            Code::IdentityUnsupported,
            encrypted(PBKDF2, &[&long_salt, &n(2048)], AES256, &iv),
            "a salt of 33 bytes",
        ),
        (
            "no iterations",
            Code::IdentityUnreadable,
            encrypted(PBKDF2, &[&salt, &n(0)], AES256, &iv),
            "PBKDF2 parameters",
        ),
        (
            "negative iterations",
            Code::IdentityUnreadable,
            encrypted(PBKDF2, &[&salt, &tlv(2, &[&[0x80]])], AES256, &iv),
            "PBKDF2 parameters",
        ),
        (
            "scrypt N 0",
            Code::IdentityUnreadable,
            encrypted(SCRYPT, &[&salt, &n(0), &n(8), &n(1)], AES256, &iv),
            "scrypt parameters",
        ),
        (
            "scrypt N 1",
            Code::IdentityUnreadable,
            encrypted(SCRYPT, &[&salt, &n(1), &n(8), &n(1)], AES256, &iv),
            "scrypt parameters",
        ),
        (
            "scrypt N 3",
            Code::IdentityUnreadable,
            encrypted(SCRYPT, &[&salt, &n(3), &n(8), &n(1)], AES256, &iv),
            "scrypt parameters",
        ),
        (
            "scrypt r 0",
            Code::IdentityUnreadable,
            encrypted(SCRYPT, &[&salt, &n(2), &n(0), &n(1)], AES256, &iv),
            "scrypt parameters",
        ),
        (
            "short 3DES vector",
            Code::IdentityUnreadable,
            encrypted(PBKDF2, &[&salt, &n(2048)], DES3, &[0; 3]),
            "initialisation vector",
        ),
        (
            "short AES vector",
            Code::IdentityUnreadable,
            encrypted(PBKDF2, &[&salt, &n(2048)], AES256, &[]),
            "initialisation vector",
        ),
        (
            "key length",
            Code::IdentityUnreadable,
            encrypted(PBKDF2, &[&salt, &n(2048), &n(33)], AES256, &iv),
            "key length",
        ),
        (
            "unknown cipher",
            Code::IdentityUnsupported,
            encrypted(PBKDF2, &[&salt, &n(2048)], PBKDF2, &iv),
            "1.2.840.113549.1.5.12",
        ),
        (
            "unknown KDF",
            Code::IdentityUnsupported,
            encrypted(DES3, &[&salt], AES256, &iv),
            "1.2.840.113549.3.7",
        ),
    ];
    for (name, code, key, word) in cases {
        shop.write("enc.key", key);
        let begun = Instant::now();
        let error = shop.open("leaf.pem", "enc.key").unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(1), "{name}");
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(error.message().contains(word), "{name}: {error}");
    }
}

/// The dearest parameters that are still accepted. The times are those of an optimised build.
#[test]
#[ignore = "takes a while; run by hand when the bounds change"]
fn the_bounds_are_bearable() {
    let shop = Workshop::new();
    let salt = tlv(4, &[&[1; 16]]);
    let sha512 = tlv(0x30, &[&oid(b"\x2a\x86\x48\x86\xf7\x0d\x02\x0b"), &[5, 0]]);
    let n = integer;
    for (name, key) in [
        (
            "SHA-1",
            encrypted(PBKDF2, &[&salt, &n(10_000_000)], AES256, &[0; 16]),
        ),
        (
            "SHA-512",
            encrypted(PBKDF2, &[&salt, &n(10_000_000), &sha512], AES256, &[0; 16]),
        ),
        (
            "memory",
            encrypted(
                SCRYPT,
                &[&salt, &n(1 << 18), &n(8), &n(4)],
                AES256,
                &[0; 16],
            ),
        ),
        (
            "rounds",
            encrypted(
                SCRYPT,
                &[&salt, &n(1 << 10), &n(8), &n(1 << 10)],
                AES256,
                &[0; 16],
            ),
        ),
    ] {
        shop.write("enc.key", key);
        let begun = Instant::now();
        let error = shop.open("root.pem", "enc.key").unwrap_err();
        assert_eq!(error.code(), Code::PassphraseWrong, "{name}: {error}");
        println!("{name}: {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(30), "{name}");
    }
}

#[test]
fn many_encrypted_keys_do_not_multiply_the_work() {
    let shop = Workshop::new();
    let salt = |n: u64| tlv(4, &[&n.to_be_bytes()]);
    let keys: String = (0..10_000)
        .map(|n| encrypted(PBKDF2, &[&salt(n), &integer(9_000_000)], AES256, &[0; 16]))
        .collect();
    shop.write("keys.pem", keys);
    let begun = Instant::now();
    let error = shop.open("root.pem", "keys.pem").unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(error.code(), Code::IdentityUnsupported);
    assert!(
        error.message().contains("10000 encrypted private keys"),
        "{error}"
    );
}

#[test]
fn ten_thousand_certificates_are_sorted_in_time() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let inter = pem_der(&shop, "inter.pem");
    let mut all = String::new();
    // All of one name, so that each is a candidate; the signature is wrong in all but the last.
    for n in 0..10_000u32 {
        let mut der = inter.clone();
        let at = der.len() - 4;
        der[at..].copy_from_slice(&n.to_be_bytes());
        all.push_str(&pem("CERTIFICATE", &der));
    }
    all.push_str(&shop.text("leaf.pem"));
    shop.write("all.pem", all);
    let begun = Instant::now();
    let identity = shop.load("all.pem", "leaf.key").unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(identity.chain().len(), 2);
}

fn pem_der(shop: &Workshop, name: &str) -> Vec<u8> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    CertificateDer::from_pem_file(shop.path(name))
        .unwrap()
        .to_vec()
}

#[test]
fn every_truncation_is_an_error() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -passout pass:{PASSPHRASE} -out enc.key"
    ));
    let (cert, key, enc) = (
        shop.text("leaf.pem"),
        shop.text("leaf.key"),
        shop.text("enc.key"),
    );
    for cut in 0..cert.trim_end().len() {
        let code = load_text(&cert[..cut], &key).unwrap_err().code();
        assert!(
            matches!(code, Code::IdentityNotFound | Code::IdentityUnreadable),
            "{cut}: {code}"
        );
    }
    for text in [&key, &enc] {
        for cut in 0..text.trim_end().len() {
            let code = load_text(&cert, &text[..cut]).unwrap_err().code();
            assert!(
                matches!(code, Code::IdentityNotFound | Code::IdentityUnreadable),
                "{cut}: {code}"
            );
        }
    }
    let error = load_text(&cert, &key[..key.len() - 10]).unwrap_err();
    assert!(
        error
            .message()
            .contains("the PRIVATE KEY that begins at line 1 of `key_pem` does not end"),
        "{error}"
    );
}

#[test]
fn cut_der_inside_intact_pem_is_an_error() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let der = pem_der(&shop, "leaf.pem");
    let key = shop.text("leaf.key");
    for cut in 0..der.len() {
        let error = load_text(&pem("CERTIFICATE", &der[..cut]), &key).unwrap_err();
        assert_eq!(error.code(), Code::IdentityUnreadable, "{cut}: {error}");
        assert!(
            error
                .message()
                .contains("certificate 1 (line 1) of `cert_pem`"),
            "{error}"
        );
        assert!(Certificate::parse(&der[..cut]).is_none());
    }
}

/// Bytes flipped everywhere, by a generator that always says the same.
#[test]
fn damage_never_panics() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -iter 1 -passout pass:{PASSPHRASE} -out enc.key"
    ));
    let der = pem_der(&shop, "leaf.pem");
    let key = STANDARD
        .decode(
            shop.text("leaf.key")
                .lines()
                .filter(|line| !line.contains('-'))
                .collect::<String>(),
        )
        .unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..4_000 {
        let mut cert = der.clone();
        let mut key = key.clone();
        for _ in 0..=random() % 3 {
            let at = random() as usize;
            let len = cert.len();
            cert[at % len] = random() as u8;
            let len = key.len();
            key[at % len] = random() as u8;
        }
        summarise(&cert);
        if let Some(certificate) = Certificate::parse(&cert) {
            certificate.is_signed_by(&certificate);
            certificate.aia_issuer_url();
        }
        let _ = load_text(&pem("CERTIFICATE", &cert), &pem("PRIVATE KEY", &der));
        let _ = load_text(&pem("CERTIFICATE", &cert), &pem("PRIVATE KEY", &key));
        let _ = load_text(&pem("CERTIFICATE", &der), &pem("EC PRIVATE KEY", &key));
        let noise: Vec<u8> = (0..random() % 64).map(|_| random() as u8).collect();
        summarise(&noise);
        shop.write("noise", &noise);
        let _ = shop.load("noise", "noise");
    }
}

#[test]
fn nested_and_unfinished_sections_are_told() {
    for (text, word) in [
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "does not end with",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "does not end with -----END CERTIFICATE-----",
        ),
        (
            "\n\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "(line 3) of `cert_pem` is damaged: it is empty",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n",
            "base64",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
            "no X.509 certificate",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
            "no private key",
        ),
    ] {
        let error = load_text(text, "").unwrap_err();
        assert_eq!(error.code(), Code::IdentityUnreadable, "{error}");
        assert!(error.message().contains(word), "{error}");
    }
}

#[test]
fn a_certificate_beyond_reading_still_has_a_fingerprint() {
    let summary = summarise(b"nonsense");
    assert_eq!(summary.sha256.len(), 64);
    assert_eq!((summary.subject.as_str(), summary.pin.as_str()), ("", ""));
}
