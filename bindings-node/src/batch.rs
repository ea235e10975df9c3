//! What has come for JavaScript, as bytes: one value crosses the border however many calls ended.
//!
//! A record is a header of 16 bytes (id `u32`, kind `u8`, flags `u8`, status `u16`, argument `u32`, length `u32`,
//! little-endian) and as many bytes as its length says. `lib/queue.js` reads it.

use mutls::{HeaderMap, MtlsError};

/// Pieces from this size on are handed over as they are, in place of being copied.
const LARGE: usize = 16 * 1024;

const HEADER: usize = 16;
const LENGTH_AT: usize = 12;

pub(crate) mod kind {
    /// The head of an answer, and as much of its body as has come.
    pub(crate) const HEAD: u8 = 0;
    /// Bytes of a body.
    pub(crate) const DATA: u8 = 1;
    /// A body is complete.
    pub(crate) const END: u8 = 2;
    /// A call or a body failed.
    pub(crate) const FAIL: u8 = 3;
    /// There is room for more of a request's body.
    pub(crate) const ROOM: u8 = 4;
    /// A client has closed.
    pub(crate) const CLOSED: u8 = 5;
    /// A handshake report that nobody can ask for any more.
    pub(crate) const FORGET: u8 = 6;
    /// Something happened to a client that is observed.
    pub(crate) const EVENT: u8 = 7;
}

mod flag {
    pub(super) const REUSED: u8 = 1;
    pub(super) const HTTP_10: u8 = 2;
    /// The body is complete.
    pub(super) const WHOLE: u8 = 4;
    /// The argument is a place among the large pieces.
    pub(super) const LARGE: u8 = 8;
}

/// What one wake-up brings.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) large: Vec<Large>,
    /// Where the last record begins, if it is one of small pieces of a body.
    open: Option<(u32, usize)>,
}

/// The first so many bytes of a buffer.
pub(crate) struct Large {
    pub(crate) buffer: Vec<u8>,
    pub(crate) length: usize,
}

/// The facts of an answer's head.
pub(crate) struct Head<'a> {
    pub(crate) status: u16,
    pub(crate) http_10: bool,
    pub(crate) reused: bool,
    pub(crate) length: Option<u64>,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// The number of the handshake report, and the report itself where JavaScript does not know it yet.
    pub(crate) report: (u32, Option<String>),
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn begin(&mut self, id: u32, kind: u8, flags: u8, status: u16, argument: u32) -> usize {
        self.open = None;
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&id.to_le_bytes());
        self.bytes.extend_from_slice(&[kind, flags]);
        self.bytes.extend_from_slice(&status.to_le_bytes());
        self.bytes.extend_from_slice(&argument.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        at
    }

    /// Writes the length of the record that began at `at`.
    fn end(&mut self, at: usize) {
        let length = size(self.bytes.len() - at - HEADER).to_le_bytes();
        let place = at + LENGTH_AT;
        if let Some(place) = self.bytes.get_mut(place..place + length.len()) {
            place.copy_from_slice(&length);
        }
    }

    /// A record without bytes.
    pub(crate) fn note(&mut self, id: u32, kind: u8, argument: u32) {
        self.begin(id, kind, 0, 0, argument);
    }

    pub(crate) fn fail(&mut self, id: u32, error: &MtlsError) {
        let at = self.begin(id, kind::FAIL, 0, 0, 0);
        self.bytes
            .extend_from_slice(crate::client::described(error).as_bytes());
        self.end(at);
    }

    pub(crate) fn event(&mut self, id: u32, json: &str) {
        let at = self.begin(id, kind::EVENT, 0, 0, 0);
        self.bytes.extend_from_slice(json.as_bytes());
        self.end(at);
    }

    /// The first `length` bytes of `buffer`, which is given back where they were copied.
    pub(crate) fn data(&mut self, id: u32, buffer: Vec<u8>, length: usize) -> Option<Vec<u8>> {
        if length >= LARGE {
            let at = self.begin(id, kind::DATA, flag::LARGE, 0, size(self.large.len()));
            self.large.push(Large { buffer, length });
            self.end(at);
            return None;
        }
        // Pieces that follow each other become one.
        let at = match self.open {
            Some((open, at)) if open == id => at,
            _ => self.begin(id, kind::DATA, 0, 0, 0),
        };
        self.bytes
            .extend_from_slice(buffer.get(..length).unwrap_or_default());
        self.end(at);
        self.open = Some((id, at));
        Some(buffer)
    }

    pub(crate) fn head(&mut self, id: u32, head: &Head<'_>, body: Option<Vec<u8>>) {
        let mut flags = 0;
        if head.reused {
            flags |= flag::REUSED;
        }
        if head.http_10 {
            flags |= flag::HTTP_10;
        }
        if body.is_some() {
            flags |= flag::WHOLE;
        }
        let mut inline = body.unwrap_or_default();
        let mut body = size(inline.len());
        if inline.len() >= LARGE {
            flags |= flag::LARGE;
            body = size(self.large.len());
            let buffer = std::mem::take(&mut inline);
            self.large.push(Large {
                length: buffer.len(),
                buffer,
            });
        }
        let (number, report) = &head.report;
        let report = report.as_deref().unwrap_or_default();
        let at = self.begin(id, kind::HEAD, flags, head.status, *number);
        let length = head.length.map_or(-1.0, |length| length as f64);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        let lengths = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 16]);
        self.bytes.extend_from_slice(head.url.as_bytes());
        let headers = self.headers(head.headers);
        self.bytes.extend_from_slice(&inline);
        self.bytes.extend_from_slice(report.as_bytes());
        let parts = [size(head.url.len()), headers, body, size(report.len())];
        for (part, place) in parts.iter().zip(
            self.bytes
                .get_mut(lengths..lengths + 16)
                .unwrap_or_default()
                .chunks_exact_mut(4),
        ) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        self.end(at);
    }

    /// Names and values with zero bytes between them, which none of them can hold.
    fn headers(&mut self, headers: &HeaderMap) -> u32 {
        let from = self.bytes.len();
        for (name, value) in headers {
            if self.bytes.len() > from {
                self.bytes.push(0);
            }
            self.bytes.extend_from_slice(name.as_str().as_bytes());
            self.bytes.push(0);
            self.bytes.extend_from_slice(value.as_bytes());
        }
        size(self.bytes.len() - from)
    }
}

fn size(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
