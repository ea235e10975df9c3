//! What the tools write is read by openssl, keytool, Node and Python; what they read, openssl has made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod check;
mod convert;
mod csr;
mod documents;
mod findings;
mod inspect;
mod peers;
mod stores;

use serde_json::{Value, json};

use super::{Output, Stop};
use crate::config::Attachments;
use crate::error::{Code, MtlsError};
use crate::identity::tests::workshop::Workshop;

/// Runs a tool without attachments.
#[track_caller]
fn run(verb: &str, document: Value) -> Output {
    match super::run(verb, &document.to_string(), &Attachments::default()) {
        Ok(output) => output,
        Err(error) => panic!("{error}; {}", error.hint()),
    }
}

/// The error of a tool that must refuse.
#[track_caller]
fn refusal(verb: &str, document: Value) -> MtlsError {
    let outcome = super::run(verb, &document.to_string(), &Attachments::default());
    outcome.expect_err("it must be refused")
}

/// A root, an intermediate, and `leaf.pem` with `leaf.key`; `chain.pem` holds leaf and intermediate.
fn shop() -> Workshop {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.join("chain.pem", &["leaf.pem", "inter.pem"]);
    shop
}

/// The paths of files in a workshop.
fn paths(shop: &Workshop, names: &[&str]) -> Value {
    names.iter().map(|name| json!(shop.path(name))).collect()
}
