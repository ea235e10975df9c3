//! The documents themselves: refused keys, attachments, the small verbs.

use super::*;

#[test]
fn an_unknown_key_or_verb_is_refused_with_the_nearest() {
    let error = refusal("inspect", json!({"imput": "x"}));
    assert_eq!(error.code(), Code::BadOption);
    assert_eq!(error.hint(), "Did you mean `input`?");
    for verb in super::super::verbs() {
        let error = refusal(verb, json!({"passphrase_fil": "x"}));
        assert_eq!(error.hint(), "Did you mean `passphrase_file`?", "{verb}");
    }
    let error = refusal("inspekt", json!({}));
    assert!(error.hint().contains("needs_renewal"), "{}", error.hint());
    for verb in super::super::verbs() {
        let outcome = super::super::run(verb, "[]", &Attachments::default());
        assert_eq!(outcome.unwrap_err().code(), Code::BadOption, "{verb}");
    }
}

#[test]
fn attachments_are_inputs_and_passphrases() {
    let shop = shop();
    shop.openssl("pkcs12 -export -in chain.pem -inkey leaf.key -passout pass:geheim -name mine -out store.p12");
    let mut attachments = Attachments::default();
    attachments.set("store", shop.bytes("store.p12"));
    attachments.set("word", "geheim");
    let document = json!({"input": {"ref": "store"}, "passphrase": {"ref": "word"}}).to_string();
    let seen = super::super::run("inspect", &document, &attachments).unwrap();
    assert_eq!(seen.json["inputs"][0]["name"], "store");
    assert_eq!(seen.json["inputs"][0]["format"], "PKCS#12 store");
    assert_eq!(seen.json["keys"][0]["alias"], "mine");
    let document = json!({"input": {"ref": "other"}}).to_string();
    let error = super::super::run("inspect", &document, &attachments).unwrap_err();
    assert_eq!(error.code(), Code::BadOption);
}

#[test]
fn matching_is_by_the_key() {
    let shop = shop();
    shop.leaf("other");
    let all = |names: &[&str]| run("match", json!({"input": paths(&shop, names)})).json;
    assert_eq!(all(&["leaf.pem", "leaf.key"])["matches"], true);
    assert_eq!(all(&["chain.pem", "leaf.key", "leaf.csr"])["matches"], true);
    assert_eq!(
        all(&["leaf.csr", "leaf.key"])["compared"][1]["kind"],
        "certificate request"
    );
    assert_eq!(all(&["leaf.pem", "other.key"])["matches"], false);
    assert_eq!(
        all(&["leaf.pem", "leaf.key", "other.csr"])["matches"],
        false
    );
    let error = refusal("match", json!({"input": paths(&shop, &["leaf.key"])}));
    assert_eq!(error.code(), Code::IdentityNotFound);
    let error = refusal("match", json!({}));
    assert_eq!(error.code(), Code::BadOption);
}

#[test]
fn renewal_is_a_matter_of_days() {
    let shop = shop();
    // It is good for 30 days, less the time since it was made.
    let needs = |within: &str| {
        let document = json!({"input": shop.path("leaf.pem"), "within": within});
        run("needs_renewal", document).json["needs_renewal"] == true
    };
    assert!(!needs("29d"));
    assert!(needs("31d"));
    assert!(!needs("24h"));
    assert!(needs("5w"));
    assert!(needs("40"));
    for within in ["soon", "", "-1d", "99999999999999999999d", "1y"] {
        let document = json!({"input": shop.path("leaf.pem"), "within": within});
        assert_eq!(
            refusal("needs_renewal", document).code(),
            Code::BadOption,
            "{within}"
        );
    }
    let document = json!({"input": shop.path("leaf.key")});
    assert_eq!(
        refusal("needs_renewal", document).code(),
        Code::IdentityNotFound
    );
}

