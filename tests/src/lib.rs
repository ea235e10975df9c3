//! Behaviour as data: one table of cases that every language runs against the sandbox.
//!
//! `docs/conformance.md` says how to write a case and how to write a runner.

mod account;
mod announcement;
mod case;
mod drive;
mod error;
mod expand;
mod faults;
mod matching;
mod pattern;
pub mod peers;
mod run;
mod step;
mod table;

pub use account::{Account, Outcome, Unsupported, account};
pub use announcement::Announcement;
pub use case::{
    Answer, BodyClaim, CallOptions, CallRedirects, Case, ErrorClaim, Follow, Need, Pattern, Read,
    RequestBody, Step, Streamed,
};
pub use drive::{Suite, drive};
pub use error::Error;
pub use expand::{Expanded, expand};
pub use faults::Faults;
pub use run::run;
pub use table::{Table, folder};
