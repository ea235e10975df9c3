//! The body of an answer as it comes over the wire.

use std::io::{self, Read};

use ureq_proto::BodyMode;
use ureq_proto::client::state::RecvBody;
use ureq_proto::client::{Call, RecvBodyResult, RecvResponseResult};

use super::engine::not_http;
use crate::error::{MtlsError, Result};
use crate::transport::lease::Lease;

/// Reads the body, and gives the connection back at its end.
pub(super) struct Incoming {
    /// `None` at the end.
    open: Option<Box<Open>>,
    length: Option<u64>,
    /// Bytes have come.
    pub(super) begun: bool,
    pub(super) ended: bool,
    /// What the next read is to tell.
    failed: Option<MtlsError>,
}

/// On the heap, since an answer is handed on from function to function.
struct Open {
    lease: Lease,
    call: Call<RecvBody>,
}

impl Incoming {
    pub(super) fn new(mut lease: Lease, rest: RecvResponseResult) -> Incoming {
        let close = match rest {
            RecvResponseResult::RecvBody(call) => {
                let length = match call.body_mode() {
                    BodyMode::LengthDelimited(length) => Some(length),
                    _ => None,
                };
                return Incoming {
                    open: Some(Box::new(Open { lease, call })),
                    length,
                    begun: false,
                    ended: false,
                    failed: None,
                };
            }
            RecvResponseResult::Redirect(call) => call.must_close_connection(),
            RecvResponseResult::Cleanup(call) => call.must_close_connection(),
        };
        if !close {
            lease.finish();
        }
        Incoming {
            open: None,
            length: None,
            begun: false,
            ended: false,
            failed: None,
        }
    }

    /// The length, where the head announces it.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// How many bytes have come and were not read yet.
    pub(super) fn at_hand(&self) -> usize {
        self.open
            .as_ref()
            .map_or(0, |open| open.lease.unread().len())
    }

    /// Whether more of the body waits already.
    pub(super) fn goes_on(&mut self) -> bool {
        let Some(Open { lease, call }) = self.open.as_deref_mut() else {
            return false;
        };
        // The frame behind a chunk is no body: what follows it may be long in coming.
        while !lease.unread().is_empty() {
            match call.read(lease.unread(), &mut []) {
                Ok((used, _)) if used > 0 => lease.consume(used),
                _ => return true,
            }
        }
        lease.has_input()
    }

    /// Reads on; 0 is the end or, without `wait`, that nothing more has arrived.
    fn next(&mut self, buffer: &mut [u8], wait: bool) -> Result<usize> {
        let Some(Open { lease, call }) = self.open.as_deref_mut() else {
            return Ok(0);
        };
        // What lasts until the peer closes is never complete before.
        let until_close = matches!(call.body_mode(), BodyMode::CloseDelimited);
        loop {
            if !until_close && call.can_proceed() {
                if wait {
                    self.end();
                }
                return Ok(0);
            }
            if !lease.unread().is_empty() {
                let (used, n) = call
                    .read(lease.unread(), buffer)
                    .map_err(|e| not_http(lease, &e))?;
                lease.consume(used);
                if n > 0 {
                    return Ok(n);
                }
                if used > 0 {
                    continue;
                }
            }
            if !wait && !lease.has_input() {
                return Ok(0);
            }
            if !lease.await_body()? {
                // Some servers leave out the empty line behind the last chunk.
                if !until_close && !call.is_ended_chunked() {
                    return Err(lease.cut_short());
                }
                self.open = None;
                return Ok(0);
            }
        }
    }

    /// Behind the `filled` bytes of a buffer, what else is there already: a host to which each read is dear
    /// gets more than one record of TLS.
    fn gather(&mut self, buffer: &mut [u8], mut filled: usize) -> usize {
        while filled > 0
            && let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty())
        {
            match self.next(room, false) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) => {
                    self.open = None;
                    self.failed = Some(error);
                    break;
                }
            }
        }
        filled
    }

    fn end(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let Open { mut lease, call } = *open;
        let close = match call.proceed() {
            Some(RecvBodyResult::Redirect(call)) => call.must_close_connection(),
            Some(RecvBodyResult::Cleanup(call)) => call.must_close_connection(),
            None => true,
        };
        if !close {
            lease.finish();
        }
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if let Some(error) = self.failed.take() {
            return Err(io::Error::other(error));
        }
        let outcome = self.next(buffer, true).map(|n| self.gather(buffer, n));
        self.begun |= matches!(outcome, Ok(n) if n > 0);
        self.ended |= matches!(outcome, Ok(0));
        if outcome.is_err() {
            self.open = None;
        }
        outcome.map_err(io::Error::other)
    }
}

/// The error of ours that passed through a decoder, if it is one.
pub(super) fn own_error(error: &io::Error) -> Option<MtlsError> {
    error.get_ref()?.downcast_ref::<MtlsError>().cloned()
}
