//! mutls (mutual TLS, read "mu-TLS"): calls an HTTPS API that demands a client certificate.
//!
//! ```no_run
//! let config = mutls::Config::from_json(
//!     r#"{"base_url": "https://api.example/", "cert": "cert.crt", "key": "key.pem", "ca": "ca.pem"}"#,
//! )?;
//! let client = mutls::Client::new(config, mutls::Attachments::default())?;
//! let mut response = client.send(mutls::Request::get("banks/v1"))?;
//! println!("{} {}", response.status(), response.text()?);
//! # Ok::<(), mutls::MtlsError>(())
//! ```
//!
//! A request walks down `client`, `transport`, `tls`, `trust` and `identity` once, and its answer walks
//! back up. Every failure is an [`MtlsError`] from one [catalogue](Code).

mod cancel;
mod client;
pub mod config;
mod doctor;
mod error;
mod events;
mod fork;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod report;
mod scope;
mod tls;
pub mod tools;
mod transport;
mod trust;
mod userinfo;
mod workers;

pub use cancel::{CancelToken, InterruptHook};
pub use client::{Begin, Begun, Body, BodySender, Client, Multipart, Request, Response};
pub use config::{Attachments, Config};
pub use doctor::{Diagnosis, State, Step, diagnose};
pub use error::{Code, Family, MtlsError, Origin, Phase, RETIRED, Result};
pub use events::{Event, EventKind, EventLevel, Observer};
pub use fork::Epoch;
pub use identity::Identity;
pub use report::{
    CertificateSummary, ClientCertificateReport, HandshakeReport, ServerCertificates, Timings,
    TlsAlert, TlsNumbers,
};
pub use trust::Trust;
pub use workers::Workers;

/// The version of this crate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What [`Response::headers`] gives; names are lower-case, values are bytes.
pub use ureq_proto::http::HeaderMap;
