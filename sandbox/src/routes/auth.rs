//! Basic and bearer authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::exchange::{Exchange, Outcome};
use crate::head::Head;

pub(super) async fn basic(exchange: &mut Exchange<'_>, user: &str, password: &str) -> Outcome {
    if shows(&exchange.head, user, password) {
        let answer = json!({"authenticated": true, "user": user});
        exchange.json(200, &answer).await
    } else {
        challenge(exchange, "Basic realm=\"sandbox\"").await
    }
}

pub(super) async fn bearer(exchange: &mut Exchange<'_>, token: &str) -> Outcome {
    if credentials(&exchange.head, "bearer") == Some(token) {
        let answer = json!({"authenticated": true, "token": token});
        exchange.json(200, &answer).await
    } else {
        challenge(exchange, "Bearer realm=\"sandbox\"").await
    }
}

pub(super) fn shows(head: &Head, user: &str, password: &str) -> bool {
    credentials(head, "basic")
        .and_then(|token| STANDARD.decode(token).ok())
        .is_some_and(|shown| shown == format!("{user}:{password}").as_bytes())
}

pub(super) async fn challenge(exchange: &mut Exchange<'_>, challenge: &str) -> Outcome {
    let answer = json!({"authenticated": false});
    exchange
        .json_with(401, &[("WWW-Authenticate", challenge.as_bytes())], &answer)
        .await
}

fn credentials<'a>(head: &'a Head, wanted: &str) -> Option<&'a str> {
    let (scheme, rest) = head.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}
