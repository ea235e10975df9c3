//! What the doctor says of real servers and their faults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::OnceLock;

use mutls::{Attachments, CancelToken, Code, Config, Diagnosis, Request, State, diagnose};
use mutls_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

fn info() -> &'static Value {
    static SANDBOX: OnceLock<(Sandbox, Value)> = OnceLock::new();
    let (_, info) = SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let info = serde_json::from_str(&sandbox.info().to_json_line()).unwrap();
        (sandbox, info)
    });
    info
}

fn url(listener: &str) -> String {
    info()["listeners"][listener]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn config(listener: &str, identity: &str) -> Value {
    let mut config =
        json!({"base_url": url(listener), "ca": info()["files"]["ca"], "proxy": "none"});
    if !identity.is_empty() {
        config["cert"] = info()["identities"][identity]["chain"].clone();
        config["key"] = info()["identities"][identity]["key"].clone();
    }
    config
}

fn examined(config: Value, path: &str) -> Diagnosis {
    let config = Config::from_value(config).unwrap();
    diagnose(config, &Attachments::default(), Request::get(path), true)
}

fn doctor(listener: &str, identity: &str) -> Diagnosis {
    examined(config(listener, identity), "/echo")
}

fn states(diagnosis: &Diagnosis) -> Vec<(&'static str, State)> {
    diagnosis
        .steps
        .iter()
        .map(|step| (step.name, step.state))
        .collect()
}

fn step<'a>(diagnosis: &'a Diagnosis, name: &str) -> &'a mutls::Step {
    let found = diagnosis.steps.iter().find(|step| step.name == name);
    found.unwrap_or_else(|| panic!("no step {name}:\n{diagnosis}"))
}

#[test]
fn where_nothing_is_wrong_every_step_says_so() {
    for listener in ["required", "tls12", "tls13"] {
        let diagnosis = doctor(listener, "valid");
        assert_eq!(
            states(&diagnosis),
            [
                "options",
                "identity",
                "trust",
                "proxy",
                "dns",
                "connect",
                "handshake",
                "without_identity",
                "answer"
            ]
            .map(|name| (name, State::Ok)),
            "{diagnosis}"
        );
        assert!(
            step(&diagnosis, "handshake")
                .finding
                .ends_with("asked for our certificate and took it."),
            "{diagnosis}"
        );
        assert!(
            step(&diagnosis, "without_identity")
                .finding
                .contains("demands a certificate"),
            "{diagnosis}"
        );
        assert!(diagnosis.error().is_none());
    }
}

