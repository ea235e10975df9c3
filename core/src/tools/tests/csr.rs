//! Requests and keys, as openssl reads them.

use super::*;

fn made(shop: &Workshop, document: Value) -> Value {
    let seen = run("create_csr", document);
    shop.write("made.csr", seen.part("csr").unwrap());
    if let Some(key) = seen.part("key") {
        shop.write("made.key", key);
    }
    shop.openssl(
        "req -in made.csr -verify -noout -text -nameopt RFC2253,sep_comma_plus_space -out text",
    );
    seen.json
}

#[test]
fn openssl_reads_a_key_of_each_kind_and_its_request() {
    let shop = Workshop::bare();
    for (kind, words, printed) in [
        ("rsa-2048", "RSA 2048", "Public-Key: (2048 bit)"),
        ("rsa-3072", "RSA 3072", "Public-Key: (3072 bit)"),
        ("rsa-4096", "RSA 4096", "Public-Key: (4096 bit)"),
        ("p-256", "ECDSA P-256", "ASN1 OID: prime256v1"),
        ("p-384", "ECDSA P-384", "ASN1 OID: secp384r1"),
        ("ed25519", "Ed25519", "ED25519 Public-Key"),
    ] {
        let seen = made(
            &shop,
            json!({"key": kind, "subject": {"common_name": "a.example"}}),
        );
        assert_eq!(seen["key"], words);
        assert_eq!(seen["request"]["signature_valid"], true);
        assert!(shop.text("text").contains(printed), "{}", shop.text("text"));
        shop.openssl("pkey -in made.key -check -noout -out checked");
        shop.openssl("pkey -in made.key -pubout -out a.pub");
        shop.openssl("req -in made.csr -noout -pubkey -out b.pub");
        assert_eq!(shop.text("a.pub"), shop.text("b.pub"), "{kind}");
    }
    let error = refusal("create_csr", json!({"key": "rsa-1024", "subject": "CN=a"}));
    assert_eq!(error.code(), Code::BadOption);
    assert!(error.message().contains("rsa-2048"), "{error}");
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_alone() {
    let shop = Workshop::bare();
    made(
        &shop,
        json!({"key": "p-256", "subject": "CN=a.example", "new_passphrase": "gr\u{fc}n"}),
    );
    assert!(
        shop.text("made.key")
            .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY")
    );
    shop.openssl("pkey -in made.key -passin pass:gr\u{fc}n -check -noout -out checked");
    let parsed = std::process::Command::new("openssl")
        .args(["asn1parse", "-in", &shop.path("made.key")])
        .output()
        .unwrap();
    let parsed = String::from_utf8(parsed.stdout).unwrap();
    for name in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"] {
        assert!(parsed.contains(name), "{parsed}");
    }
    let document = json!({"input": shop.path("made.key"), "passphrase": "gruen", "to": "pkcs8", "unencrypted": true});
    assert_eq!(refusal("convert", document).code(), Code::PassphraseWrong);
}

#[test]
fn subject_and_names_are_written_as_given() {
    let shop = Workshop::bare();
    made(
        &shop,
        json!({
            "key": "p-256",
            "subject": {
                "common_name": "services.company.com", "country": "ca", "organization": "Caf\u{e9} & Co, Inc",
                "OU": ["One", "Two"], "email": "ops@company.com", "state": "British Columbia", "locality": "Vancouver",
            },
            "names": ["services.company.com", "*.company.com", "10.0.0.1", "::1", "https://company.com/x", "ops@company.com"],
        }),
    );
    shop.openssl("req -in made.csr -noout -subject -nameopt oneline,utf8,-esc_msb -out subject");
    assert_eq!(
        shop.text("subject").trim(),
        "subject=C = CA, ST = British Columbia, L = Vancouver, O = \"Caf\u{e9} & Co, Inc\", OU = One, OU = Two, CN = services.company.com, emailAddress = ops@company.com"
    );
    let text = shop.text("text");
    let names = "DNS:services.company.com, DNS:*.company.com, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:https://company.com/x, email:ops@company.com";
    assert!(text.contains(names), "{text}");
    let seen = made(
        &shop,
        json!({"key": "p-256", "subject": r"CN=a.example,O=A\, B,C=GB"}),
    );
    assert_eq!(seen["request"]["subject"], r"CN=a.example,O=A\, B,C=GB");
    let camel = json!({"commonName": "a.example", "emailAddress": "a@b.example"});
    let seen = made(&shop, json!({"key": "p-256", "subject": camel}));
    assert_eq!(
        seen["request"]["subject"],
        "emailAddress=a@b.example,CN=a.example"
    );
    let seen = made(
        &shop,
        json!({"key": "p-256", "subject": "/C=GB/O=A, B/CN=a.example"}),
    );
    assert_eq!(seen["request"]["subject"], r"CN=a.example,O=A\, B,C=GB");
}

