use pkcs8::der::Decode as _;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;

use crate::client::{Connection, End, certificates, config, info, port, tcp};

#[test]
fn good_ones_are_accepted_wherever_one_is_asked_for() {
    let good = [
        "valid",
        "rotated",
        "rsa",
        "rsa_pkcs1",
        "sec1",
        "p384",
        "p521",
        "ed25519",
        "direct",
    ];
    for name in good {
        for listener in ["required", "optional", "tls12", "tls13", "nginx"] {
            let mut connection = Connection::open(listener, Some(name)).unwrap();
            let client = connection.get("/connection").unwrap().json();
            assert_eq!(
                client["client_subject"],
                format!("O=Sandbox App, CN={name}.client.sandbox.test"),
                "{listener}"
            );
        }
    }
}

/// What the server says to an identity, in TLS 1.2 during the handshake, in TLS 1.3 after it.
fn refusal(listener: &str, identity: Option<&str>) -> String {
    match Connection::open(listener, identity) {
        Err(cause) => cause.to_string(),
        Ok(mut connection) => match connection.rest().1 {
            End::Other(cause) => cause,
            end => format!("{end:?}"),
        },
    }
}

#[test]
fn bad_ones_are_refused_with_the_alert_that_says_why() {
    let cases = [
        (None, "CertificateRequired"),
        (Some("expired"), "CertificateExpired"),
        (Some("not_yet_valid"), "CertificateExpired"),
        (Some("wrong_ca"), "UnknownCA"),
        (Some("wrong_eku"), "UnsupportedCertificate"),
        (Some("revoked"), "CertificateRevoked"),
    ];
    for (identity, alert) in cases {
        for listener in ["required", "tls12", "tls13", "required_reset"] {
            let refusal = refusal(listener, identity);
            assert!(
                refusal.contains(alert),
                "{listener} {identity:?}: {refusal}"
            );
        }
    }
}

#[test]
fn each_key_has_the_label_that_its_name_promises() {
    let labels = [
        ("valid", "PRIVATE KEY"),
        ("rsa", "PRIVATE KEY"),
        ("rsa_pkcs1", "RSA PRIVATE KEY"),
        ("sec1", "EC PRIVATE KEY"),
        ("ed25519", "PRIVATE KEY"),
        ("encrypted", "ENCRYPTED PRIVATE KEY"),
    ];
    for (name, label) in labels {
        let text = std::fs::read_to_string(&info().identities[name].key).unwrap();
        assert!(
            text.starts_with(&format!("-----BEGIN {label}-----\n")),
            "{name}"
        );
    }
}

#[test]
fn the_passphrase_opens_the_encrypted_key() {
    let identity = &info().identities["encrypted"];
    let text = std::fs::read_to_string(&identity.key).unwrap();
    let (_, document) = pkcs8::SecretDocument::from_pem(&text).unwrap();
    let encrypted = pkcs8::EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).unwrap();
    assert!(
        encrypted
            .decrypt(identity.passphrase.as_ref().unwrap())
            .is_ok()
    );
    assert!(encrypted.decrypt("wrong").is_err());
}

#[test]
fn a_bundle_is_one_file_and_shuffled() {
    let bundle = &info().identities["bundle"];
    assert_eq!(bundle.cert, bundle.key);
    assert_eq!(bundle.cert, bundle.chain);
    assert_eq!(certificates(&bundle.cert).len(), 2);
    assert!(PrivateKeyDer::from_pem_file(&bundle.key).is_ok());
    let intermediate = certificates(&info().files["intermediate"]);
    assert_eq!(certificates(&bundle.cert)[0], intermediate[0]);
}

#[test]
fn a_mismatch_is_refused_by_the_client_itself() {
    let identity = &info().identities["mismatch"];
    let key = PrivateKeyDer::from_pem_file(&identity.key).unwrap();
    let made = rustls::sign::CertifiedKey::from_der(
        certificates(&identity.chain),
        key,
        &rustls::crypto::aws_lc_rs::default_provider(),
    );
    assert!(made.is_err());
}

