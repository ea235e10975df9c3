//! Each finding of `check`, from a certificate that deserves it.

use super::*;

/// The codes of all findings, worst first.
fn codes(document: Value) -> Vec<String> {
    let seen = run("check", document).json;
    let findings = seen["findings"].as_array().unwrap();
    let has_error = findings
        .iter()
        .any(|finding| finding["severity"] == "error");
    assert_eq!(seen["ok"], !has_error);
    for finding in findings {
        assert!(finding["message"].as_str().unwrap().len() > 10, "{finding}");
        assert!(finding["hint"].as_str().unwrap().len() > 5, "{finding}");
    }
    findings
        .iter()
        .map(|f| f["code"].as_str().unwrap().to_owned())
        .collect()
}

fn of(shop: &Workshop, names: &[&str]) -> Vec<String> {
    codes(json!({"input": paths(shop, names), "within": "20d"}))
}

/// Signs `NAME.csr` with other extensions.
fn sign(shop: &Workshop, name: &str, extensions: &str, options: &str) {
    shop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out x.key");
    shop.request("x", "/O=Mutls Test/CN=x");
    shop.write("x.ext", extensions);
    shop.openssl(&format!(
        "x509 -req -in x.csr -CA inter.pem -CAkey inter.key -extfile x.ext -days 30{options} -out {name}.pem"
    ));
    shop.openssl(&format!("pkey -in x.key -out {name}.key"));
    private(shop, &format!("{name}.key"));
}

fn private(shop: &Workshop, name: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(shop.path(name), mode).unwrap();
    }
}

#[test]
fn a_good_identity_has_nothing_to_say() {
    let shop = shop();
    private(&shop, "leaf.key");
    assert_eq!(of(&shop, &["chain.pem", "root.pem", "leaf.key"]), [""; 0]);
    let document = json!({"input": paths(&shop, &["leaf.pem", "leaf.key"]), "ca": paths(&shop, &["inter.pem", "root.pem"]), "within": "20d"});
    assert_eq!(codes(document), [""; 0]);
}

#[test]
fn files_and_chains() {
    let shop = shop();
    shop.leaf("other");
    private(&shop, "leaf.key");
    private(&shop, "other.key");
    assert_eq!(of(&shop, &["leaf.pem", "leaf.key"]), ["chain_incomplete"]);
    assert_eq!(of(&shop, &["chain.pem", "other.key"])[0], "key_mismatch");
    assert_eq!(
        of(&shop, &["chain.pem", "root.pem"]),
        ["identity_not_found"]
    );
    assert_eq!(of(&shop, &["leaf.key"]), ["identity_not_found"]);
    assert_eq!(
        of(&shop, &["root.pem", "inter.pem", "leaf.pem", "leaf.key"]),
        ["chain_out_of_order"]
    );
    assert_eq!(
        of(&shop, &["chain.pem", "root.pem", "other.pem", "leaf.key"]),
        ["not_in_chain"]
    );
    let document =
        json!({"input": paths(&shop, &["chain.pem", "root.pem", "leaf.key"]), "within": "40d"});
    assert_eq!(codes(document), ["expires_soon"]);
    shop.openssl("pkcs8 -topk8 -v2 aes-256-cbc -in leaf.key -passout pass:x -out shut.key");
    private(&shop, "shut.key");
    assert_eq!(
        of(&shop, &["chain.pem", "root.pem", "shut.key"]),
        ["passphrase_required"]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(shop.path("leaf.key"), mode).unwrap();
        assert_eq!(
            of(&shop, &["chain.pem", "root.pem", "leaf.key"]),
            ["readable_by_others"]
        );
    }
}

#[test]
fn extensions_and_versions() {
    let shop = shop();
    let first = |name: &str, extensions: &str| {
        sign(&shop, name, extensions, "");
        of(
            &shop,
            &[
                &format!("{name}.pem"),
                "inter.pem",
                "root.pem",
                &format!("{name}.key"),
            ],
        )
    };
    assert_eq!(
        first("server", "extendedKeyUsage=serverAuth\n"),
        ["client_auth_missing"]
    );
    assert_eq!(
        first("any", "extendedKeyUsage=anyExtendedKeyUsage,clientAuth\n"),
        [""; 0]
    );
    assert_eq!(first("none", "basicConstraints=CA:FALSE\n"), [""; 0]);
    assert_eq!(first("agree", "keyUsage=keyAgreement\n"), ["key_usage"]);
    assert_eq!(
        first("isca", "basicConstraints=CA:TRUE\n"),
        ["leaf_is_ca", "webpki"]
    );
    shop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out v1.key");
    private(&shop, "v1.key");
    shop.request("v1", "/CN=v1");
    shop.openssl("x509 -req -in v1.csr -CA inter.pem -CAkey inter.key -days 30 -out v1.pem");
    let found = of(&shop, &["v1.pem", "inter.pem", "root.pem", "v1.key"]);
    assert_eq!(found, ["x509_v1", "webpki"]);
}

