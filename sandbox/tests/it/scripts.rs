use crate::client::{Connection, End, drain};

fn raw() -> Connection {
    Connection::open("raw", None).unwrap()
}

#[test]
fn interim_answers_come_before_the_real_one() {
    let mut connection = raw();
    let first = connection.get("/interim").unwrap();
    assert_eq!((first.status, first.header("x-interim")), (103, "one"));
    assert_eq!(connection.reply().unwrap().status, 103);
    assert_eq!(connection.reply().unwrap().status, 200);
}

fn expecting(target: &str) -> Connection {
    let mut connection = raw();
    connection
        .send(
            format!("POST {target} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                .as_bytes(),
        )
        .unwrap();
    connection
}

#[test]
fn a_continue_is_given_withheld_or_refused() {
    let mut given = expecting("/continue");
    let interim = given.reply().unwrap();
    assert_eq!((interim.status, interim.header("x-interim")), (100, "yes"));
    given.send(b"hello").unwrap();
    assert_eq!(given.reply().unwrap().json()["length"], 5);

    let mut silent = expecting("/continue-silent");
    silent.send(b"hello").unwrap();
    assert_eq!(silent.reply().unwrap().json()["length"], 5);

    let mut refused = expecting("/continue-refused");
    assert_eq!(refused.reply().unwrap().status, 417);
    assert_eq!(refused.rest().1, End::Clean);
}

#[test]
fn an_ordinary_route_gives_a_plain_continue() {
    let mut connection = Connection::open("none", None).unwrap();
    connection
        .send(b"POST /upload HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        .unwrap();
    let interim = connection.reply().unwrap();
    assert_eq!((interim.status, interim.headers.len()), (100, 0));
    connection.send(b"hello").unwrap();
    assert_eq!(connection.reply().unwrap().json()["length"], 5);
}

#[test]
fn scripted_answers_are_sent_to_the_letter() {
    let cases = [
        ("/http10", "HTTP/1.0 200 OK\r\n", "from an old server\n"),
        ("/bad-status-line", "HTTP/1.1 abc ", "\r\n\r\n"),
        (
            "/bad-header",
            "HTTP/1.1 200 OK\r\nno colon here\r\n",
            "\r\n\r\n",
        ),
        (
            "/bad-chunk",
            "HTTP/1.1 200 OK\r\n",
            "zz\r\nworld\r\n0\r\n\r\n",
        ),
        ("/two-lengths", "HTTP/1.1 200 OK\r\n", "hello!"),
        ("/length-and-chunked", "HTTP/1.1 200 OK\r\n", "0\r\n\r\n"),
    ];
    for (target, begin, end) in cases {
        let (text, ending) = drain("raw", target);
        assert!(text.starts_with(begin) && text.ends_with(end), "{text}");
        assert_eq!(ending, End::Clean);
    }
}

#[test]
fn odd_heads_keep_the_connection() {
    let mut connection = raw();
    let bytes = connection.get("/header-bytes").unwrap();
    assert_eq!(bytes.all("x-bytes"), [b"\x80\xe9\xff\tend"]);
    assert_eq!(bytes.body, b"ok");
    let slow = connection.get("/slow-head?ms=1").unwrap();
    assert_eq!(slow.body, b"slow");
    assert_eq!(connection.get("/nothing").unwrap().status, 404);
}

#[test]
fn junk_follows_a_sized_answer() {
    let mut connection = raw();
    assert_eq!(connection.get("/smuggle").unwrap().body, b"ok");
    assert_eq!(connection.reply().unwrap().body, b"smuggled");
}

#[test]
fn trailers_and_folds_are_on_the_wire() {
    for (target, wanted) in [
        (
            "/trailers",
            "0\r\nX-Checksum: 5d41402a\r\nX-Dup: one\r\nX-Dup: two\r\n\r\n",
        ),
        ("/folded-header", "X-Folded: first\r\n second\r\n"),
    ] {
        let mut connection = raw();
        let request = format!("GET {target} HTTP/1.1\r\n\r\nGET /http10 HTTP/1.1\r\n\r\n");
        connection.send(request.as_bytes()).unwrap();
        let (bytes, _) = connection.rest();
        assert!(String::from_utf8_lossy(&bytes).contains(wanted), "{target}");
    }
}

#[test]
fn floods_do_not_end_by_themselves() {
    for target in ["/header-flood", "/interim-flood"] {
        let mut connection = raw();
        let cause = connection.get(target);
        // The client's parser has a limit, or meets one interim answer of many.
        assert!(cause.is_err() || cause.unwrap().status == 103, "{target}");
    }
}

#[test]
fn the_scripts_are_on_every_listener() {
    assert!(drain("none", "/http10").0.starts_with("HTTP/1.0 "));
    assert!(drain("plain", "/http10").0.starts_with("HTTP/1.0 "));
}
