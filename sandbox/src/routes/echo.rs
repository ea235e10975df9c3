//! What the server saw: the request, the connection, the session.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, Outcome};
use crate::head::{latin1, percent_decode};
use crate::tls::hex;

/// Larger bodies are told by length and digest alone.
const MOST_ECHOED: usize = 64 * 1024;

pub(super) async fn echo(exchange: &mut Exchange<'_>) -> Outcome {
    let mut digest = Context::new(&SHA256);
    let mut kept = Vec::new();
    let mut length = 0usize;
    while let Some(piece) = exchange.body_piece().await? {
        digest.update(&piece);
        length += piece.len();
        if length <= MOST_ECHOED {
            kept.extend_from_slice(&piece);
        }
    }
    let head = exchange.head.clone();
    let answer = json!({
        "body_base64": (length <= MOST_ECHOED).then(|| STANDARD.encode(&kept)),
        "body_length": length,
        "body_sha256": hex(digest.finish().as_ref()),
        "client": exchange.connection.client,
        "connection_id": exchange.connection.id,
        "headers": header_list(exchange),
        "http_version": format!("1.{}", head.minor_version),
        "listener": exchange.connection.listener,
        "method": head.method,
        "path": head.path(),
        "query": head.query(),
        "request_number": exchange.request_number,
        "tls": exchange.connection.tls,
    });
    exchange.json(200, &answer).await
}

pub(super) async fn headers(exchange: &mut Exchange<'_>) -> Outcome {
    let answer = json!({"headers": header_list(exchange)});
    exchange.json(200, &answer).await
}

pub(super) async fn connection(exchange: &mut Exchange<'_>) -> Outcome {
    let subject = exchange.connection.client.get("subject").cloned();
    let answer = json!({
        "client_subject": subject,
        "connection_id": exchange.connection.id,
        "request_number": exchange.request_number,
    });
    exchange.json(200, &answer).await
}

pub(super) async fn cookies(exchange: &mut Exchange<'_>) -> Outcome {
    let mut cookies = Map::new();
    for (name, value) in &exchange.head.headers {
        if name.eq_ignore_ascii_case("cookie") {
            for pair in latin1(value).split(';') {
                let (name, value) = pair.trim().split_once('=').unwrap_or((pair.trim(), ""));
                cookies.insert(name.to_owned(), Value::from(value));
            }
        }
    }
    exchange.json(200, &json!({"cookies": cookies})).await
}

/// Every parameter becomes a cookie, save `_attributes`, which all of them get.
pub(super) async fn set_cookies(exchange: &mut Exchange<'_>) -> Outcome {
    let head = exchange.head.clone();
    let attributes = head
        .parameter("_attributes")
        .unwrap_or_else(|| "Path=/".to_owned());
    let mut set = Map::new();
    let mut lines = Vec::new();
    for pair in head.query().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (percent_decode(name), percent_decode(value));
        if name != "_attributes" {
            lines.push(format!("{name}={value}; {attributes}"));
            set.insert(name, Value::from(value));
        }
    }
    // The values were percent-decoded: a line feed would be a header of the client's making.
    if lines.iter().any(|line| line.contains(['\r', '\n'])) {
        let why = json!({"error": "a cookie holds no line feed"});
        return exchange.json(400, &why).await;
    }
    let headers: Vec<(&str, &[u8])> = lines
        .iter()
        .map(|line| ("Set-Cookie", line.as_bytes()))
        .collect();
    exchange
        .json_with(200, &headers, &json!({"set": set}))
        .await
}

fn header_list(exchange: &Exchange<'_>) -> Value {
    exchange
        .head
        .headers
        .iter()
        .map(|(name, value)| json!([name, latin1(value)]))
        .collect()
}
