//! What `inspect` tells, against what openssl tells.

use super::*;

#[test]
fn a_certificate_in_all_its_facts() {
    let shop = shop();
    let seen = run("inspect", json!({"input": shop.path("chain.pem")})).json;
    let leaf = &seen["certificates"][0];
    assert_eq!(leaf["subject"], "CN=leaf,O=Mutls Test");
    assert_eq!(leaf["issuer"], "CN=Intermediate,O=Mutls Test");
    assert_eq!(
        leaf["names"],
        json!(["localhost", "leaf.example", "127.0.0.1", "::1"])
    );
    assert_eq!(leaf["role"], "leaf");
    assert_eq!(leaf["key"], "ECDSA P-256");
    assert_eq!(leaf["signature"], "SHA-256 with ECDSA");
    assert_eq!(
        leaf["extended_key_usage"],
        json!(["clientAuth", "serverAuth"])
    );
    assert_eq!(leaf["version"], 3);
    assert!((29..=30).contains(&leaf["days_left"].as_i64().unwrap()));
    let issuer = &seen["certificates"][1];
    assert_eq!(issuer["role"], "intermediate");
    assert_eq!(issuer["key_usage"], json!(["keyCertSign", "cRLSign"]));

    // The three hashes, as openssl makes them.
    shop.openssl("x509 -in leaf.pem -outform DER -out leaf.der");
    shop.openssl("dgst -sha256 -binary -out hash leaf.der");
    let hash = shop.bytes("hash");
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(leaf["sha256"], hex);
    shop.openssl("base64 -A -in hash -out hash64");
    let url_safe = shop
        .text("hash64")
        .trim()
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    assert_eq!(leaf["x5t_s256"], url_safe);
    shop.openssl("pkey -in leaf.key -pubout -outform DER -out pub.der");
    shop.openssl("dgst -sha256 -binary -out pin pub.der");
    shop.openssl("base64 -A -in pin -out pin64");
    let pin = format!("sha256/{}", shop.text("pin64").trim());
    assert_eq!(leaf["pin"], pin);
    let key = run("inspect", json!({"input": shop.path("leaf.key")})).json;
    assert_eq!(key["keys"][0]["pin"], pin);
    let public = run("inspect", json!({"input": shop.path("pub.der")})).json;
    assert_eq!(public["public_keys"][0]["pin"], pin);
}

#[test]
fn each_kind_of_file_is_told_for_what_it_is() {
    let shop = shop();
    shop.openssl("req -in leaf.csr -outform DER -out csr.der");
    for file in ["leaf.csr", "csr.der"] {
        let seen = run("inspect", json!({"input": shop.path(file)})).json;
        let request = &seen["requests"][0];
        assert_eq!(request["subject"], "CN=leaf,O=Mutls Test", "{file}");
        assert_eq!(request["signature_valid"], true, "{file}");
    }
    shop.write(
        "crl.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=crl.txt\ndefault_md=sha256\n",
    );
    shop.write(
        "crl.txt",
        "R\t400101000000Z\t250101000000Z\t1001\tunknown\t/CN=gone\n",
    );
    shop.openssl(
        "ca -config crl.cnf -gencrl -cert inter.pem -keyfile inter.key -crldays 7 -out inter.crl",
    );
    shop.openssl("crl -in inter.crl -outform DER -out crl.der");
    for file in ["inter.crl", "crl.der"] {
        let seen = run("inspect", json!({"input": shop.path(file)})).json;
        let list = &seen["revocation_lists"][0];
        assert_eq!(list["issuer"], "CN=Intermediate,O=Mutls Test", "{file}");
        assert_eq!(
            (list["revoked"].as_u64(), &list["is_expired"]),
            (Some(1), &json!(false))
        );
    }
    shop.openssl("pkcs8 -topk8 -v2 aes-256-cbc -in leaf.key -passout pass:x -out shut.key");
    let seen = run("inspect", json!({"input": shop.path("shut.key")})).json;
    assert_eq!(seen["keys"][0]["encrypted"], true);
    assert_eq!(seen["keys"][0]["key"], Value::Null);
    let seen = run(
        "inspect",
        json!({"input": shop.path("shut.key"), "passphrase": "x"}),
    )
    .json;
    assert_eq!(seen["keys"][0]["key"], "ECDSA P-256");
    let seen = run(
        "inspect",
        json!({"input": shop.path("shut.key"), "passphrase": "y"}),
    )
    .json;
    assert!(
        seen["keys"][0]["problem"]
            .as_str()
            .unwrap()
            .contains("does not open")
    );
    shop.openssl("crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out chain.p7b");
    let seen = run("inspect", json!({"input": shop.path("chain.p7b")})).json;
    assert_eq!(seen["inputs"][0]["format"], "PKCS#7");
    assert_eq!(seen["certificates"].as_array().unwrap().len(), 2);
    shop.openssl("pkcs12 -export -in chain.pem -inkey leaf.key -passout pass:x -out s.p12");
    let error = refusal("inspect", json!({"input": shop.path("s.p12")}));
    assert_eq!(error.code(), Code::PassphraseRequired);
    let error = refusal("inspect", json!({"input": shop.path("missing.pem")}));
    assert_eq!(error.code(), Code::IdentityUnreadable);
}

#[test]
fn a_server_is_asked_by_a_handshake() {
    let sandbox = mutls_sandbox::Sandbox::start(Default::default()).unwrap();
    let info = sandbox.info();
    let client = json!({"ca": info.files["ca"], "proxy": "none"});
    let url = &info.listeners["required"].url;
    let seen = run("inspect", json!({"url": url, "client": client})).json;
    assert_eq!(seen["trusted"], true);
    assert_eq!(seen["certificates"][0]["role"], "leaf");
    assert_eq!(seen["client_certificate"]["requested"], true);
    // Without its CA it is shown all the same, and said to be untrusted.
    let other = json!({"ca": Workshop::new().text("root.pem"), "proxy": "none"});
    let seen = run("inspect", json!({"url": url, "client": other})).json;
    assert_eq!(seen["trusted"], false);
    assert_eq!(seen["problem"]["family"], "trust");
    assert!(!seen["certificates"].as_array().unwrap().is_empty());
    // A server of TLS 1.2 ends the handshake when no certificate comes, and has shown everything by then.
    let url12 = &info.listeners["tls12"].url;
    let seen = run("inspect", json!({"url": url12, "client": client})).json;
    assert_eq!(seen["problem"]["code"], "client_cert_required");
    assert_eq!(seen["client_certificate"]["requested"], true);
    let error = refusal("inspect", json!({"url": url, "input": "x"}));
    assert_eq!(error.code(), Code::BadOption);
    let error = refusal("inspect", json!({"url": "http://localhost"}));
    assert_eq!(error.code(), Code::BadUrl);
    let error = refusal(
        "inspect",
        json!({"url": "https://localhost:1", "client": client}),
    );
    assert_eq!(error.code(), Code::ConnectRefused);
}
