//! The way in.

use std::time::{Duration, Instant};

use super::verdict::gone;
use super::{Lease, Sent};
use crate::error::{Phase, Result};
use crate::transport::LONGEST_HEAD;
use crate::transport::clock::{Limit, Stop};
use crate::transport::connection::{Broken, Connection};

/// Interim answers (1xx) before the final one.
const MOST_INTERIM: u32 = 100;

/// What came of waiting for `100 Continue`.
pub(crate) enum Expected {
    Continue,
    /// A final answer has begun.
    Answer,
    /// Nothing, in the time that may be waited.
    Silence,
}

impl Lease {
    /// What has come and was not used yet.
    pub(crate) fn unread(&self) -> &[u8] {
        self.buffers.unread()
    }

    /// Whether more has come than was read off the connection.
    pub(crate) fn has_input(&mut self) -> bool {
        self.connection().is_ok_and(Connection::has_input)
    }

    pub(crate) fn consume(&mut self, n: usize) {
        self.buffers.consume(n);
    }

    /// Whether a final answer has begun to arrive. Interim ones (1xx) are taken out of its way.
    pub(crate) fn answer_waits(&mut self) -> Result<bool> {
        Ok(self.skip_interim(false)? == Front::Answer)
    }

    /// Waits for bytes of the answer's head, after sending what waits.
    pub(crate) fn await_answer(&mut self) -> Result<()> {
        if !self.deaf && self.flush()? == Sent::Answered {
            return Ok(());
        }
        let sent = *self.sent.get_or_insert_with(Instant::now);
        let limit = self.exchange.clock.limit(Phase::Receive, sent);
        self.fill(&limit).map(|_| ())
    }

    /// Sends what waits, for an answer that is awaited later: the descriptor that it will come by, unless it is here
    /// already, and until when it may.
    #[cfg(unix)]
    pub(crate) fn sent_out(&mut self) -> Result<(Option<i32>, Option<Instant>)> {
        if !self.deaf {
            // Whether it was answered meanwhile shows below.
            let _ = self.flush()?;
        }
        let sent = *self.sent.get_or_insert_with(Instant::now);
        let limit = self.exchange.clock.limit(Phase::Receive, sent);
        let here = self.deaf || !self.unread().is_empty();
        let descriptor = self.connection()?.socket.descriptor();
        Ok(((!here).then_some(descriptor), limit.deadline))
    }

    /// The head has come: from here on it is the body that is waited for.
    pub(crate) fn head_has_come(&mut self) {
        self.answered = true;
    }

    /// Waits for bytes of the body; false is the peer's proper end.
    pub(crate) fn await_body(&mut self) -> Result<bool> {
        let limit = self.exchange.clock.limit(Phase::Body, Instant::now());
        self.fill(&limit)
    }

    /// Waits for leave to send the body.
    pub(crate) fn await_continue(&mut self) -> Result<Expected> {
        if self.flush()? == Sent::Answered {
            return Ok(Expected::Answer);
        }
        let clock = self.exchange.clock.clone();
        let patience = Duration::from_millis(clock.timeouts.expect_continue_ms);
        let send = clock.limit(Phase::Send, self.since);
        let ours = Instant::now().checked_add(patience);
        let limit = match (ours, send.deadline) {
            (Some(ours), Some(total)) if total < ours => send,
            _ => send.until(ours),
        };
        loop {
            let Some(connection) = &mut self.connection else {
                return Err(gone());
            };
            match connection.read(self.buffers.room(), &clock, &limit) {
                Err(Broken::Stopped(Stop::Expired(expired))) if expired.deadline == ours => {
                    return Ok(Expected::Silence);
                }
                Ok(n) if n > 0 => {
                    self.buffers.filled(n);
                    self.heard = true;
                    match self.skip_interim(true)? {
                        Front::Continue => return Ok(Expected::Continue),
                        Front::Answer => return Ok(Expected::Answer),
                        Front::Nothing => {}
                    }
                }
                Ok(_) => return Err(self.broken(&Broken::Cut)),
                Err(broken) => return Err(self.broken(&broken)),
            }
        }
    }

    fn fill(&mut self, limit: &Limit) -> Result<bool> {
        let Some(connection) = &mut self.connection else {
            return Err(gone());
        };
        if self.ended {
            return Err(self.cut_short());
        }
        match connection.read(self.buffers.room(), &self.exchange.clock, limit) {
            Ok(0) => {
                self.ended = true;
                match self.phase() {
                    Phase::Body => Ok(false),
                    _ => Err(self.broken(&Broken::Cut)),
                }
            }
            Ok(n) => {
                self.buffers.filled(n);
                self.heard = true;
                Ok(true)
            }
            Err(broken) => Err(self.broken(&broken)),
        }
    }

    /// Takes interim answers (1xx) out of the way, up to the `100 Continue` that is `expected`.
    fn skip_interim(&mut self, expected: bool) -> Result<Front> {
        loop {
            let unread = self.unread();
            let interim = matches!(
                unread,
                [b'H', b'T', b'T', b'P', b'/', b'1', b'.', _, b' ', b'1', ..]
            ) && unread.get(9..12).is_none_or(|code| code != b"101");
            if !interim {
                return Ok(match unread.is_empty() {
                    true => Front::Nothing,
                    false => Front::Answer,
                });
            }
            let Some(end) = unread.windows(4).position(|w| w == b"\r\n\r\n") else {
                return match unread.len() > LONGEST_HEAD {
                    true => Err(self.not_http("sends an interim answer (1xx) without end")),
                    false => Ok(Front::Nothing),
                };
            };
            let is_continue = unread.get(9..12).is_some_and(|code| code == b"100");
            self.consume(end + 4);
            if is_continue && expected {
                return Ok(Front::Continue);
            }
            self.interim += 1;
            if self.interim > MOST_INTERIM {
                return Err(self.not_http("sends interim answers (1xx) without end"));
            }
        }
    }
}

/// What stands first in the bytes that came.
#[derive(PartialEq, Eq)]
enum Front {
    /// No bytes, or the begin of an interim answer.
    Nothing,
    Continue,
    Answer,
}