#[test]
fn a_bundle_is_in_order_and_complete() {
    let shop = shop();
    shop.leaf("stranger");
    shop.join(
        "heap.pem",
        &["root.pem", "inter.pem", "leaf.pem", "inter.pem"],
    );
    let seen = run("bundle", json!({"input": shop.path("heap.pem")}));
    shop.write("out.pem", seen.part("bundle").unwrap());
    assert_eq!(
        shop.text("out.pem").trim(),
        pem_of(&shop, &["leaf.pem", "inter.pem"])
    );
    assert_eq!(seen.json["complete"], true);
    shop.openssl("verify -CAfile root.pem -untrusted out.pem leaf.pem");

    let document = json!({"input": shop.path("leaf.pem"), "ca": paths(&shop, &["inter.pem", "root.pem"]), "root": true});
    let seen = run("bundle", document);
    assert_eq!(seen.json["chain"].as_array().unwrap().len(), 3);
    assert_eq!(seen.json["added"].as_array().unwrap().len(), 1);

    let seen = run("bundle", json!({"input": shop.path("leaf.pem")}));
    assert_eq!(seen.json["complete"], false);
    assert_eq!(seen.json["missing_issuer"], "CN=Intermediate,O=Mutls Test");

    let both = paths(&shop, &["leaf.pem", "stranger.pem", "inter.pem"]);
    let error = refusal("bundle", json!({"input": both}));
    assert_eq!(error.code(), Code::IdentityUnsupported);
    let with_key = paths(
        &shop,
        &["stranger.pem", "leaf.pem", "inter.pem", "leaf.key"],
    );
    let seen = run("bundle", json!({"input": with_key}));
    assert_eq!(seen.json["left_out"], json!(["CN=stranger,O=Mutls Test"]));
}

fn pem_of(shop: &Workshop, names: &[&str]) -> String {
    let texts: Vec<String> = names
        .iter()
        .map(|name| shop.text(name).trim().to_owned())
        .collect();
    texts.join("\n")
}

#[test]
fn nothing_is_overwritten_unasked_and_a_key_is_nobody_elses() {
    let shop = shop();
    shop.write("there.pem", "mine");
    let mut document = json!({"input": shop.path("leaf.key"), "to": "pkcs8", "output_file": shop.path("there.pem")});
    let error = refusal("convert", document.clone());
    assert_eq!(error.code(), Code::BadOption);
    assert!(error.message().contains("is there already"), "{error}");
    assert_eq!(shop.text("there.pem"), "mine");
    document["overwrite"] = json!(true);
    let seen = run("convert", document);
    assert_eq!(seen.json["files"], json!([shop.path("there.pem")]));
    assert_eq!(seen.names().count(), 0);
    assert!(shop.text("there.pem").starts_with("-----BEGIN PRIVATE KEY"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| {
            std::fs::metadata(shop.path(name))
                .unwrap()
                .permissions()
                .mode()
        };
        assert_eq!(mode("there.pem") & 0o777, 0o600);
        run(
            "bundle",
            json!({"input": shop.path("chain.pem"), "output_file": shop.path("b.pem")}),
        );
        assert_eq!(mode("b.pem") & 0o066, 0o044);
    }
    let lost = shop.path("no/such/folder/key.pem");
    let error = refusal(
        "convert",
        json!({"input": shop.path("leaf.key"), "to": "pkcs8", "output_file": lost}),
    );
    assert!(error.message().starts_with("cannot write"), "{error}");
    // One of two files cannot be written: the other is not left behind.
    let error = refusal(
        "create_csr",
        json!({"key": "p-256", "subject": "CN=a.example", "csr_output_file": shop.path("a.csr"), "key_output_file": lost}),
    );
    assert_eq!(error.code(), Code::BadOption);
    assert!(!std::path::Path::new(&shop.path("a.csr")).exists());
}

#[test]
fn no_secret_is_told() {
    let shop = shop();
    let seen = run(
        "create_csr",
        json!({"key": "p-256", "subject": "CN=a.example", "new_passphrase": "hunter2-hunter2"}),
    );
    let told = format!("{seen:?} {}", seen.json);
    assert!(
        !told.contains("hunter2") && !told.contains("BEGIN"),
        "{told}"
    );
    assert!(told.contains("\"key\""), "{told}");
    let document = json!({"input": shop.path("leaf.key"), "to": "pkcs12", "new_passphrase": "hunter2-hunter2"});
    let error = refusal("convert", document);
    assert!(!format!("{error} {error:?} {}", error.hint()).contains("hunter2"));
}
