//! `--header`, in curl's forms.

use std::ffi::OsStr;

use crate::body::read_source;
use crate::errors::Failure;

/// A header as it goes to the library.
pub(crate) type Header = (Vec<u8>, Vec<u8>);

/// What curl users remove by habit and mutls never sends of itself.
const NEVER_SENT: &[&str] = &["expect", "transfer-encoding"];

/// Reads one flag: a line, or a file of lines.
pub(crate) fn parse(flag: &OsStr) -> Result<Vec<Header>, Failure> {
    let text = flag.as_encoded_bytes();
    let Some(path) = text.strip_prefix(b"@") else {
        return Ok(line(text)?.into_iter().collect());
    };
    let content = read_source(path, "--header")?;
    let mut headers = Vec::new();
    for row in content.split(|byte| *byte == b'\n') {
        if !row.trim_ascii().is_empty() {
            headers.extend(line(row)?);
        }
    }
    Ok(headers)
}

fn line(text: &[u8]) -> Result<Option<Header>, Failure> {
    let text = text.trim_ascii_end();
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(at) = text.iter().position(|byte| *byte == b':') {
        let (name, rest) = text.split_at(at);
        let name = name.trim_ascii();
        let value = rest.get(1..).unwrap_or_default().trim_ascii();
        if !value.is_empty() {
            return Ok(Some((name.to_vec(), value.to_vec())));
        }
        let lower = shown(name).to_ascii_lowercase();
        if NEVER_SENT.contains(&lower.as_str()) {
            return Ok(None);
        }
        return Err(Failure::usage(format!(
            "`{}:` would remove a header, which mutls does not do",
            shown(name)
        ))
        .with_hint(removal_hint(&lower, &shown(name))));
    }
    match text.strip_suffix(b";") {
        Some(name) => Ok(Some((name.trim_ascii().to_vec(), Vec::new()))),
        // The text may be a token that somebody forgot to name: it is not repeated here.
        None => Err(Failure::usage("a --header has no colon")
            .with_hint("Write `Name: value`, or `Name;` for an empty one.")),
    }
}

fn removal_hint(lower: &str, name: &str) -> String {
    match lower {
        "user-agent" => "Use --user-agent \"\".".to_owned(),
        "accept" => "Give another one, such as `Accept: application/json`.".to_owned(),
        "content-type" => "Give the one that fits the body.".to_owned(),
        _ => format!("`{name};` sends it with an empty value."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<(String, String)> {
        let headers = parse(OsStr::new(text)).unwrap();
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
        headers.first().map(|(n, v)| (text(n), text(v)))
    }

    #[test]
    fn curls_forms_are_read() {
        let pair = |n: &str, v: &str| Some((n.to_owned(), v.to_owned()));
        assert_eq!(one("A: b: c "), pair("A", "b: c"));
        assert_eq!(one("A:b"), pair("A", "b"));
        assert_eq!(one("X-Empty;"), pair("X-Empty", ""));
        assert_eq!(one("Expect:"), None);
    }

    #[test]
    fn a_removal_says_what_to_do_instead() {
        let failure = parse(OsStr::new("User-Agent:")).unwrap_err();
        assert!(failure.message().contains("`User-Agent:`"));
        assert!(parse(OsStr::new("token")).is_err());
    }
}
