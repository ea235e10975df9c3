//! `--data` and its sisters: what they read, and how it is joined.

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;

use crate::body::read_source;
use crate::errors::Failure;
use crate::url_flag::percent_encoded_bytes;

/// Which flag a piece came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Data,
    Binary,
    Raw,
    UrlEncode,
    Json,
}

/// One flag of the family.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    kind: Kind,
    value: OsString,
}

const FLAGS: [(&str, Kind); 5] = [
    ("data", Kind::Data),
    ("data_binary", Kind::Binary),
    ("data_raw", Kind::Raw),
    ("data_urlencode", Kind::UrlEncode),
    ("json", Kind::Json),
];

/// The pieces as they stood on the command line, whichever flag each came by.
pub(crate) fn in_order(matches: &ArgMatches) -> Vec<Piece> {
    let Some((_, matches)) = matches.subcommand() else {
        return Vec::new();
    };
    let mut placed = Vec::new();
    for (id, kind) in FLAGS {
        let values = matches.get_many::<OsString>(id).into_iter().flatten();
        let places = matches.indices_of(id).into_iter().flatten();
        placed.extend(places.zip(values).map(|(place, value)| {
            let value = value.clone();
            (place, Piece { kind, value })
        }));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, piece)| piece).collect()
}

/// The bytes of all pieces: joined by `&`, but JSON to what stands before it as it is.
pub(crate) fn join(pieces: &[Piece]) -> Result<Vec<u8>, Failure> {
    let mut all = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 && piece.kind != Kind::Json {
            all.push(b'&');
        }
        all.extend(piece.read()?);
    }
    Ok(all)
}

/// Whether any piece came by `--json`.
pub(crate) fn any_json(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| piece.kind == Kind::Json)
}

impl Piece {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let value = self.value.as_encoded_bytes();
        let file = value.strip_prefix(b"@");
        match (self.kind, file) {
            (Kind::Raw, _) | (_, None) if self.kind != Kind::UrlEncode => Ok(value.to_vec()),
            (Kind::UrlEncode, _) => url_encoded(&self.value),
            (Kind::Data, Some(path)) => {
                let mut content = read_source(path, "--data")?;
                content.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                Ok(content)
            }
            (_, Some(path)) => read_source(path, "--data-binary"),
            (_, None) => Ok(value.to_vec()),
        }
    }
}

/// `content`, `=content`, `name=content`, `@file`, `name@file`: the name is not encoded.
fn url_encoded(value: &OsStr) -> Result<Vec<u8>, Failure> {
    let value = value.as_encoded_bytes();
    let at = value.iter().position(|byte| matches!(byte, b'=' | b'@'));
    let (name, sign, content) = match at {
        Some(at) => {
            let (name, rest) = value.split_at(at);
            (
                name,
                rest.first().copied(),
                rest.get(1..).unwrap_or_default(),
            )
        }
        None => (&[][..], None, value),
    };
    let content = match sign {
        Some(b'@') => read_source(content, "--data-urlencode")?,
        _ => content.to_vec(),
    };
    let mut all = name.to_vec();
    if !name.is_empty() {
        all.push(b'=');
    }
    // As curl since 7.84, and as HTML forms: a space is a plus.
    let encoded = percent_encoded_bytes(&content).replace("%20", "+");
    all.extend(encoded.into_bytes());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(kind: Kind, value: &str) -> Piece {
        let value = value.into();
        Piece { kind, value }
    }

    fn joined(pieces: &[Piece]) -> String {
        String::from_utf8(join(pieces).unwrap()).unwrap()
    }

    #[test]
    fn pieces_are_joined_as_curl_joins_them() {
        let pieces = [piece(Kind::Data, "a=1"), piece(Kind::Raw, "@b")];
        assert_eq!(joined(&pieces), "a=1&@b");
        let pieces = [piece(Kind::Json, "{\"a\":"), piece(Kind::Json, "1}")];
        assert_eq!(joined(&pieces), "{\"a\":1}");
    }

    #[test]
    fn url_encoding_leaves_the_name_alone() {
        let encoded = |text| joined(&[piece(Kind::UrlEncode, text)]);
        assert_eq!(encoded("a b&c"), "a+b%26c");
        assert_eq!(encoded("=a b"), "a+b");
        assert_eq!(encoded("n=a=b"), "n=a%3Db");
    }

    #[test]
    fn a_file_loses_its_line_ends_unless_it_is_binary() {
        let path = std::env::temp_dir().join(format!("mutls-data-{}", std::process::id()));
        std::fs::write(&path, "a\r\nb\n").unwrap();
        let flag = format!("@{}", path.display());
        assert_eq!(joined(&[piece(Kind::Data, &flag)]), "ab");
        assert_eq!(joined(&[piece(Kind::Binary, &flag)]), "a\r\nb\n");
        let named = format!("n{flag}");
        assert_eq!(joined(&[piece(Kind::UrlEncode, &named)]), "n=a%0D%0Ab%0A");
        std::fs::remove_file(&path).unwrap();
    }
}
