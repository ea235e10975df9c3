//! What the sandbox remembers. With counts in the query (`?seen=2&aborted=1`) the answer waits until
//! they are reached or `wait_ms` is over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::exchange::{Exchange, Outcome};
use crate::head::Head;

const PATIENCE_MS: u64 = 20_000;

pub(super) async fn requests(exchange: &mut Exchange<'_>) -> Outcome {
    let head = exchange.head.clone();
    let Some(id) = head.parameter("id") else {
        return exchange.json(400, &json!({"error": "want ?id=ID"})).await;
    };
    let answer = exchange
        .ledger
        .wait(
            patience(&head),
            |books| json!(books.requests.get(&id).cloned().unwrap_or_default()),
            |counts| reached(&head, counts),
        )
        .await;
    exchange.json(200, &answer).await
}

pub(super) async fn listeners(exchange: &mut Exchange<'_>) -> Outcome {
    let answer = exchange.ledger.read(|books| json!(books.listeners));
    exchange.json(200, &answer).await
}

pub(super) async fn listener(exchange: &mut Exchange<'_>, name: &str) -> Outcome {
    let head = exchange.head.clone();
    let answer = exchange
        .ledger
        .wait(
            patience(&head),
            |books| books.listeners.get(name).map(|counts| json!(counts)),
            |counts| counts.as_ref().is_none_or(|counts| reached(&head, counts)),
        )
        .await;
    match answer {
        Some(answer) => exchange.json(200, &answer).await,
        None => {
            exchange
                .json(404, &json!({"error": "no such listener"}))
                .await
        }
    }
}

fn patience(head: &Head) -> Duration {
    Duration::from_millis(head.number("wait_ms", PATIENCE_MS))
}

/// `open` falls, so it is reached from above; every other count grows.
fn reached(head: &Head, counts: &Value) -> bool {
    let Some(counts) = counts.as_object() else {
        return true;
    };
    counts.iter().all(|(name, have)| {
        let wanted = head
            .parameter(name)
            .and_then(|wanted| wanted.parse::<u64>().ok());
        match (wanted, have.as_u64()) {
            (Some(wanted), Some(have)) if name == "open" => have <= wanted,
            (Some(wanted), Some(have)) => have >= wanted,
            _ => true,
        }
    })
}
