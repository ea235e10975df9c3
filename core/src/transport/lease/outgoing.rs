//! The way out.

use std::time::{Duration, Instant};

use super::Lease;
use super::verdict::gone;
use crate::error::{Phase, Result};
use crate::transport::connection::Broken;
use crate::transport::socket::Quiet;

/// Bytes in memory leave together up to this size.
const TOGETHER: usize = 32 * 1024;
/// How long a broken connection is searched for the peer's reason.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What became of bytes that were to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Sent {
    /// They are out, or wait for more.
    Ok,
    /// The peer has answered without wanting the rest of the request.
    Answered,
}

impl Lease {
    /// At least `size` bytes to write what [`Lease::send_output`] sends.
    pub(crate) fn output(&mut self, size: usize) -> &mut [u8] {
        self.buffers.output(size)
    }

    /// Sends the first `n` bytes of the output; `at_once`, or together with what follows.
    pub(crate) fn send_output(&mut self, n: usize, at_once: bool) -> Result<Sent> {
        if self.answered_meanwhile()? {
            return Ok(self.answered_early());
        }
        let Some(connection) = &mut self.connection else {
            return Err(gone());
        };
        let staged = connection.stage(self.buffers.written(n), &mut self.plain);
        self.sent_on(staged, n, at_once)
    }

    /// Like [`Lease::send_output`], from a place of the caller's.
    pub(crate) fn send(&mut self, bytes: &[u8], at_once: bool) -> Result<Sent> {
        if self.answered_meanwhile()? {
            return Ok(self.answered_early());
        }
        let Some(connection) = &mut self.connection else {
            return Err(gone());
        };
        let staged = connection.stage(bytes, &mut self.plain);
        self.sent_on(staged, bytes.len(), at_once)
    }

    fn sent_on(
        &mut self,
        staged: std::result::Result<(), Broken>,
        n: usize,
        at_once: bool,
    ) -> Result<Sent> {
        if let Err(broken) = staged {
            return self.write_failed(broken);
        }
        self.staged += n;
        if !at_once && self.staged < TOGETHER {
            return Ok(Sent::Ok);
        }
        self.flush()
    }

    /// A server that answers before it has read everything often closes right after; once it has
    /// closed, the answer may be lost. Looked for before a write and not after it: what answers
    /// the last one is not early, and leaves a connection that can be kept.
    fn answered_meanwhile(&mut self) -> Result<bool> {
        if !self.wrote || self.staged > 0 {
            return Ok(false);
        }
        let speaks = self.connection()?.socket.peek() != Quiet::Silent;
        Ok(speaks && self.peer_is_speaking()?)
    }

    pub(super) fn flush(&mut self) -> Result<Sent> {
        if self.staged == 0 {
            return Ok(Sent::Ok);
        }
        self.staged = 0;
        self.wrote = true;
        let Some(connection) = &mut self.connection else {
            return Err(gone());
        };
        let clock = &self.exchange.clock;
        let limit = clock.limit(Phase::Send, self.since);
        match connection.flush(&mut self.plain, clock, &limit) {
            Ok(()) => Ok(Sent::Ok),
            Err(broken) => self.write_failed(broken),
        }
    }

    /// The peer may have said why it does not want the rest: an alert, or an early answer.
    fn write_failed(&mut self, broken: Broken) -> Result<Sent> {
        if matches!(broken, Broken::Stopped(_)) {
            return Err(self.broken(&broken));
        }
        match self.hear(LAST_WORDS) {
            Ok(n) if n > 0 && self.answer_waits()? => Ok(self.answered_early()),
            // TLS knows better than the socket: an alert says more than a broken pipe.
            Err(said @ Broken::Tls(_)) => Err(self.broken(&said)),
            _ => Err(self.broken(&broken)),
        }
    }

    /// Takes in what the peer says while we are still sending; true if it is the begin of an answer.
    fn peer_is_speaking(&mut self) -> Result<bool> {
        match self.hear(Duration::from_millis(1)) {
            Ok(_) => self.answer_waits(),
            // An alert is said once only.
            Err(said @ Broken::Tls(_)) => Err(self.broken(&said)),
            // Session tickets or a lost connection: the next write will tell.
            Err(_) => Ok(false),
        }
    }

    /// Reads what comes within a while.
    fn hear(&mut self, patience: Duration) -> std::result::Result<usize, Broken> {
        let now = Instant::now();
        let limit = self.exchange.clock.limit(Phase::Receive, now);
        let soon = limit.until(now.checked_add(patience));
        let Some(connection) = &mut self.connection else {
            return Ok(0);
        };
        let n = connection.read(self.buffers.room(), &self.exchange.clock, &soon)?;
        self.buffers.filled(n);
        self.heard |= n > 0;
        Ok(n)
    }

    fn answered_early(&mut self) -> Sent {
        self.deaf = true;
        self.staged = 0;
        self.plain.clear();
        Sent::Answered
    }
}
