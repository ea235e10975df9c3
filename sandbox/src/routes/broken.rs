//! Answers that end too early, or not at all, and connections that die at a chosen moment.

use std::io;
use std::time::Duration;

use serde_json::json;

use super::bodies::Pattern;
use super::number;
use crate::exchange::{After, Exchange, Framing, Headers, Outcome};
use crate::wire::Ending;

const BINARY: Headers<'static> = &[("Content-Type", b"application/octet-stream")];

pub(super) async fn truncated(
    exchange: &mut Exchange<'_>,
    sent: &str,
    declared: &str,
    notify: bool,
) -> Outcome {
    let sent: u64 = number!(exchange, sent);
    let declared: u64 = number!(exchange, declared);
    exchange
        .begin(200, BINARY, Framing::Length(declared))
        .await?;
    Pattern::new(0).send(exchange, sent.min(declared)).await?;
    Ok(After::End(if notify { Ending::Close } else { Ending::Cut }))
}

/// Two chunks, then close_notify and FIN where the last chunk should be.
pub(super) async fn truncated_chunked(exchange: &mut Exchange<'_>) -> Outcome {
    exchange.begin(200, BINARY, Framing::Chunked).await?;
    exchange.piece(b"first chunk").await?;
    exchange.piece(b"second chunk").await?;
    Ok(After::End(Ending::Close))
}

/// Half a head, then close_notify and FIN.
pub(super) async fn truncated_head(exchange: &mut Exchange<'_>) -> Outcome {
    exchange
        .raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl")
        .await?;
    Ok(After::End(Ending::Close))
}

pub(super) async fn close_delimited_reset(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    close_delimited(exchange, n, Ending::Reset).await
}

pub(super) async fn close_delimited_cut(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    close_delimited(exchange, n, Ending::Cut).await
}

async fn close_delimited(exchange: &mut Exchange<'_>, n: &str, ending: Ending) -> Outcome {
    let n: u64 = number!(exchange, n);
    exchange.begin(200, BINARY, Framing::Close).await?;
    Pattern::new(0).send(exchange, n).await?;
    Ok(After::End(ending))
}

pub(super) fn reset() -> Outcome {
    Ok(After::End(Ending::Reset))
}

pub(super) fn close() -> Outcome {
    Ok(After::End(Ending::Close))
}

/// The first request on a connection is answered; a later one meets `fault`: a keep-alive race.
pub(super) async fn if_reused(exchange: &mut Exchange<'_>, fault: Outcome) -> Outcome {
    if exchange.request_number > 1 {
        return fault;
    }
    let answer = json!({"connection_id": exchange.connection.id, "request_number": 1});
    exchange.json(200, &answer).await
}

/// Promises to keep the connection, and closes it.
pub(super) async fn keepalive_close(exchange: &mut Exchange<'_>) -> Outcome {
    answered(exchange).await?;
    Ok(After::End(Ending::Close))
}

/// The idle connection is reset a little later.
pub(super) async fn stale(exchange: &mut Exchange<'_>) -> Outcome {
    let after = Duration::from_millis(exchange.head.number("ms", 50));
    answered(exchange).await?;
    match exchange.pause(after).await {
        // A client that closes first has had its answer.
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Ok(After::End(Ending::Close)),
        _ => Ok(After::End(Ending::Reset)),
    }
}

async fn answered(exchange: &mut Exchange<'_>) -> io::Result<()> {
    let answer = json!({"connection_id": exchange.connection.id});
    exchange.json(200, &answer).await.map(|_| ())
}
