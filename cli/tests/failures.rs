//! What is said when it does not work: on standard error, with a code, a hint and an exit code.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::run::{Run, command, finish, mutls};
use common::sandbox::sandbox;

#[test]
fn each_family_has_its_exit_code() {
    let s = sandbox();
    let ca = s.file("ca");
    let valid = |rest: &[&str]| s.request(rest);
    let echo = s.url("required", "/echo");
    valid(&["-H", "bad header: x", &echo])
        .ends(3)
        .tells("bad_header (103)");
    valid(&["--key", "/no/such.pem", &echo])
        .ends(4)
        .tells("phase config, origin local");
    valid(&["--cacert", &s.file("other_ca"), &echo])
        .ends(5)
        .tells("server_untrusted_issuer (310)")
        .tells("flags: --cacert FILE");
    valid(&[&s.url("refused", "/")])
        .ends(6)
        .tells("connect_refused (402)");
    mutls(&["request", "--cacert", &ca, &echo])
        .ends(7)
        .tells("code: client_cert_required (501), phase handshake, origin peer")
        .tells("alert: certificate_required (116), received")
        .tells("hint: ")
        .tells("flags: --cert FILE, --key FILE");
    valid(&["-m", "0.2", &s.url("required", "/silence")])
        .ends(8)
        .tells("timeout (601)");
    valid(&[&s.url("raw", "/bad-status-line")])
        .ends(9)
        .tells("protocol_error (701)");
    valid(&[&s.url("required", "/truncated/1/2")])
        .ends(10)
        .tells("body_truncated (801)");
}

#[test]
fn the_cause_is_told_to_who_asks() {
    let s = sandbox();
    let args = [
        "request",
        "--cacert",
        &s.file("ca"),
        &s.url("required", "/"),
    ];
    assert!(!mutls(&args).stderr.contains("cause:"));
    finish(command().args(args).arg("-v"))
        .ends(7)
        .tells("cause: ");
}

#[test]
fn an_error_is_json_on_request() {
    let s = sandbox();
    let ca = s.file("ca");
    let url = s.url("required", "/");
    let run = mutls(&["request", "--error-format", "json", "--cacert", &ca, &url]).ends(7);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["code"], "client_cert_required");
    assert_eq!(error["number"], 501);
    assert_eq!(error["origin"], "peer");
    let run = mutls(&["request", "--error-format", "json", "-k", &url]).ends(2);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["code"], "cli_usage");
}

#[test]
fn what_curl_would_do_and_mutls_will_not_is_refused_with_the_cure() {
    for (flags, cure) in [
        (&["-k"][..], "--cacert FILE"),
        (&["--insecure"], "--cacert FILE"),
        (&["--location-trusted"], "--redirects any"),
        (&["--tlsv1.0"], "--tlsv1.2"),
        (&["--http2"], "HTTP/1.1"),
        (&["-c", "jar"], "--cookie"),
        (&["-K", "curlrc"], "--config"),
        (&["-H", "User-Agent:"], "--user-agent \"\""),
        (&["-b", "jar.txt"], "name=value"),
        (&["--resolve", "nonsense"], "HOST:PORT:ADDRESS"),
        (&["-u", "user"], "user:password"),
        (&["--noproxy", "x"], "--proxy"),
        (&["-w", "%{nonsense}"], "http_code"),
        (&["-I", "-d", "x"], "--get"),
        (&["--max-time", "soon"], "seconds"),
        (&["--url", "https://localhost:2/"], "cannot be used with"),
        (&["--inscure"], "similar argument"),
        (&["-T", "a", "-d", "b"], "cannot be used with"),
    ] {
        finish(
            command()
                .arg("request")
                .args(flags)
                .arg("https://localhost:1/"),
        )
        .ends(2)
        .tells(cure);
    }
}

#[test]
fn one_request_has_one_url() {
    mutls(&["request", "--url", "https://a/", "--url", "https://b/"])
        .ends(2)
        .tells("one URL");
    mutls(&["request", "https://a/", "https://b/"]).ends(2);
    mutls(&["request"]).ends(2).tells("<URL>");
}

#[test]
fn no_error_shows_a_secret() {
    let s = sandbox();
    let secret = "hunter2hunter2";
    for flags in [
        &["--pass", secret, "--key", "/no/such"][..],
        &["-u", &format!("u:{secret}"), "--cacert", "/no/such"],
        &["-H", secret],
        &["-H", &format!("authorization: {secret}\u{7}")],
        &["--oauth2-bearer", &format!("{secret}\n")],
        &["-x", &format!("http://u:{secret}@localhost:1")],
        &["--cert", &format!("/no/such:{secret}")],
    ] {
        for extra in [&[][..], &["-v"], &["--error-format", "json"]] {
            let url = s.url("required", "/");
            let run = finish(
                command()
                    .args(s.as_client("valid"))
                    .args(flags)
                    .args(extra)
                    .arg(url),
            );
            assert_ne!(run.code, 0, "{flags:?}");
            assert!(!run.stderr.contains(secret), "{flags:?}: {}", run.stderr);
        }
    }
}

#[test]
fn an_interrupt_cancels_the_call_and_leaves_no_half_file() {
    let s = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let id = format!("interrupt-{}", std::process::id());
    let child = command()
        .args(s.as_client("valid"))
        .args(["-H", &format!("x-sandbox-id: {id}"), "-o"])
        .arg(dir.path().join("body"))
        .arg(s.url("required", "/drip?bytes=1000&ms=100"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = |count: &str| {
        let url = s.url("none", &format!("/_log?id={id}&{count}=1"));
        s.request(&[&url]).ok().json()
    };
    assert_eq!(log("seen")["seen"], 1);
    let until = Instant::now() + Duration::from_secs(10);
    while std::fs::read_dir(dir.path()).unwrap().count() == 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let run = Run::new(child.wait_with_output().unwrap()).ends(130);
    run.tells("cancelled (901)");
    assert_eq!(log("aborted")["aborted"], 1);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn an_interrupt_ends_a_call_that_waits_for_standard_input() {
    let s = sandbox();
    let mut child = command()
        .args(s.as_client("valid"))
        .args(["-T", "-", &s.url("required", "/upload")])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdin = child.stdin.take();
    std::thread::sleep(Duration::from_millis(500));
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    Run::new(child.wait_with_output().unwrap()).ends(130);
    drop(stdin);
}

#[test]
fn the_catalogue_can_be_asked() {
    for name in ["client_cert_rejected", "502"] {
        let text = mutls(&["errors", name]).ok().text();
        assert!(text.contains("client_cert_rejected (502)"), "{text}");
        assert!(text.contains("Cure:"), "{text}");
        assert!(text.contains("exit code 7"), "{text}");
    }
    let all = mutls(&["errors"]).ok().text();
    assert_eq!(all.lines().count(), mutls::Code::ALL.len());
    mutls(&["errors", "nonsense"]).ends(2);
}
