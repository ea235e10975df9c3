//! The URL, before the library sees it.

use std::path::Path;

use crate::errors::Failure;

/// Completes what was typed. curl guesses `http` for a URL without a scheme; a tool for mutual TLS
/// guesses `https`.
pub(crate) fn complete(given: &str, has_base: bool) -> String {
    match has_base || given.contains("://") {
        true => given.to_owned(),
        false => format!("https://{given}"),
    }
}

/// Appends data to the query (`--get`).
pub(crate) fn with_query(url: &str, query: &[u8]) -> Result<String, Failure> {
    let Ok(query) = std::str::from_utf8(query) else {
        return Err(
            Failure::usage("the data of --get is not text").with_hint("Use --data-urlencode.")
        );
    };
    if query.is_empty() {
        return Ok(url.to_owned());
    }
    let (front, fragment) = match url.split_once('#') {
        Some((front, fragment)) => (front, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = match (front.contains('?'), front.ends_with(['?', '&'])) {
        (false, _) => "?",
        (true, false) => "&",
        (true, true) => "",
    };
    Ok(format!("{front}{joint}{query}{fragment}"))
}

/// `--upload-file` to a URL that ends in a slash: the file's name is appended.
pub(crate) fn with_file_name(url: &str, file: &Path) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let authority = path.split_once("://").map_or(path, |(_, rest)| rest);
    let name = file.file_name().map(|name| name.to_string_lossy());
    match name {
        Some(name)
            if path.len() == url.len() && (path.ends_with('/') || !authority.contains('/')) =>
        {
            let slash = if path.ends_with('/') { "" } else { "/" };
            let encoded = percent_encoded(&name);
            format!("{url}{slash}{encoded}")
        }
        _ => url.to_owned(),
    }
}

/// The last segment of a URL's path, for `--remote-name`.
pub(crate) fn file_name(url: &str) -> Result<String, Failure> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let last = path.split_once('/').map_or("", |(_, path)| path);
    let name = last.rsplit('/').next().unwrap_or_default();
    match name {
        "" | "." | ".." => Err(
            Failure::usage("the URL ends in no file name for --remote-name")
                .with_hint("Name the file with --output."),
        ),
        // A backslash would lead elsewhere on Windows.
        name if name.contains('\\') => Err(Failure::usage(
            "the URL's last segment is not fit for a file name",
        )
        .with_hint("Name the file with --output.")),
        name => Ok(name.to_owned()),
    }
}

/// Everything but the unreserved characters of RFC 3986.
pub(crate) fn percent_encoded(text: &str) -> String {
    percent_encoded_bytes(text.as_bytes())
}

/// The same for bytes that need not be text.
pub(crate) fn percent_encoded_bytes(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(*byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_scheme_is_https() {
        assert_eq!(complete("h:1/x", false), "https://h:1/x");
        assert_eq!(complete("http://h", false), "http://h");
        assert_eq!(complete("banks/v1", true), "banks/v1");
    }

    #[test]
    fn data_joins_a_query() {
        let joined = |url| with_query(url, b"a=1").unwrap();
        assert_eq!(joined("https://h/p"), "https://h/p?a=1");
        assert_eq!(joined("https://h/p?b=2#f"), "https://h/p?b=2&a=1#f");
        assert_eq!(joined("https://h/p?"), "https://h/p?a=1");
    }

    #[test]
    fn an_upload_to_a_folder_keeps_its_name() {
        let joined = |url| with_file_name(url, Path::new("/tmp/a b.txt"));
        assert_eq!(joined("https://h/up/"), "https://h/up/a%20b.txt");
        assert_eq!(joined("https://h"), "https://h/a%20b.txt");
        assert_eq!(joined("https://h/up"), "https://h/up");
    }

    #[test]
    fn a_remote_name_is_the_last_segment() {
        assert_eq!(file_name("https://h/a/b.zip?x=/y").unwrap(), "b.zip");
        assert!(file_name("https://h").is_err());
        assert!(file_name("https://h/a/").is_err());
        assert!(file_name("https://h/a/..").is_err());
    }
}
