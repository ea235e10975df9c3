//! A report in words, for a person.

use serde_json::Value;

use crate::style::Style;

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

/// A list of texts, joined.
pub(super) fn joined(value: &Value, key: &str, separator: &str) -> String {
    let texts: Vec<&str> = list(value, key).iter().filter_map(Value::as_str).collect();
    texts.join(separator)
}

/// The lines of one thing.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn title(&mut self, style: Style, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&style.bold(text));
        self.0.push('\n');
    }

    /// A label and its value; nothing where there is none.
    pub(super) fn say(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            self.0.push_str(&format!("  {label:<12} {value}\n"));
        }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// All about a certificate.
pub(super) fn certificate(lines: &mut Lines, certificate: &Value) {
    lines.say("subject", text(certificate, "subject"));
    lines.say("names", &joined(certificate, "names", ", "));
    lines.say("issuer", text(certificate, "issuer"));
    lines.say("serial", text(certificate, "serial"));
    lines.say("valid", &validity(certificate));
    lines.say("role", text(certificate, "role"));
    let key = text(certificate, "key");
    let signature = text(certificate, "signature");
    if !key.is_empty() {
        lines.say("key", &format!("{key}, signed with {signature}"));
    }
    lines.say("key usage", &joined(certificate, "key_usage", ", "));
    lines.say("purposes", &joined(certificate, "extended_key_usage", ", "));
    lines.say("sha256", text(certificate, "sha256"));
    lines.say("pin", text(certificate, "pin"));
    lines.say("x5t#S256", text(certificate, "x5t_s256"));
    if certificate.get("version").and_then(Value::as_u64) == Some(1) {
        lines.say("note", "X.509 v1, without extensions");
    }
}

/// `2026-01-01 to 2027-01-01, 200 days left`
pub(super) fn validity(certificate: &Value) -> String {
    let day = |key: &str| {
        text(certificate, key)
            .split('T')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let days = certificate.get("days_left").and_then(Value::as_i64);
    let left = match days.unwrap_or_default() {
        days if days < 0 => format!("expired {} days ago", -days),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    format!("{} to {}, {left}", day("not_before"), day("not_after"))
}
