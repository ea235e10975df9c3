//! `--write-out`: a line of facts about the call, in curl's format.

use serde_json::Value;

use crate::body::read_source;
use crate::errors::Failure;
use crate::facts::{Facts, NAMES};

/// A format whose variables are all known.
#[derive(Debug)]
pub(crate) struct Format(Vec<Item>);

#[derive(Debug)]
enum Item {
    Text(String),
    Variable(String),
    Header(String),
    /// What follows goes there.
    Stderr,
    Stdout,
    /// What follows is for failures.
    OnError,
}

impl Format {
    pub(crate) fn parse(flag: &str) -> Result<Format, Failure> {
        let text = match flag.strip_prefix('@') {
            Some(path) => {
                let bytes = read_source(path.as_bytes(), "--write-out")?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            None => flag.to_owned(),
        };
        let mut items = Vec::new();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let tail = rest.get(first.len_utf8()..).unwrap_or_default();
            let (item, after) = match first {
                '%' => special(tail)?,
                '\\' => escape(tail),
                other => (Item::Text(other.to_string()), tail),
            };
            rest = after;
            match item {
                Item::Text(text) => plain.push_str(&text),
                item => {
                    items.push(Item::Text(std::mem::take(&mut plain)));
                    items.push(item);
                }
            }
        }
        items.push(Item::Text(plain));
        Ok(Format(items))
    }

    /// What goes to standard output, and what to standard error.
    pub(crate) fn fill(&self, facts: &Facts) -> (String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        let mut to_err = false;
        for item in &self.0 {
            let text = match item {
                Item::Stderr => {
                    to_err = true;
                    continue;
                }
                Item::Stdout => {
                    to_err = false;
                    continue;
                }
                Item::OnError if facts.exit_code == 0 => break,
                Item::OnError => continue,
                Item::Text(text) => text.clone(),
                Item::Header(name) => facts.header(name).unwrap_or_default().to_owned(),
                Item::Variable(name) => as_text(&facts.variable(name)),
            };
            match to_err {
                true => err.push_str(&text),
                false => out.push_str(&text),
            }
        }
        (out, err)
    }
}

fn special(tail: &str) -> Result<(Item, &str), Failure> {
    if let Some(after) = tail.strip_prefix('%') {
        return Ok((Item::Text("%".to_owned()), after));
    }
    let header = tail.strip_prefix("header{");
    let braced = header.or_else(|| tail.strip_prefix('{'));
    let Some((name, after)) = braced.and_then(|braced| braced.split_once('}')) else {
        return Ok((Item::Text("%".to_owned()), tail));
    };
    let item =
        match (header.is_some(), name) {
            (true, name) => Item::Header(name.to_ascii_lowercase()),
            (_, "stderr") => Item::Stderr,
            (_, "stdout") => Item::Stdout,
            (_, "onerror") => Item::OnError,
            (_, name) if NAMES.contains(&name) || matches!(name, "json" | "header_json") => {
                Item::Variable(name.to_owned())
            }
            (_, name) => {
                return Err(
                Failure::usage(format!("--write-out does not know %{{{name}}}")).with_hint(format!(
                    "Known are json, header_json, header{{NAME}}, stderr, stdout, onerror, {}.",
                    NAMES.join(", ")
                )),
            );
            }
        };
    Ok((item, after))
}

fn escape(tail: &str) -> (Item, &str) {
    let known = [("n", "\n"), ("r", "\r"), ("t", "\t"), ("\\", "\\")];
    for (letter, meaning) in known {
        if let Some(after) = tail.strip_prefix(letter) {
            return (Item::Text(meaning.to_owned()), after);
        }
    }
    (Item::Text("\\".to_owned()), tail)
}

/// As curl prints it: seconds with six digits.
fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.6}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(format: &str) -> (String, String) {
        let facts = Facts {
            status: 200,
            total_s: 0.25,
            headers: vec![("etag".to_owned(), "x".to_owned())],
            ..Facts::default()
        };
        Format::parse(format).unwrap().fill(&facts)
    }

    #[test]
    fn variables_escapes_and_headers_are_filled_in() {
        assert_eq!(filled("%{http_code} %{time_total}\\n").0, "200 0.250000\n");
        assert_eq!(filled("100%% %header{ETag}").0, "100% x");
        assert_eq!(filled("a%{stderr}b%{stdout}c"), ("ac".into(), "b".into()));
        assert_eq!(filled("a%{onerror}b").0, "a");
    }

    #[test]
    fn an_unknown_variable_is_refused() {
        assert!(Format::parse("%{http_cod}").is_err());
    }
}
