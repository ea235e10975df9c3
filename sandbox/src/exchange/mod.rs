//! One request and its answer. A route reads the body and writes the answer here, or takes the wire and breaks it.

mod answer;
mod body;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

pub(crate) use body::Malformed;

use crate::head::Head;
use crate::ledger::Ledger;
use crate::wire::{Ending, Wire};

const READ_SIZE: usize = 16 * 1024;

/// What a connection is, said once at its start.
pub(crate) struct Connection {
    pub id: u64,
    pub listener: &'static str,
    /// The client's certificate, or null.
    pub client: Value,
    /// The TLS session, or null.
    pub tls: Value,
}

/// What comes after the answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum After {
    KeepAlive,
    End(Ending),
}

pub(crate) type Outcome = io::Result<After>;
pub(crate) type Headers<'a> = &'a [(&'a str, &'a [u8])];

#[derive(Clone, Copy)]
enum BodyState {
    Sized(u64),
    ChunkStart,
    InChunk(u64),
    Done,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
    /// Ends with the connection.
    Close,
}

pub(crate) struct Exchange<'a> {
    pub head: Arc<Head>,
    pub connection: &'a Connection,
    pub request_number: u64,
    pub ledger: &'a Ledger,
    wire: &'a mut Wire,
    buffer: &'a mut BytesMut,
    body: BodyState,
    /// The client waits for `100 Continue`.
    awaited: bool,
    framing: Framing,
    answered: bool,
    keep_alive: bool,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(
        head: Head,
        connection: &'a Connection,
        request_number: u64,
        ledger: &'a Ledger,
        (wire, buffer): (&'a mut Wire, &'a mut BytesMut),
    ) -> Self {
        let (body, framed) = if head.has_token("transfer-encoding", "chunked") {
            (BodyState::ChunkStart, true)
        } else {
            match head.header("content-length").map(str::parse) {
                None | Some(Ok(0)) => (BodyState::Done, true),
                Some(Ok(length)) => (BodyState::Sized(length), true),
                Some(Err(_)) => (BodyState::Done, false),
            }
        };
        let keep_alive = framed
            && if head.minor_version == 0 {
                head.has_token("connection", "keep-alive")
            } else {
                !head.has_token("connection", "close")
            };
        let awaited = head.minor_version > 0 && head.has_token("expect", "100-continue");
        Self {
            head: Arc::new(head),
            connection,
            request_number,
            ledger,
            wire,
            buffer,
            body,
            awaited,
            framing: Framing::Length(0),
            answered: false,
            keep_alive,
        }
    }

    /// Bytes on the wire, as they are.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes).await?;
        self.wire.flush().await
    }

    /// Waits, unless the peer goes first.
    pub(crate) async fn pause(&mut self, time: Duration) -> io::Result<()> {
        let over = tokio::time::sleep(time);
        tokio::pin!(over);
        loop {
            if self.buffer.len() > READ_SIZE {
                over.await;
                return Ok(());
            }
            self.buffer.reserve(READ_SIZE);
            tokio::select! {
                () = &mut over => return Ok(()),
                read = self.wire.read_buf(self.buffer) => if read? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                },
            }
        }
    }

    /// Nothing is answered until the peer goes.
    pub(crate) async fn silence(&mut self) -> Outcome {
        loop {
            self.pause(Duration::from_secs(3600)).await?;
        }
    }

    pub(crate) fn close_after(&mut self) {
        self.keep_alive = false;
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answered
    }

    /// Keeps the connection, unless one side said otherwise.
    pub(crate) fn after(&self) -> After {
        if self.keep_alive {
            After::KeepAlive
        } else {
            After::End(Ending::Close)
        }
    }
}