#[test]
fn each_fault_is_found_at_its_step() {
    let faults = [
        ("required", "", "handshake", Code::ClientCertRequired),
        ("tls12", "", "handshake", Code::ClientCertRequired),
        (
            "required",
            "wrong_ca",
            "handshake",
            Code::ClientCertRejected,
        ),
        ("tls12", "wrong_ca", "handshake", Code::ClientCertRejected),
        ("required", "revoked", "handshake", Code::ClientCertRejected),
        (
            "required",
            "wrong_eku",
            "handshake",
            Code::ClientCertRejected,
        ),
        ("required", "expired", "identity", Code::IdentityExpired),
        (
            "required",
            "not_yet_valid",
            "identity",
            Code::IdentityNotYetValid,
        ),
        ("required", "mismatch", "identity", Code::KeyMismatch),
        (
            "required",
            "encrypted",
            "identity",
            Code::PassphraseRequired,
        ),
        ("nginx", "", "answer", Code::ClientCertRequired),
        ("server_expired", "valid", "handshake", Code::ServerExpired),
        (
            "server_not_yet_valid",
            "valid",
            "handshake",
            Code::ServerNotYetValid,
        ),
        (
            "server_wrong_host",
            "valid",
            "handshake",
            Code::ServerWrongHost,
        ),
        (
            "server_self_signed",
            "valid",
            "handshake",
            Code::ServerUntrustedIssuer,
        ),
        (
            "server_unknown_ca",
            "valid",
            "handshake",
            Code::ServerUntrustedIssuer,
        ),
        (
            "server_missing_intermediate",
            "valid",
            "handshake",
            Code::ServerMissingIntermediate,
        ),
        (
            "server_wrong_eku",
            "valid",
            "handshake",
            Code::ServerCertUnsupported,
        ),
        ("tcp_reset", "valid", "handshake", Code::ConnectionReset),
        ("tcp_close", "valid", "handshake", Code::ConnectionReset),
        ("refused", "valid", "connect", Code::ConnectRefused),
        ("not_tls", "valid", "handshake", Code::HandshakeFailed),
        ("garbage", "valid", "handshake", Code::HandshakeFailed),
        (
            "alert_protocol_version",
            "valid",
            "handshake",
            Code::NoCommonVersion,
        ),
        (
            "alert_unrecognized_name",
            "valid",
            "handshake",
            Code::HandshakeFailed,
        ),
    ];
    for (listener, identity, place, code) in faults {
        let diagnosis = doctor(listener, identity);
        let failure = diagnosis.first_failure();
        let failure = failure.unwrap_or_else(|| panic!("{listener} {identity}:\n{diagnosis}"));
        assert_eq!(failure.name, place, "{listener} {identity}:\n{diagnosis}");
        let found = diagnosis.error().map(|error| error.code());
        assert_eq!(found, Some(code), "{listener} {identity}:\n{diagnosis}");
        assert!(
            failure.cure.as_ref().is_some_and(|cure| cure.len() > 20),
            "{diagnosis}"
        );
        assert_eq!(diagnosis.state(), State::Failed);
    }
}

#[test]
fn a_reset_behind_the_handshake_is_found_wherever_it_is_met() {
    let diagnosis = doctor("reset_after_handshake", "valid");
    assert_eq!(diagnosis.error().unwrap().code(), Code::ConnectionReset);
    let place = diagnosis.first_failure().unwrap().name;
    assert!(["handshake", "answer"].contains(&place), "{diagnosis}");
}

#[test]
fn the_handshake_without_the_certificate_tells_whose_fault_it_is() {
    let finding = |listener, identity| {
        let diagnosis = doctor(listener, identity);
        step(&diagnosis, "without_identity").finding.clone()
    };
    assert!(finding("required", "wrong_ca").contains("refuses a caller that shows none"));
    assert!(finding("optional", "wrong_ca").contains("our certificate is what is refused"));
    assert!(finding("server_expired", "valid").contains("it is not the cause"));
    assert!(finding("optional", "valid").contains("without a certificate as well"));
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let diagnosis = doctor("required", "mismatch");
    let names: Vec<&str> = diagnosis.steps.iter().map(|step| step.name).collect();
    assert!(names.contains(&"handshake"), "{diagnosis}");
    let mut config = config("required", "valid");
    config["ca"] = info()["files"]["garbage"].clone();
    let diagnosis = examined(config, "/echo");
    assert_eq!(diagnosis.error().unwrap().code(), Code::CaUnreadable);
    assert_eq!(
        diagnosis.steps.last().unwrap().name,
        "connect",
        "{diagnosis}"
    );
}

#[test]
fn an_option_or_url_that_cannot_be_used_is_all_that_is_said() {
    let diagnosis = examined(
        json!({"cert": "a", "identity": {"cert_file": "b"}}),
        "https://localhost/",
    );
    assert_eq!(diagnosis.error().unwrap().code(), Code::BadOption);
    assert_eq!(diagnosis.steps.len(), 1);
    let diagnosis = examined(json!({}), "echo");
    assert_eq!(diagnosis.error().unwrap().code(), Code::BadUrl);
}

#[test]
fn the_partners_first_answers_are_known() {
    let mut config = config("required", "valid");
    config["headers"] = json!({"lean-app-token": "another"});
    let diagnosis = examined(config, "/banks/v1");
    let answer = step(&diagnosis, "answer");
    assert!(answer.finding.contains("mutual TLS works"), "{diagnosis}");
    assert_eq!(diagnosis.state(), State::Ok, "{diagnosis}");
}

