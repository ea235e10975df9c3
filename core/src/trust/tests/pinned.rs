//! Certificates of servers that are accepted by themselves, and faults that are forgiven by name.

use super::handshake::connect;
use super::{load, refusal};
use crate::config::{OneOrMany, Secret, TrustConfig, TrustException};
use crate::error::{Code, Result};
use crate::identity::tests::workshop::Workshop;
use TrustException::{CaLeaf, CommonName, V1};

/// Self-signed certificates for `localhost`, each with its own faults.
fn shop() -> Workshop {
    let shop = Workshop::new();
    shop.write("named.ext", "subjectAltName=DNS:localhost\n");
    shop.write(
        "ca_named.ext",
        "basicConstraints=critical,CA:TRUE\nsubjectAltName=DNS:localhost\n",
    );
    shop.write("plain.ext", "basicConstraints=CA:FALSE\n");
    shop.write("ca_plain.ext", "basicConstraints=critical,CA:TRUE\n");
    shop.write(
        "client.ext",
        "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\nextendedKeyUsage=clientAuth\n",
    );
    for (name, ext) in [
        ("good", "-extfile named.ext"),
        ("other", "-extfile named.ext"),
        ("ca", "-extfile ca_named.ext"),
        ("ca_cn", "-extfile ca_plain.ext"),
        ("cn", "-extfile plain.ext"),
        ("for_clients", "-extfile client.ext"),
        ("v1", ""),
    ] {
        shop.openssl(&format!(
            "ecparam -name prime256v1 -genkey -noout -out {name}.key"
        ));
        shop.request(name, "/O=Partner/CN=localhost");
        let ext = if ext.is_empty() { "-text" } else { ext };
        shop.openssl(&format!(
            "x509 -req -in {name}.csr -signkey {name}.key -days 30 {ext} -out {name}.pem"
        ));
    }
    shop
}

fn pinned(shop: &Workshop, file: &str, allow: &[TrustException]) -> TrustConfig {
    TrustConfig {
        server_cert_file: OneOrMany(vec![shop.path(file)]),
        allow: allow.to_vec(),
        ..TrustConfig::default()
    }
}