#[test]
fn a_key_that_is_there_is_used() {
    let shop = shop();
    let seen = made(
        &shop,
        json!({"input": shop.path("leaf.key"), "subject": "CN=again"}),
    );
    assert_eq!(seen["new_key"], false);
    let matched = run(
        "match",
        json!({"input": paths(&shop, &["made.csr", "leaf.pem"])}),
    );
    assert_eq!(matched.json["matches"], true);
    let error = refusal(
        "create_csr",
        json!({"input": shop.path("leaf.key"), "key": "p-256", "subject": "CN=a"}),
    );
    assert_eq!(error.code(), Code::BadOption);
    let error = refusal(
        "create_csr",
        json!({"input": shop.path("leaf.pem"), "subject": "CN=a"}),
    );
    assert_eq!(error.code(), Code::IdentityNotFound);
}

#[test]
fn what_cannot_be_in_a_request_is_refused() {
    for (subject, names, reason) in [
        (json!({}), json!([]), "are empty"),
        (json!({"country": "Canada"}), json!([]), "longer than 2"),
        (json!({"country": "C1"}), json!([]), "two letters"),
        (json!({"common_name": ""}), json!([]), "is empty"),
        (
            json!({"common_name": "a\nb"}),
            json!([]),
            "holds a character",
        ),
        (json!({"email": "\u{fc}@x"}), json!([]), "holds a character"),
        (
            json!({"comon_name": "x"}),
            json!([]),
            "did you mean `common_name`",
        ),
        (json!("CN"), json!([]), "has no `=`"),
        (
            json!("CN=a"),
            json!(["gr\u{fc}n.example"]),
            "is no host name",
        ),
        (json!("CN=a"), json!(["-a.example"]), "is no host name"),
        (json!("CN=a"), json!(["a..b"]), "is no host name"),
    ] {
        let error = refusal(
            "create_csr",
            json!({"key": "p-256", "subject": subject, "names": names}),
        );
        assert_eq!(error.code(), Code::BadOption);
        assert!(error.message().contains(reason), "{reason}: {error}");
    }
}

#[test]
fn a_profile_refuses_what_the_partner_refuses() {
    let shop = Workshop::bare();
    let document = |changes: Value| {
        let mut subject = json!({
            "country": "CA", "state": "British Columbia", "locality": "Vancouver",
            "organization": "Company Ltd.", "common_name": "services.company.com",
        });
        let mut document = json!({"key": "rsa-2048", "profile": "trulioo"});
        for (key, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => {
                    subject.as_object_mut().unwrap().remove(key);
                }
                Value::Array(_) => document[key] = value.clone(),
                _ => subject[key] = value.clone(),
            }
        }
        document["subject"] = subject;
        document
    };
    made(&shop, document(json!({})));
    made(&shop, document(json!({"names": ["other.company.com"]})));
    for c in r"<>~!@#$%^*/\()?,&".chars() {
        let error = refusal(
            "create_csr",
            document(json!({"organization": format!("Company {c} Ltd")})),
        );
        assert!(
            error.message().contains(&format!("the character {c}")),
            "{error}"
        );
    }
    for (changes, reason) in [
        (json!({"country": "CAN"}), "longer than 2 characters"),
        (json!({"common_name": "*.company.com"}), "is a wildcard"),
        (json!({"names": ["*.company.com"]}), "is a wildcard"),
        (
            json!({"common_name": "company"}),
            "no fully qualified domain name",
        ),
        (
            json!({"common_name": "Company Services"}),
            "no fully qualified domain name",
        ),
        (
            json!({"common_name": "10.0.0.1"}),
            "no fully qualified domain name",
        ),
        (json!({"locality": null}), "has no locality"),
    ] {
        let error = refusal("create_csr", document(changes));
        assert_eq!(error.code(), Code::BadOption);
        assert!(error.message().contains(reason), "{reason}: {error}");
    }
    let error = refusal(
        "create_csr",
        json!({"profile": "truliooo", "subject": "CN=a"}),
    );
    assert!(error.hint().contains("trulioo"), "{}", error.hint());
}
