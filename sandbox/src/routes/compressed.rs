//! Compressed answers, sound and broken.

use std::io::{self, Write as _};

use flate2::{Compress, Compression, Crc, FlushCompress};
use serde_json::{Value, json};

use super::number;
use crate::exchange::{Exchange, Framing, Headers, Outcome};

const GZIP: Headers<'static> = &[
    ("Content-Type", b"application/json"),
    ("Content-Encoding", b"gzip"),
];
const BROTLI: Headers<'static> = &[
    ("Content-Type", b"application/json"),
    ("Content-Encoding", b"br"),
];

pub(super) async fn gzip(exchange: &mut Exchange<'_>) -> Outcome {
    let body = gzipped()?;
    exchange.answer(200, GZIP, &body).await
}

/// The framing is right; the stream within ends half way.
pub(super) async fn gzip_truncated(exchange: &mut Exchange<'_>) -> Outcome {
    let mut body = gzipped()?;
    body.truncate(body.len() / 2);
    exchange.answer(200, GZIP, &body).await
}

/// The checksum at the end is wrong.
pub(super) async fn gzip_corrupt(exchange: &mut Exchange<'_>) -> Outcome {
    let mut body = gzipped()?;
    // RFC 1952 2.3.1: CRC32, then the length, four bytes each.
    if let Some(crc) = body.iter_mut().rev().nth(7) {
        *crc ^= 0xff;
    }
    exchange.answer(200, GZIP, &body).await
}

pub(super) async fn brotli(exchange: &mut Exchange<'_>) -> Outcome {
    let body = brotlied()?;
    exchange.answer(200, BROTLI, &body).await
}

pub(super) async fn brotli_truncated(exchange: &mut Exchange<'_>) -> Outcome {
    let mut body = brotlied()?;
    body.truncate(body.len() / 2);
    exchange.answer(200, BROTLI, &body).await
}

/// That many MiB of zeros, a thousandth of it on the wire.
pub(super) async fn gzip_bomb(exchange: &mut Exchange<'_>, mib: &str) -> Outcome {
    let mib: u32 = number!(exchange, mib);
    let zeros = vec![0; 1024 * 1024];
    let mut block = Vec::with_capacity(16 * 1024);
    // After a full flush a block depends on nothing before it (RFC 1951), so one serves for all.
    Compress::new(Compression::best(), false)
        .compress_vec(&zeros, &mut block, FlushCompress::Full)
        .map_err(io::Error::other)?;
    let mut one = Crc::new();
    one.update(&zeros);
    let mut crc = Crc::new();
    for _ in 0..mib {
        crc.combine(&one);
    }
    const HEADER: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    // An empty final block, the checksum, the length modulo 2^32.
    let mut end = vec![0x03, 0x00];
    end.extend_from_slice(&crc.sum().to_le_bytes());
    end.extend_from_slice(&mib.wrapping_mul(1024 * 1024).to_le_bytes());
    let length = HEADER.len() as u64 + u64::from(mib) * block.len() as u64 + end.len() as u64;
    let headers: Headers<'_> = &[
        ("Content-Type", b"application/octet-stream"),
        ("Content-Encoding", b"gzip"),
    ];
    exchange
        .begin(200, headers, Framing::Length(length))
        .await?;
    exchange.piece(HEADER).await?;
    for _ in 0..mib {
        exchange.piece(&block).await?;
    }
    exchange.piece(&end).await?;
    exchange.finish().await
}

fn text(encoding: &str) -> Value {
    let lines: Vec<String> = (0..100)
        .map(|i| format!("line {i} of a text that compresses well"))
        .collect();
    json!({"encoding": encoding, "lines": lines})
}

fn gzipped() -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text("gzip").to_string().as_bytes())?;
    encoder.finish()
}

fn brotlied() -> io::Result<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    encoder.write_all(text("br").to_string().as_bytes())?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}
