//! The one document that describes a client: the same keys in every language, on the command
//! line and in a profile file.
//!
//! Durations are whole milliseconds in keys that end in `_ms`; `null` means no limit.

mod call;
mod document;
pub(crate) mod flat;
mod secret;
mod shapes;

pub use call::{RedirectChanges, RequestOptions, TimeoutChanges};
pub use document::*;
pub use secret::{Attachments, Secret};
pub use shapes::OneOrMany;

use crate::error::{Code, MtlsError, Result};

impl Config {
    /// Reads a config document. An unknown key is an error that names the nearest known one.
    pub fn from_json(json: &str) -> Result<Config> {
        read(json)
    }

    /// Like [`Config::from_json`], from a value that is already parsed.
    pub fn from_value(value: serde_json::Value) -> Result<Config> {
        serde_path_to_error::deserialize(value).map_err(explain)
    }
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    // serde would take a list for the values of an object in order.
    if json.trim_start().starts_with('[') {
        return Err(MtlsError::config(
            Code::BadOption,
            "the options are not a JSON object",
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let document = serde_path_to_error::deserialize(&mut deserializer).map_err(explain)?;
    deserializer.end().map_err(|e| not_json(&e.to_string()))?;
    Ok(document)
}

fn not_json(problem: &str) -> MtlsError {
    MtlsError::config(
        Code::BadOption,
        format!("the options are not valid JSON: {problem}"),
    )
    .with_hint("Check the document with a JSON parser; see docs/config.md for its shape.")
}

fn explain(error: serde_path_to_error::Error<serde_json::Error>) -> MtlsError {
    let path = error.path().to_string();
    let inner = error.inner();
    if inner.is_syntax() || inner.is_eof() {
        return not_json(&inner.to_string());
    }
    let text = inner.to_string();
    if let Some(rest) = text.strip_prefix("unknown field `") {
        return unknown_key(&path, rest);
    }
    let place = if path == "." {
        "the options".into()
    } else {
        format!("`{path}`")
    };
    MtlsError::config(
        Code::BadOption,
        format!("{place}: {}", without_position(&text)),
    )
}

/// serde says "unknown field `x`, expected one of `a`, `b`": the names in backticks are the choice.
fn unknown_key(path: &str, rest: &str) -> MtlsError {
    let mut names = rest.split('`').step_by(2);
    let unknown = names.next().unwrap_or_default();
    let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    let full = match path.rsplit_once('.') {
        // The path ends in the unknown key itself when the parser had already stepped into it.
        Some((parent, last)) if last == unknown => format!("{parent}.{unknown}"),
        _ if path == unknown || path == "." => unknown.to_owned(),
        _ => format!("{path}.{unknown}"),
    };
    let nearest = known
        .iter()
        .map(|name| (strsim::jaro_winkler(unknown, name), *name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let error = MtlsError::config(Code::BadOption, format!("unknown option `{full}`"));
    match nearest {
        Some((likeness, name)) if likeness > 0.7 => {
            error.with_hint(format!("Did you mean `{name}`?"))
        }
        _ => error.with_hint(format!("Known here: {}.", known.join(", "))),
    }
}

fn without_position(text: &str) -> &str {
    text.split(" at line ").next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> (String, String) {
        let error = Config::from_json(json).unwrap_err();
        assert_eq!(error.code(), Code::BadOption);
        (error.message().to_owned(), error.hint().to_owned())
    }

    #[test]
    fn an_unknown_key_names_its_place_and_the_nearest_known_one() {
        let (message, hint) = refusal(r#"{"timeouts": {"conect_ms": 1}}"#);
        assert_eq!(message, "unknown option `timeouts.conect_ms`");
        assert_eq!(hint, "Did you mean `connect_ms`?");
        let (message, hint) = refusal(r#"{"base_ur": "x"}"#);
        assert_eq!(message, "unknown option `base_ur`");
        assert_eq!(hint, "Did you mean `base_url`?");
        let (message, _) = refusal(r#"{"identity": [{"cert_file": "a"}, {"cert_fil": "b"}]}"#);
        assert_eq!(message, "unknown option `identity[1].cert_fil`");
    }

    #[test]
    fn a_wrong_type_names_its_place() {
        let (message, _) = refusal(r#"{"timeouts": {"connect_ms": "1s"}}"#);
        assert!(
            message.starts_with("`timeouts.connect_ms`: invalid type"),
            "{message}"
        );
        let (message, _) = refusal("{");
        assert!(
            message.starts_with("the options are not valid JSON"),
            "{message}"
        );
    }

    #[test]
    fn a_secret_is_not_shown_by_debug() {
        let config = Config::from_json(
            r#"{"passphrase": "hunter2", "auth": {"basic": {"username": "u", "password": "hunter2"}},
                "headers": {"lean-app-token": "hunter2"}}"#,
        )
        .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn the_flat_form_is_the_common_case() {
        let config = Config::from_json(
            r#"{"cert": "a.crt", "key": "b.pem", "ca": "c.pem", "passphrase": "x"}"#,
        )
        .unwrap()
        .normalised()
        .unwrap();
        let identity = &config.identity[0];
        assert_eq!(identity.cert_file.as_deref(), Some("a.crt"));
        assert_eq!(identity.key_file.as_deref(), Some("b.pem"));
        assert!(identity.passphrase.is_some());
        assert_eq!(&config.trust.ca_file[..], ["c.pem".to_owned()]);
    }

    #[test]
    fn the_flat_form_does_not_mix_with_the_full_one() {
        let error = Config::from_json(r#"{"cert": "a.crt", "identity": {"cert_file": "b"}}"#)
            .unwrap()
            .normalised()
            .unwrap_err();
        assert_eq!(error.code(), Code::BadOption);
        assert!(error.message().contains("`cert`"), "{error}");
    }

    #[test]
    fn null_lifts_a_limit_and_absence_keeps_the_default() {
        let config = Config::from_json(r#"{"timeouts": {"read_ms": null}}"#).unwrap();
        assert_eq!(config.timeouts.read_ms, None);
        assert_eq!(config.timeouts.connect_ms, Some(10_000));
    }
}
