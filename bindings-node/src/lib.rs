//! `mutls.node`: core for JavaScript. JavaScript's side of it is in `lib/`.
//!
//! Everything that waits does so on core's workers. What they get is written to the [`queue`] of the
//! environment that asked, which wakes its thread once for as much as has come until then.

mod batch;
mod call;
mod client;
mod diagnosis;
mod pump;
mod queue;
mod tools;
mod work;
