//! The C ABI of mutls.
//!
//! Each file mirrors one noun of the core and holds that noun's functions. Their doc comments become
//! `include/mutls.h`, so they speak to a C programmer; `ffi-c/cbindgen.toml` holds the header's front page.
//!
//! Every function has the same shape: [`ffi::call`] around a body that borrows its handles, checks its
//! pointers, and hands over to the core.

// This crate is the border: it cannot be written without raw pointers. Each block says why it is sound.
#![allow(unsafe_code)]
// The rules that a caller has to keep are in the doc comments, in the words of the header.
#![allow(clippy::missing_safety_doc)]
// The types and functions have the names that C sees.
#![allow(non_camel_case_types)]

// In the order of the header, which blank lines keep rustfmt from changing.
pub mod ffi;

pub mod version;

pub mod config;

pub mod client;

pub mod begun;

pub mod request;

pub mod body;

pub mod response;

pub mod bytes;

pub mod queue;

pub mod completion;

pub mod cancel;

pub mod error;

pub mod report;

pub mod diagnosis;

pub mod tool;

mod head;
mod incoming;
