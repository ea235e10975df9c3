//! Lean's shape: an application token in a header, errors as `{"message", "status"}`.

use serde_json::{Value, json};

use crate::exchange::{Exchange, Outcome};
use crate::partner::{APP_TOKEN, APP_TOKEN_HEADER};

pub(super) async fn banks(exchange: &mut Exchange<'_>) -> Outcome {
    match exchange.head.header(APP_TOKEN_HEADER) {
        None => unauthorized(exchange).await,
        Some(APP_TOKEN) => exchange.json(200, &bank_list()).await,
        Some(_) => {
            let answer = error(
                "INSUFFICIENT_ACCESS_LEVEL",
                "Application does not have access to this resource",
            );
            exchange.json(403, &answer).await
        }
    }
}

pub(super) async fn customers(exchange: &mut Exchange<'_>) -> Outcome {
    if exchange.head.method != "POST" {
        let answer = error("METHOD_NOT_ALLOWED", "Use POST");
        return exchange
            .json_with(405, &[("Allow", b"POST")], &answer)
            .await;
    }
    if exchange.head.header(APP_TOKEN_HEADER).is_none() {
        return unauthorized(exchange).await;
    }
    let body = exchange.whole_body(64 * 1024).await?;
    let user = serde_json::from_slice::<Value>(&body)
        .ok()
        .and_then(|body| Some(body.get("app_user_id")?.as_str()?.to_owned()));
    match user {
        Some(user) => {
            let customer_id = customer_id(&user);
            let answer = json!({"app_user_id": user, "customer_id": customer_id});
            exchange.json(201, &answer).await
        }
        None => {
            let answer = error(
                "BAD_REQUEST",
                "The body must be a JSON object with app_user_id, a string",
            );
            exchange.json(400, &answer).await
        }
    }
}

async fn unauthorized(exchange: &mut Exchange<'_>) -> Outcome {
    let answer = error("UNAUTHORIZED", "The lean-app-token header is missing");
    exchange.json(401, &answer).await
}

fn error(status: &str, message: &str) -> Value {
    json!({"message": message, "status": status})
}

fn bank_list() -> Value {
    json!([
        {"identifier": "SANDBOX_BANK_ONE", "is_active": true, "name": "Sandbox Bank One"},
        {"identifier": "SANDBOX_BANK_TWO", "is_active": true, "name": "Sandbox Bank Two"},
        {"identifier": "SANDBOX_BANK_OLD", "is_active": false, "name": "Sandbox Bank Old"},
    ])
}

/// The same user is the same customer: shaped as a UUID, made from the user's SHA-256.
fn customer_id(user: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, user.as_bytes());
    let hex = crate::tls::hex(digest.as_ref());
    let mut id = String::new();
    for (at, digit) in hex.chars().take(32).enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}
