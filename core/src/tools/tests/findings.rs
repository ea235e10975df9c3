//! How bad each finding of `check` is, and what it says.

use super::*;

/// Severity and message of the finding with that code.
#[track_caller]
fn finding(shop: &Workshop, names: &[&str], code: &str, within: &str) -> (String, String) {
    let document = json!({"input": paths(shop, names), "within": within});
    let seen = run("check", document).json;
    let findings = seen["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["code"] == code);
    let found = found.unwrap_or_else(|| panic!("no {code} in {findings:#?}"));
    let text = |key: &str| found[key].as_str().unwrap().to_owned();
    (text("severity"), text("message") + " " + &text("hint"))
}

#[cfg(unix)]
fn mode(shop: &Workshop, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(shop.path(name), mode).unwrap();
}

#[test]
fn days_are_counted() {
    let shop = shop();
    let all = ["chain.pem", "root.pem", "leaf.key"];
    let (severity, words) = finding(&shop, &all, "expires_soon", "40d");
    assert_eq!(severity, "warning");
    // It was issued for 30 days, some moments ago.
    let left = ["29 days left", "30 days left"];
    assert!(left.iter().any(|days| words.contains(days)), "{words}");
    shop.dated("leaf", "old.pem", "20200101000000Z", "20210101000000Z");
    let (severity, words) = finding(&shop, &["old.pem", "leaf.key"], "identity_expired", "20d");
    assert_eq!(severity, "error");
    assert!(
        words.contains("2021-01-01") && words.contains("days ago"),
        "{words}"
    );
}

#[test]
fn what_can_be_fetched_is_said() {
    let shop = shop();
    let (severity, words) = finding(&shop, &["leaf.pem", "leaf.key"], "chain_incomplete", "20d");
    assert_eq!(severity, "warning");
    assert!(words.contains("http://ca.example/inter.der"), "{words}");
    // Behind an intermediate the root alone lacks, which servers have.
    let (severity, _) = finding(&shop, &["chain.pem", "leaf.key"], "chain_incomplete", "20d");
    assert_eq!(severity, "info");
    for (files, code) in [
        (
            &["root.pem", "inter.pem", "leaf.pem", "leaf.key"][..],
            "chain_out_of_order",
        ),
        (
            &["chain.pem", "root.pem", "leaf.key", "stray.pem"],
            "not_in_chain",
        ),
    ] {
        shop.authority("stray", "/CN=Stray", None);
        assert_eq!(finding(&shop, files, code, "20d").0, "info", "{code}");
    }
}

#[test]
fn an_issuer_may_have_expired_before_the_leaf() {
    let shop = shop();
    // Writes what `openssl ca` works with.
    shop.dated("leaf", "unused.pem", "20200101000000Z", "20210101000000Z");
    shop.openssl("ca -config ca.cnf -preserveDN -batch -in inter.csr -cert root.pem -keyfile root.key -extfile ca.ext -startdate 20200101000000Z -enddate 20210101000000Z -out old.pem");
    let all = ["leaf.pem", "old.pem", "root.pem", "leaf.key"];
    let (severity, words) = finding(&shop, &all, "issuer_expired", "20d");
    assert_eq!(severity, "error");
    assert!(words.contains("CN=Intermediate"), "{words}");
}

#[test]
fn rules_of_webpki_speak_where_nothing_else_does() {
    let shop = shop();
    shop.request("leaf", "/O=Mutls Test/CN=leaf");
    // A critical extension that nobody knows.
    shop.write("odd.ext", "1.2.3.4=critical,ASN1:NULL\n");
    shop.openssl("x509 -req -in leaf.csr -CA inter.pem -CAkey inter.key -extfile odd.ext -days 30 -out odd.pem");
    let all = ["odd.pem", "inter.pem", "root.pem", "leaf.key"];
    let (severity, words) = finding(&shop, &all, "webpki", "20d");
    assert_eq!(severity, "warning");
    assert!(words.contains("UnsupportedCriticalExtension"), "{words}");
}

#[test]
#[cfg(unix)]
fn an_encrypted_key_may_be_read_by_others() {
    let shop = shop();
    shop.openssl("pkcs8 -topk8 -v2 aes-256-cbc -in leaf.key -passout pass:x -out shut.key");
    for (key, expected) in [("leaf.key", "warning"), ("shut.key", "info")] {
        mode(&shop, key, 0o640);
        let (severity, words) = finding(&shop, &["leaf.pem", key], "readable_by_others", "20d");
        assert_eq!(severity, expected, "{key}");
        assert!(
            words.contains("mode 640") && words.contains("chmod 600"),
            "{words}"
        );
    }
}

#[test]
fn strength_is_judged_by_its_weakest() {
    let shop = shop();
    shop.request("leaf", "/O=Mutls Test/CN=leaf");
    shop.openssl("genrsa -out rsa.key 2048");
    shop.authority("rsa", "/O=Mutls Test/CN=RSA", Some("root"));
    for (digest, expected) in [("-sha1", "warning"), ("-md5", "error")] {
        shop.sign("leaf", "rsa", &format!("-days 30 {digest}"));
        let all = ["leaf.pem", "rsa.pem", "root.pem", "leaf.key"];
        let (severity, words) = finding(&shop, &all, "weak_signature", "20d");
        assert_eq!(severity, expected, "{digest}");
        assert!(words.contains("SHA-256"), "{words}");
    }
    // A weak issuer is as bad as a weak leaf.
    shop.openssl("genrsa -out small.key 1024");
    shop.authority("small", "/O=Mutls Test/CN=Small", Some("root"));
    shop.sign("leaf", "small", "-days 30");
    let all = ["leaf.pem", "small.pem", "root.pem", "leaf.key"];
    let (severity, words) = finding(&shop, &all, "weak_key", "20d");
    assert_eq!(severity, "error");
    assert!(
        words.contains("CN=Small") && words.contains("1024"),
        "{words}"
    );
}
