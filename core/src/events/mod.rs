//! What happens to a client besides the answers of its calls, for logs and metrics.
//!
//! The rule for levels is here and nowhere else, so that every language logs alike. `debug` goes as it should. `info`
//! failed, and the caller has the error: a louder line would say it twice. `warning` nobody else would tell. `error` has
//! stopped working.

mod expiry;
mod observer;

pub(crate) use expiry::{Warning, days_left};
pub use observer::Observer;
pub(crate) use observer::Observers;

use std::fmt;

use serde::Serialize;

use crate::error::{Family, MtlsError, Origin, Phase};
use crate::report::{HandshakeReport, Timings};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A connection was opened, by a full handshake or a resumed one. In TLS 1.3 the server has yet to judge our
    /// certificate: [`EventKind::HandshakeFailed`] may follow.
    Connected,
    /// No connection was made: name lookup, TCP or the proxy failed.
    ConnectFailed,
    /// TLS failed, or the server refused our certificate after the handshake, as TLS 1.3 allows.
    HandshakeFailed,
    /// A kept connection turned out to be dead, and the request is sent again on a new one.
    Retried,
    /// A certificate of ours ends soon, or has ended.
    IdentityExpiring,
    /// A server's certificate ends soon.
    ServerExpiring,
}

impl EventKind {
    /// As in JSON: `connected`, `handshake_failed`, ...
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::Connected => "connected",
            EventKind::ConnectFailed => "connect_failed",
            EventKind::HandshakeFailed => "handshake_failed",
            EventKind::Retried => "retried",
            EventKind::IdentityExpiring => "identity_expiring",
            EventKind::ServerExpiring => "server_expiring",
        }
    }
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventLevel {
    /// As it should be.
    Debug,
    /// A failure that the caller is told of by an error.
    Info,
    /// Somebody should look at it, and nothing else says so.
    Warning,
    /// It has stopped working.
    Error,
}

impl EventLevel {
    /// As in JSON: `debug`, `info`, `warning` or `error`.
    pub const fn name(self) -> &'static str {
        match self {
            EventLevel::Debug => "debug",
            EventLevel::Info => "info",
            EventLevel::Warning => "warning",
            EventLevel::Error => "error",
        }
    }

    const fn of_log(self) -> log::Level {
        match self {
            EventLevel::Debug => log::Level::Debug,
            EventLevel::Info => log::Level::Info,
            EventLevel::Warning => log::Level::Warn,
            EventLevel::Error => log::Level::Error,
        }
    }
}

/// One event. It names host and port, never a path, a query, a header or a secret. What does not apply to its kind is
/// `None`, and left out of the JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    #[serde(rename = "event")]
    pub kind: EventKind,
    /// How much it matters.
    pub level: EventLevel,
    /// The whole of it in one line, for a log.
    pub message: String,
    /// The host of the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The port of the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `TLSv1.2` or `TLSv1.3`; none where the URL is `http:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether an earlier session was resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<bool>,
    /// The name of our identity: the one that was sent, or that expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Days until our certificate ends, negative when past. Of the certificate that expires, whosever it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// Days until the server's certificate ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_days_left: Option<i64>,
    /// Whose certificate expires, RFC 4514 text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it expires, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// Its SHA-256, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// The code of the error, such as `client_cert_rejected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Where in the call it came up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<&'static str>,
    /// Who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<&'static str>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Event {
    fn new(kind: EventKind, level: EventLevel, message: String) -> Event {
        Event {
            kind,
            level,
            message,
            host: None,
            port: None,
            version: None,
            resumed: None,
            identity: None,
            days_left: None,
            server_days_left: None,
            subject: None,
            not_after: None,
            sha256: None,
            duration_ms: None,
            code: None,
            phase: None,
            origin: None,
            hint: None,
        }
    }

    fn at(mut self, host: &str, port: u16) -> Event {
        self.host = Some(host.to_owned());
        self.port = Some(port);
        self
    }

    pub(crate) fn connected(report: &HandshakeReport) -> Event {
        let Timings {
            dns_ms,
            connect_ms,
            proxy_ms,
            handshake_ms,
        } = &report.timings;
        let steps = [dns_ms, connect_ms, proxy_ms, handshake_ms];
        let took: f64 = steps.into_iter().flatten().sum();
        let how = match (&report.version, report.resumed) {
            (None, _) => "in the clear",
            (Some(version), false) => version,
            (Some(_), true) => "a resumed session",
        };
        let (host, port) = (&report.host, report.port);
        let message = format!("connected to {host}:{port}: {how}, {took:.1} ms");
        Event {
            version: report.version.clone(),
            resumed: report.version.as_ref().map(|_| report.resumed),
            identity: report.client_certificate.identity.clone(),
            days_left: report.client_certificate.days_left,
            server_days_left: report.server_days_left,
            duration_ms: Some(took),
            ..Event::new(EventKind::Connected, EventLevel::Debug, message).at(host, port)
        }
    }

    /// What an error says of a connection; `None` where it says nothing of one: the caller stopped the call, or it
    /// could never have been made.
    pub(crate) fn failed(error: &MtlsError, host: &str, port: u16) -> Option<Event> {
        if error.origin() == Origin::Caller {
            return None;
        }
        let kind = match (error.phase(), error.family()) {
            (Phase::Config | Phase::Queue, _) => return None,
            (Phase::Dns | Phase::Connect | Phase::Proxy, _) => EventKind::ConnectFailed,
            (Phase::Handshake, _) | (_, Family::Handshake) => EventKind::HandshakeFailed,
            _ => return None,
        };
        Some(Event {
            identity: error
                .report()
                .and_then(|report| report.client_certificate.identity.clone()),
            code: Some(error.code().name()),
            phase: Some(error.phase().name()),
            origin: Some(error.origin().name()),
            hint: Some(error.hint().to_owned()),
            ..Event::new(kind, EventLevel::Info, error.to_string()).at(host, port)
        })
    }

    pub(crate) fn retried(error: &MtlsError, host: &str, port: u16) -> Event {
        let message =
            format!("a kept connection to {host}:{port} was dead; the request goes to a new one");
        Event {
            code: Some(error.code().name()),
            phase: Some(error.phase().name()),
            origin: Some(error.origin().name()),
            ..Event::new(EventKind::Retried, EventLevel::Debug, message).at(host, port)
        }
    }

    /// The event as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The message.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
