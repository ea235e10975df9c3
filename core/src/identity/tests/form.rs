//! Files as people really have them, and what is said about those that hold something else.

use super::workshop::{Workshop, load, load_text};
use crate::config::{IdentityConfig, Secret};
use crate::error::Code;

/// A spoiler of text that a reader should forgive.
type Spoil = fn(&str) -> Vec<u8>;

#[test]
fn forgiven() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.openssl("x509 -in leaf.pem -text -out leaf.txt");
    let spoils: &[(&str, Spoil)] = &[
        ("byte order mark", |text| {
            format!("\u{feff}{text}").into_bytes()
        }),
        ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
        ("CR", |text| text.replace('\n', "\r").into_bytes()),
        ("no last line break", |text| {
            text.trim_end().as_bytes().to_vec()
        }),
        ("escaped line breaks", |text| {
            text.replace('\n', "\\n").into_bytes()
        }),
        ("escaped CRLF", |text| {
            text.replace('\n', "\\r\\n").into_bytes()
        }),
        ("doubly escaped", |text| {
            text.replace('\n', "\\\\n").into_bytes()
        }),
        ("JSON-escaped slashes", |text| {
            text.replace('/', "\\/").into_bytes()
        }),
        ("one line", |text| text.replace('\n', " ").into_bytes()),
        ("no line breaks at all", |text| {
            text.replace('\n', "").into_bytes()
        }),
        ("indented", |text| text.replace('\n', "\n    ").into_bytes()),
        ("trailing spaces", |text| {
            text.replace('\n', "  \n").into_bytes()
        }),
        ("blank lines", |text| {
            text.replace('\n', "\n\n").into_bytes()
        }),
        ("text around", |text| {
            format!("-----\nsubject=x: y\n---- \n{text}\n-----BEGIN nothing\nend\n").into_bytes()
        }),
        ("Latin-1 around", |text| {
            [b"caf\xe9\n", text.as_bytes(), b"\xff\xfe\n"].concat()
        }),
        ("one endless base64 line", |text| {
            let (head, rest) = text.split_once('\n').unwrap();
            let (body, tail) = rest.split_once("-----").unwrap();
            format!("{head}\n{}\n-----{tail}", body.replace('\n', "")).into_bytes()
        }),
        ("UTF-16LE", |text| {
            let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }),
        ("UTF-16BE", |text| {
            let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
            units.flat_map(u16::to_be_bytes).collect()
        }),
        ("X509 CERTIFICATE", |text| {
            text.replace(" CERTIFICATE", " X509 CERTIFICATE")
                .into_bytes()
        }),
    ];
    for (name, spoil) in spoils {
        shop.write("spoilt.pem", spoil(&shop.text("leaf.pem")));
        shop.write("spoilt.key", spoil(&shop.text("leaf.key")));
        shop.load("spoilt.pem", "spoilt.key")
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    shop.load("leaf.txt", "leaf.key").unwrap();
    shop.openssl("x509 -in leaf.pem -trustout -addtrust clientAuth -out trusted.pem");
    let trusted = shop.load("trusted.pem", "leaf.key").unwrap();
    assert_eq!(
        trusted.chain(),
        shop.load("leaf.pem", "leaf.key").unwrap().chain()
    );
}

#[test]
fn memory_is_as_good_as_files() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let (cert, key) = (shop.text("leaf.pem"), shop.text("leaf.key"));
    load_text(&cert, &key).unwrap();
    load_text(&key, &cert).unwrap();
    load_text(&format!("{key}{cert}"), "").unwrap();
    load(&IdentityConfig {
        cert_file: Some(shop.path("leaf.pem")),
        key_pem: Some(Secret::inline(key.replace('\n', "\\n"))),
        ..IdentityConfig::default()
    })
    .unwrap();
    let error = load_text(&cert, &cert).unwrap_err();
    assert_eq!(
        error.message(),
        "no private key was found; what was found: 1 certificate in `key_pem`; 1 certificate in `cert_pem`"
    );
}

#[test]
fn what_was_found_instead_is_said() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.join("two.pem", &["leaf.pem", "inter.pem"]);
    shop.openssl("pkey -in leaf.key -pubout -out leaf.pub");
    shop.write("empty.pem", "\n");
    shop.write("page.html", "\n<!DOCTYPE html><title>Log in</title>");
    shop.write("id.pub", "ssh-ed25519 AAAA someone");
    shop.write("junk.bin", [1, 0, 2, 0]);
    shop.write("words.txt", "see the portal");
    shop.write(
        "ssh.key",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    );
    shop.openssl("crl2pkcs7 -nocrl -certfile leaf.pem -out chain.p7");
    for (key, words) in [
        ("two.pem", "2 certificates in "),
        ("leaf.csr", "1 certificate request in "),
        ("leaf.pub", "1 public key in "),
        ("empty.pem", "nothing (it is empty) in "),
        ("page.html", "an HTML page in "),
        ("id.pub", "an SSH public key in "),
        ("junk.bin", "binary data of no known format in "),
        ("words.txt", "text without a PEM section in "),
        ("ssh.key", "1 SSH private key in "),
        ("chain.p7", "1 certificate in "),
    ] {
        let error = shop.refusal("two.pem", key);
        assert_eq!(error.code(), Code::IdentityNotFound, "{error}");
        assert!(
            error
                .message()
                .contains(&format!("{words}{}", shop.path(key))),
            "{error}"
        );
        assert!(
            error.message().starts_with("no private key was found"),
            "{error}"
        );
    }
    let error = shop.refusal("leaf.key", "leaf.key");
    assert!(
        error.message().starts_with("no certificate was found"),
        "{error}"
    );
    let error = shop.refusal("leaf.pub", "leaf.csr");
    assert!(
        error
            .message()
            .starts_with("no certificate and no private key was found"),
        "{error}"
    );
    let error = load(&IdentityConfig::default()).unwrap_err();
    assert_eq!(error.code(), Code::IdentityNotFound);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    std::fs::create_dir(shop.path("dir")).unwrap();
    for (file, word) in [("gone.pem", "No such file"), ("dir", "directory")] {
        let error = shop.refusal("leaf.pem", file);
        assert_eq!(error.code(), Code::IdentityUnreadable, "{error}");
        assert!(error.message().contains(word), "{error}");
        assert!(error.message().contains("`key_file`"), "{error}");
    }
    let error = load(&IdentityConfig {
        cert_file: Some("certs/here.pem".to_owned()),
        ..IdentityConfig::default()
    })
    .unwrap_err();
    assert!(error.hint().contains("relative to /"), "{}", error.hint());
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_left() {
    let shop = Workshop::new();
    let error = shop.refusal("root.pem", "/dev/zero");
    assert_eq!(error.code(), Code::IdentityUnreadable);
    let endless = IdentityConfig {
        cert_file: Some("/dev/zero".to_owned()),
        ..IdentityConfig::default()
    };
    let error = load(&endless).unwrap_err();
    assert!(error.message().contains("larger than 16 MiB"), "{error}");
}

#[test]
fn an_alias_without_a_store_is_refused_not_ignored() {
    let shop = Workshop::new();
    shop.leaf("leaf");
    let error = load(&IdentityConfig {
        alias: Some("x".to_owned()),
        ..shop.config("leaf.pem", "leaf.key")
    })
    .unwrap_err();
    assert_eq!(error.code(), Code::BadOption);
    assert!(error.message().contains("`alias`"), "{error}");
}
