//! Zip archives, as portals and file managers make them.

use std::process::Command;

use super::handshake::accepted;
use super::stores::shop;
use super::workshop::{PASSPHRASE, Workshop, load};
use crate::config::{IdentityConfig, Secret};
use crate::error::{Code, MtlsError};
use crate::identity::Identity;

/// Runs a shell command in the workshop; the tests skip without the tool.
fn shell(shop: &Workshop, command: &str) -> bool {
    let zip = Command::new("sh")
        .args(["-c", "command -v zip"])
        .output()
        .unwrap();
    if !zip.status.success() {
        assert!(
            std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
            "zip is missing"
        );
        return false;
    }
    let output = Command::new("sh")
        .args(["-ec", command])
        .current_dir(shop.path(""))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

fn open(shop: &Workshop, passphrase: Option<&str>) -> Result<Identity, MtlsError> {
    load(&IdentityConfig {
        cert_file: Some(shop.path("portal.zip")),
        passphrase: passphrase.map(Secret::inline),
        ..IdentityConfig::default()
    })
}

#[test]
fn an_archive_is_read_as_it_was_downloaded() {
    let pack = [
        "zip -q portal.zip leaf.pem leaf.key inter.pem",
        "zip -q -0 portal.zip leaf.pem leaf.key inter.pem",
        // Written without seeking: sizes stand behind the data.
        "zip -q - leaf.pem leaf.key inter.pem | cat > portal.zip",
        "mkdir -p 'my app/certs' && cp leaf.pem leaf.key inter.pem 'my app/certs' && zip -q -r portal.zip 'my app'",
        "cat chain.pem leaf.key > all.pem && zip -q portal.zip all.pem",
        "openssl x509 -in leaf.pem -outform DER -out leaf.cer && openssl crl2pkcs7 -nocrl -certfile inter.pem -out inter.p7b -outform DER \
         && zip -q portal.zip leaf.cer leaf.key inter.p7b",
        "printf 'Read me first.' > README.txt && zip -q portal.zip README.txt leaf.pem leaf.key inter.pem",
        "head -c 2000000 /dev/zero > manual.pdf && zip -q portal.zip manual.pdf leaf.pem leaf.key inter.pem",
        // What macOS adds: a folder of its own, with names of ours and contents that are none.
        "mkdir __MACOSX && printf '\\000\\005\\026\\007-----BEGIN CERTIFICATE-----' > __MACOSX/._leaf.pem && cp __MACOSX/._leaf.pem ._leaf.key \
         && printf 'Bud1' > .DS_Store && zip -q -r portal.zip __MACOSX ._leaf.key .DS_Store leaf.pem leaf.key inter.pem",
        "openssl pkcs12 -export -in chain.pem -inkey leaf.key -passout pass:other -out leaf.p12 && zip -q portal.zip leaf.p12 leaf.pem leaf.key inter.pem",
    ];
    for command in pack {
        let shop = shop();
        if !shell(&shop, command) {
            return;
        }
        let identity = open(&shop, None).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(identity.chain().len(), 2, "{command}");
        accepted(&shop, &identity).unwrap();
    }
}

#[test]
fn a_key_or_store_in_an_archive_may_be_locked() {
    let shop = shop();
    let lock = format!(
        "openssl pkcs8 -topk8 -in leaf.key -passout pass:{PASSPHRASE} -out locked.key && zip -q portal.zip locked.key chain.pem"
    );
    if !shell(&shop, &lock) {
        return;
    }
    open(&shop, Some(PASSPHRASE)).unwrap();
    let error = open(&shop, None).unwrap_err();
    assert_eq!(error.code(), Code::PassphraseRequired);
    assert!(error.message().contains("portal.zip/locked.key"), "{error}");

    let lock = format!(
        "openssl pkcs12 -export -in chain.pem -inkey leaf.key -passout pass:{PASSPHRASE} -out leaf.p12 && rm portal.zip && zip -q portal.zip leaf.p12"
    );
    shell(&shop, &lock);
    open(&shop, Some(PASSPHRASE)).unwrap();
    let code = |passphrase| open(&shop, passphrase).unwrap_err().code();
    assert_eq!(code(None), Code::PassphraseRequired);
    assert_eq!(code(Some("wrong")), Code::PassphraseWrong);
}

#[test]
fn an_archive_that_cannot_be_used_says_why() {
    let cases = [
        (
            "zip -q -P secret portal.zip leaf.pem leaf.key",
            Code::IdentityUnsupported,
            "is encrypted",
        ),
        (
            "zip -q -Z bzip2 portal.zip leaf.pem leaf.key",
            Code::IdentityUnsupported,
            "portal.zip/leaf.pem is packed by",
        ),
        (
            "zip -q inner.zip leaf.pem leaf.key && zip -q portal.zip inner.zip",
            Code::IdentityNotFound,
            "a zip archive in ",
        ),
        (
            "zip -q portal.zip leaf.pem inter.pem",
            Code::IdentityNotFound,
            "no private key was found; what was found: 1 certificate in ",
        ),
        (
            "mkdir empty && zip -q -r portal.zip empty",
            Code::IdentityNotFound,
            "an empty zip archive in ",
        ),
        (
            "i=0; while [ $i -lt 1001 ]; do echo $i > n$i.txt; i=$((i+1)); done; zip -q portal.zip n*.txt",
            Code::IdentityUnsupported,
            "more than 1000 entries",
        ),
        (
            "i=0; while [ $i -lt 18 ]; do head -c 1000000 /dev/zero > n$i.txt; i=$((i+1)); done; zip -q portal.zip n*.txt",
            Code::IdentityUnsupported,
            "more than 16 MiB unpacked",
        ),
    ];
    for (command, code, words) in cases {
        let shop = shop();
        if !shell(&shop, command) {
            return;
        }
        let error = open(&shop, None).expect_err(command);
        assert_eq!(error.code(), code, "{command}: {error}");
        assert!(error.message().contains(words), "{command}: {error}");
    }
}

#[test]
fn a_damaged_archive_is_an_error() {
    let shop = shop();
    if !shell(&shop, "zip -q portal.zip chain.pem leaf.key") {
        return;
    }
    let whole = shop.bytes("portal.zip");
    for cut in (0..whole.len()).step_by(13) {
        shop.write("portal.zip", whole.get(..cut).unwrap());
        open(&shop, None).unwrap_err();
    }
    // A flipped bit of the contents is seen by the checksum; one of a name or a date harms nobody.
    for flip in (0..whole.len()).step_by(3) {
        let mut odd = whole.clone();
        *odd.get_mut(flip).unwrap() ^= 0x10;
        shop.write("portal.zip", &odd);
        let _ = open(&shop, None);
    }
}
