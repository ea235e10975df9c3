//! Bodies that come in: counted, slowly read, or not wanted.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::json;

use crate::exchange::{After, Exchange, Outcome};
use crate::tls::hex;
use crate::wire::Ending;

pub(super) async fn upload(exchange: &mut Exchange<'_>) -> Outcome {
    let mut digest = Context::new(&SHA256);
    let mut length = 0;
    while let Some(piece) = exchange.body_piece().await? {
        digest.update(&piece);
        length += piece.len() as u64;
    }
    let answer = json!({"length": length, "sha256": hex(digest.finish().as_ref())});
    exchange.json(200, &answer).await
}

pub(super) async fn slow(exchange: &mut Exchange<'_>) -> Outcome {
    let rate = exchange.head.number("bytes_per_s", 1024).max(1);
    let most = usize::try_from((rate / 10).clamp(1, 64 * 1024)).unwrap_or(1024);
    let mut digest = Context::new(&SHA256);
    let mut length = 0;
    while let Some(piece) = exchange.body_piece_up_to(most).await? {
        digest.update(&piece);
        length += piece.len() as u64;
        tokio::time::sleep(Duration::from_secs_f64(piece.len() as f64 / rate as f64)).await;
    }
    let answer = json!({"length": length, "sha256": hex(digest.finish().as_ref())});
    exchange.json(200, &answer).await
}

/// Answers without reading the body, then closes: gently, or with the RST that a careless server sends.
pub(super) async fn early_413(exchange: &mut Exchange<'_>, reset: bool) -> Outcome {
    exchange.without_continue();
    exchange.close_after();
    let answer = json!({"error": "the body is too large", "status": 413});
    let after = exchange.json(413, &answer).await?;
    Ok(if reset {
        After::End(Ending::Reset)
    } else {
        after
    })
}