#[test]
fn a_proxy_is_named_and_its_refusal_found() {
    let mut open = config("required", "valid");
    open["proxy"] = json!(url("proxy"));
    let diagnosis = examined(open.clone(), "/echo");
    assert_eq!(diagnosis.state(), State::Ok, "{diagnosis}");
    assert!(
        step(&diagnosis, "proxy")
            .finding
            .contains("through the proxy"),
        "{diagnosis}"
    );
    open["proxy"] = json!(url("proxy_refusing"));
    let diagnosis = examined(open, "/echo");
    assert_eq!(
        diagnosis.error().unwrap().code(),
        Code::ProxyRefused,
        "{diagnosis}"
    );
}

#[test]
fn an_address_that_does_not_answer_is_a_warning() {
    let mut config = config("required", "valid");
    let port = url("required")
        .rsplit(':')
        .next()
        .unwrap()
        .trim_matches('/')
        .to_owned();
    // RFC 5737: nobody has this address.
    config["resolve"] = json!({ (format!("localhost:{port}")): ["127.0.0.1", "192.0.2.1"] });
    config["timeouts"] = json!({"connect_ms": 300});
    let diagnosis = examined(config, "/echo");
    let connect = step(&diagnosis, "connect");
    assert_eq!(connect.state, State::Warning, "{diagnosis}");
    assert!(
        connect
            .evidence
            .iter()
            .any(|line| line.starts_with("192.0.2.1")),
        "{diagnosis}"
    );
}

#[test]
fn without_a_probe_no_request_is_sent() {
    let config = Config::from_value(config("required", "valid")).unwrap();
    let diagnosis = diagnose(
        config,
        &Attachments::default(),
        Request::get("/echo"),
        false,
    );
    assert!(
        diagnosis.steps.iter().all(|step| step.name != "answer"),
        "{diagnosis}"
    );
}

#[test]
fn a_cancelled_diagnosis_ends() {
    let token = CancelToken::new();
    token.cancel();
    let mut request = Request::get("/echo");
    request.set_cancel_token(token);
    let config = Config::from_value(config("required", "valid")).unwrap();
    let diagnosis = diagnose(config, &Attachments::default(), request, true);
    assert_eq!(
        diagnosis.error().unwrap().code(),
        Code::Cancelled,
        "{diagnosis}"
    );
}

#[test]
fn no_form_of_it_holds_a_secret_or_markup_of_others() {
    let secret = "5up3r-s3cret";
    let mut config = config("required", "encrypted");
    config["passphrase"] = info()["identities"]["encrypted"]["passphrase"].clone();
    config["headers"] = json!({"lean-app-token": secret});
    config["auth"] = json!({"basic": {"username": "u", "password": secret}});
    let diagnosis = examined(config, &format!("/status/404?token={secret}&x=<script>"));
    assert_eq!(diagnosis.state(), State::Warning, "{diagnosis}");
    let passphrase = info()["identities"]["encrypted"]["passphrase"]
        .as_str()
        .unwrap();
    let page = diagnosis.to_html();
    for text in [
        diagnosis.to_json().to_string(),
        diagnosis.to_string(),
        page.clone(),
        format!("{diagnosis:?}"),
    ] {
        assert!(
            !text.contains(secret) && !text.contains(passphrase),
            "{text}"
        );
    }
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("<svg") && page.contains("CN=encrypted.client"),
        "{page}"
    );
}

/// As a shell's `--key <(vault read ...)` is.
#[test]
#[cfg(target_os = "linux")]
fn a_key_that_comes_through_a_pipe_is_read_once() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let (end, mut start) = std::io::pipe().unwrap();
    let mut config = config("required", "valid");
    let key = std::fs::read(config["key"].as_str().unwrap()).unwrap();
    start.write_all(&key).unwrap();
    drop(start);
    config["key"] = json!(format!("/dev/fd/{}", end.as_raw_fd()));
    let diagnosis = examined(config, "/echo");
    assert!(diagnosis.error().is_none(), "{diagnosis}");
}
