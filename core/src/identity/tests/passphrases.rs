//! Where a passphrase comes from, and what is said when it is missing or wrong.

use super::workshop::{PASSPHRASE, Workshop, load};
use crate::config::{Attachments, IdentityConfig, Secret};
use crate::error::{Code, MtlsError};
use crate::identity::Identity;

/// A workshop with `leaf.pem` and its encrypted key `enc.key`.
fn shop_with(passphrase: &str) -> Workshop {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -passout pass:{passphrase} -out enc.key"
    ));
    shop
}

fn given(shop: &Workshop, passphrase: &str) -> Result<Identity, MtlsError> {
    load(&IdentityConfig {
        passphrase: Some(Secret::inline(passphrase)),
        ..shop.config("leaf.pem", "enc.key")
    })
}

#[test]
fn a_missing_passphrase_is_asked_for() {
    let shop = shop_with(PASSPHRASE);
    let error = shop.refusal("leaf.pem", "enc.key");
    assert_eq!(error.code(), Code::PassphraseRequired);
    assert!(error.message().contains("enc.key is encrypted"), "{error}");
}

/// Wrong padding shows at once; once in 256 it is right by chance, and the rubbish behind it must be noticed.
#[test]
fn a_wrong_passphrase_is_always_told() {
    let shop = shop_with(PASSPHRASE);
    for attempt in 0..600 {
        let error = given(&shop, &format!("wrong {attempt}")).unwrap_err();
        assert_eq!(error.code(), Code::PassphraseWrong, "{attempt}: {error}");
    }
}

#[test]
fn a_wrong_passphrase_comes_with_the_likely_reason() {
    let shop = shop_with(PASSPHRASE);
    for (wrong, word) in [
        ("", "is empty"),
        ("hunter2-hunter2\n", "a space or a line break"),
    ] {
        let error = given(&shop, wrong).unwrap_err();
        assert_eq!(error.code(), Code::PassphraseWrong);
        assert!(error.hint().contains(word), "{}", error.hint());
    }
}

#[test]
fn it_may_be_attached() {
    let shop = shop_with(PASSPHRASE);
    let config = IdentityConfig {
        passphrase: Some(Secret::Ref("p".to_owned())),
        ..shop.config("leaf.pem", "enc.key")
    };
    let mut attachments = Attachments::default();
    let nobody = super::workshop::no_trust();
    let error = Identity::load(&config, &attachments, &nobody.bundle).unwrap_err();
    assert_eq!(error.code(), Code::BadOption);
    attachments.set("p", PASSPHRASE);
    Identity::load(&config, &attachments, &nobody.bundle).unwrap();
}

#[test]
fn it_may_come_from_a_file() {
    let shop = shop_with(PASSPHRASE);
    let config = IdentityConfig {
        passphrase_file: Some(shop.path("pass.txt")),
        ..shop.config("leaf.pem", "enc.key")
    };
    let error = load(&config).unwrap_err();
    assert_eq!(error.code(), Code::IdentityUnreadable);
    assert!(error.message().contains("`passphrase_file`"), "{error}");
    for content in [
        PASSPHRASE.to_owned(),
        format!("{PASSPHRASE}\n"),
        format!("{PASSPHRASE}\r\nsecond line\n"),
        format!("\u{feff}{PASSPHRASE}\n"),
    ] {
        shop.write("pass.txt", content);
        load(&config).unwrap();
    }
}

/// cargo itself sets the variable, so that no test has to change the environment.
#[test]
fn it_may_come_from_the_environment() {
    let shop = shop_with(env!("CARGO_PKG_NAME"));
    let config = |variable: &str| IdentityConfig {
        passphrase_env: Some(variable.to_owned()),
        ..shop.config("leaf.pem", "enc.key")
    };
    load(&config("CARGO_PKG_NAME")).unwrap();
    assert_eq!(
        load(&config("CARGO_PKG_VERSION")).unwrap_err().code(),
        Code::PassphraseWrong
    );
    let error = load(&config("MUTLS_TEST_IS_NOT_SET")).unwrap_err();
    assert_eq!(error.code(), Code::PassphraseRequired);
    assert!(error.message().contains("MUTLS_TEST_IS_NOT_SET"), "{error}");
}

#[test]
fn two_places_contradict_each_other() {
    let shop = shop_with(PASSPHRASE);
    let error = load(&IdentityConfig {
        passphrase: Some(Secret::inline(PASSPHRASE)),
        passphrase_env: Some("PATH".to_owned()),
        ..shop.config("leaf.pem", "enc.key")
    })
    .unwrap_err();
    assert_eq!(error.code(), Code::BadOption);
}

#[test]
fn bytes_beyond_ascii_work() {
    let shop = shop_with("pässwörd-日本");
    given(&shop, "pässwörd-日本").unwrap();
}

#[test]
fn no_secret_is_ever_printed() {
    let shop = shop_with(PASSPHRASE);
    let mut printed = String::new();
    let mut print = |outcome: Result<Identity, MtlsError>| match outcome {
        Ok(identity) => printed += &format!("{identity:?}"),
        Err(error) => printed += &format!("{error} {error:?} {}", error.to_json()),
    };
    print(given(&shop, PASSPHRASE));
    print(shop.load("leaf.pem", "leaf.key"));
    print(given(&shop, "hunter2-hunter2 "));
    shop.leaf("other");
    print(shop.load("other.pem", "leaf.key"));
    for cut in [100, 150, 200] {
        shop.write("cut.key", &shop.bytes("leaf.key")[..cut]);
        print(shop.load("leaf.pem", "cut.key"));
    }
    let key = shop.text("leaf.key");
    shop.write(
        "odd.key",
        key.replace("-----END PRIVATE KEY", "*\n-----END PRIVATE KEY"),
    );
    print(shop.load("leaf.pem", "odd.key"));
    assert!(
        printed.contains("name: \"leaf.pem\", subject: \"CN=leaf,O=Mutls Test\""),
        "{printed}"
    );
    assert!(!printed.contains("hunter2"), "{printed}");
    for line in key.lines().filter(|line| !line.contains("---")) {
        assert!(!printed.contains(&line[..16]), "{printed}");
    }
}