#[test]
fn the_leaf_alone_is_not_enough_for_the_server() {
    let chain = certificates(&info().identities["valid"].chain);
    let leaf = certificates(&info().identities["valid"].cert);
    assert_eq!((chain.len(), leaf.len()), (2, 1));
    assert_eq!(chain[0], leaf[0]);
    assert_eq!(certificates(&info().identities["direct"].chain).len(), 1);
}

#[test]
fn a_resumed_session_still_speaks_for_its_identity() {
    for listener in ["tls12", "tls13"] {
        let config = config(Some("valid"), false);
        let echo = || {
            let tcp = tcp(port(listener)).unwrap();
            let mut connection = Connection::tls(tcp, config.clone()).unwrap();
            connection.get("/echo").unwrap().json()
        };
        let (first, second) = (echo(), echo());
        assert_eq!(first["tls"]["resumed"], false, "{listener}");
        assert_eq!(second["tls"]["resumed"], true, "{listener}");
        assert_eq!(first["client"], second["client"], "{listener}");
    }
}

/// A foreign tool's verdict; `None` where it is not installed.
fn told(program: &str, arguments: &[&str]) -> Option<String> {
    let run = std::process::Command::new(program).args(arguments).output();
    let Ok(output) = run else {
        assert!(
            std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
            "{program} is missing"
        );
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {text}");
    Some(text.into_owned())
}

#[test]
fn openssl_reads_the_forms_of_former_days() {
    for name in ["pbes1", "traditional", "traditional_3des", "der_encrypted"] {
        let identity = &info().identities[name];
        let form = if name.starts_with("der") {
            "DER"
        } else {
            "PEM"
        };
        let pass = format!("pass:{}", identity.passphrase.as_deref().unwrap());
        let key = identity.key.to_str().unwrap();
        let mut arguments = vec![
            "pkey", "-in", key, "-inform", form, "-passin", &pass, "-noout",
        ];
        if name == "pbes1" {
            arguments.extend(["-provider", "legacy", "-provider", "default"]);
        }
        told("openssl", &arguments);
    }
    for (name, form) in [("der", "DER"), ("pkcs7", "PEM")] {
        let chain = info().identities[name].chain.to_str().unwrap();
        let arguments = ["pkcs7", "-in", chain, "-inform", form, "-print_certs"];
        let Some(text) = told("openssl", &arguments) else {
            return;
        };
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2, "{name}");
    }
    for name in ["pkcs12_3des", "pkcs12_rc2", "pkcs12_two"] {
        let identity = &info().identities[name];
        let pass = format!("pass:{}", identity.passphrase.as_deref().unwrap());
        let store = identity.cert.to_str().unwrap();
        let arguments = [
            "pkcs12", "-in", store, "-passin", &pass, "-legacy", "-nodes",
        ];
        let Some(text) = told("openssl", &arguments) else {
            return;
        };
        let keys = if name == "pkcs12_two" { 2 } else { 1 };
        assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), keys, "{name}");
    }
}

#[test]
fn keytool_reads_the_stores_of_java() {
    let pass = info().identities["jks"].passphrase.as_deref().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.p12");
    for name in ["jks", "jceks"] {
        let store = info().identities[name].cert.to_str().unwrap();
        // Opens the key too, where -list does not.
        let import = [
            "-importkeystore",
            "-noprompt",
            "-srckeystore",
            store,
            "-srcstoretype",
            name,
            "-srcstorepass",
            pass,
            "-destkeystore",
            out.to_str().unwrap(),
            "-deststoretype",
            "PKCS12",
            "-deststorepass",
            pass,
        ];
        told("keytool", &import);
        let store = info().files[&format!("truststore_{name}")]
            .to_str()
            .unwrap();
        let list = [
            "-list",
            "-keystore",
            store,
            "-storetype",
            name,
            "-storepass",
            pass,
        ];
        let Some(text) = told("keytool", &list) else {
            return;
        };
        assert!(text.contains("trustedCertEntry"), "{text}");
    }
    let list = [
        "-list",
        "-keystore",
        out.to_str().unwrap(),
        "-storepass",
        pass,
    ];
    let text = told("keytool", &list).unwrap();
    assert_eq!(text.matches("PrivateKeyEntry").count(), 2, "{text}");
}
