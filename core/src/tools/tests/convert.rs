//! Conversions between files, read back by openssl and by ourselves.

use super::peers::{self, keytool};
use super::*;

#[track_caller]
fn convert(shop: &Workshop, input: &[&str], out: &str, more: Value) -> Value {
    let mut document =
        json!({"input": paths(shop, input), "output_file": shop.path(out), "overwrite": true});
    document
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    run("convert", document).json
}

#[track_caller]
fn refused(shop: &Workshop, input: &[&str], more: Value) -> MtlsError {
    let mut document = json!({"input": paths(shop, input)});
    document
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    refusal("convert", document)
}

#[test]
fn a_key_of_any_form_becomes_pkcs8() {
    let shop = Workshop::bare();
    shop.openssl("genrsa -traditional -out rsa1.key 2048");
    shop.openssl("ecparam -name secp384r1 -genkey -noout -out sec1.key");
    shop.openssl("genpkey -algorithm ED25519 -out ed.key");
    shop.openssl("rsa -in rsa1.key -aes256 -traditional -passout pass:old -out shut1.key");
    for (file, more) in [
        ("rsa1.key", json!({})),
        ("sec1.key", json!({})),
        ("ed.key", json!({})),
        (
            "shut1.key",
            json!({"passphrase": "old", "unencrypted": true}),
        ),
    ] {
        shop.openssl(&format!(
            "pkey -in {file} -passin pass:old -pubout -out a.pub"
        ));
        let mut more = more;
        more["to"] = json!("pkcs8");
        convert(&shop, &[file], "out.key", more.clone());
        assert!(
            shop.text("out.key").starts_with("-----BEGIN PRIVATE KEY"),
            "{file}"
        );
        shop.openssl("pkey -in out.key -check -pubout -out b.pub");
        assert!(
            shop.text("b.pub").contains(shop.text("a.pub").trim()),
            "{file}"
        );
        // As openssl itself would write it.
        shop.openssl(&format!(
            "pkcs8 -topk8 -nocrypt -in {file} -passin pass:old -out theirs.key"
        ));
        assert_eq!(shop.text("out.key"), shop.text("theirs.key"), "{file}");
        more["to"] = json!("der");
        convert(&shop, &[file], "out.der", more);
        shop.openssl("pkey -inform DER -in out.der -pubout -out b.pub");
        assert_eq!(shop.text("a.pub"), shop.text("b.pub"), "{file}");
    }
}

#[test]
fn a_key_loses_its_passphrase_only_when_told() {
    let shop = Workshop::bare();
    shop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -pass pass:old -out shut.key");
    let error = refused(&shop, &["shut.key"], json!({"to": "pkcs8"}));
    assert_eq!(error.code(), Code::PassphraseRequired);
    let error = refused(
        &shop,
        &["shut.key"],
        json!({"to": "pkcs8", "passphrase": "old"}),
    );
    assert_eq!(error.code(), Code::BadOption);
    assert!(error.hint().contains("unencrypted"), "{}", error.hint());
    let error = refused(
        &shop,
        &["shut.key"],
        json!({"to": "pkcs8", "passphrase": "old", "unencrypted": true, "new_passphrase": "n"}),
    );
    assert!(error.message().contains("contradict"), "{error}");
    let error = refused(
        &shop,
        &["shut.key"],
        json!({"to": "pkcs8", "passphrase": "old", "new_passphrase": ""}),
    );
    assert!(error.message().contains("is empty"), "{error}");
    let seen = convert(
        &shop,
        &["shut.key"],
        "new.key",
        json!({"to": "pkcs8", "passphrase": "old", "new_passphrase": "new"}),
    );
    assert_eq!(seen["encrypted"], true);
    shop.openssl("pkey -in new.key -passin pass:new -noout -check -out checked");
    convert(
        &shop,
        &["new.key"],
        "der.key",
        json!({"to": "der", "passphrase": "new", "new_passphrase": "third"}),
    );
    shop.openssl("pkcs8 -inform DER -in der.key -passin pass:third -out plain.key");
    convert(
        &shop,
        &["new.key"],
        "open.key",
        json!({"to": "pem", "passphrase": "new", "unencrypted": true}),
    );
    assert_eq!(shop.text("open.key"), shop.text("plain.key"));
}

