//! Revocation lists, as openssl makes them.

use std::fs;

use super::handshake::connect;
use super::{files, load, refusal};
use crate::config::{CrlCheck, OneOrMany, Secret, TrustConfig};
use crate::error::{Code, Result};
use crate::identity::tests::workshop::Workshop;

const NOW: &str = "-crldays 30";
const LATE: &str = "-crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z";
const CHAIN: &[&str] = &["leaf.pem", "inter.pem"];
const REVOKED: &[&str] = &["revoked.pem", "inter.pem"];

/// With `inter.crl` (on which `revoked.pem` is), `root.crl` and `late.crl`.
fn shop() -> Workshop {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.leaf("revoked");
    shop.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    shop.write("number", "01\n");
    shop.write("index.txt", "");
    list(&shop, "root", "root.crl", NOW);
    shop.openssl("ca -config ca.cnf -cert inter.pem -keyfile inter.key -revoke revoked.pem");
    list(&shop, "inter", "inter.crl", NOW);
    list(&shop, "inter", "late.crl", LATE);
    shop
}

fn list(shop: &Workshop, issuer: &str, out: &str, dates: &str) {
    shop.openssl(&format!(
        "ca -config ca.cnf -gencrl -cert {issuer}.pem -keyfile {issuer}.key {dates} -out {out}"
    ));
}

