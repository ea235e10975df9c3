//! What no server of a known make does: bytes and silences over a plain socket. `stunnel` puts some of them
//! behind TLS.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

use super::filler::Filler;
use crate::error::Error;

#[derive(Clone, Copy)]
enum Raw {
    /// Says this at once, then waits for the other to go.
    Greets(&'static [u8]),
    /// Reads what comes first, says this, and ends so.
    Answers(&'static [u8], End),
    /// Reads the head of a CONNECT, says this, and ends so.
    Tunnels(&'static [u8], End),
    /// Opens every tunnel to this port of a peer, wherever it was to lead.
    TunnelsTo(&'static str, &'static str),
}

#[derive(Clone, Copy)]
enum End {
    Close,
    Reset,
    Stall,
}

/// The beginning of a ServerHello: a record of 122 bytes, and 6 of them.
const SERVER_HELLO: &[u8] = &[22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3];

/// An empty SETTINGS frame (RFC 9113 section 6.5), with which every HTTP/2 server begins.
const HTTP2: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

const LOGIN: &[u8] = b"HTTP/1.1 302 Found\r\nLocation: http://wifi.hotel.example/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n<h1>Please log in</h1>";

const SHORT: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot all of it";

#[rustfmt::skip]
const ALL: &[(&str, Raw)] = &[
    ("smtp", Raw::Greets(b"220 mail.partner.example ESMTP ready\r\n")),
    ("ssh", Raw::Greets(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
    ("portal", Raw::Answers(LOGIN, End::Close)),
    ("portal_page", Raw::Answers(PAGE, End::Close)),
    ("closes", Raw::Answers(b"", End::Close)),
    ("resets", Raw::Answers(b"", End::Reset)),
    ("stalls", Raw::Answers(b"", End::Stall)),
    ("resets_in_hello", Raw::Answers(SERVER_HELLO, End::Reset)),
    ("closes_in_hello", Raw::Answers(SERVER_HELLO, End::Close)),
    ("stalls_in_hello", Raw::Answers(SERVER_HELLO, End::Stall)),
    ("http2", Raw::Answers(HTTP2, End::Stall)),
    ("head_cut", Raw::Answers(b"HTTP/1.1 200 OK\r\nContent-", End::Close)),
    ("body_cut", Raw::Answers(SHORT, End::Close)),
    ("body_reset", Raw::Answers(SHORT, End::Reset)),
    ("body_stalls", Raw::Answers(SHORT, End::Stall)),
    ("proxy_closes", Raw::Tunnels(b"", End::Close)),
    ("proxy_stalls", Raw::Tunnels(b"", End::Stall)),
    ("proxy_portal", Raw::Tunnels(LOGIN, End::Close)),
    ("proxy_gateway", Raw::Tunnels(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n", End::Close)),
    ("proxy_inspects", Raw::TunnelsTo("openssl", "inspected")),
];

/// A port that listens, and what it does.
pub(super) struct Open(TcpListener, Raw);

/// Opens the ports, for others to lead to.
pub(super) fn open(filler: &mut Filler) -> Result<Vec<Open>, Error> {
    let each = ALL.iter().map(|(name, raw)| {
        let problem = |e: std::io::Error| Error::new(format!("no port is free: {e}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(problem)?;
        let number = listener.local_addr().map_err(problem)?.port();
        filler.announce("raw", name, number);
        Ok(Open(listener, *raw))
    });
    each.collect()
}

/// Serves until the process ends.
pub(super) fn serve(open: Vec<Open>, filler: &Filler) {
    for Open(listener, raw) in open {
        let target = match raw {
            Raw::TunnelsTo(server, name) => filler.known(server, name),
            _ => None,
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || meet(raw, stream, target));
            }
        });
    }
}

/// Whatever the client does meanwhile, the fault is the same.
fn meet(raw: Raw, mut stream: TcpStream, target: Option<u16>) {
    let end = match raw {
        Raw::Greets(text) => {
            let _ = stream.write_all(text);
            End::Stall
        }
        Raw::Answers(text, end) => {
            if !hears(&mut stream) {
                return;
            }
            let _ = stream.write_all(text);
            end
        }
        Raw::Tunnels(text, end) => {
            head(&mut stream);
            let _ = stream.write_all(text);
            end
        }
        Raw::TunnelsTo(..) => {
            head(&mut stream);
            return tunnel(stream, target);
        }
    };
    match end {
        End::Close => {
            let _ = stream.shutdown(Shutdown::Write);
            drain(&mut stream);
        }
        End::Reset => {
            // What was said must arrive before the RST, which would overtake it.
            std::thread::sleep(Duration::from_millis(50));
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        }
        End::Stall => drain(&mut stream),
    }
}

fn hears(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 16 * 1024]), Ok(n) if n > 0)
}

fn head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    let mut one = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut one), Ok(1)) {
        head.extend(one);
    }
}

fn drain(stream: &mut TcpStream) {
    let _ = std::io::copy(stream, &mut std::io::sink());
}

fn tunnel(mut client: TcpStream, target: Option<u16>) {
    let Some(port) = target else { return };
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return;
    };
    let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    let (Ok(mut from), Ok(mut to)) = (server.try_clone(), client.try_clone()) else {
        return;
    };
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut client, &mut server);
    let _ = server.shutdown(Shutdown::Write);
    let _ = back.join();
}
