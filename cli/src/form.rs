//! `--form`: a multipart body (RFC 7578), files streamed.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::Path;

use mutls::Multipart;

use crate::body::{Payload, open, path_of, read_source};
use crate::errors::Failure;

/// One part.
struct Part {
    name: String,
    content: Content,
    kind: Option<String>,
    file_name: Option<String>,
}

enum Content {
    Bytes(Vec<u8>),
    File { file: File, length: Option<u64> },
}

/// Makes the body of all `--form` flags.
pub(crate) fn payload(flags: &[OsString]) -> Result<Payload, Failure> {
    let mut form = Multipart::new()?;
    for flag in flags {
        let part = Part::parse(flag)?;
        let (file_name, kind) = (part.file_name.as_deref(), part.kind.as_deref());
        match part.content {
            Content::Bytes(bytes) => form.add(&part.name, file_name, kind, bytes)?,
            Content::File { file, length } => {
                form.add_stream(&part.name, file_name, kind, file, length)?;
            }
        }
    }
    let (content_type, body) = form.finish();
    Ok(Payload {
        length: body.length(),
        body,
        content_type: Some(content_type),
    })
}

impl Part {
    fn parse(flag: &OsStr) -> Result<Part, Failure> {
        let text = flag.as_encoded_bytes();
        let Some(at) = text.iter().position(|byte| *byte == b'=') else {
            return Err(Failure::usage("a --form has no `=`")
                .with_hint("Write NAME=VALUE, NAME=@FILE or NAME=<FILE."));
        };
        let (name, rest) = text.split_at(at);
        let rest = rest.get(1..).unwrap_or_default();
        let (sign, rest) = match rest.first() {
            Some(sign @ (b'@' | b'<')) => (Some(*sign), rest.get(1..).unwrap_or_default()),
            _ => (None, rest),
        };
        let (value, options) = split_options(rest)?;
        let mut part = Part {
            name: text_of(name)?,
            content: Content::Bytes(Vec::new()),
            kind: None,
            file_name: None,
        };
        match sign {
            None => part.content = Content::Bytes(value),
            Some(b'<') => part.content = Content::Bytes(read_source(&value, "--form")?),
            Some(_) => part.attach(&value)?,
        }
        for (key, value) in options {
            match key.as_slice() {
                b"type" => part.kind = Some(plain_type(&value)?),
                b"filename" => part.file_name = Some(text_of(&value)?),
                _ => {
                    let key = String::from_utf8_lossy(&key).into_owned();
                    return Err(Failure::usage(format!("--form does not know `;{key}=`"))
                        .with_hint("Known are ;type= and ;filename=; put a value that holds ; into double quotes."));
                }
            }
        }
        Ok(part)
    }

    fn attach(&mut self, path: &[u8]) -> Result<(), Failure> {
        let known = Path::new(&path_of(path))
            .extension()
            .and_then(|ending| kind_of(&ending.to_string_lossy()));
        self.kind = Some(known.unwrap_or("application/octet-stream").to_owned());
        if path == b"-" {
            self.content = Content::Bytes(read_source(path, "--form")?);
            self.file_name = Some("-".to_owned());
            return Ok(());
        }
        let path = path_of(path);
        let (file, length) = open(&path, "--form")?;
        self.file_name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.content = Content::File { file, length };
        Ok(())
    }
}

type Options = Vec<(Vec<u8>, Vec<u8>)>;

/// Splits `value;type=x;filename=y`; a value in double quotes may hold semicolons, and backslashes
/// escape in it.
fn split_options(text: &[u8]) -> Result<(Vec<u8>, Options), Failure> {
    let (value, mut rest) = word(text)?;
    let mut options = Vec::new();
    while let Some(tail) = rest.strip_prefix(b";") {
        let tail = tail.trim_ascii_start();
        let at = tail.iter().position(|byte| *byte == b'=');
        let (key, after) = match at {
            Some(at) => tail.split_at(at),
            None => (tail, &[][..]),
        };
        let (value, next) = word(after.get(1..).unwrap_or_default())?;
        options.push((key.trim_ascii().to_vec(), value));
        rest = next;
    }
    Ok((value, options))
}

fn word(text: &[u8]) -> Result<(Vec<u8>, &[u8]), Failure> {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(|byte| *byte == b';');
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        return Ok((word.to_vec(), rest));
    };
    let mut word = Vec::new();
    let mut rest = quoted;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.split_first()) {
            (b'"', _) => return Ok((word, rest)),
            (b'\\', Some((escaped, tail))) => {
                word.push(*escaped);
                rest = tail;
            }
            _ => word.push(*byte),
        }
    }
    Err(Failure::usage("a double quote in --form is not closed"))
}

fn plain_type(value: &[u8]) -> Result<String, Failure> {
    match std::str::from_utf8(value) {
        Ok(text) if !text.contains(['\r', '\n']) => Ok(text.to_owned()),
        _ => Err(Failure::usage("the ;type= of a --form is no media type")),
    }
}

fn text_of(bytes: &[u8]) -> Result<String, Failure> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(Failure::usage("a name in --form is not UTF-8 text")),
    }
}

/// The types that curl knows by a file's ending.
fn kind_of(ending: &str) -> Option<&'static str> {
    Some(match ending.to_ascii_lowercase().as_str() {
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "htm" | "html" => "text/html",
        "pdf" => "application/pdf",
        "xml" => "application/xml",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_follow_the_value() {
        let (value, options) = split_options(b"a.bin;type=text/plain;filename=\"x;y\"").unwrap();
        assert_eq!(value, b"a.bin");
        assert_eq!(options[0], (b"type".to_vec(), b"text/plain".to_vec()));
        assert_eq!(options[1], (b"filename".to_vec(), b"x;y".to_vec()));
        assert_eq!(split_options(b"\"a;b\"").unwrap().0, b"a;b");
    }

    #[test]
    fn what_cannot_be_a_part_is_refused() {
        assert!(Part::parse(OsStr::new("no-equals")).is_err());
        assert!(Part::parse(OsStr::new("a=b;colour=red")).is_err());
        assert!(Part::parse(OsStr::new("a=\"open")).is_err());
    }
}
