//! Real files, made by the openssl command line while the tests run, and real handshakes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod archives;
mod chains;
mod form;
mod handshake;
mod hostile;
pub(crate) mod java;
mod keys;
mod mutations;
mod passphrases;
mod producers;
mod stores;
pub(crate) mod vectors;
pub(crate) mod workshop;
