//! The option table as the languages' generators read it, and the words that they share.

use mutls::Family;
use serde_json::Value;

/// An option, with its name in one language.
pub(crate) struct Row<'a> {
    pub(crate) path: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) about: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> Row<'a> {
    /// Its key in the document.
    pub(crate) fn key(&self) -> &'a str {
        last(self.path)
    }

    /// The path of the object that holds it; empty at the top.
    pub(crate) fn parent(&self) -> &'a str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// The words that it may have, each in double quotes, where it may have no other.
    pub(crate) fn choices(&self) -> Option<Vec<&'a str>> {
        let choices = self.kind.split(", ").map(|choice| {
            let word = choice.strip_prefix('`')?.strip_suffix('`')?;
            word.starts_with('"').then_some(word)
        });
        choices.collect()
    }
}

pub(crate) fn of<'a>(table: &'a Value, language: &str) -> Vec<Row<'a>> {
    let rows = table.get("options").and_then(Value::as_array);
    rows.into_iter()
        .flatten()
        .filter_map(|row| {
            Some(Row {
                path: row.get("path")?.as_str()?,
                kind: row.get("type")?.as_str()?,
                about: row.get("about")?.as_str()?,
                name: row.get("names")?.get(language)?.as_str()?,
            })
        })
        .collect()
}

/// The objects of the document, in the table's order.
pub(crate) fn parents<'a>(rows: &[Row<'a>]) -> Vec<&'a str> {
    let mut parents = Vec::new();
    for row in rows {
        if !parents.contains(&row.parent()) {
            parents.push(row.parent());
        }
    }
    parents
}

pub(crate) fn within<'r, 'a>(
    rows: &'r [Row<'a>],
    parent: &'r str,
) -> impl Iterator<Item = &'r Row<'a>> {
    rows.iter().filter(move |row| row.parent() == parent)
}

pub(crate) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// What the option is, its default told in seconds; `unit` stands behind the number.
pub(crate) fn in_seconds(about: &str, unit: &str) -> String {
    let about = about.replace(", in milliseconds", "");
    let Some((before, after)) = about.split_once("Default ") else {
        return about;
    };
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<u64>() {
        Ok(ms) if ms >= 1000 && ms % 1000 == 0 && !before.contains("How many") => {
            let rest = after.get(digits.len()..).unwrap_or_default();
            format!("{before}Default {}{unit}{rest}", ms / 1000)
        }
        _ => about,
    }
}

/// The class of a family's errors, and when one is raised.
pub(crate) fn class(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Config => ("ConfigError", "An option, URL or header cannot be used."),
        Family::Identity => ("IdentityError", "Our certificate or key."),
        Family::Trust => (
            "TrustError",
            "Our verdict on the server's certificate, or the CA bundle it rests on.",
        ),
        Family::Connect => ("ConnectError", "No connection, or it was lost."),
        Family::Handshake => (
            "HandshakeError",
            "The TLS handshake failed; often the server's verdict on our certificate.",
        ),
        Family::Timeout => ("TimeoutError", "A deadline passed, or no worker was free."),
        Family::Protocol => (
            "ProtocolError",
            "The peer does not speak HTTP as it should.",
        ),
        Family::Body => (
            "BodyError",
            "A body is cut short, too large or could not be produced.",
        ),
        Family::Cancelled => ("CancelledError", "The caller cancelled or closed."),
        Family::Internal => ("InternalError", "A fault in mutls."),
    }
}
