//! What came back.

use std::io::{self, Read};
use std::sync::Arc;

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use ureq_proto::http::{self, HeaderMap, header};

use super::engine::Answer;
use super::generation::Flight;
use super::incoming::{Incoming, own_error};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::report::HandshakeReport;
use crate::transport::pool::PoolKey;

/// An answer whose head has arrived and whose body streams.
///
/// Dropping it before the end of the body closes its connection.
pub struct Response {
    status: u16,
    version: u8,
    headers: HeaderMap,
    url: String,
    report: Arc<HandshakeReport>,
    reused: bool,
    length: Option<u64>,
    decoded: bool,
    body: State,
}

enum State {
    Streaming(Box<Stream>),
    Ended,
    Failed(MtlsError),
}

/// The connection that an answer came over.
pub(super) struct Used {
    pub(super) key: Arc<PoolKey>,
    pub(super) report: Arc<HandshakeReport>,
    /// It had served before.
    pub(super) reused: bool,
}

struct Stream {
    decoder: Decoder,
    from: Arc<PoolKey>,
    _flight: Flight,
    /// What `max_body_bytes` still allows.
    allowed: Option<u64>,
}

/// brotli wants a buffer size; this is what one read of the wire gives at most.
const BROTLI_BUFFER: usize = 16 * 1024;

/// How much of a body whose length is unknown is taken at first, and how much at most at a time.
const SMALL_READ: usize = 2 * 1024;
const LARGE_READ: usize = 1024 * 1024;

enum Decoder {
    Plain(Incoming),
    Gzip(MultiGzDecoder<Incoming>),
    Brotli(Box<Decompressor<Incoming>>),
}

impl Response {
    pub(super) fn new(
        answer: Answer,
        connection: Used,
        flight: Flight,
        url: String,
        decode: bool,
        limit: Option<u64>,
    ) -> Response {
        let (mut parts, ()) = answer.head.into_parts();
        let body = answer.body;
        let coding = match decode {
            true => coding(&parts.headers),
            false => None,
        };
        let length = match coding {
            // The length is that of the encoded form, and the coding is gone once it is decoded.
            Some(_) => {
                parts.headers.remove(header::CONTENT_LENGTH);
                parts.headers.remove(header::CONTENT_ENCODING);
                None
            }
            // An empty body has no engine that knows its length.
            None => body.length().or_else(|| {
                let length = parts.headers.get(header::CONTENT_LENGTH)?;
                (length == "0").then_some(0)
            }),
        };
        let decoder = match &coding {
            Some(Coding::Gzip) => Decoder::Gzip(MultiGzDecoder::new(body)),
            Some(Coding::Brotli) => brotli(body),
            None => Decoder::Plain(body),
        };
        Response {
            status: parts.status.as_u16(),
            version: u8::from(parts.version != http::Version::HTTP_10),
            headers: parts.headers,
            url,
            report: connection.report,
            reused: connection.reused,
            length,
            decoded: coding.is_some(),
            body: State::Streaming(Box::new(Stream {
                decoder,
                from: connection.key,
                _flight: flight,
                allowed: limit,
            })),
        }
    }

    /// The status code. An error status is an answer, not an error.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The minor HTTP version: 0 or 1.
    pub fn http_minor_version(&self) -> u8 {
        self.version
    }

