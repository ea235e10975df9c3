//! The body of the request, in either framing.

use std::fmt;
use std::io;

use bytes::Bytes;
use tokio::io::AsyncReadExt as _;

use super::{BodyState, Exchange, READ_SIZE};

const MAX_LINE: usize = 16 * 1024;
/// How much of an unread body is swallowed to keep a connection.
const MAX_LEFTOVER: u64 = 1024 * 1024;

impl Exchange<'_> {
    /// The next piece of the body, or none at its end.
    pub(crate) async fn body_piece(&mut self) -> io::Result<Option<Bytes>> {
        self.body_piece_up_to(READ_SIZE).await
    }

    pub(crate) async fn body_piece_up_to(&mut self, most: usize) -> io::Result<Option<Bytes>> {
        loop {
            match self.body {
                BodyState::Done => return Ok(None),
                BodyState::Sized(left) => {
                    let piece = self.take_piece(left, most).await?;
                    self.body = match left - piece.len() as u64 {
                        0 => BodyState::Done,
                        left => BodyState::Sized(left),
                    };
                    return Ok(Some(piece));
                }
                BodyState::ChunkStart => {
                    let line = self.take_line().await?;
                    let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
                    let size = std::str::from_utf8(size)
                        .ok()
                        .and_then(|size| u64::from_str_radix(size.trim(), 16).ok())
                        .ok_or_else(|| malformed("chunk size"))?;
                    self.body = if size > 0 {
                        BodyState::InChunk(size)
                    } else {
                        while !self.take_line().await?.is_empty() {}
                        BodyState::Done
                    };
                }
                BodyState::InChunk(left) => {
                    let piece = self.take_piece(left, most).await?;
                    self.body = match left - piece.len() as u64 {
                        0 if self.take_line().await?.is_empty() => BodyState::ChunkStart,
                        0 => return Err(malformed("chunk end")),
                        left => BodyState::InChunk(left),
                    };
                    return Ok(Some(piece));
                }
            }
        }
    }

    pub(crate) async fn whole_body(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(piece) = self.body_piece().await? {
            let room = most.saturating_sub(body.len());
            body.extend(piece.iter().take(room));
        }
        Ok(body)
    }

    /// From here on the body is read without a `100 Continue` of ours.
    pub(crate) fn without_continue(&mut self) -> bool {
        std::mem::take(&mut self.awaited)
    }

    async fn take_piece(&mut self, left: u64, most: usize) -> io::Result<Bytes> {
        if self.awaited {
            self.awaited = false;
            self.raw(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        if self.buffer.is_empty() {
            self.fill().await?;
        }
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let length = self.buffer.len().min(left).min(most.max(1));
        Ok(self.buffer.split_to(length).freeze())
    }

    async fn take_line(&mut self) -> io::Result<Bytes> {
        if self.awaited {
            self.awaited = false;
            self.raw(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line = self.buffer.split_to(at + 1);
                line.truncate(at);
                if line.last() == Some(&b'\r') {
                    line.truncate(at - 1);
                }
                return Ok(line.freeze());
            }
            if self.buffer.len() > MAX_LINE {
                return Err(malformed("line"));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.buffer.reserve(READ_SIZE);
        if self.wire.read_buf(self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Swallows what is left of the body; says whether the next request can follow.
    pub(crate) async fn leftover(&mut self) -> io::Result<bool> {
        let mut swallowed = 0;
        // A client that still waits for its 100 may or may not send the body: the wire is of no more use.
        while !self.awaited && swallowed < MAX_LEFTOVER {
            match self.body_piece().await? {
                None => return Ok(true),
                Some(piece) => swallowed += piece.len() as u64,
            }
        }
        Ok(matches!(self.body, BodyState::Done))
    }
}

/// The request cannot be understood: the client's fault, and no sign that it has gone.
#[derive(Debug)]
pub(crate) struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed {}", self.0)
    }
}

impl std::error::Error for Malformed {}

impl Malformed {
    pub(crate) fn is(cause: &io::Error) -> bool {
        cause.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Malformed(what))
}
