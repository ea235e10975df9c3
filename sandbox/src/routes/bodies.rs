//! Answers of every size, shape and pace.

use std::time::Duration;

use serde_json::json;

use super::number;
use crate::exchange::{Exchange, Framing, Headers, Outcome};

const BINARY: (&str, &[u8]) = ("Content-Type", b"application/octet-stream");
const PERIOD: u64 = 251;
const BLOCK: u64 = PERIOD * 256;

/// Byte `i` of a body with seed `s` is `(31 * i + s) mod 251`.
pub(super) struct Pattern {
    block: Vec<u8>,
}

impl Pattern {
    pub(super) fn new(seed: u64) -> Self {
        let block = (0..BLOCK)
            .map(|i| ((31 * i + seed % PERIOD) % PERIOD) as u8)
            .collect();
        Self { block }
    }

    /// At most one block from `offset` on.
    pub(super) fn piece(&self, offset: u64, most: u64) -> &[u8] {
        // The pattern repeats after PERIOD bytes and a block holds it whole times.
        let from = (offset % BLOCK) as usize;
        let to = (from as u64).saturating_add(most).min(BLOCK) as usize;
        self.block.get(from..to).unwrap_or_default()
    }

    pub(super) async fn send(
        &self,
        exchange: &mut Exchange<'_>,
        length: u64,
    ) -> std::io::Result<()> {
        let mut sent = 0;
        while sent < length {
            let piece = self.piece(sent, length - sent);
            exchange.piece(piece).await?;
            sent += piece.len() as u64;
        }
        Ok(())
    }
}

pub(super) async fn status(exchange: &mut Exchange<'_>, code: &str) -> Outcome {
    let code: u16 = number!(exchange, code);
    if !(200..=999).contains(&code) {
        let why = json!({"error": "a status is from 200 to 999; /interim answers with 1xx"});
        return exchange.json(400, &why).await;
    }
    if code == 204 || code == 304 {
        return exchange.answer(code, &[], b"").await;
    }
    exchange.json(code, &json!({"status": code})).await
}

pub(super) async fn bytes(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: u64 = number!(exchange, n);
    let pattern = Pattern::new(exchange.head.number("seed", 0));
    exchange.begin(200, &[BINARY], Framing::Length(n)).await?;
    pattern.send(exchange, n).await?;
    exchange.finish().await
}

pub(super) async fn stream(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: u64 = number!(exchange, n);
    let headers: Headers<'_> = &[("Content-Type", b"application/x-ndjson")];
    exchange.begin(200, headers, Framing::Chunked).await?;
    for id in 0..n {
        let line = format!("{}\n", json!({"id": id, "of": n}));
        exchange.piece(line.as_bytes()).await?;
    }
    exchange.finish().await
}

pub(super) async fn chunked(exchange: &mut Exchange<'_>, n: &str, chunk: &str) -> Outcome {
    let n: u64 = number!(exchange, n);
    let chunk: u64 = number!(exchange, chunk);
    let pattern = Pattern::new(0);
    exchange.begin(200, &[BINARY], Framing::Chunked).await?;
    let mut sent = 0;
    while sent < n {
        let mut piece = Vec::new();
        let want = chunk.clamp(1, 16 * 1024 * 1024).min(n - sent);
        while (piece.len() as u64) < want {
            let have = piece.len() as u64;
            piece.extend_from_slice(pattern.piece(sent + have, want - have));
        }
        exchange.piece(&piece).await?;
        sent += want;
    }
    exchange.finish().await
}

pub(super) async fn large(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: u64 = number!(exchange, n);
    let block = vec![b'a'; 256 * 1024];
    exchange.begin(200, &[BINARY], Framing::Length(n)).await?;
    let mut left = n;
    while left > 0 {
        let size = left.min(block.len() as u64);
        exchange
            .piece(block.get(..size as usize).unwrap_or_default())
            .await?;
        left -= size;
    }
    exchange.finish().await
}

/// After `delay_ms` the head; then `bytes` bytes, one at a time, `ms` apart.
pub(super) async fn drip(exchange: &mut Exchange<'_>) -> Outcome {
    let head = exchange.head.clone();
    let bytes = head.number("bytes", 10);
    let apart = Duration::from_millis(head.number("ms", 100));
    exchange
        .pause(Duration::from_millis(head.number("delay_ms", 0)))
        .await?;
    exchange
        .begin(200, &[BINARY], Framing::Length(bytes))
        .await?;
    let pattern = Pattern::new(0);
    for at in 0..bytes {
        if at > 0 {
            exchange.pause(apart).await?;
        }
        exchange.piece(pattern.piece(at, 1)).await?;
    }
    exchange.finish().await
}

pub(super) async fn delay(exchange: &mut Exchange<'_>, ms: &str) -> Outcome {
    let ms: u64 = number!(exchange, ms);
    exchange.pause(Duration::from_millis(ms)).await?;
    exchange.json(200, &json!({"delayed_ms": ms})).await
}

pub(super) async fn dup_headers(exchange: &mut Exchange<'_>) -> Outcome {
    let headers: Headers<'_> = &[
        ("X-Dup", b"one"),
        ("x-dup", b"two"),
        ("Set-Cookie", b"first=1; Path=/"),
        ("Set-Cookie", b"second=2; Path=/"),
        ("X-Latin1", b"caf\xe9"),
        ("X-Empty", b""),
    ];
    exchange
        .json_with(200, headers, &json!({"headers": headers.len()}))
        .await
}

pub(super) async fn big_header(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: usize = number!(exchange, n);
    let value = vec![b'a'; n.min(64 * 1024 * 1024)];
    exchange
        .json_with(200, &[("X-Big", &value)], &json!({"length": value.len()}))
        .await
}

pub(super) async fn close_delimited(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: u64 = number!(exchange, n);
    exchange.begin(200, &[BINARY], Framing::Close).await?;
    Pattern::new(0).send(exchange, n).await?;
    exchange.finish().await
}