fn with(shop: &Workshop, lists: &[&str]) -> TrustConfig {
    TrustConfig {
        crl_file: OneOrMany(lists.iter().map(|name| shop.path(name)).collect()),
        ..files(shop, &["root.pem"])
    }
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[test]
fn a_revoked_server_is_refused() {
    let shop = shop();
    shop.openssl("crl -in inter.crl -outform DER -out inter.der");
    shop.join("both.crl", &["inter.crl", "root.crl"]);
    shop.openssl("crl2pkcs7 -in inter.crl -certfile root.pem -outform DER -out inter.p7b");
    let in_memory = TrustConfig {
        crl_pem: OneOrMany(vec![Secret::inline(shop.text("both.crl"))]),
        ..files(&shop, &["root.pem"])
    };
    for (form, trust) in [
        ("PEM", with(&shop, &["inter.crl", "root.crl"])),
        ("one file", with(&shop, &["both.crl"])),
        ("DER", with(&shop, &["inter.der", "root.crl"])),
        ("PKCS#7", with(&shop, &["inter.p7b", "root.crl"])),
        ("text", in_memory),
    ] {
        let forgiven = connect(&shop, CHAIN, "localhost", &trust);
        assert!(
            forgiven
                .unwrap_or_else(|e| panic!("{form}: {e}"))
                .is_empty()
        );
        let outcome = connect(&shop, REVOKED, "localhost", &trust);
        assert_eq!(code(outcome), Some(Code::ServerRevoked), "{form}");
    }
    // Nobody asked.
    connect(&shop, REVOKED, "localhost", &files(&shop, &["root.pem"])).unwrap();
}

#[test]
fn a_revoked_intermediate_is_refused_unless_the_leaf_alone_is_asked_for() {
    let shop = shop();
    shop.write("index.txt", "");
    shop.openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -revoke inter.pem");
    list(&shop, "root", "root.crl", NOW);
    let both = with(&shop, &["inter.crl", "root.crl"]);
    let outcome = connect(&shop, CHAIN, "localhost", &both);
    assert_eq!(code(outcome), Some(Code::ServerRevoked));
    let leaf = TrustConfig {
        crl_check: Some(CrlCheck::Leaf),
        ..both
    };
    connect(&shop, CHAIN, "localhost", &leaf).unwrap();
    let outcome = connect(&shop, REVOKED, "localhost", &leaf);
    assert_eq!(code(outcome), Some(Code::ServerRevoked));
}

#[test]
fn a_certificate_that_no_list_speaks_of_is_refused() {
    let shop = shop();
    for lists in [&["inter.crl"][..], &["root.crl"]] {
        let error = connect(&shop, CHAIN, "localhost", &with(&shop, lists)).unwrap_err();
        assert_eq!(error.code(), Code::ServerRevocationUnknown, "{error}");
        assert!(error.hint().contains("CN=Intermediate"), "{}", error.hint());
        assert!(error.hint().contains("crl_check"), "{}", error.hint());
    }
    let leaf = TrustConfig {
        crl_check: Some(CrlCheck::Leaf),
        ..with(&shop, &["inter.crl"])
    };
    connect(&shop, CHAIN, "localhost", &leaf).unwrap();
}

#[test]
fn a_list_that_is_out_of_date_is_an_error_unless_allowed() {
    let shop = shop();
    let error = refusal(&with(&shop, &["late.crl", "root.crl"]));
    assert_eq!(error.code(), Code::CrlExpired);
    assert!(error.message().contains("late.crl"), "{error}");
    assert!(error.message().contains("2020-02-01"), "{error}");
    let allowed = TrustConfig {
        allow_expired_crl: true,
        ..with(&shop, &["late.crl", "root.crl"])
    };
    let forgiven = connect(&shop, CHAIN, "localhost", &allowed).unwrap();
    assert_eq!(forgiven, ["expired_crl"]);
    // It still names whom it named.
    let outcome = connect(&shop, REVOKED, "localhost", &allowed);
    assert_eq!(code(outcome), Some(Code::ServerRevoked));
    // Where the lists are current, nothing is forgiven.
    let current = TrustConfig {
        allow_expired_crl: true,
        ..with(&shop, &["inter.crl", "root.crl"])
    };
    assert!(
        connect(&shop, CHAIN, "localhost", &current)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_forged_list_is_refused() {
    let shop = shop();
    // The same name, another key.
    shop.openssl("ecparam -name prime256v1 -genkey -noout -out fake.key");
    shop.authority("fake", "/O=Mutls Test/CN=Intermediate", None);
    shop.write("index.txt", "");
    shop.write(
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n",
    );
    list(&shop, "fake", "fake.crl", NOW);
    let outcome = connect(
        &shop,
        REVOKED,
        "localhost",
        &with(&shop, &["fake.crl", "root.crl"]),
    );
    assert_eq!(code(outcome), Some(Code::CrlUnreadable));
}

#[test]
fn what_is_no_list_or_a_damaged_one_is_told() {
    let shop = shop();
    let error = refusal(&with(&shop, &["root.pem"]));
    assert_eq!(error.code(), Code::CrlUnreadable);
    assert!(error.message().contains("1 certificate in "), "{error}");

    shop.openssl("crl -in inter.crl -outform DER -out inter.der");
    let whole = shop.bytes("inter.der");
    for cut in (0..whole.len()).step_by(9) {
        shop.write("cut.crl", whole.get(..cut).unwrap());
        assert_eq!(
            refusal(&with(&shop, &["cut.crl"])).code(),
            Code::CrlUnreadable
        );
    }
    shop.write("cut.crl", &shop.text("inter.crl")[..200]);
    let error = refusal(&with(&shop, &["cut.crl"]));
    assert_eq!(error.code(), Code::CrlUnreadable);
    assert!(error.message().contains("line 1"), "{error}");

    assert_eq!(
        refusal(&with(&shop, &["gone.crl"])).code(),
        Code::CrlUnreadable
    );
    for idle in [
        TrustConfig {
            allow_expired_crl: true,
            ..files(&shop, &["root.pem"])
        },
        TrustConfig {
            crl_check: Some(CrlCheck::Chain),
            ..files(&shop, &["root.pem"])
        },
    ] {
        assert_eq!(refusal(&idle).code(), Code::BadOption);
    }
}

#[test]
fn the_lists_of_a_folder_count() {
    let shop = shop();
    fs::create_dir(shop.path("cas")).unwrap();
    for file in ["root.pem", "inter.crl", "root.crl"] {
        fs::copy(shop.path(file), shop.path(&format!("cas/{file}"))).unwrap();
    }
    // rehash wants this ending of lists as well.
    fs::rename(shop.path("cas/inter.crl"), shop.path("cas/inter-list.pem")).unwrap();
    fs::rename(shop.path("cas/root.crl"), shop.path("cas/root-list.pem")).unwrap();
    shop.openssl("rehash cas");
    let config = TrustConfig {
        ca_dir: OneOrMany(vec![shop.path("cas")]),
        ..TrustConfig::default()
    };
    assert_eq!(load(&config).unwrap().revocation.unwrap().lists.len(), 2);
    connect(&shop, CHAIN, "localhost", &config).unwrap();
    let outcome = connect(&shop, REVOKED, "localhost", &config);
    assert_eq!(code(outcome), Some(Code::ServerRevoked));
}
