//! Real calls to a real mutual-TLS server: the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use mutls::config::RequestOptions;
use mutls::{Attachments, Begin, Body, CancelToken, Client, Code, Config, Origin, Phase, Request};
use mutls_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

fn sandbox() -> &'static mutls_sandbox::Info {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX
        .get_or_init(|| Sandbox::start(Options::default()).unwrap())
        .info()
}

fn info() -> Value {
    serde_json::from_str(&sandbox().to_json_line()).unwrap()
}

fn url(listener: &str) -> String {
    info()["listeners"][listener]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn client_of(config: Value) -> mutls::Result<Client> {
    Client::new(Config::from_value(config)?, Attachments::default())
}

fn config(listener: &str, identity: &str) -> Value {
    let info = info();
    let mut config = json!({"base_url": url(listener), "ca": info["files"]["ca"]});
    if !identity.is_empty() {
        config["cert"] = info["identities"][identity]["chain"].clone();
        config["key"] = info["identities"][identity]["key"].clone();
        if info["identities"][identity]["passphrase"].is_string() {
            config["passphrase"] = info["identities"][identity]["passphrase"].clone();
        }
    }
    config
}

fn client(listener: &str, identity: &str) -> Client {
    client_of(config(listener, identity)).unwrap()
}

fn get(client: &Client, path: &str) -> mutls::Result<mutls::Response> {
    client.send(Request::get(path))
}

#[test]
fn a_mutual_tls_call_succeeds_with_every_identity_and_version() {
    for listener in ["required", "tls12", "tls13"] {
        for identity in [
            "valid",
            "rsa",
            "rsa_pkcs1",
            "sec1",
            "p384",
            "p521",
            "ed25519",
            "encrypted",
            "bundle",
            "direct",
        ] {
            let mut response = get(&client(listener, identity), "/echo?x=1").unwrap();
            assert_eq!(response.status(), 200);
            let body: Value = response.json().unwrap();
            let subject = body["client"]["subject"].as_str().unwrap();
            assert!(
                subject.contains(&format!("CN={identity}.client")),
                "{subject}"
            );
            let report = response.handshake();
            assert!(
                report.completed && report.client_certificate.offered,
                "{report:?}"
            );
            assert_eq!(report.server_verified, Some(true));
        }
    }
}

#[test]
fn a_missing_or_refused_certificate_is_said_so() {
    for listener in ["required", "tls12", "tls13", "required_reset"] {
        let error = get(&client(listener, ""), "/").err().unwrap();
        assert_eq!(
            (error.code(), error.phase(), error.origin()),
            (Code::ClientCertRequired, Phase::Handshake, Origin::Peer),
            "{listener}: {error:?}"
        );
        for identity in ["wrong_ca", "wrong_eku", "revoked"] {
            let error = get(&client(listener, identity), "/").err().unwrap();
            assert_eq!(
                (error.code(), error.phase(), error.origin()),
                (Code::ClientCertRejected, Phase::Handshake, Origin::Peer),
                "{listener} {identity}: {error:?}"
            );
            assert!(error.not_processed());
        }
    }
}

#[test]
fn a_refused_server_is_said_so() {
    for (listener, code) in [
        ("server_expired", Code::ServerExpired),
        ("server_not_yet_valid", Code::ServerNotYetValid),
        ("server_wrong_host", Code::ServerWrongHost),
        ("server_self_signed", Code::ServerUntrustedIssuer),
        ("server_unknown_ca", Code::ServerUntrustedIssuer),
        (
            "server_missing_intermediate",
            Code::ServerMissingIntermediate,
        ),
        ("server_wrong_eku", Code::ServerCertUnsupported),
        ("server_no_san", Code::ServerWrongHost),
        ("tcp_silent", Code::Timeout),
        ("tcp_unaccepted", Code::ConnectTimeout),
        ("refused", Code::ConnectRefused),
        ("not_tls", Code::HandshakeFailed),
        ("garbage", Code::HandshakeFailed),
        ("tcp_reset", Code::ConnectionReset),
        ("tcp_close", Code::ConnectionReset),
        ("alert_protocol_version", Code::NoCommonVersion),
        ("alert_handshake_failure", Code::NoCommonCipher),
    ] {
        let mut config = config(listener, "valid");
        // Only what is meant to time out gets little time.
        let patience = match code {
            Code::Timeout | Code::ConnectTimeout => 300,
            _ => 20_000,
        };
        config["timeouts"] = json!({"handshake_ms": patience, "connect_ms": patience});
        let error = get(&client_of(config).unwrap(), "/").err().unwrap();
        assert_eq!(error.code(), code, "{listener}: {error:?}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn connections_are_reused_and_a_dead_one_is_replaced() {
    let client = client("required", "valid");
    let first: Value = get(&client, "/connection").unwrap().json().unwrap();
    let mut response = get(&client, "/connection").unwrap();
    assert!(response.connection_reused());
    let second: Value = response.json().unwrap();
    assert_eq!(first["connection_id"], second["connection_id"]);
    let mut response = get(&client, "/close-if-reused").unwrap();
    assert_eq!(
        response.status(),
        200,
        "an idempotent request is tried again"
    );
    response.bytes().unwrap();
    get(&client, "/connection").unwrap().bytes().unwrap();
    let mut post = Request::post("/reset-if-reused");
    post.set_body("x".into());
    let error = client.send(post).err().unwrap();
    assert_eq!(error.code(), Code::ConnectionReset, "{error:?}");
    assert!(!error.not_processed());
}

#[test]
fn bodies_stream_both_ways_and_truncation_is_an_error() {
    let client = client("optional", "valid");
    let mut response = get(&client, "/bytes/300000?seed=7").unwrap();
    let bytes = response.bytes().unwrap();
    assert_eq!(bytes.len(), 300_000);
    assert!(
        bytes
            .iter()
            .enumerate()
            .all(|(i, b)| usize::from(*b) == (31 * i + 7) % 251)
    );
    for path in [
        "/truncated/10/100",
        "/truncated-notify/10/100",
        "/truncated-chunked",
        "/close-delimited-cut/100",
        "/gzip-truncated",
        "/brotli-truncated",
    ] {
        let mut response = get(&client, path).unwrap();
        let error = response.bytes().unwrap_err();
        assert_eq!(
            (error.code(), error.phase()),
            (Code::BodyTruncated, Phase::Body),
            "{path}: {error:?}"
        );
        assert!(response.read(&mut [0; 9]).is_err());
    }
    let mut response = get(&client, "/close-delimited/1000").unwrap();
    assert_eq!(response.bytes().unwrap().len(), 1000);
    for path in ["/gzip", "/brotli"] {
        let mut response = get(&client, path).unwrap();
        assert!(response.json().unwrap().is_object());
        assert!(response.header("content-encoding").is_none());
    }
    for length in [Some(5_000_000), None] {
        let body = mutls::Body::stream(std::io::Read::take(std::io::repeat(7), 5_000_000), length);
        let mut response = client.send(Request::post("/upload").body(body)).unwrap();
        assert_eq!(response.json().unwrap()["length"], 5_000_000);
    }
    let mut response = client
        .send(Request::post("/upload").body(vec![1; 3_000_000]))
        .unwrap();
    assert_eq!(response.json().unwrap()["length"], 3_000_000);
    let mut response = client.send(Request::post("/echo")).unwrap();
    let echo = response.json().unwrap();
    assert!(
        echo["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(["content-length", "0"])),
        "{echo}"
    );
}

#[test]
fn an_early_answer_is_read_though_the_body_could_not_be_sent() {
    let client = client("optional", "valid");
    for path in ["/early-413", "/early-413-reset"] {
        for body in [
            mutls::Body::from(vec![0; 20_000_000]),
            mutls::Body::stream(std::io::repeat(0), None),
            mutls::Body::stream(std::io::repeat(0), Some(1 << 40)),
        ] {
            let mut response = match client.send(Request::post(path).body(body)) {
                Ok(response) => response,
                // A reset may destroy what had already arrived.
                Err(error) if path.ends_with("reset") => {
                    assert_eq!(error.code(), Code::ConnectionReset, "{error:?}");
                    continue;
                }
                Err(error) => panic!("{error:?}"),
            };
            assert_eq!(response.status(), 413);
            response.bytes().unwrap();
        }
    }
}

#[test]
fn interim_answers_and_expectations() {
    let client = client("raw", "valid");
    assert_eq!(get(&client, "/interim").unwrap().status(), 200);
    for path in ["/continue", "/continue-silent", "/continue-refused"] {
        let request = Request::post(path)
            .header("expect", "100-continue")
            .unwrap()
            .body(vec![1; 1000]);
        let response = client
            .send(request)
            .unwrap_or_else(|e| panic!("{path}: {e:?}"));
        let expected = if path.ends_with("refused") { 417 } else { 200 };
        assert_eq!(response.status(), expected, "{path}");
    }
}

#[test]
fn a_call_is_cancelled_in_every_phase() {
    for (listener, path, phase) in [
        ("tcp_unaccepted", "/", Phase::Connect),
        ("tcp_silent", "/", Phase::Handshake),
        ("required", "/delay/60000", Phase::Receive),
    ] {
        let token = CancelToken::new();
        let mut request = Request::get(path);
        request.set_cancel_token(token.clone());
        let client = client(listener, "valid");
        let started = Instant::now();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            token.cancel();
        });
        let error = client.send(request).err().unwrap();
        assert_eq!(
            (error.code(), error.phase()),
            (Code::Cancelled, phase),
            "{listener}: {error:?}"
        );
        assert!(started.elapsed() < Duration::from_secs(5));
        canceller.join().unwrap();
    }
    let token = CancelToken::new();
    let mut request = Request::get("/drip?bytes=100&ms=60000&delay_ms=0");
    request.set_cancel_token(token.clone());
    let mut response = client("required", "valid").send(request).unwrap();
    token.cancel();
    let error = response.bytes().unwrap_err();
    assert_eq!(
        (error.code(), error.phase()),
        (Code::Cancelled, Phase::Body),
        "{error:?}"
    );
}

#[test]
fn a_thousand_slow_calls_take_the_time_of_one() {
    let client = client("optional", "valid");
    let started = Instant::now();
    let (done, all) = std::sync::mpsc::channel();
    for _ in 0..300 {
        let done = done.clone();
        client.submit(Request::get("/delay/1000"), move |result| {
            done.send(result.map(|r| r.status())).unwrap()
        });
    }
    for _ in 0..300 {
        assert_eq!(
            all.recv_timeout(Duration::from_secs(60)).unwrap().unwrap(),
            200
        );
    }
    println!("{:?}", started.elapsed());
}

#[test]
fn a_read_gives_what_has_arrived_and_waits_for_no_more() {
    let client = client("required", "valid");
    let mut buffer = vec![0; 256 * 1024];
    let mut reads = |path: &str| {
        let mut response = get(&client, path).unwrap();
        let mut sizes = Vec::new();
        while let Ok(n @ 1..) = response.read(&mut buffer) {
            sizes.push(n);
        }
        sizes
    };
    // What comes apart is told apart.
    assert_eq!(reads("/drip?bytes=3&ms=200"), [1, 1, 1]);
    // What lies in the socket is taken at once, not record by record of 16 KiB.
    let sizes = reads("/large/64000000");
    assert_eq!(sizes.iter().sum::<usize>(), 64_000_000);
    assert!(sizes.iter().any(|n| *n > 20 * 1024), "{:?}", sizes.first());
    // A body that is cut short gives what came of it first, and then an error that stays.
    let mut response = get(&client, "/truncated/10/20").unwrap();
    assert_eq!(response.read(&mut buffer).unwrap(), 10);
    for _ in 0..2 {
        let error = response.read(&mut buffer).unwrap_err();
        assert_eq!(error.code(), Code::BodyTruncated);
    }
}

#[test]
fn close_waits_for_calls_that_no_worker_has_taken_yet() {
    let mut config = config("required", "valid");
    config["workers"] = json!({"max": 1});
    let client = client_of(config).unwrap();
    let (told, outcomes) = std::sync::mpsc::channel();
    for _ in 0..3 {
        let told = told.clone();
        client.submit(Request::get("/delay/100"), move |outcome| {
            told.send(outcome.map(|response| response.status()))
                .unwrap();
        });
    }
    assert!(client.close(Duration::from_secs(60)));
    for _ in 0..3 {
        assert_eq!(outcomes.recv().unwrap().unwrap(), 200);
    }
    client.submit(Request::get("/delay/100"), move |outcome| {
        told.send(outcome.map(|response| response.status()))
            .unwrap();
    });
    let refused = outcomes.recv().unwrap().unwrap_err();
    assert_eq!(refused.code(), Code::Closed);
}

#[test]
fn close_waits_until_the_ends_of_calls_have_been_told() {
    let client = client("required", "valid");
    let (told, tells) = std::sync::mpsc::channel();
    client.submit(Request::get("/status/200"), move |outcome| {
        let read = outcome.unwrap().bytes();
        // Here nothing is in flight any more, and the caller does not know of it yet.
        std::thread::sleep(Duration::from_millis(200));
        told.send(read.map(|_| ())).unwrap();
    });
    assert!(client.close(Duration::from_secs(60)));
    tells.try_recv().unwrap().unwrap();
}

#[test]
fn a_callback_may_close_the_client() {
    let client = client("required", "valid");
    let (told, tells) = std::sync::mpsc::channel();
    let own = client.clone();
    client.submit(Request::get("/status/200"), move |outcome| {
        outcome.unwrap().bytes().unwrap();
        let asked = std::time::Instant::now();
        told.send((own.close(Duration::from_secs(60)), asked.elapsed()))
            .unwrap();
    });
    let (finished, took) = tells.recv().unwrap();
    assert!(finished);
    assert!(took < Duration::from_millis(900), "{took:?}");
}

/// Calls once, so that a connection is there, and begins a request on it.
fn begun(client: &Client, request: Request) -> Box<mutls::Begun> {
    get(client, "/bytes/10").unwrap().bytes().unwrap();
    match client.begin(request).unwrap() {
        Begin::Begun(begun) => begun,
        Begin::NotYet(_) => panic!("an idle connection was not used"),
    }
}

#[test]
fn a_begun_call_is_answered_over_its_connection() {
    let client = client("required", "valid");
    for body in [Body::empty(), vec![b'x'; 20_000].into()] {
        let begun = begun(&client, Request::post("/echo").body(body));
        let number = begun.connection();
        assert!(begun.descriptor().is_some() && begun.deadline().is_some());
        let mut response = begun.finish().unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.handshake().connection, number);
        assert!(response.connection_reused());
        response.bytes().unwrap();
    }
}

#[test]
fn a_request_that_would_have_to_wait_is_not_begun() {
    let client = client("required", "valid");
    let not_yet = |request| match client.begin(request).unwrap() {
        Begin::Begun(_) => panic!("it was begun"),
        Begin::NotYet(request) => *request,
    };
    let request = not_yet(Request::get("/echo?x=1"));
    // It is as it was.
    let mut response = client.send(request).unwrap();
    response.bytes().unwrap();
    let body = Body::stream(&b"stream"[..], None);
    let request = not_yet(Request::post("/echo").body(body));
    let mut response = client.send(request).unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().unwrap();
}

#[test]
fn a_begun_call_is_cancelled_and_has_a_deadline() {
    let client = client("required", "valid");
    let mut request = Request::get("/delay/60000");
    request.set_options(RequestOptions::from_json(r#"{"timeout_ms": 300}"#).unwrap());
    let error = begun(&client, request).finish();
    assert_eq!(error.err().unwrap().code(), Code::Timeout);
    let token = CancelToken::new();
    let mut request = Request::get("/delay/60000");
    request.set_cancel_token(token.clone());
    let begun = begun(&client, request);
    token.cancel();
    assert_eq!(begun.finish().err().unwrap().code(), Code::Cancelled);
}

#[test]
fn a_begun_call_is_sent_again_where_its_connection_was_dead() {
    let client = client("required", "valid");
    let begun = begun(&client, Request::get("/reset-if-reused"));
    let number = begun.connection();
    let response = begun.finish().unwrap();
    assert_eq!(response.status(), 200);
    assert_ne!(response.handshake().connection, number);
}

#[test]
fn a_begun_call_that_is_dropped_closes_its_connection() {
    let client = client("required", "valid");
    let begun = begun(&client, Request::get("/bytes/10"));
    let number = begun.connection();
    drop(begun);
    let mut next = get(&client, "/bytes/10").unwrap();
    assert_ne!(next.handshake().connection, number);
    next.bytes().unwrap();
    drop(next);
    assert!(client.close(Duration::from_secs(30)), "it is in flight");
}
