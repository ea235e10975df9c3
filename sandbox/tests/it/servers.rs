use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::{Connection, End, config, info, port, tcp};

fn complaint(listener: &str, crls: bool) -> String {
    let opened = Connection::tls(tcp(port(listener)).unwrap(), config(None, crls));
    opened
        .err()
        .map(|cause| format!("{cause:?}"))
        .unwrap_or_default()
}

#[test]
fn each_bad_server_certificate_has_its_own_complaint() {
    let cases = [
        ("server_expired", "Expired"),
        ("server_not_yet_valid", "NotValidYet"),
        ("server_wrong_host", "NotValidForName"),
        ("server_self_signed", "UnknownIssuer"),
        ("server_unknown_ca", "UnknownIssuer"),
        ("server_missing_intermediate", "UnknownIssuer"),
        ("server_wrong_eku", "InvalidPurpose"),
        ("server_ca_as_leaf", "CaUsedAsEndEntity"),
        ("server_no_san", "NotValidForName"),
        ("server_v1", "UnsupportedCertVersion"),
    ];
    for (listener, wanted) in cases {
        let found = complaint(listener, false);
        assert!(found.contains(wanted), "{listener}: {found}");
    }
}

#[test]
fn a_revoked_server_is_noticed_with_the_list_alone() {
    assert_eq!(complaint("server_revoked", false), "");
    assert!(complaint("server_revoked", true).contains("Revoked"));
    assert_eq!(complaint("none", true), "");
}

#[test]
fn each_listener_speaks_the_versions_it_announces() {
    for (name, version) in [("tls12", "1.2"), ("tls13", "1.3"), ("required", "1.3")] {
        let mut connection = Connection::open(name, Some("valid")).unwrap();
        let echo = connection.get("/echo").unwrap().json();
        assert_eq!(echo["tls"]["version"], version);
        assert_eq!(echo["listener"], name);
        assert!(info().listeners[name].tls.contains(&version.to_owned()));
    }
}

#[test]
fn other_origin_and_plain_have_the_same_routes() {
    for listener in ["other_origin", "plain", "optional"] {
        let reply = Connection::open(listener, None).unwrap().get("/status/418");
        assert_eq!(reply.unwrap().status, 418, "{listener}");
    }
}

#[test]
fn nginx_answers_400_to_a_client_without_certificate() {
    let reply = Connection::open("nginx", None)
        .unwrap()
        .get("/echo")
        .unwrap();
    assert_eq!(reply.status, 400);
    assert!(String::from_utf8_lossy(&reply.body).contains("No required SSL certificate was sent"));
}

#[test]
fn faults_below_tls_are_what_they_say() {
    let open = |listener: &str| {
        Connection::open(listener, None)
            .err()
            .unwrap_or_else(|| panic!("{listener} opened"))
    };
    assert_eq!(open("tcp_reset").kind(), io::ErrorKind::ConnectionReset);
    assert!(matches!(
        open("tcp_close").kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
    ));
    assert_eq!(open("refused").kind(), io::ErrorKind::ConnectionRefused);
    for listener in ["not_tls", "garbage"] {
        let cause = open(listener).to_string();
        assert!(cause.contains("corrupt message"), "{listener}: {cause}");
    }
    for (listener, alert) in [
        ("alert_handshake_failure", "HandshakeFailure"),
        ("alert_protocol_version", "ProtocolVersion"),
        ("alert_internal_error", "InternalError"),
        ("alert_unrecognized_name", "UnrecognisedName"),
    ] {
        let cause = open(listener).to_string();
        assert!(cause.contains(alert), "{listener}: {cause}");
    }
}

#[test]
fn not_tls_speaks_plain_http() {
    use std::io::{Read as _, Write as _};
    let mut tcp = tcp(port("not_tls")).unwrap();
    tcp.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut text = String::new();
    tcp.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 400 "));
    let body = text.split("\r\n\r\n").nth(1).unwrap();
    assert!(text.contains(&format!("Content-Length: {}\r\n", body.len())));
}

#[test]
fn a_silent_server_says_nothing_and_notices_the_end() {
    let silent = tcp(port("tcp_silent")).unwrap();
    silent
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let cause = Connection::tls(silent, config(None, false)).err().unwrap();
    assert!(matches!(
        cause.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    ));
    let seen = crate::client::get("/_listeners/tcp_silent?accepted=1&open=0").json();
    assert_eq!((&seen["accepted"], &seen["open"]), (&1.into(), &0.into()));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_backlog_lets_nobody_in() {
    let address = ([127, 0, 0, 1], port("tcp_unaccepted")).into();
    let cause = TcpStream::connect_timeout(&address, Duration::from_millis(200)).unwrap_err();
    assert_eq!(cause.kind(), io::ErrorKind::TimedOut);
}

#[test]
fn a_slow_handshake_is_late_and_sound() {
    let start = Instant::now();
    let mut connection = Connection::open("handshake_slow", Some("valid")).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(2900));
    assert_eq!(connection.get("/status/200").unwrap().status, 200);
}

#[test]
fn the_reset_comes_after_the_handshake() {
    let mut connection = Connection::open("reset_after_handshake", None).unwrap();
    assert_eq!(connection.rest().1, End::Reset);
}
