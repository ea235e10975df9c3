use serde_json::{Value, json};

use crate::client::{Connection, Wire, config, port, tcp};

fn connect(proxy: &str, target: &str, headers: &str) -> (u16, Wire) {
    let mut wire = tcp(port(proxy)).unwrap();
    use std::io::{Read as _, Write as _};
    wire.write_all(
        format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{headers}\r\n").as_bytes(),
    )
    .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        wire.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let text = String::from_utf8(head).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, Wire::Plain(wire))
}

fn stats(proxy: &str) -> Value {
    let mut connection = Connection::over(Wire::Plain(tcp(port(proxy)).unwrap()));
    connection.get("/_stats").unwrap().json()
}

#[test]
fn a_tunnel_leads_to_loopback_and_is_counted() {
    let target = format!("partner.sandbox.test:{}", port("required"));
    let (status, wire) = connect("proxy", &target, "");
    assert_eq!(status, 200);
    let Wire::Plain(tcp) = wire else { panic!() };
    let mut connection = Connection::tls(tcp, config(Some("valid"), false)).unwrap();
    assert_eq!(connection.get("/status/200").unwrap().status, 200);
    assert_eq!(connect("proxy", "example.com:443", "").0, 403);

    let stats = stats("proxy");
    assert_eq!(stats["tunnels"], 1);
    assert_eq!(stats["refused"], 1);
    assert_eq!(stats["first_bytes_tls"], true);
    assert_eq!(stats["last_target"], "example.com:443");
    assert_eq!(stats["last_authorization"], json!(null));
}

#[test]
fn a_password_is_asked_for_and_remembered() {
    let target = format!("localhost:{}", port("none"));
    assert_eq!(connect("proxy_auth", &target, "").0, 407);
    let right = "Proxy-Authorization: Basic cHJveHl1c2VyOnByb3h5cGFzcw==\r\n";
    assert_eq!(connect("proxy_auth", &target, right).0, 200);
    let stats = stats("proxy_auth");
    assert_eq!(
        (&stats["tunnels"], &stats["refused"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(stats["last_target"], target);
    assert_eq!(
        stats["last_authorization"],
        "Basic cHJveHl1c2VyOnByb3h5cGFzcw=="
    );
}

#[test]
fn a_refusing_proxy_refuses() {
    assert_eq!(connect("proxy_refusing", "localhost:1", "").0, 403);
    assert_eq!(stats("proxy_refusing")["refused"], 1);
}
