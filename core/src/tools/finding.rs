//! What `check` has to say: a severity, a stable code, a sentence, a cure.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    /// A call will fail.
    Error,
    /// A call may fail, with some servers or soon.
    Warning,
    /// Good to know.
    Info,
}

/// One thing that was noticed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) hint: String,
}

/// What was noticed, worst first in the end.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.0.push(Finding {
            severity,
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
        });
    }

    pub(super) fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// Worst first, otherwise in the order of noticing.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.severity);
        self.0
    }
}
