//! The routes: which path is answered by which function. `docs/sandbox.md` says what each promises.

mod auth;
mod bodies;
mod broken;
mod compressed;
mod echo;
mod lean;
mod ledgers;
mod redirects;
mod trulioo;
mod uploads;
mod wire;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::exchange::{Exchange, Malformed, Outcome};
use crate::head::percent_decode;
use crate::listeners::Quirk;
use crate::wire::Wire;

/// Answers one request, and notes in the ledger how it went.
pub(crate) async fn serve(exchange: &mut Exchange<'_>, quirk: Quirk) -> Outcome {
    let id = exchange.head.header("x-sandbox-id").map(str::to_owned);
    let connection = exchange.connection.id;
    let ledger = exchange.ledger;
    let note = |change: &dyn Fn(&mut crate::ledger::Requests)| {
        if let Some(id) = &id {
            ledger.write(|books| change(books.requests.entry(id.clone()).or_default()));
        }
    };
    note(&|count| {
        count.seen += 1;
        count.connections.insert(connection);
    });
    let outcome = match quirk {
        Quirk::Nginx if exchange.connection.client.is_null() => no_certificate(exchange).await,
        Quirk::OnlyWire => only_wire(exchange).await,
        _ => route(exchange).await,
    };
    match &outcome {
        Err(cause) if Malformed::is(cause) && !exchange.is_answered() => {
            let why = json!({"error": cause.to_string()});
            exchange.close_after();
            return exchange.json(400, &why).await;
        }
        Err(_) => note(&|count| count.aborted += 1),
        Ok(_) => note(&|count| count.finished += 1),
    }
    outcome
}

/// Answers a head that could not be read.
pub(crate) async fn refuse(wire: &mut Wire, status: u16, why: &str) {
    let body = json!({"error": why}).to_string();
    let answer = format!(
        "HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    // The connection ends either way.
    let _ = wire.write_all(answer.as_bytes()).await;
    let _ = wire.flush().await;
}

async fn route(exchange: &mut Exchange<'_>) -> Outcome {
    let head = exchange.head.clone();
    let decoded: Vec<String> = head.path().split('/').skip(1).map(percent_decode).collect();
    let path: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let method = head.method.as_str();

    match path.as_slice() {
        ["banks", "v1"] => lean::banks(exchange).await,
        ["customers", "v1"] => lean::customers(exchange).await,
        ["connection", "v1", "testauthentication"] => trulioo::test(exchange).await,

        ["echo", ..] => echo::echo(exchange).await,
        ["headers"] => echo::headers(exchange).await,
        ["connection"] => echo::connection(exchange).await,
        ["cookies"] => echo::cookies(exchange).await,
        ["cookies", "set"] => echo::set_cookies(exchange).await,

        ["status", code] => bodies::status(exchange, code).await,
        ["bytes", n] => bodies::bytes(exchange, n).await,
        ["stream", n] => bodies::stream(exchange, n).await,
        ["chunked", n, chunk] => bodies::chunked(exchange, n, chunk).await,
        ["large", n] => bodies::large(exchange, n).await,
        ["drip"] => bodies::drip(exchange).await,
        ["delay", ms] => bodies::delay(exchange, ms).await,
        ["silence"] => exchange.silence().await,
        ["dup-headers"] => bodies::dup_headers(exchange).await,
        ["big-header", n] => bodies::big_header(exchange, n).await,
        ["close-delimited", n] => bodies::close_delimited(exchange, n).await,

        ["gzip"] => compressed::gzip(exchange).await,
        ["gzip-truncated"] => compressed::gzip_truncated(exchange).await,
        ["gzip-corrupt"] => compressed::gzip_corrupt(exchange).await,
        ["gzip-bomb", mib] => compressed::gzip_bomb(exchange, mib).await,
        ["brotli"] => compressed::brotli(exchange).await,
        ["brotli-truncated"] => compressed::brotli_truncated(exchange).await,

        ["redirect", status] => redirects::to(exchange, status).await,
        ["redirect-chain", n] => redirects::chain(exchange, n).await,
        ["redirect-loop"] => redirects::around(exchange).await,

        ["basic-auth", user, password] => auth::basic(exchange, user, password).await,
        ["bearer", token] => auth::bearer(exchange, token).await,

        ["upload"] => uploads::upload(exchange).await,
        ["upload-slow"] => uploads::slow(exchange).await,
        ["early-413"] => uploads::early_413(exchange, false).await,
        ["early-413-reset"] => uploads::early_413(exchange, true).await,

        ["truncated", sent, declared] => broken::truncated(exchange, sent, declared, false).await,
        ["truncated-notify", sent, declared] => {
            broken::truncated(exchange, sent, declared, true).await
        }
        ["truncated-chunked"] => broken::truncated_chunked(exchange).await,
        ["truncated-head"] => broken::truncated_head(exchange).await,
        ["close-delimited-reset", n] => broken::close_delimited_reset(exchange, n).await,
        ["close-delimited-cut", n] => broken::close_delimited_cut(exchange, n).await,
        ["reset"] => broken::reset(),
        ["close"] => broken::close(),
        ["reset-if-reused"] => broken::if_reused(exchange, broken::reset()).await,
        ["close-if-reused"] => broken::if_reused(exchange, broken::close()).await,
        ["keepalive-close"] => broken::keepalive_close(exchange).await,
        ["stale"] => broken::stale(exchange).await,

        ["_log"] => ledgers::requests(exchange).await,
        ["_listeners"] => ledgers::listeners(exchange).await,
        ["_listeners", name] => ledgers::listener(exchange, name).await,

        _ => match wire::route(exchange, &path).await {
            Some(outcome) => outcome,
            None => not_found(exchange, method, head.path()).await,
        },
    }
}

async fn only_wire(exchange: &mut Exchange<'_>) -> Outcome {
    let head = exchange.head.clone();
    let path: Vec<&str> = head.path().split('/').skip(1).collect();
    match wire::route(exchange, &path).await {
        Some(outcome) => outcome,
        None => not_found(exchange, &head.method, head.path()).await,
    }
}

async fn not_found(exchange: &mut Exchange<'_>, method: &str, path: &str) -> Outcome {
    let answer = json!({"error": "no such route", "method": method, "path": path});
    exchange.json(404, &answer).await
}

/// nginx 1.22 with `ssl_verify_client on`.
async fn no_certificate(exchange: &mut Exchange<'_>) -> Outcome {
    const PAGE: &[u8] =
        b"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n\
        <body>\r\n<center><h1>400 Bad Request</h1></center>\r\n\
        <center>No required SSL certificate was sent</center>\r\n</body>\r\n</html>\r\n";
    exchange.close_after();
    exchange
        .answer(400, &[("Content-Type", b"text/html")], PAGE)
        .await
}

/// A number in a path, or the answer that it is none.
macro_rules! number {
    ($exchange:expr, $text:expr) => {
        match $text.parse() {
            Ok(number) => number,
            Err(_) => {
                let why = serde_json::json!({"error": "not a number", "value": $text});
                return $exchange.json(400, &why).await;
            }
        }
    };
}
use number;
