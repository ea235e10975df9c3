//! Trulioo's shape: basic authentication, and a greeting as a JSON string.

use serde_json::json;

use super::auth;
use crate::exchange::{Exchange, Outcome};
use crate::partner::{PASSWORD, USERNAME};

pub(super) async fn test(exchange: &mut Exchange<'_>) -> Outcome {
    if auth::shows(&exchange.head, USERNAME, PASSWORD) {
        exchange
            .json(200, &json!(format!("Hello {USERNAME}")))
            .await
    } else {
        auth::challenge(exchange, "Basic realm=\"sandbox\"").await
    }
}