    /// The headers: duplicates are kept in order, values are bytes.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Moves the headers out, for hosts that keep them beside the body.
    pub fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(&mut self.headers)
    }

    /// The first value of a header, if it is there and is ASCII text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The URL that answered, after redirects.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the connection's handshake showed.
    pub fn handshake(&self) -> &Arc<HandshakeReport> {
        &self.report
    }

    /// Whether the connection had served an earlier request.
    pub fn connection_reused(&self) -> bool {
        self.reused
    }

    /// The length of the body where the head announces it and it is not decoded on the way.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Whether the body is decoded on the way: the head no longer speaks of its coding then.
    pub fn decoded(&self) -> bool {
        self.decoded
    }

    /// How many bytes of the body, as they come over the wire, are here already. Where that is all of
    /// [`Response::content_length`], the body and its end are read without waiting.
    pub fn at_hand(&self) -> usize {
        match &self.body {
            State::Streaming(stream) => stream.raw().at_hand(),
            State::Ended | State::Failed(_) => 0,
        }
    }

    /// Whether more of the body waits already: a read then waits for the rest of what has begun to
    /// come at most. False where it cannot be told, as in a body that is decoded.
    pub fn goes_on(&mut self) -> bool {
        match &mut self.body {
            State::Streaming(stream) => match &mut stream.decoder {
                Decoder::Plain(body) => body.goes_on(),
                _ => false,
            },
            State::Ended | State::Failed(_) => false,
        }
    }

    /// Reads the next bytes of the body; 0 is its complete end. A body cut short is an error, and
    /// stays one.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let stream = match &mut self.body {
            State::Streaming(stream) => stream,
            State::Ended => return Ok(0),
            State::Failed(error) => return Err(error.clone()),
        };
        if buffer.is_empty() {
            return Ok(0);
        }
        match stream.read(buffer) {
            Ok(0) => {
                self.body = State::Ended;
                Ok(0)
            }
            Ok(n) => Ok(n),
            Err(error) => {
                self.body = State::Failed(error.clone());
                Err(error)
            }
        }
    }

    /// Reads the rest of the body.
    pub fn bytes(&mut self) -> Result<Vec<u8>> {
        // What a head announces is not memory yet. One byte more: the end is found without growing.
        let expected = self.length.map(|length| length.saturating_add(1));
        let mut room = expected.map_or(SMALL_READ, |n| usize::try_from(n).unwrap_or(LARGE_READ));
        let mut all = Vec::new();
        let mut filled = 0;
        loop {
            if filled == all.len() {
                room = room.clamp(1, LARGE_READ);
                all.resize(filled + room, 0);
                room *= 2;
            }
            let n = self.read(all.get_mut(filled..).unwrap_or_default())?;
            if n == 0 {
                all.truncate(filled);
                return Ok(all);
            }
            filled += n;
        }
    }

    /// Reads the rest of the body as UTF-8 text; other bytes become U+FFFD.
    pub fn text(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    /// Reads the rest of the body as JSON.
    pub fn json(&mut self) -> Result<serde_json::Value> {
        let bytes = self.bytes()?;
        serde_json::from_slice(&bytes).map_err(|e| {
            MtlsError::new(
                Code::ProtocolError,
                Phase::Body,
                Origin::Peer,
                "the body is not JSON",
            )
            .with_cause(&e)
        })
    }
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let outcome = match &mut self.decoder {
            Decoder::Plain(raw) => raw.read(buffer),
            Decoder::Gzip(gzip) => gzip.read(buffer),
            Decoder::Brotli(brotli) => brotli.read(buffer),
        };
        let n = match outcome {
            Ok(n) => n,
            // An empty body is often announced as compressed.
            Err(_) if self.raw().ended && !self.raw().begun => 0,
            Err(error) => return Err(self.explain(&error)),
        };
        if n == 0 {
            self.drain()?;
            return Ok(0);
        }
        if let Some(allowed) = &mut self.allowed {
            *allowed = match allowed.checked_sub(n as u64) {
                Some(left) => left,
                None => return Err(self.too_large()),
            };
        }
        Ok(n)
    }

    /// Behind the end of the encoded form the framing's own end is still to come.
    fn drain(&mut self) -> Result<()> {
        let raw = match &mut self.decoder {
            Decoder::Plain(_) => return Ok(()),
            Decoder::Gzip(gzip) => gzip.get_mut(),
            Decoder::Brotli(brotli) => brotli.get_mut(),
        };
        let rest = io::copy(&mut raw.take(64 * 1024), &mut io::sink());
        match rest {
            Ok(_) => Ok(()),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn raw(&self) -> &Incoming {
        match &self.decoder {
            Decoder::Plain(raw) => raw,
            Decoder::Gzip(gzip) => gzip.get_ref(),
            Decoder::Brotli(brotli) => brotli.get_ref(),
        }
    }

    fn explain(&self, error: &io::Error) -> MtlsError {
        if let Some(error) = own_error(error) {
            return error;
        }
        let place = self.from.endpoint.place();
        let raw = self.raw();
        // brotli calls a missing end invalid data.
        let (code, what) = match raw.ended || error.kind() == io::ErrorKind::UnexpectedEof {
            true => (
                Code::BodyTruncated,
                "ends before its compressed form is complete",
            ),
            false => (Code::ProtocolError, "cannot be decompressed"),
        };
        MtlsError::new(
            code,
            Phase::Body,
            Origin::Peer,
            format!("the body from {place} {what}"),
        )
        .with_cause(error)
    }

    fn too_large(&self) -> MtlsError {
        MtlsError::new(
            Code::BodyTooLarge,
            Phase::Body,
            Origin::Local,
            format!(
                "the body from {} is larger than `max_body_bytes` allows",
                self.from.endpoint.place()
            ),
        )
    }
}

/// Kept apart: the decoder is built on the stack, which would be touched for every answer.
#[inline(never)]
fn brotli(raw: Incoming) -> Decoder {
    Decoder::Brotli(Box::new(Decompressor::new(raw, BROTLI_BUFFER)))
}

enum Coding {
    Gzip,
    Brotli,
}

fn coding(headers: &HeaderMap) -> Option<Coding> {
    let value = headers.get(header::CONTENT_ENCODING)?.to_str().ok()?;
    match value.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        "br" => Some(Coding::Brotli),
        _ => None,
    }
}

impl io::Read for Response {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Response::read(self, buffer).map_err(io::Error::other)
    }
}
