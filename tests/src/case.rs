//! The shape of a case. Its doc comments become `schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A claim about behaviour that holds in every language.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Unique, lower-case words with dashes; the subject comes first.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)+$"))]
    pub id: String,
    /// What is claimed, as a sentence.
    #[schemars(regex(pattern = "^[A-Z0-9`].*[^.]\\.$"))]
    pub sentence: String,
    /// The config document of the case's client.
    #[serde(default)]
    pub config: Value,
    /// Attachments of that client: the name, and the file whose bytes are attached.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attachments: BTreeMap<String, String>,
    /// Files that are written before the case runs, by their name within `${dir}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// Variables that the process has from its start.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Under each of these versions of TLS, `1.2` and `1.3`, it is a case of its own: it has no other to choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// What a language must be able to express to run this case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Run after all others, with nothing beside it: it looks at counters that others would move.
    #[serde(default, skip_serializing_if = "is_false")]
    pub alone: bool,
    /// The client cannot be made, for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub construct_error: Option<ErrorClaim>,
    /// Requests, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// An ability that a language may honestly not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A request body that is produced while it is sent.
    StreamUpload,
    /// Several calls at once on one client.
    Parallel,
}

/// A request and what is claimed of its outcome: an `answer` or an `error`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// A client of this step's own, instead of the case's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// Close the case's client, without patience, before the request.
    #[serde(default, skip_serializing_if = "is_false")]
    pub close: bool,
    /// Wait before the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u64>,
    /// Default GET.
    #[serde(default = "get", skip_serializing_if = "is_get")]
    pub method: String,
    /// Absolute, or relative to `base_url`.
    pub url: String,
    /// Pairs of name and value, in order; each character of a value is one byte (Latin-1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<RequestBody>,
    /// Options of this call in place of the client's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<CallOptions>,
    /// Cancel from another thread, so long after the call began; 0 is before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_after_ms: Option<u64>,
    /// How much of the body is read.
    #[serde(default, skip_serializing_if = "Read::is_whole")]
    pub read: Read,
    /// Make the same call so often, one after the other; the claims hold for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2))]
    pub times: Option<u32>,
    /// Make the same call so often at once; the claims hold for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2))]
    pub parallel: Option<u32>,
    /// What comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// How it fails, while the head is awaited or the body is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorClaim>,
    /// A part of the handshake report, of the answer or of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Value>,
    /// The step is over so soon, body included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_ms: Option<u64>,
}

/// The body of a request: either `text` or `pattern`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// UTF-8 text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The sandbox's pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Produce it while it is sent. Without this it lies in memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Streamed>,
    /// For a sized stream: announce this length and not the true one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<u64>,
}

/// How a request body that streams is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Streamed {
    /// With its length.
    Sized,
    /// Without one.
    Chunked,
}

/// Byte `i` is `(31 * i + seed) mod 251`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// How many bytes.
    pub length: u64,
    /// Default 0.
    #[serde(default)]
    pub seed: u64,
}

/// What is different for one call.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallOptions {
    /// The limit of the whole call in milliseconds, in place of every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Limits; those that are not named stay as the client has them, `null` lifts one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<BTreeMap<String, Option<u64>>>,
    /// Whether compressed bodies are decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decompress: Option<bool>,
    /// Which redirects are followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirects: Option<CallRedirects>,
}

/// The config document's `redirects`, as far as a call may replace it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRedirects {
    /// See docs/config.md.
    pub follow: Follow,
}

/// The config document's `redirects.follow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// A redirect is an answer like any other.
    None,
    /// Within scheme, host and port.
    SameOrigin,
    /// Anywhere, without credentials outside the scope.
    Any,
}

/// How much of a body is read before the answer is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Read {
    /// All of it, to its end.
    #[default]
    Whole,
    /// Nothing: the answer is closed when its head has come.
    Head,
    /// One byte or a little more, then the answer is closed.
    First,
}

/// What is claimed of an answer; what is not named may be anything.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// By lower-case name: all values in order, or `null` where there must be none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Option<Vec<String>>>,
    /// The URL that answered, after redirects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether the connection had served an earlier request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused: Option<bool>,
    /// The body that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyClaim>,
}

/// What is claimed of a body.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyClaim {
    /// It is exactly this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// It is JSON that holds this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// It is the sandbox's pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// It has this many bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

/// What is claimed of an error, as a part of its JSON form.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorClaim {
    /// The name in the catalogue.
    pub code: String,
    /// Where in the life of the call.
    pub phase: Value,
    /// Who ended it.
    pub origin: Value,
    /// Whether the peer cannot have acted on the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_processed: Option<bool>,
    /// Whether the same call may well succeed a moment later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transient: Option<bool>,
    /// A part of the alert: `number`, `name`, `received`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_alert: Option<Value>,
    /// The message, mostly `{"$contains": [...]}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
    /// The hint, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Value>,
}

impl Case {
    /// Whether a code of the catalogue is what this case is about.
    pub fn claims_an_error(&self) -> bool {
        self.codes().next().is_some()
    }

    /// The codes that this case expects.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter().filter_map(|step| step.error.as_ref());
        self.construct_error
            .iter()
            .chain(steps)
            .map(|error| error.code.as_str())
    }
}

impl Read {
    fn is_whole(&self) -> bool {
        *self == Read::Whole
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !value
}

fn get() -> String {
    "GET".to_owned()
}

fn is_get(method: &str) -> bool {
    method == "GET"
}
