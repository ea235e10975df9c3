//! An HTTP CONNECT proxy that leads to loopback only, and remembers what it was shown.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use bytes::BytesMut;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::head::{Head, Parsed};
use crate::ledger::{Ledger, Tunnels};
use crate::listeners::Proxy;
use crate::wire;

const USER_AND_PASSWORD: &str = "proxyuser:proxypass";

pub(crate) async fn serve(mut tcp: TcpStream, name: &'static str, kind: Proxy, ledger: &Ledger) {
    // A client that goes away in the middle is no news.
    let _ = converse(&mut tcp, name, kind, ledger).await;
    let _ = tcp.shutdown().await;
    wire::linger(tcp).await;
}

async fn converse(
    tcp: &mut TcpStream,
    name: &'static str,
    kind: Proxy,
    ledger: &Ledger,
) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    loop {
        let head = loop {
            match Head::take(&mut buffer) {
                Parsed::Head(head) => break head,
                Parsed::Partial if tcp.read_buf(&mut buffer).await? == 0 => return Ok(()),
                Parsed::Partial => {}
                Parsed::Refused(status, why) => return answer(tcp, status, "", &why).await,
            }
        };
        if head.method != "CONNECT" {
            if head.path() == "/_stats" {
                let tunnels =
                    ledger.read(|books| books.proxies.get(name).cloned().unwrap_or_default());
                answer(tcp, 200, "", &json!(tunnels).to_string()).await?;
                continue;
            }
            let only = json!({"error": "this proxy knows CONNECT and GET /_stats alone"});
            answer(tcp, 405, "Allow: CONNECT\r\n", &only.to_string()).await?;
            continue;
        }
        let note = |change: &dyn Fn(&mut Tunnels)| {
            ledger.write(|books| change(books.proxies.entry(name.to_owned()).or_default()));
        };
        let shown = head.header("proxy-authorization").map(str::to_owned);
        note(&|tunnels| {
            tunnels.last_target = Some(head.target.clone());
            tunnels.last_authorization.clone_from(&shown);
        });
        let refusal = match (kind, loopback(&head.target)) {
            (Proxy::Refusing, _) => Some((403, "this proxy refuses everything")),
            (Proxy::WithPassword, _) if !authorized(shown.as_deref()) => {
                Some((407, "proxy authentication required"))
            }
            (_, None) => Some((403, "this proxy leads to loopback only")),
            (_, Some(_)) => None,
        };
        if let Some((status, why)) = refusal {
            note(&|tunnels| tunnels.refused += 1);
            let challenge = if status == 407 {
                "Proxy-Authenticate: Basic realm=\"sandbox\"\r\n"
            } else {
                ""
            };
            // The connection stays: RFC 7235 clients try again on it with a password.
            answer(tcp, status, challenge, &json!({"error": why}).to_string()).await?;
            continue;
        }
        let Some(port) = loopback(&head.target) else {
            continue;
        };
        let Ok(mut beyond) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
            note(&|tunnels| tunnels.refused += 1);
            let why = json!({"error": "nobody answers there"});
            answer(tcp, 502, "", &why.to_string()).await?;
            continue;
        };
        beyond.set_nodelay(true)?;
        note(&|tunnels| {
            tunnels.tunnels += 1;
            tunnels.open += 1;
            tunnels.first_bytes_tls = None;
        });
        let done = tunnel(tcp, &mut beyond, buffer, &note).await;
        note(&|tunnels| tunnels.open -= 1);
        return done;
    }
}

async fn tunnel(
    tcp: &mut TcpStream,
    beyond: &mut TcpStream,
    mut first: BytesMut,
    note: &impl Fn(&dyn Fn(&mut Tunnels)),
) -> io::Result<()> {
    tcp.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    if first.is_empty() && tcp.read_buf(&mut first).await? == 0 {
        return Ok(());
    }
    // RFC 8446 5.1: a handshake record, whose legacy version is 3.x.
    let is_tls = first.starts_with(&[0x16, 0x03]);
    note(&|tunnels| tunnels.first_bytes_tls = Some(is_tls));
    beyond.write_all(&first).await?;
    tokio::io::copy_bidirectional(tcp, beyond).await.map(|_| ())
}

/// The port, where the target is on this machine. Names under `sandbox.test` are too: a client
/// cannot have resolved those by itself.
fn loopback(target: &str) -> Option<u16> {
    let (host, port) = target.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ours = host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".sandbox.test")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    ours.then(|| port.parse().ok()).flatten()
}

fn authorized(shown: Option<&str>) -> bool {
    let wanted = base64::engine::general_purpose::STANDARD.encode(USER_AND_PASSWORD);
    shown
        .and_then(|shown| shown.split_once(' '))
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("basic") && token == wanted)
}

async fn answer(tcp: &mut TcpStream, status: u16, headers: &str, body: &str) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {status} Proxy\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}\n",
        body.len() + 1
    );
    tcp.write_all(answer.as_bytes()).await
}
