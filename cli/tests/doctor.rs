//! `mutls doctor`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::run::{Run, mutls};
use common::sandbox::sandbox;

fn doctor(identity: &str, listener: &str, more: &[&str]) -> Run {
    let url = sandbox().url(listener, "/echo");
    let mut words = sandbox().as_client(identity);
    words[0] = "doctor".to_owned();
    words.extend(more.iter().map(|word| (*word).to_owned()));
    words.push(url);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    mutls(&words)
}

#[test]
fn it_tells_every_step_and_ends_by_the_first_failure() {
    let text = doctor("valid", "required", &[]).ok().text();
    for step in [
        "identity",
        "trust",
        "dns",
        "connect",
        "handshake",
        "without identity",
        "answer",
    ] {
        assert!(
            text.contains(&format!("ok       {step}")),
            "{step}:\n{text}"
        );
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    let text = doctor("wrong_ca", "required", &[]).ends(7).text();
    assert!(text.contains("code: client_cert_rejected (502)"), "{text}");
    doctor("valid", "server_expired", &[]).ends(5);
    doctor("valid", "refused", &[]).ends(6);
    doctor("mismatch", "required", &[]).ends(4);
}

#[test]
fn json_and_page_hold_what_the_text_says_and_no_header_value() {
    let secret = "x-token: 5up3r-s3cret";
    let found = doctor("valid", "required", &["--json", "-H", secret]).ok();
    assert_eq!(found.json()["state"], "ok");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let text = doctor(
        "valid",
        "required",
        &["-H", secret, "--html", file.to_str().unwrap()],
    )
    .ok()
    .text();
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(
        page.contains("<svg") && page.contains("CN=valid.client"),
        "{page}"
    );
    for form in [found.text(), text, page] {
        assert!(!form.contains("5up3r"), "{form}");
    }
}

#[test]
fn without_a_probe_no_request_is_sent() {
    let found = doctor("valid", "required", &["--json", "--no-probe"])
        .ok()
        .json();
    let steps = found["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["name"], "without_identity");
}