#[test]
fn certificates_change_between_pem_and_der() {
    let shop = shop();
    shop.openssl("x509 -in leaf.pem -outform DER -out leaf.der");
    convert(&shop, &["leaf.pem"], "out.der", json!({"to": "der"}));
    assert_eq!(shop.bytes("out.der"), shop.bytes("leaf.der"));
    convert(&shop, &["leaf.der"], "out.pem", json!({"to": "pem"}));
    assert_eq!(shop.text("out.pem"), shop.text("leaf.pem"));
    let error = refused(&shop, &["chain.pem"], json!({"to": "der"}));
    assert!(error.hint().contains("only"), "{}", error.hint());
    convert(
        &shop,
        &["chain.pem"],
        "out.der",
        json!({"to": "der", "only": "certificate"}),
    );
    assert_eq!(shop.bytes("out.der"), shop.bytes("leaf.der"));
    convert(
        &shop,
        &["chain.pem"],
        "out.pem",
        json!({"to": "pem", "only": "chain"}),
    );
    assert_eq!(shop.text("out.pem").trim(), shop.text("inter.pem").trim());
    let error = refused(&shop, &["leaf.pem"], json!({"to": "pem", "only": "chain"}));
    assert_eq!(error.code(), Code::BadOption);
    let error = refused(
        &shop,
        &["leaf.pem"],
        json!({"to": "pem", "new_passphrase": "x"}),
    );
    assert!(error.message().contains("no private key"), "{error}");
    // Several CAs stay as they are, in their order.
    shop.authority("second", "/CN=Second", None);
    convert(
        &shop,
        &["second.pem", "root.pem"],
        "out.pem",
        json!({"to": "pem"}),
    );
    assert_eq!(
        run("inspect", json!({"input": shop.path("out.pem")})).json["certificates"][0]["subject"],
        "CN=Second"
    );
}

#[test]
fn a_chain_becomes_pkcs7() {
    let shop = shop();
    for (to, form, file) in [("pkcs7", "PEM", "out.p7b"), ("pkcs7_der", "DER", "out.p7c")] {
        // Leaf first and the root left out, as for a bundle; the key stays where it is.
        let input = ["root.pem", "inter.pem", "leaf.key", "leaf.pem"];
        let report = convert(&shop, &input, file, json!({"to": to}));
        assert_eq!(report["kind"], "certificates");
        assert_eq!(report["certificates"].as_array().unwrap().len(), 2, "{to}");
        shop.openssl(&format!(
            "pkcs7 -in {file} -inform {form} -print_certs -out back.pem"
        ));
        let order = |text: &str| -> Vec<String> {
            let subjects = text.lines().filter(|line| line.starts_with("subject"));
            subjects.map(str::to_owned).collect()
        };
        let seen = order(&shop.text("back.pem"));
        assert!(
            seen.len() == 2 && seen[0].contains("leaf"),
            "{to}: {seen:?}"
        );
        let listed = keytool(&shop, &format!("-printcert -file {file}"));
        assert_eq!(listed.matches("Owner:").count(), 2, "{to}: {listed}");
        let listed = peers::tool(
            &shop,
            "certtool",
            &match form {
                "DER" => format!("--p7-info --inder --infile {file}"),
                _ => format!("--p7-info --infile {file}"),
            },
        );
        assert_eq!(
            listed.matches("BEGIN CERTIFICATE").count(),
            2,
            "{to}: {listed}"
        );
        // We read it as any chain, and the key belongs to its first certificate.
        let matches = run("match", json!({"input": paths(&shop, &[file, "leaf.key"])}));
        assert_eq!(matches.json["matches"], true, "{to}");
    }
    let report = convert(
        &shop,
        &["root.pem", "inter.pem"],
        "cas.p7b",
        json!({"to": "pkcs7"}),
    );
    assert_eq!(report["certificates"].as_array().unwrap().len(), 2);
    convert(
        &shop,
        &["chain.pem"],
        "one.p7c",
        json!({"to": "pkcs7_der", "only": "certificate"}),
    );
    shop.openssl("pkcs7 -in one.p7c -inform DER -print_certs -out one.pem");
    assert_eq!(shop.text("one.pem").matches("BEGIN").count(), 1);
}

