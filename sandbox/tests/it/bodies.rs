use std::io::Read as _;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::json;

use crate::client::{Connection, End, Reply, ask, get, pattern};

fn sha256(bytes: &[u8]) -> String {
    let digest = digest(&SHA256, bytes);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn post(target: &str, headers: &str, body: &[u8]) -> Reply {
    ask("none", None, &format!("POST {target}"), headers, body)
}

#[test]
fn echo_tells_the_request_as_it_came() {
    let headers = "X-One: a\r\nx-TWO: caf\u{e9}\r\nX-One: b\r\nContent-Length: 5\r\n";
    // UTF-8 on the wire, told byte by byte.
    let echo = ask(
        "optional",
        Some("valid"),
        "PATCH /echo/sub%20path?b=%20&a=1",
        headers,
        b"hello",
    )
    .json();
    assert_eq!(echo["method"], "PATCH");
    assert_eq!(echo["path"], "/echo/sub%20path");
    assert_eq!(echo["query"], "b=%20&a=1");
    assert_eq!(echo["http_version"], "1.1");
    assert_eq!(
        echo["headers"],
        json!([
            ["Host", "localhost"],
            ["X-One", "a"],
            ["x-TWO", "caf\u{c3}\u{a9}"],
            ["X-One", "b"],
            ["Content-Length", "5"]
        ])
    );
    assert_eq!(echo["body_base64"], "aGVsbG8=");
    assert_eq!(echo["body_length"], 5);
    assert_eq!(echo["body_sha256"], sha256(b"hello"));
    assert_eq!(echo["client"]["chain_length"], 2);
    assert_eq!(
        echo["client"]["issuer"],
        "O=mutls sandbox, CN=Sandbox Intermediate CA"
    );
    assert_eq!(echo["client"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(echo["tls"]["sni"], "localhost");
    assert_eq!(echo["tls"]["group"], "X25519MLKEM768");
    assert_eq!(echo["tls"]["resumed"], false);
}

#[test]
fn echo_tells_large_bodies_by_their_digest() {
    let body = pattern(70_000, 1);
    let echo = post("/echo", "Content-Length: 70000\r\n", &body).json();
    assert_eq!(echo["body_base64"], json!(null));
    assert_eq!(echo["body_sha256"], sha256(&body));
}

#[test]
fn connections_and_requests_are_numbered() {
    let mut connection = Connection::open("plain", None).unwrap();
    let first = connection.get("/connection").unwrap().json();
    let second = connection.get("/connection").unwrap().json();
    assert_eq!(first["connection_id"], second["connection_id"]);
    assert_eq!(
        (&first["request_number"], &second["request_number"]),
        (&json!(1), &json!(2))
    );
    assert_ne!(
        get("/connection").json()["connection_id"],
        first["connection_id"]
    );
}

#[test]
fn every_status_can_be_had() {
    for code in [200, 204, 304, 404, 418, 500, 599, 999] {
        assert_eq!(get(&format!("/status/{code}")).status, code);
    }
    assert_eq!(get("/status/100").status, 400);
    assert_eq!(get("/status/x").status, 400);
    assert_eq!(get("/nowhere").status, 404);
}

#[test]
fn head_is_answered_without_a_body() {
    let mut connection = Connection::open("none", None).unwrap();
    for target in ["/bytes/10", "/stream/3", "/large/99", "/echo"] {
        connection
            .send(format!("HEAD {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .unwrap();
    }
    connection
        .send(b"GET /status/418 HTTP/1.1\r\nConnection: close\r\n\r\n")
        .unwrap();
    let (bytes, end) = connection.rest();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches("HTTP/1.1 ").count(), 5);
    assert_eq!(
        text.split("\r\n\r\n")
            .filter(|part| part.starts_with("HTTP"))
            .count(),
        5
    );
    assert!(text.ends_with("{\"status\":418}\n"));
    assert_eq!(end, End::Clean);
}

#[test]
fn bytes_follow_the_documented_pattern() {
    assert_eq!(get("/bytes/0").body, b"");
    assert_eq!(get("/bytes/300000?seed=7").body, pattern(300_000, 7));
    let chunked = get("/chunked/1000/333");
    assert_eq!(chunked.header("transfer-encoding"), "chunked");
    assert_eq!(chunked.body, pattern(1000, 0));
    assert_eq!(get("/drip?bytes=3&ms=1").body, pattern(3, 0));
    assert_eq!(get("/large/1000000").body, vec![b'a'; 1_000_000]);
}

#[test]
fn stream_is_a_line_of_json_for_each_number() {
    let body = get("/stream/2").body;
    assert_eq!(body, b"{\"id\":0,\"of\":2}\n{\"id\":1,\"of\":2}\n");
}

#[test]
fn delay_and_drip_take_their_time() {
    let start = Instant::now();
    assert_eq!(get("/delay/50").json()["delayed_ms"], 50);
    assert!(start.elapsed() >= Duration::from_millis(50));
    let start = Instant::now();
    get("/drip?bytes=3&ms=20&delay_ms=30");
    assert!(start.elapsed() >= Duration::from_millis(70));
}

#[test]
fn redirects_go_where_they_are_told() {
    let reply = get("/redirect/308?to=https%3A%2F%2Fother.example%2F%3Fa%3Db");
    assert_eq!(
        (reply.status, reply.header("location")),
        (308, "https://other.example/?a=b")
    );
    assert_eq!(get("/redirect/302").status, 400);
    assert_eq!(
        get("/redirect-chain/3?status=307").header("location"),
        "2?status=307"
    );
    assert_eq!(get("/redirect-chain/1").header("location"), "/echo");
    assert_eq!(get("/redirect-chain/0").status, 200);
    assert_eq!(get("/redirect-loop").header("location"), "/redirect-loop");
}

fn gunzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out)?;
    Ok(out)
}

#[test]
fn compressed_bodies_are_sound_or_broken_as_named() {
    let gzip = get("/gzip");
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let text: serde_json::Value = serde_json::from_slice(&gunzip(&gzip.body).unwrap()).unwrap();
    assert_eq!(text["encoding"], "gzip");
    assert_eq!(text["lines"].as_array().unwrap().len(), 100);
    assert!(gunzip(&get("/gzip-truncated").body).is_err());
    assert!(gunzip(&get("/gzip-corrupt").body).is_err());
    assert_eq!(gunzip(&get("/gzip-bomb/3").body).unwrap(), vec![0; 3 << 20]);

    let unbrotli = |bytes: &[u8]| {
        let mut out = Vec::new();
        brotli::Decompressor::new(bytes, 4096)
            .read_to_end(&mut out)
            .map(|_| out)
    };
    let brotli = get("/brotli");
    assert_eq!(brotli.header("content-encoding"), "br");
    let text: serde_json::Value = serde_json::from_slice(&unbrotli(&brotli.body).unwrap()).unwrap();
    assert_eq!(text["encoding"], "br");
    assert!(unbrotli(&get("/brotli-truncated").body).is_err());
}

#[test]
fn uploads_are_counted_in_either_framing() {
    let body = pattern(200_000, 3);
    let sized = post("/upload", "Content-Length: 200000\r\n", &body).json();
    assert_eq!(sized, json!({"length": 200_000, "sha256": sha256(&body)}));
    let chunks = b"5;ext=1\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: yes\r\n\r\n";
    let chunked = post("/upload", "Transfer-Encoding: chunked\r\n", chunks).json();
    assert_eq!(chunked, json!({"length": 6, "sha256": sha256(b"hello!")}));
    let bad = post("/upload", "Transfer-Encoding: chunked\r\n", b"zz\r\n");
    assert_eq!(bad.status, 400);
    let start = Instant::now();
    post(
        "/upload-slow?bytes_per_s=1000",
        "Content-Length: 100\r\n",
        &[0; 100],
    );
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn an_early_413_leaves_the_body_unread() {
    for route in ["/early-413", "/early-413-reset"] {
        let reply = post(
            route,
            "Content-Length: 1000000000\r\n",
            b"only the beginning",
        );
        assert_eq!(reply.status, 413);
        assert_eq!(reply.header("connection"), "close");
    }
}

#[test]
fn headers_may_repeat_be_bytes_and_be_long() {
    let reply = get("/dup-headers");
    assert_eq!(reply.all("x-dup"), [b"one", b"two"]);
    assert_eq!(reply.all("set-cookie").len(), 2);
    assert_eq!(reply.all("x-latin1"), [b"caf\xe9"]);
    assert_eq!(reply.all("x-empty"), [b""]);
    assert_eq!(get("/big-header/50000").header("x-big").len(), 50_000);
    assert_eq!(
        get("/headers").json()["headers"][0],
        json!(["Host", "localhost"])
    );
}

#[test]
fn cookies_and_credentials_are_checked() {
    let set = get("/cookies/set?a=1&b=2&_attributes=Secure");
    assert_eq!(set.all("set-cookie"), [b"a=1; Secure", b"b=2; Secure"]);
    let got = ask("none", None, "GET /cookies", "Cookie: a=1; b=2\r\n", b"").json();
    assert_eq!(got, json!({"cookies": {"a": "1", "b": "2"}}));

    let basic = |headers: &str| ask("none", None, "GET /basic-auth/u/p", headers, b"").status;
    assert_eq!(basic("Authorization: Basic dTpw\r\n"), 200);
    assert_eq!(basic("Authorization: Basic dTpx\r\n"), 401);
    assert_eq!(basic(""), 401);
    let bearer = |headers: &str| ask("none", None, "GET /bearer/t", headers, b"").status;
    assert_eq!(bearer("Authorization: Bearer t\r\n"), 200);
    assert_eq!(bearer("Authorization: Bearer x\r\n"), 401);
}
