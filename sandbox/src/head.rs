//! The head of a request, kept as it came: names in their own case, values as bytes, order untouched.

use bytes::{Buf as _, BytesMut};

/// Room for long tokens in headers, and an end for those that never stop.
const MAX_HEAD: usize = 1024 * 1024;
const MAX_HEADERS: usize = 1024;

pub(crate) struct Head {
    pub method: String,
    /// As on the request line.
    pub target: String,
    pub minor_version: u8,
    pub headers: Vec<(String, Vec<u8>)>,
}

pub(crate) enum Parsed {
    Head(Head),
    /// More bytes are needed.
    Partial,
    /// Answered with this status, then closed.
    Refused(u16, String),
}

impl Head {
    /// Takes one head from the front of `buffer`.
    pub(crate) fn take(buffer: &mut BytesMut) -> Parsed {
        let mut slots = vec![httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut slots);
        match request.parse(buffer) {
            Ok(httparse::Status::Complete(length)) => {
                let head = Self {
                    method: request.method.unwrap_or_default().to_owned(),
                    target: request.path.unwrap_or_default().to_owned(),
                    minor_version: request.version.unwrap_or_default(),
                    headers: request
                        .headers
                        .iter()
                        .map(|header| (header.name.to_owned(), header.value.to_vec()))
                        .collect(),
                };
                buffer.advance(length);
                Parsed::Head(head)
            }
            Ok(httparse::Status::Partial) if buffer.len() < MAX_HEAD => Parsed::Partial,
            Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                Parsed::Refused(431, "the head is too large".to_owned())
            }
            Err(cause) => Parsed::Refused(400, format!("the head is malformed: {cause}")),
        }
    }

    /// The first header of this name, as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(each, _)| each.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Whether a comma-separated header holds this token.
    pub(crate) fn has_token(&self, name: &str, token: &str) -> bool {
        self.headers
            .iter()
            .filter(|(each, _)| each.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(|byte| *byte == b','))
            .any(|each| each.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    }

    pub(crate) fn path(&self) -> &str {
        let target = self.origin_form();
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The decoded value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.query()
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(each, _)| *each == name)
            .map(|(_, value)| percent_decode(value))
    }

    pub(crate) fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.parameter(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(otherwise)
    }

    /// RFC 9112 3.2.2: a server accepts the absolute form as well.
    fn origin_form(&self) -> &str {
        // An origin form may hold a URL in its query.
        let Some((_, rest)) = self
            .target
            .split_once("://")
            .filter(|_| !self.target.starts_with('/'))
        else {
            return &self.target;
        };
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }
}

pub(crate) fn percent_decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let escape = (byte == b'%')
            .then(|| {
                let mut ahead = bytes.clone();
                let high = char::from(ahead.next()?).to_digit(16)?;
                let low = char::from(ahead.next()?).to_digit(16)?;
                bytes = ahead;
                u8::try_from(high * 16 + low).ok()
            })
            .flatten();
        decoded.push(escape.unwrap_or(byte));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