fn bundle(shop: &Workshop, file: &str, allow: &[TrustException]) -> TrustConfig {
    TrustConfig {
        ca_file: OneOrMany(vec![shop.path(file)]),
        allow: allow.to_vec(),
        ..TrustConfig::default()
    }
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[test]
fn the_pinned_certificate_is_accepted_and_no_other() {
    let shop = shop();
    let trust = pinned(&shop, "good.pem", &[]);
    assert!(
        connect(&shop, &["good.pem"], "localhost", &trust)
            .unwrap()
            .is_empty()
    );
    let error = connect(&shop, &["other.pem"], "localhost", &trust).unwrap_err();
    assert_eq!(error.code(), Code::ServerPinMismatch);
    assert!(error.hint().contains("good.pem"), "{}", error.hint());
    // Neither what a CA of this system signed, nor the pinned one behind another.
    let code_of = |certs: &[&str], name: &str| code(connect(&shop, certs, name, &trust));
    assert_eq!(
        code_of(&["other.pem", "good.pem"], "localhost"),
        Some(Code::ServerPinMismatch)
    );
    assert_eq!(
        code_of(&["good.pem"], "other.example"),
        Some(Code::ServerWrongHost)
    );

    // Of an issuer that nobody here knows.
    shop.leaf("leaf");
    let trust = pinned(&shop, "leaf.pem", &[]);
    connect(&shop, &["leaf.pem"], "leaf.example", &trust).unwrap();
    connect(&shop, &["leaf.pem", "inter.pem"], "127.0.0.1", &trust).unwrap();

    let text = TrustConfig {
        server_cert_pem: OneOrMany(vec![Secret::inline(
            shop.text("good.pem") + &shop.text("leaf.pem"),
        )]),
        ..TrustConfig::default()
    };
    connect(&shop, &["good.pem"], "localhost", &text).unwrap();
    connect(&shop, &["leaf.pem"], "localhost", &text).unwrap();
}

#[test]
fn dates_and_purpose_of_a_pinned_certificate_hold() {
    let shop = shop();
    shop.leaf("leaf");
    for (start, end, expected) in [
        ("20200101000000Z", "20200201000000Z", Code::ServerExpired),
        (
            "20990101000000Z",
            "20990201000000Z",
            Code::ServerNotYetValid,
        ),
    ] {
        shop.dated("leaf", "leaf.pem", start, end);
        let trust = pinned(&shop, "leaf.pem", &[V1, CaLeaf, CommonName]);
        assert_eq!(
            code(connect(&shop, &["leaf.pem"], "leaf", &trust)),
            Some(expected)
        );
    }
    let trust = pinned(&shop, "for_clients.pem", &[V1, CaLeaf, CommonName]);
    let error = connect(&shop, &["for_clients.pem"], "localhost", &trust).unwrap_err();
    assert_eq!(error.code(), Code::ServerCertUnsupported);
    assert!(error.message().contains("server authentication"), "{error}");
}

/// Each fault is forgiven by its own names and by no others.
#[test]
fn what_is_forgiven_is_exactly_what_was_named() {
    let shop = shop();
    let all = [V1, CaLeaf, CommonName];
    let subsets: Vec<Vec<TrustException>> = (0..8)
        .map(|bits| {
            (0..3)
                .filter(|i| bits & (1 << i) != 0)
                .map(|i| all[i])
                .collect()
        })
        .collect();
    let faults: [(&str, &[TrustException]); 5] = [
        ("good", &[]),
        ("ca", &[CaLeaf]),
        ("cn", &[CommonName]),
        ("ca_cn", &[CaLeaf, CommonName]),
        ("v1", &[V1, CommonName]),
    ];
    for (name, needed) in faults {
        let file = format!("{name}.pem");
        let names: Vec<&str> = needed.iter().map(|one| one.name()).collect();
        for allow in &subsets {
            for (way, trust) in [
                ("pinned", pinned(&shop, &file, allow)),
                ("bundle", bundle(&shop, &file, allow)),
            ] {
                let outcome = connect(&shop, &[&file], "localhost", &trust);
                let is_enough = needed.iter().all(|one| allow.contains(one));
                match outcome {
                    Ok(forgiven) => {
                        assert!(is_enough, "{way} {name} passes with {allow:?}");
                        assert_eq!(forgiven, names, "{way} {name} with {allow:?}");
                    }
                    Err(error) => {
                        assert!(!is_enough, "{way} {name} with {allow:?}: {error}");
                        let missing = needed.iter().find(|one| !allow.contains(one)).unwrap();
                        let expected = match missing {
                            CommonName => Code::ServerWrongHost,
                            _ => Code::ServerCertUnsupported,
                        };
                        assert_eq!(
                            error.code(),
                            expected,
                            "{way} {name} with {allow:?}: {error}"
                        );
                        assert!(error.hint().contains(missing.name()), "{}", error.hint());
                    }
                }
                // Never for another name, nor for another certificate of the same form.
                assert!(connect(&shop, &[&file], "other.example", &trust).is_err());
            }
        }
    }
}

#[test]
fn a_name_in_the_subject_needs_a_trusted_chain() {
    let shop = shop();
    shop.leaf("cn_leaf");
    shop.request("cn_leaf", "/O=Partner/CN=localhost");
    shop.openssl("x509 -req -in cn_leaf.csr -CA inter.pem -CAkey inter.key -extfile plain.ext -days 30 -out cn_leaf.pem");
    let chain = ["cn_leaf.pem", "inter.pem"];
    let with = |ca: &str, allow: &[TrustException]| bundle(&shop, ca, allow);
    let ok = with("root.pem", &[CommonName]);
    assert_eq!(
        connect(&shop, &chain, "localhost", &ok).unwrap(),
        ["common_name"]
    );
    let plain = with("root.pem", &[]);
    let error = connect(&shop, &chain, "localhost", &plain).unwrap_err();
    assert_eq!(error.code(), Code::ServerWrongHost);
    assert!(error.hint().contains("common_name"), "{}", error.hint());
    let stranger = with("good.pem", &[CommonName]);
    assert_eq!(
        code(connect(&shop, &chain, "localhost", &stranger)),
        Some(Code::ServerUntrustedIssuer)
    );
    // An address is no common name, and alternative names leave none.
    shop.request("cn_leaf", "/O=Partner/CN=127.0.0.1");
    shop.openssl("x509 -req -in cn_leaf.csr -CA inter.pem -CAkey inter.key -extfile plain.ext -days 30 -out cn_leaf.pem");
    assert_eq!(
        code(connect(&shop, &chain, "127.0.0.1", &ok)),
        Some(Code::ServerWrongHost)
    );
    shop.issue("cn_leaf");
    assert_eq!(
        code(connect(&shop, &chain, "cn_leaf", &ok)),
        Some(Code::ServerWrongHost)
    );
}

#[test]
fn a_ca_leaf_of_another_hand_is_refused() {
    let shop = shop();
    // Issued by a trusted CA, not given itself: there is no exception for it.
    shop.leaf("ca_leaf");
    shop.openssl("x509 -req -in ca_leaf.csr -CA inter.pem -CAkey inter.key -extfile ca_named.ext -days 30 -out ca_leaf.pem");
    let trust = bundle(&shop, "root.pem", &[V1, CaLeaf, CommonName]);
    let outcome = connect(&shop, &["ca_leaf.pem", "inter.pem"], "localhost", &trust);
    assert_eq!(code(outcome), Some(Code::ServerCertUnsupported));
    // The same names and form as the one that was given.
    shop.openssl("ecparam -name prime256v1 -genkey -noout -out twin.key");
    shop.request("twin", "/O=Partner/CN=localhost");
    shop.openssl("x509 -req -in twin.csr -signkey twin.key -days 30 -out twin.pem");
    for trust in [
        pinned(&shop, "v1.pem", &[V1, CommonName]),
        bundle(&shop, "v1.pem", &[V1, CommonName]),
    ] {
        connect(&shop, &["twin.pem"], "localhost", &trust).unwrap_err();
    }
    // The given certificate, shown by one who has not its key.
    shop.join("stolen.pem", &["v1.pem"]);
    shop.join("stolen.key", &["twin.key"]);
    let trust = pinned(&shop, "v1.pem", &[V1, CommonName]);
    let error = connect(&shop, &["stolen.pem"], "localhost", &trust).unwrap_err();
    assert_eq!(error.code(), Code::HandshakeFailed, "{error}");
}

#[test]
fn pinned_keys_hold_as_well() {
    let shop = shop();
    let pin = |file: &str| {
        let trust = load(&pinned(&shop, file, &[])).unwrap();
        crate::identity::certificate::summarise(&trust.pinned.unwrap()[0]).pin
    };
    let with = |pin: String| TrustConfig {
        pins: vec![pin],
        ..pinned(&shop, "ca.pem", &[CaLeaf])
    };
    connect(&shop, &["ca.pem"], "localhost", &with(pin("ca.pem"))).unwrap();
    let outcome = connect(&shop, &["ca.pem"], "localhost", &with(pin("good.pem")));
    assert_eq!(code(outcome), Some(Code::ServerPinMismatch));
}

#[test]
fn contradictions_are_refused() {
    let shop = shop();
    let good = || pinned(&shop, "good.pem", &[]);
    let contradictions = [
        TrustConfig {
            ca_file: OneOrMany(vec![shop.path("root.pem")]),
            ..good()
        },
        TrustConfig {
            system_roots: Some(true),
            ..good()
        },
        TrustConfig {
            crl_file: OneOrMany(vec![shop.path("root.pem")]),
            ..good()
        },
        TrustConfig {
            allow: vec![V1],
            ..TrustConfig::default()
        },
        TrustConfig {
            allow: vec![CommonName, CaLeaf],
            ..TrustConfig::default()
        },
    ];
    for config in contradictions {
        assert_eq!(refusal(&config).code(), Code::BadOption);
    }
    load(&TrustConfig {
        system_roots: Some(false),
        ..good()
    })
    .unwrap();
    let error = refusal(&pinned(&shop, "good.key", &[]));
    assert_eq!(error.code(), Code::CaEmpty);
    assert!(error.message().contains("1 private key in "), "{error}");
}