#[test]
fn dates_and_strength() {
    let shop = shop();
    private(&shop, "leaf.key");
    shop.dated("leaf", "old.pem", "20200101000000Z", "20210101000000Z");
    assert_eq!(
        of(&shop, &["old.pem", "inter.pem", "root.pem", "leaf.key"])[0],
        "identity_expired"
    );
    shop.dated("leaf", "new.pem", "20400101000000Z", "20410101000000Z");
    assert_eq!(
        of(&shop, &["new.pem", "inter.pem", "root.pem", "leaf.key"])[0],
        "identity_not_yet_valid"
    );
    sign(&shop, "sha1", "basicConstraints=CA:FALSE\n", " -sha1");
    assert_eq!(
        of(&shop, &["sha1.pem", "inter.pem", "root.pem", "sha1.key"]),
        ["weak_signature", "webpki"]
    );
    shop.openssl("genrsa -out weak.key 1024");
    private(&shop, "weak.key");
    shop.issue("weak");
    let found = of(&shop, &["weak.pem", "inter.pem", "root.pem", "weak.key"]);
    assert_eq!(found, ["identity_unsupported", "weak_key"]);
}

#[test]
fn the_server_is_asked_whom_it_accepts() {
    let shop = shop();
    private(&shop, "leaf.key");
    let sandbox = mutls_sandbox::Sandbox::start(Default::default()).unwrap();
    let info = sandbox.info();
    let client = json!({"ca": info.files["ca"], "proxy": "none"});
    let own = paths(&shop, &["chain.pem", "root.pem", "leaf.key"]);
    let document = |input: &Value, listener: &str| json!({"input": input, "url": info.listeners[listener].url, "client": client, "within": "1d"});
    assert_eq!(codes(document(&own, "required")), ["issuer_not_accepted"]);
    let identity = &info.identities["valid"];
    let theirs = json!([identity.chain, identity.key]);
    let found = codes(document(&theirs, "required"));
    assert!(
        !found.contains(&"issuer_not_accepted".to_owned()),
        "{found:?}"
    );
    let found = codes(document(&theirs, "none"));
    assert!(found.contains(&"not_requested".to_owned()), "{found:?}");
}

#[test]
fn a_server_that_does_not_answer_is_not_waited_for() {
    let sandbox = mutls_sandbox::Sandbox::start(Default::default()).unwrap();
    let info = sandbox.info();
    let identity = &info.identities["valid"];
    let document = |verb: &str, limit: Option<u64>| {
        let timeouts = json!({"handshake_ms": null, "total_ms": limit});
        let mut document = json!({
            "url": info.listeners["tcp_silent"].url,
            "client": {"ca": info.files["ca"], "proxy": "none", "timeouts": timeouts},
        });
        if verb == "check" {
            document["input"] = json!([identity.chain, identity.key]);
        }
        document.to_string()
    };
    for verb in ["inspect", "check"] {
        let refusal = |limit, stop: &Stop| {
            let document = document(verb, limit);
            crate::tools::run_until(verb, &document, &Default::default(), stop).unwrap_err()
        };
        let stop = Stop::default();
        let (token, canceller) = (stop.cancel.clone(), std::time::Duration::from_millis(50));
        let thread = std::thread::spawn(move || {
            std::thread::sleep(canceller);
            token.cancel();
        });
        assert_eq!(refusal(None, &stop).code(), Code::Cancelled, "{verb}");
        thread.join().unwrap();
        let stop = Stop {
            interrupt: Some(std::sync::Arc::new(|| true)),
            ..Stop::default()
        };
        assert_eq!(refusal(None, &stop).code(), Code::Cancelled, "{verb}");
        let error = refusal(Some(50), &Stop::default());
        assert_eq!(error.code(), Code::Timeout, "{verb}");
    }
}
