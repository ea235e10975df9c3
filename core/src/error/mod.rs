//! One error type for everything, and the catalogue that it draws from.

mod catalogue;

pub use catalogue::{Code, Family, Origin, Phase, RETIRED};

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::report::{HandshakeReport, TlsAlert};

/// Shorthand for what nearly every function of this crate returns.
pub type Result<T> = std::result::Result<T, MtlsError>;

/// What went wrong, where, who ended it, and how to mend it.
///
/// It never carries a passphrase, a key or a header value.
#[derive(Clone)]
pub struct MtlsError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    phase: Phase,
    origin: Origin,
    message: String,
    hint: Option<String>,
    tls_alert: Option<TlsAlert>,
    not_processed: bool,
    transient: Option<bool>,
    causes: Vec<String>,
    report: Option<Arc<HandshakeReport>>,
}

impl MtlsError {
    /// Starts an error; `phase` and `origin` have sensible values for codes that know theirs.
    pub fn new(code: Code, phase: Phase, origin: Origin, message: impl Into<String>) -> Self {
        MtlsError(Box::new(Inner {
            code,
            phase,
            origin,
            message: message.into(),
            hint: None,
            tls_alert: None,
            not_processed: matches!(
                phase,
                Phase::Config
                    | Phase::Queue
                    | Phase::Dns
                    | Phase::Connect
                    | Phase::Proxy
                    | Phase::Handshake
            ),
            transient: None,
            causes: Vec::new(),
            report: None,
        }))
    }

    /// A refusal of ours before any I/O.
    pub fn config(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Phase::Config, Origin::Local, message)
    }

    /// A fault of ours that should never be seen.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::Internal, Phase::Config, Origin::Local, message)
    }

    /// Replaces the catalogue's cure by one that names the caller's own files, hosts and dates.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Records the alert that ended the connection.
    pub fn with_alert(mut self, alert: TlsAlert) -> Self {
        self.0.tls_alert = Some(alert);
        self
    }

    /// Appends `cause` and everything below it to the chain of causes.
    pub fn with_cause(mut self, cause: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = error.to_string();
            if self.0.causes.last() != Some(&text) {
                self.0.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Says whether the peer can have acted on the request.
    pub fn with_not_processed(mut self, not_processed: bool) -> Self {
        self.0.not_processed = not_processed;
        self
    }

    /// Overrides the catalogue's guess whether a retry may help.
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = Some(transient);
        self
    }

    /// Attaches what was seen of the handshake.
    pub fn with_report(mut self, report: Arc<HandshakeReport>) -> Self {
        self.0.report = Some(report);
        self
    }

    /// What went wrong.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Where in the life of the call.
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Who ended it.
    pub fn origin(&self) -> Origin {
        self.0.origin
    }

    /// The group that this code belongs to.
    pub fn family(&self) -> Family {
        self.0.code.family()
    }

    /// What happened, in one or two sentences.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do, in one sentence.
    pub fn hint(&self) -> &str {
        self.0.hint.as_deref().unwrap_or(self.0.code.cure())
    }

    /// The TLS alert, where one was seen.
    pub fn tls_alert(&self) -> Option<&TlsAlert> {
        self.0.tls_alert.as_ref()
    }

    /// True if the peer cannot have acted on the request, so that any request may be repeated.
    pub fn not_processed(&self) -> bool {
        self.0.not_processed
    }

    /// True if the same call may well succeed a moment later.
    pub fn transient(&self) -> bool {
        self.0
            .transient
            .unwrap_or_else(|| self.0.code.usually_transient())
    }

    /// The chain of causes below this error, nearest first.
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// What was seen of the handshake, if the call got that far.
    pub fn report(&self) -> Option<&Arc<HandshakeReport>> {
        self.0.report.as_ref()
    }

    /// The whole error as JSON, for languages that want one call instead of ten.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "code": self.code().name(),
            "number": self.code().number(),
            "family": self.family().name(),
            "phase": self.phase().name(),
            "origin": self.origin().name(),
            "message": self.message(),
            "hint": self.hint(),
            "tls_alert": self.tls_alert(),
            "not_processed": self.not_processed(),
            "transient": self.transient(),
            "causes": self.causes(),
        })
    }
}

/// `message (code, phase, origin)`: greppable, and fit for a log line.
impl fmt::Display for MtlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} [{}, {}, {}]",
            self.0.message, self.0.code, self.0.phase, self.0.origin
        )
    }
}

impl fmt::Debug for MtlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MtlsError")
            .field("code", &self.code().name())
            .field("phase", &self.phase().name())
            .field("origin", &self.origin().name())
            .field("message", &self.message())
            .field("hint", &self.hint())
            .field("tls_alert", &self.tls_alert())
            .field("not_processed", &self.not_processed())
            .field("causes", &self.causes())
            .finish_non_exhaustive()
    }
}

impl StdError for MtlsError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_and_names_are_unique_and_ascending() {
        let mut numbers = HashSet::new();
        let mut names = HashSet::new();
        let mut last = 0;
        for code in Code::ALL {
            assert!(numbers.insert(code.number()), "{code} reuses a number");
            assert!(names.insert(code.name()), "{code} reuses a name");
            assert!(code.number() > last, "{code} is out of order");
            assert!(!RETIRED.contains(&code.number()), "{code} revives a number");
            last = code.number();
        }
    }
}
