//! One request, three vendors' servers, both versions of TLS: with a certificate, without, and with a wrong one.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::peers::{Files, Peer, Version};
use common::run::{Run, available, command, finish};
use common::sandbox::sandbox;
use serde_json::Value;

/// A call and the handshake report that it wrote.
fn call(identity: Option<&str>, url: &str) -> (Run, Value) {
    let dir = tempfile::tempdir().unwrap();
    let report = dir.path().join("report.json");
    let args = match identity {
        Some(identity) => sandbox().as_client(identity),
        None => vec!["request".into(), "--cacert".into(), sandbox().file("ca")],
    };
    let run = finish(
        command()
            .args(args)
            .arg("-i")
            .arg("--report")
            .arg(&report)
            .arg(url),
    );
    let report = std::fs::read(&report).unwrap();
    (run, serde_json::from_slice(&report).unwrap())
}

fn files() -> Files {
    Files::of_sandbox(&sandbox().info.dir)
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::V1_2 => "TLSv1.2",
        Version::V1_3 => "TLSv1.3",
    }
}

#[track_caller]
fn succeeds(url: &str, version: Version) {
    let (run, report) = call(Some("valid"), url);
    let run = run.ok();
    assert!(run.text().starts_with("HTTP/1."), "{}", run.text());
    assert!(run.text().contains(" 200 OK\r\n"), "{}", run.text());
    assert_eq!(report["version"], version_name(version));
    assert_eq!(report["client_certificate"]["offered"], true);
    assert_eq!(report["completed"], true);
}

#[track_caller]
fn is_refused(identity: Option<&str>, url: &str, code: &str) {
    let (run, report) = call(identity, url);
    run.ends(7)
        .tells(code)
        .tells("phase handshake, origin peer");
    assert_eq!(report["client_certificate"]["requested"], true);
    assert_eq!(report["client_certificate"]["offered"], identity.is_some());
    assert_eq!(report["alert"]["received"], true);
}

#[test]
fn s_server_answers_who_has_a_certificate_and_refuses_who_has_none_or_a_wrong_one() {
    if !available("openssl") {
        return;
    }
    for version in Version::ALL {
        let peer = Peer::s_server(&files(), version);
        succeeds(&peer.url(), version);
        is_refused(None, &peer.url(), "client_cert_required (501)");
        is_refused(Some("wrong_ca"), &peer.url(), "client_cert_rejected (502)");
    }
}

#[test]
fn the_sandbox_does_the_same() {
    for (listener, version) in [("tls12", Version::V1_2), ("tls13", Version::V1_3)] {
        let url = sandbox().url(listener, "/headers");
        succeeds(&url, version);
        is_refused(None, &url, "client_cert_required (501)");
        is_refused(Some("wrong_ca"), &url, "client_cert_rejected (502)");
        is_refused(Some("revoked"), &url, "client_cert_rejected (502)");
    }
}

#[test]
fn nginx_answers_400_and_the_report_says_requested_not_offered() {
    if !available("nginx") {
        return;
    }
    for version in Version::ALL {
        let peer = Peer::nginx(&files(), version);
        succeeds(&peer.url(), version);

        let (run, report) = call(None, &peer.url());
        let run = run.ok();
        assert!(
            run.text().starts_with("HTTP/1.1 400 Bad Request"),
            "{}",
            run.text()
        );
        run.tells("asked for a client certificate and none was offered");
        assert_eq!(
            report["client_certificate"]["summary"],
            "requested, not offered"
        );

        let (run, report) = call(Some("wrong_ca"), &peer.url());
        assert!(run.ok().text().starts_with("HTTP/1.1 400 Bad Request"));
        assert_eq!(report["client_certificate"]["offered"], true);
    }
}
