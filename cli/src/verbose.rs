//! `--verbose`: what happened, on standard error, secrets masked.

use mutls::config::Config;
use mutls::{HandshakeReport, Response};

use crate::head::status_text;
use crate::plan::Plan;
use crate::report;
use crate::style::Style;

/// Parts of a header's name that betray a secret in its value.
const SECRET: &[&str] = &[
    "auth",
    "cookie",
    "key",
    "pass",
    "secret",
    "session",
    "signature",
    "token",
];

const MASK: &str = "[not shown]";

/// The request's head, as far as it was decided here.
pub(crate) fn request(plan: &Plan, config: &Config) -> String {
    let mut text = String::new();
    let mut line = |content: String| text.push_str(&format!("> {content}\n"));
    line(format!("{} {}", plan.method, without_userinfo(&plan.url)));
    for (name, value) in &plan.headers {
        let name = String::from_utf8_lossy(name);
        line(format!("{name}: {}", shown(&name, value)));
    }
    let from_config = config.headers.0.keys();
    for name in from_config {
        line(format!("{name}: {MASK}"));
    }
    match config.auth.as_ref() {
        Some(auth) if auth.basic.is_some() => line(format!("Authorization: Basic {MASK}")),
        Some(_) => line(format!("Authorization: Bearer {MASK}")),
        None => {}
    }
    if let Some(length) = plan.length {
        line(format!("Content-Length: {length}"));
    }
    text.push_str(">\n");
    text
}

/// The answer's head.
pub(crate) fn answer(response: &Response) -> String {
    let mut text = format!(
        "< HTTP/1.{} {}\n",
        response.http_minor_version(),
        status_text(response.status())
    );
    for (name, value) in response.headers() {
        let value = shown(name.as_str(), value.as_bytes());
        text.push_str(&format!("< {name}: {value}\n"));
    }
    text.push_str("<\n");
    text
}

/// The handshake report.
pub(crate) fn handshake(report: &HandshakeReport) -> String {
    report::text(report, "* ")
}

/// Writes to standard error, dimmed where there is colour.
pub(crate) fn say(text: &str) {
    let style = Style::stderr();
    for line in text.lines() {
        eprintln_quietly(&style.dim(line));
    }
}

/// One line on standard error.
pub(crate) fn eprintln_quietly(line: &str) {
    eprint_quietly(&format!("{line}\n"));
}

/// `eprint!` panics when nobody listens.
pub(crate) fn eprint_quietly(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn shown(name: &str, value: &[u8]) -> String {
    let lower = name.to_ascii_lowercase();
    match SECRET.iter().any(|part| lower.contains(part)) {
        true => MASK.to_owned(),
        false => value
            .escape_ascii()
            .to_string()
            .replace("\\\"", "\"")
            .replace("\\'", "'"),
    }
}

/// `https://user:password@host` without the middle.
pub(crate) fn without_userinfo(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            let gone = parsed
                .set_username("")
                .and_then(|()| parsed.set_password(None));
            match gone {
                Ok(()) => parsed.into(),
                Err(()) => MASK.to_owned(),
            }
        }
        _ => url.to_owned(),
    }
}
