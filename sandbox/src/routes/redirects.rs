//! Redirects: anywhere, in a row, in a circle.

use serde_json::json;

use super::{echo, number};
use crate::exchange::{Exchange, Outcome};

pub(super) async fn to(exchange: &mut Exchange<'_>, status: &str) -> Outcome {
    let status: u16 = number!(exchange, status);
    match exchange.head.parameter("to") {
        Some(to) if (300..400).contains(&status) && !to.contains(['\r', '\n']) => {
            redirect(exchange, status, &to).await
        }
        _ => {
            let why = json!({"error": "want a status from 300 to 399 and ?to=URL"});
            exchange.json(400, &why).await
        }
    }
}

/// `n` hops, each relative to the one before, then `/echo`.
pub(super) async fn chain(exchange: &mut Exchange<'_>, n: &str) -> Outcome {
    let n: u32 = number!(exchange, n);
    let status = exchange.head.number("status", 302) as u16;
    let query = match exchange.head.query() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    match n {
        0 => echo::echo(exchange).await,
        1 => redirect(exchange, status, &format!("/echo{query}")).await,
        _ => redirect(exchange, status, &format!("{}{query}", n - 1)).await,
    }
}

pub(super) async fn around(exchange: &mut Exchange<'_>) -> Outcome {
    redirect(exchange, 302, "/redirect-loop").await
}

async fn redirect(exchange: &mut Exchange<'_>, status: u16, to: &str) -> Outcome {
    exchange
        .json_with(
            status,
            &[("Location", to.as_bytes())],
            &json!({"location": to}),
        )
        .await
}
