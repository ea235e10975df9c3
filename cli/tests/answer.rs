//! Where an answer goes, and what is said about it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fs;
use std::io::Read;
use std::process::Stdio;

use common::run::{command, finish, mutls};
use common::sandbox::sandbox;

#[test]
fn a_head_comes_before_the_body_or_alone() {
    let s = sandbox();
    let url = s.url("required", "/bytes/3");
    let both = s.request(&["-i", &url]).ok();
    assert!(both.text().starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(both.stdout.ends_with(b"\r\n\r\n\x00\x1f\x3e"));
    let head = s.request(&["-I", &url]).ok().text();
    assert!(head.contains("content-length: 3\r\n"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn a_head_goes_to_its_own_file() {
    let s = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let head = dir.path().join("head");
    let url = s.url("required", "/bytes/3");
    let run = s.request(&["-D", head.to_str().unwrap(), &url]).ok();
    assert_eq!(run.stdout, [0, 31, 62]);
    let head = fs::read_to_string(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
}

#[test]
fn a_download_appears_when_it_is_complete_and_never_in_part() {
    let s = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("body");
    let name = file.to_str().unwrap();
    fs::write(&file, "what was there").unwrap();
    s.request(&["-o", name, &s.url("required", "/truncated/1000/2000")])
        .ends(10)
        .tells("body_truncated (801)");
    assert_eq!(fs::read(&file).unwrap(), b"what was there");
    s.request(&["-f", "-o", name, &s.url("required", "/status/500")])
        .ends(22)
        .tells("500 Internal Server Error");
    assert_eq!(fs::read(&file).unwrap(), b"what was there");
    s.request(&["-o", name, &s.url("required", "/bytes/1000")])
        .ok();
    assert_eq!(fs::read(&file).unwrap().len(), 1000);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_remote_name_is_taken_from_the_url() {
    let s = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let mut mutls = command();
    mutls.args(s.as_client("valid")).current_dir(dir.path());
    finish(mutls.args(["-O", &s.url("required", "/bytes/10?seed=1")])).ok();
    assert_eq!(fs::read(dir.path().join("10")).unwrap().len(), 10);
}

#[test]
fn an_output_that_cannot_be_written_is_23() {
    let s = sandbox();
    s.request(&["-o", "/no/such/folder/x", &s.url("required", "/headers")])
        .ends(23)
        .tells("cannot write /no/such/folder/x");
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let s = sandbox();
    let mut child = command()
        .args(s.as_client("valid"))
        .arg(s.url("required", "/large/100000000"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(23));
    assert_eq!(output.stderr, b"");
}

#[test]
fn a_status_is_an_error_only_where_it_is_asked_for() {
    let s = sandbox();
    let url = s.url("required", "/status/404");
    assert_eq!(s.request(&[&url]).ok().text(), "{\"status\":404}\n");
    let run = s.request(&["--fail", &url]).ends(22);
    assert_eq!(run.text(), "");
    run.tells("the answer is 404 Not Found");
    let run = s.request(&["--fail-with-body", &url]).ends(22);
    assert_eq!(run.text(), "{\"status\":404}\n");
    assert_eq!(s.request(&["-sf", &url]).ends(22).stderr, "");
    s.request(&["-sSf", &url]).ends(22).tells("404");
}

#[test]
fn compressed_answers_are_unpacked_when_they_were_asked_for() {
    let s = sandbox();
    for (path, coding) in [("/gzip", "gzip"), ("/brotli", "br")] {
        let run = s.request(&["--compressed", &s.url("required", path)]).ok();
        assert_eq!(run.json()["encoding"], coding);
        let raw = s.request(&["-i", &s.url("required", path)]).ok();
        let head = String::from_utf8_lossy(&raw.stdout).into_owned();
        assert!(head.contains(&format!("content-encoding: {coding}")));
    }
}

#[test]
fn redirects_are_followed_on_request_and_never_with_credentials_elsewhere() {
    let s = sandbox();
    let chain = s.url("required", "/redirect-chain/2");
    assert!(
        s.request(&["-i", &chain])
            .ok()
            .text()
            .starts_with("HTTP/1.1 302")
    );
    let run = s
        .request(&["-L", "-w", "%{stderr}%{url_effective}", &chain])
        .ok();
    assert_eq!(run.json()["path"], "/echo");
    assert_eq!(run.stderr, s.url("required", "/echo"));
    s.request(&["-L", "--max-redirs", "1", &chain])
        .ends(9)
        .tells("redirect_refused (702)");

    let elsewhere = s
        .url("other_origin", "/echo")
        .replace(':', "%3A")
        .replace('/', "%2F");
    let across = s.url("required", &format!("/redirect/302?to={elsewhere}"));
    s.request(&["-L", &across])
        .ends(9)
        .tells("redirect_refused (702)");
    let run = s
        .request(&[
            "--redirects",
            "any",
            "-H",
            "x-token: t",
            "-u",
            "u:p",
            &across,
        ])
        .ok();
    let echo = run.json();
    assert_eq!(echo["listener"], "other_origin");
    assert!(echo["client"].is_null());
    assert!(!echo["headers"].to_string().contains("x-token"));
    assert!(!echo["headers"].to_string().contains("authorization"));
}

#[test]
fn facts_are_written_out_at_the_end_however_it_went() {
    let s = sandbox();
    let url = s.url("required", "/bytes/10");
    let format =
        "%{http_code} %{size_download} %{content_type} %header{Content-Length} %{remote_ip}\\n";
    let run = s.request(&["-o", "/dev/null", "-w", format, &url]).ok();
    assert_eq!(run.text(), "200 10 application/octet-stream 10 127.0.0.1\n");
    let facts = s
        .request(&["-o", "/dev/null", "-w", "%{json}", &url])
        .ok()
        .json();
    assert_eq!(facts["http_code"], 200);
    assert!(facts["time_total"].as_f64().unwrap() > 0.0);
    assert!(facts["time_appconnect"].as_f64() > facts["time_connect"].as_f64());

    let url = s.url("refused", "/");
    let run = s
        .request(&["-s", "-w", "%{http_code} %{exitcode} %{mutls_code}", &url])
        .ends(6);
    assert_eq!(run.text(), "000 6 connect_refused");
}

#[test]
fn verbose_shows_the_handshake_and_hides_secrets() {
    let s = sandbox();
    let lean = &s.info.lean;
    let run = s.request(&[
        "-v",
        "-H",
        &format!("{}: {}", lean.app_token_header, lean.app_token),
        "-H",
        "x-harmless: shown",
        "-u",
        "user:the-password",
        &s.url("required", "/cookies/set?session=1"),
    ]);
    let said = run.ok().stderr;
    for expected in [
        "* TLS        TLSv1.3",
        "* client     sent",
        "days left",
        "> x-harmless: shown",
        "< HTTP/1.1 200 OK",
        "< set-cookie: [not shown]",
    ] {
        assert!(said.contains(expected), "no {expected:?} in:\n{said}");
    }
    for secret in [lean.app_token.as_str(), "the-password"] {
        assert!(!said.contains(secret), "{secret:?} in:\n{said}");
    }
}

#[test]
fn a_report_is_written_for_success_and_failure_alike() {
    let s = sandbox();
    let url = s.url("required", "/headers");
    let report = s
        .request(&["--report", "-", "-o", "/dev/null", &url])
        .ok()
        .json();
    assert_eq!(report["client_certificate"]["summary"], "sent");
    let ca = s.file("ca");
    let failed = mutls(&["request", "--cacert", &ca, "--report", "-", &url])
        .ends(7)
        .json();
    assert_eq!(
        failed["client_certificate"]["summary"],
        "requested, not offered"
    );
    assert_eq!(failed["alert"]["name"], "certificate_required");
}
