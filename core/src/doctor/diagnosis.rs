//! What was found.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::MtlsError;
use crate::identity::date;
use crate::report::HandshakeReport;

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing to mend.
    Ok,
    /// It may work, and something deserves a look; or it cannot be told for sure.
    Warning,
    /// Calls fail here.
    Failed,
}

impl State {
    /// `ok`, `warning` or `failed`.
    pub fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Failed => "failed",
        }
    }
}

/// One step of the way.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its stable name: `options`, `identity`, `trust`, `proxy`, `dns`, `connect`, `handshake`, `without_identity` or `answer`.
    pub name: &'static str,
    /// How it came out.
    pub state: State,
    /// What was found, in one sentence.
    pub finding: String,
    /// The facts that the finding rests on, a line each.
    pub evidence: Vec<String>,
    /// What to do about it, in a sentence.
    pub cure: Option<String>,
    /// The error that a call would end with.
    pub error: Option<MtlsError>,
    /// How long it took, in milliseconds.
    pub ms: Option<f64>,
}

impl Step {
    pub(super) fn ok(name: &'static str, finding: impl Into<String>) -> Step {
        Step {
            name,
            state: State::Ok,
            finding: finding.into(),
            evidence: Vec::new(),
            cure: None,
            error: None,
            ms: None,
        }
    }

    pub(super) fn failed(name: &'static str, error: MtlsError) -> Step {
        Step {
            name,
            state: State::Failed,
            finding: error.message().to_owned(),
            evidence: error.causes().to_vec(),
            cure: Some(without_referral(error.hint())),
            error: Some(error),
            ms: None,
        }
    }

    /// Turns it into a warning, unless it is worse already.
    pub(super) fn warn(mut self, cure: impl Into<String>) -> Step {
        self.state = self.state.max(State::Warning);
        let cure = cure.into();
        self.cure = Some(match self.cure {
            Some(first) => format!("{first} {cure}"),
            None => cure,
        });
        self
    }

    pub(super) fn evidence(mut self, lines: impl IntoIterator<Item = String>) -> Step {
        self.evidence.extend(lines);
        self
    }

    pub(super) fn took(mut self, ms: f64) -> Step {
        self.ms = Some(ms);
        self
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "state": self.state,
            "finding": self.finding,
            "evidence": self.evidence,
            "cure": self.cure,
            "error": self.error.as_ref().map(MtlsError::to_json),
            "ms": self.ms,
        })
    }
}

/// Hints may end by sending the reader here.
fn without_referral(hint: &str) -> String {
    let before = hint.split("run the doctor").next().unwrap_or(hint);
    match before.rfind([';', ':']).and_then(|at| hint.get(..at)) {
        Some(rest) if before.len() < hint.len() => format!("{rest}."),
        _ => hint.to_owned(),
    }
}

/// What is wrong with calls to a URL, found by walking their way. Holds no secret.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The URL, joined to the base, without user and query.
    pub url: String,
    /// When it was made: RFC 3339, UTC.
    pub time: String,
    /// In one sentence: what is the matter.
    pub summary: String,
    /// The steps in their order, up to the last that could be taken.
    pub steps: Vec<Step>,
    /// What the handshake with our identity showed.
    pub handshake: Option<Arc<HandshakeReport>>,
    /// What a handshake without it showed.
    pub without_identity: Option<Arc<HandshakeReport>>,
}

impl Diagnosis {
    pub(super) fn new() -> Diagnosis {
        Diagnosis {
            url: String::new(),
            time: date::rfc3339(date::now()),
            summary: String::new(),
            steps: Vec::new(),
            handshake: None,
            without_identity: None,
        }
    }

    pub(super) fn add(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// How it came out as a whole: as its worst step.
    pub fn state(&self) -> State {
        let states = self.steps.iter().map(|step| step.state);
        states.max().unwrap_or(State::Ok)
    }

    /// The step that has to be mended first.
    pub fn first_failure(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.state == State::Failed)
    }

    /// The error that a call ends with.
    pub fn error(&self) -> Option<&MtlsError> {
        self.first_failure().and_then(|step| step.error.as_ref())
    }

    pub(super) fn conclude(&mut self) {
        let warnings = self.steps.iter().filter(|s| s.state == State::Warning);
        self.summary = match (self.first_failure(), warnings.count()) {
            (Some(step), _) => step.finding.clone(),
            (None, 0) => "Everything is as it should be.".to_owned(),
            (None, 1) => "It works, with one thing to look at.".to_owned(),
            (None, n) => format!("It works, with {n} things to look at."),
        };
    }

    /// The diagnosis as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "url": self.url,
            "time": self.time,
            "mutls": crate::VERSION,
            "state": self.state(),
            "summary": self.summary,
            "code": self.error().map(|error| error.code().name()),
            "steps": self.steps.iter().map(Step::to_json).collect::<Vec<_>>(),
            "handshake": self.handshake.as_deref(),
            "without_identity": self.without_identity.as_deref(),
        })
    }
}
