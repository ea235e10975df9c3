use crate::client::{Connection, End, drain};

#[test]
fn each_broken_answer_ends_as_it_is_named() {
    let cases = [
        ("/truncated/5/10", End::Cut),
        ("/truncated-notify/5/10", End::Clean),
        ("/truncated-chunked", End::Clean),
        ("/truncated-head", End::Clean),
        ("/close-delimited/10", End::Clean),
        ("/close-delimited-cut/10", End::Cut),
        ("/close-delimited-reset/10", End::Reset),
        ("/reset", End::Reset),
        ("/close", End::Clean),
        ("/keepalive-close", End::Clean),
        ("/stale", End::Reset),
    ];
    for (target, wanted) in cases {
        let (text, end) = drain("none", target);
        assert_eq!(end, wanted, "{target}: {text}");
        let is_silent = matches!(target, "/reset" | "/close");
        assert_eq!(text.is_empty(), is_silent, "{target}: {text}");
    }
}

#[test]
fn truncated_answers_declare_more_than_they_send() {
    let (text, _) = drain("none", "/truncated/5/10");
    assert!(text.contains("Content-Length: 10\r\n"));
    assert_eq!(text.split("\r\n\r\n").nth(1).unwrap().chars().count(), 5);
    let (text, _) = drain("none", "/truncated-chunked");
    assert!(text.ends_with("c\r\nsecond chunk\r\n"));
}

#[test]
fn a_promise_to_keep_the_connection_is_broken_after_the_answer() {
    for target in ["/keepalive-close", "/stale?ms=1"] {
        let (text, _) = drain("plain", target);
        assert!(text.contains("Content-Length: "), "{text}");
        assert!(!text.contains("Connection: close"), "{text}");
    }
}

#[test]
fn only_a_reused_connection_meets_the_fault() {
    for (target, wanted) in [
        ("/reset-if-reused", End::Reset),
        ("/close-if-reused", End::Clean),
    ] {
        let mut connection = Connection::open("none", None).unwrap();
        assert_eq!(connection.get(target).unwrap().status, 200);
        connection
            .send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .unwrap();
        assert_eq!(connection.rest(), (Vec::new(), wanted));
    }
}

#[test]
fn a_malformed_head_is_refused() {
    let mut connection = Connection::open("none", None).unwrap();
    connection.send(b"no request at all\r\n\r\n").unwrap();
    let (bytes, end) = connection.rest();
    assert!(bytes.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(end, End::Clean);
}
