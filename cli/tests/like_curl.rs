//! The same flags make the same request: each row runs with curl and with `mutls request`, and the
//! sandbox says what arrived.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::process::{Command, Stdio};

use common::run::{Run, available, command, finish};
use common::sandbox::sandbox;
use serde_json::Value;

/// What arrived, as far as it should not differ.
#[derive(Debug, PartialEq)]
struct Arrived {
    method: Value,
    path: Value,
    query: Value,
    body: Value,
    headers: Vec<(String, String)>,
}

/// Headers that each client fills in its own words.
const OWN: &[&str] = &[
    "host",
    "user-agent",
    "content-length",
    "transfer-encoding",
    "expect",
];

fn arrived(run: Run) -> Arrived {
    let echo = run.ok().json();
    let mut headers: Vec<(String, String)> = echo["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let text = |at: usize| pair[at].as_str().unwrap();
            (text(0).to_lowercase(), text(1).to_owned())
        })
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .collect();
    headers.sort();
    Arrived {
        method: echo["method"].clone(),
        path: echo["path"].clone(),
        query: echo["query"].clone(),
        body: echo["body_base64"].clone(),
        headers,
    }
}

#[track_caller]
fn compare(flags: &[&str], path: &str) {
    let s = sandbox();
    let url = s.url("required", path);
    let identity = &s.as_client("valid")[1..];
    let mut curl = Command::new("curl");
    curl.arg("-sS")
        .arg("--noproxy")
        .arg("*")
        .stdin(Stdio::null());
    let theirs = finish(curl.args(identity).args(flags).arg(&url));
    let ours = finish(
        command()
            .arg("request")
            .args(identity)
            .args(flags)
            .arg(&url),
    );
    assert_eq!(arrived(ours), arrived(theirs), "{flags:?}");
}

#[test]
fn the_same_flags_make_the_same_request() {
    if !available("curl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lines = file("lines.txt", b"one\r\ntwo\n");
    let binary = file("bytes.bin", &[0, 255, 10, 13, 38]);
    let headers = file("headers", b"X-One: 1\nX-Two: two words\n");
    let at = |path: &str| format!("@{path}");
    let rows: &[&[&str]] = &[
        &[],
        &["-X", "DELETE"],
        &["--request", "PATCH", "--data", "x"],
        &["-d", "a=1", "-d", "b=2"],
        &[
            "-d",
            "a=1",
            "--data-urlencode",
            "b=x y&z",
            "--data-raw",
            "@c",
        ],
        &["-d", &at(&lines)],
        &["--data-ascii", &at(&lines)],
        &["--data-binary", &at(&lines)],
        &["--data-binary", &at(&binary)],
        &["--data-urlencode", &format!("n{}", at(&binary))],
        &["--data-urlencode", "=a b"],
        &["-G", "-d", "a=1", "-d", "b=2"],
        &["-G", "--data-urlencode", "q=a b"],
        &["--json", "{\"a\": 1}"],
        &["--json", "{\"a\":", "--json", "1}"],
        &["--json", "{}", "-H", "Accept: text/plain"],
        &["-d", "", "-X", "POST"],
        &["-T", &lines],
        &["-T", &lines, "-X", "POST"],
        &["-H", "X-A: 1", "-H", "X-A: 2", "-H", "X-Empty;"],
        &["-H", "Accept: application/json", "-H", "Expect:"],
        &["-H", &at(&headers)],
        &["-H", "Content-Type: text/plain", "-d", "x"],
        &["-u", "user:pass:word"],
        &["--user", "user:"],
        &["--oauth2-bearer", "token"],
        &["-b", "a=1; b=2"],
        &["-e", "https://referer.example/", "--http1.1"],
        &["-sS", "-XPUT", "-dshort"],
    ];
    for row in rows {
        compare(row, "/echo");
    }
    compare(&["-G", "-d", "a=1"], "/echo?x=y");
    compare(&["-T", &lines], "/echo/");
}

#[test]
fn a_multipart_body_arrives_as_curls_does() {
    if !available("curl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.txt");
    std::fs::write(&file, "content\n").unwrap();
    let path = file.display();
    let flags = [
        "-F".to_owned(),
        "plain=value".to_owned(),
        "-F".to_owned(),
        format!("file=@{path}"),
        "-F".to_owned(),
        format!("named=@{path};type=text/x;filename=other.bin"),
        "-F".to_owned(),
        format!("inline=<{path}"),
        "-F".to_owned(),
        "typed=\"a;b\";type=application/json".to_owned(),
    ];
    let s = sandbox();
    let url = s.url("required", "/echo");
    let identity = &s.as_client("valid")[1..];
    let theirs = finish(
        Command::new("curl")
            .args(["-sS", "--noproxy", "*"])
            .args(identity)
            .args(&flags)
            .arg(&url),
    );
    let ours = finish(
        command()
            .arg("request")
            .args(identity)
            .args(&flags)
            .arg(&url),
    );
    assert_eq!(parts(&ours.ok().json()), parts(&theirs.ok().json()));
}

/// The body with its boundary replaced by a word.
fn parts(echo: &Value) -> String {
    let headers = echo["headers"].as_array().unwrap();
    let content_type = headers
        .iter()
        .find(|pair| {
            pair[0]
                .as_str()
                .unwrap()
                .eq_ignore_ascii_case("content-type")
        })
        .unwrap()[1]
        .as_str()
        .unwrap();
    let (_, boundary) = content_type.split_once("boundary=").unwrap();
    let body = common::base64(echo["body_base64"].as_str().unwrap());
    String::from_utf8(body)
        .unwrap()
        .replace(boundary, "BOUNDARY")
}
