//! Every listener, identity and route, met once by a real client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod announcement;
mod bodies;
mod client;
mod contract;
mod endings;
mod identities;
mod ledgers;
mod partners;
mod proxies;
mod scripts;
mod servers;
