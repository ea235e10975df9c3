use serde_json::json;

use crate::client::{Connection, get};

fn request(target: &str, id: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nX-Sandbox-Id: {id}\r\n\r\n").into_bytes()
}

#[test]
fn an_unknown_id_has_seen_nothing() {
    let counts = get("/_log?id=nobody").json();
    let nothing = json!({"aborted": 0, "connections": 0, "finished": 0, "seen": 0});
    assert_eq!(counts, nothing);
    assert_eq!(get("/_log").status, 400);
}

#[test]
fn requests_are_counted_by_id() {
    let mut connection = Connection::open("optional", Some("valid")).unwrap();
    for _ in 0..2 {
        connection.send(&request("/status/200", "counted")).unwrap();
        connection.reply().unwrap();
    }
    let counts = get("/_log?id=counted&finished=2").json();
    let wanted = json!({"aborted": 0, "connections": 1, "finished": 2, "seen": 2});
    assert_eq!(counts, wanted);
}

#[test]
fn a_client_that_goes_away_is_noticed_wherever_the_answer_stands() {
    let targets = [
        "/silence",
        "/delay/60000",
        "/drip?bytes=9&ms=60000",
        "/large/99999999999",
    ];
    for (at, target) in targets.into_iter().enumerate() {
        for listener in ["none", "plain"] {
            let id = format!("gone-{at}-{listener}");
            let mut connection = Connection::open(listener, None).unwrap();
            connection.send(&request(target, &id)).unwrap();
            assert_eq!(get(&format!("/_log?id={id}&seen=1")).json()["seen"], 1);
            drop(connection);
            let counts = get(&format!("/_log?id={id}&aborted=1")).json();
            assert_eq!(counts["aborted"], 1, "{listener} {target}");
        }
    }
}

#[test]
fn a_body_that_stops_half_way_is_an_abort() {
    let mut connection = Connection::open("none", None).unwrap();
    let head = b"POST /upload HTTP/1.1\r\nX-Sandbox-Id: half\r\nContent-Length: 10\r\n\r\nhalf";
    connection.send(head).unwrap();
    assert_eq!(get("/_log?id=half&seen=1").json()["seen"], 1);
    drop(connection);
    assert_eq!(get("/_log?id=half&aborted=1").json()["aborted"], 1);
}

#[test]
fn handshakes_are_counted_by_listener() {
    let _ = Connection::open("tls12", None);
    let seen = get("/_listeners/tls12?handshake_failures=1").json();
    assert!(seen["handshake_failures"].as_u64() >= Some(1));
    assert!(
        seen["last_failure"]
            .as_str()
            .unwrap()
            .contains("certificate")
    );
    assert_eq!(get("/_listeners/nowhere").status, 404);
    assert!(get("/_listeners").json()["none"]["accepted"].is_u64());
}
