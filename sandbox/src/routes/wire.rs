//! Answers written byte by byte: interim responses, broken framing, heads that never end.

use std::time::Duration;

use serde_json::json;

use crate::exchange::{After, Exchange, Outcome};
use crate::wire::Ending;

/// None where the path is not one of these.
pub(super) async fn route(exchange: &mut Exchange<'_>, path: &[&str]) -> Option<Outcome> {
    Some(match path {
        ["interim"] => interim(exchange).await,
        ["continue"] => go_on(exchange).await,
        ["continue-refused"] => refused(exchange).await,
        ["continue-silent"] => silent(exchange).await,
        ["http10"] => scripted(exchange, HTTP_1_0, Ending::Close).await,
        ["bad-status-line"] => scripted(exchange, BAD_STATUS_LINE, Ending::Close).await,
        ["bad-header"] => scripted(exchange, BAD_HEADER, Ending::Close).await,
        ["bad-chunk"] => scripted(exchange, BAD_CHUNK, Ending::Close).await,
        ["two-lengths"] => scripted(exchange, TWO_LENGTHS, Ending::Close).await,
        ["length-and-chunked"] => scripted(exchange, LENGTH_AND_CHUNKED, Ending::Close).await,
        ["header-bytes"] => kept(exchange, HEADER_BYTES).await,
        ["folded-header"] => kept(exchange, FOLDED_HEADER).await,
        ["trailers"] => kept(exchange, TRAILERS).await,
        ["smuggle"] => kept(exchange, SMUGGLE).await,
        ["header-flood"] => header_flood(exchange).await,
        ["interim-flood"] => interim_flood(exchange).await,
        ["slow-head"] => slow_head(exchange).await,
        _ => return None,
    })
}

const HTTP_1_0: &[u8] = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfrom an old server\n";
const BAD_STATUS_LINE: &[u8] = b"HTTP/1.1 abc Not A Status\r\nContent-Length: 0\r\n\r\n";
const BAD_HEADER: &[u8] = b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 0\r\n\r\n";
const BAD_CHUNK: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld\r\n0\r\n\r\n";
const TWO_LENGTHS: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
const LENGTH_AND_CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
const HEADER_BYTES: &[u8] =
    b"HTTP/1.1 200 OK\r\nX-Bytes: \x80\xe9\xff\tend\r\nContent-Length: 2\r\n\r\nok";
/// RFC 9112 5.2: obsolete, and still met.
const FOLDED_HEADER: &[u8] =
    b"HTTP/1.1 200 OK\r\nX-Folded: first\r\n second\r\nContent-Length: 2\r\n\r\nok";
const TRAILERS: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n\
    5\r\nhello\r\n0\r\nX-Checksum: 5d41402a\r\nX-Dup: one\r\nX-Dup: two\r\n\r\n";
/// A second answer that nobody asked for lies behind the first.
const SMUGGLE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\
    HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled";

async fn scripted(exchange: &mut Exchange<'_>, script: &[u8], ending: Ending) -> Outcome {
    exchange.raw(script).await?;
    Ok(After::End(ending))
}

async fn kept(exchange: &mut Exchange<'_>, script: &[u8]) -> Outcome {
    exchange.raw(script).await?;
    Ok(exchange.after())
}

async fn interim(exchange: &mut Exchange<'_>) -> Outcome {
    exchange
        .raw(
            b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX-Interim: one\r\n\r\n",
        )
        .await?;
    exchange
        .raw(b"HTTP/1.1 103 Early Hints\r\nX-Interim: two\r\n\r\n")
        .await?;
    exchange.json(200, &json!({"interim": 2})).await
}

async fn go_on(exchange: &mut Exchange<'_>) -> Outcome {
    let awaited = exchange.without_continue();
    if awaited {
        exchange
            .raw(b"HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n")
            .await?;
    }
    received(exchange, awaited).await
}

async fn refused(exchange: &mut Exchange<'_>) -> Outcome {
    exchange.close_after();
    let answer = json!({"error": "expectation failed"});
    exchange.json(417, &answer).await
}

async fn silent(exchange: &mut Exchange<'_>) -> Outcome {
    let awaited = exchange.without_continue();
    received(exchange, awaited).await
}

async fn received(exchange: &mut Exchange<'_>, awaited: bool) -> Outcome {
    let mut length = 0;
    while let Some(piece) = exchange.body_piece().await? {
        length += piece.len() as u64;
    }
    let answer = json!({"expected_continue": awaited, "length": length});
    exchange.json(200, &answer).await
}

async fn header_flood(exchange: &mut Exchange<'_>) -> Outcome {
    exchange.raw(b"HTTP/1.1 200 OK\r\n").await?;
    let mut number = 0u64;
    loop {
        let mut lines = String::new();
        for _ in 0..256 {
            lines.push_str(&format!("X-Flood-{number}: flood\r\n"));
            number += 1;
        }
        exchange.raw(lines.as_bytes()).await?;
    }
}

async fn interim_flood(exchange: &mut Exchange<'_>) -> Outcome {
    let flood = b"HTTP/1.1 103 Early Hints\r\nX-Interim: again\r\n\r\n".repeat(256);
    loop {
        exchange.raw(&flood).await?;
    }
}

async fn slow_head(exchange: &mut Exchange<'_>) -> Outcome {
    let apart = Duration::from_millis(exchange.head.number("ms", 100));
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" {
        exchange.raw(&[*byte]).await?;
        exchange.pause(apart).await?;
    }
    exchange.raw(b"slow").await?;
    Ok(exchange.after())
}