#[test]
fn a_store_becomes_pem() {
    let shop = shop();
    shop.openssl("pkcs12 -export -in chain.pem -inkey leaf.key -passout pass:old -out store.p12");
    let error = refused(
        &shop,
        &["store.p12"],
        json!({"to": "pem", "passphrase": "old"}),
    );
    assert!(error.hint().contains("unencrypted"), "{}", error.hint());
    let open = json!({"to": "pem", "passphrase": "old", "unencrypted": true});
    let seen = convert(&shop, &["store.p12"], "all.pem", open.clone());
    assert_eq!(seen["kind"], "identity");
    shop.load("all.pem", "all.pem").unwrap();
    shop.openssl("pkey -in all.pem -pubout -out a.pub");
    shop.openssl("pkey -in leaf.key -pubout -out b.pub");
    assert_eq!(shop.text("a.pub"), shop.text("b.pub"));
    for (only, begin, count) in [
        ("key", "PRIVATE KEY", 1),
        ("certificate", "CERTIFICATE", 1),
        ("chain", "CERTIFICATE", 1),
        ("certificates", "CERTIFICATE", 2),
    ] {
        let mut document = open.clone();
        document["only"] = json!(only);
        convert(&shop, &["store.p12"], "part.pem", document);
        let text = shop.text("part.pem");
        assert_eq!(text.matches("-----BEGIN").count(), count, "{only}");
        assert_eq!(
            text.matches(&format!("-----BEGIN {begin}-----")).count(),
            count,
            "{only}"
        );
    }
}

#[test]
fn contradictions_are_refused() {
    let shop = shop();
    for (more, reason) in [
        (json!({}), "does not say what to write"),
        (json!({"to": "pem", "legacy": true}), "for pkcs12 alone"),
        (
            json!({"to": "pkcs12", "only": "key"}),
            "for pem, der and pkcs7",
        ),
        (json!({"to": "pem", "name": "x"}), "for stores"),
        (json!({"to": "pkcs12"}), "needs a passphrase"),
        (json!({"to": "jpg"}), "unknown variant"),
        (json!({"to": "pem", "pbmac1": true}), "for pkcs12 without"),
        (
            json!({"to": "pkcs12", "pbmac1": true, "legacy": true}),
            "for pkcs12 without",
        ),
        (json!({"to": "pkcs7", "only": "key"}), "no private key"),
        (
            json!({"to": "pkcs7", "new_passphrase": "x"}),
            "no private key",
        ),
    ] {
        let error = refused(&shop, &["chain.pem", "leaf.key"], more);
        assert_eq!(error.code(), Code::BadOption);
        assert!(error.message().contains(reason), "{error}");
    }
    shop.leaf("other");
    let error = refused(
        &shop,
        &["leaf.pem", "other.key"],
        json!({"to": "pkcs12", "new_passphrase": "changeit"}),
    );
    assert_eq!(error.code(), Code::KeyMismatch);
    let error = refused(
        &shop,
        &["leaf.key"],
        json!({"to": "pkcs12", "new_passphrase": "changeit"}),
    );
    assert_eq!(error.code(), Code::IdentityNotFound);
}
