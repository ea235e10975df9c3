//! A connection lent to one request: bytes, deadlines and the verdict on failure.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::LONGEST_HEAD;
use super::buffers::WireBuffers;
use super::clock::{Limit, Stop};
use super::connection::{Broken, Connection};
use super::exchange::Exchange;
use super::open::circumstances;
use super::socket::Quiet;
use crate::cancel::Waker;
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::report::HandshakeReport;
use crate::tls::{self, Ending, foreign};

/// Bytes in memory leave together up to this size.
const TOGETHER: usize = 32 * 1024;
/// Interim answers (1xx) before the final one.
const MOST_INTERIM: u32 = 100;
/// How long a broken connection is searched for the peer's reason.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub(crate) struct Lease {
    /// `None` once it was given back.
    connection: Option<Box<Connection>>,
    buffers: WireBuffers,
    pub(crate) exchange: Exchange,
    /// Staged bytes of a plain connection; TLS stages in rustls.
    plain: Vec<u8>,
    staged: usize,
    since: Instant,
    /// When the request was out.
    sent: Option<Instant>,
    /// How many interim answers came.
    interim: u32,
    /// The head of the answer has arrived.
    answered: bool,
    /// Bytes of the request went out.
    pub(crate) wrote: bool,
    /// Bytes of an answer came in.
    pub(crate) heard: bool,
    /// The answer came before the whole request was sent: the rest is not sent any more.
    deaf: bool,
    /// The answer has ended, and the connection could serve another request.
    clean: bool,
    /// The peer has ended its side.
    ended: bool,
    watching: bool,
}

/// What became of bytes that were to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Sent {
    /// They are out, or wait for more.
    Ok,
    /// The peer has answered without wanting the rest of the request.
    Answered,
}

/// What came of waiting for `100 Continue`.
pub(crate) enum Expected {
    Continue,
    /// A final answer has begun.
    Answer,
    /// Nothing, in the time that may be waited.
    Silence,
}

impl Lease {
    pub(crate) fn new(connection: Box<Connection>, exchange: Exchange) -> Self {
        let mut buffers = exchange.wire.pool.take_buffers();
        buffers.clear();
        let socket: Waker = connection.socket.clone();
        exchange.clock.cancel.watch(exchange.id, socket);
        Lease {
            connection: Some(connection),
            buffers,
            exchange,
            plain: Vec::new(),
            staged: 0,
            since: Instant::now(),
            sent: None,
            interim: 0,
            answered: false,
            wrote: false,
            heard: false,
            deaf: false,
            clean: false,
            ended: false,
            watching: true,
        }
    }

    /// What the connection's handshake showed.
    pub(crate) fn report(&self) -> Arc<HandshakeReport> {
        self.connection
            .as_ref()
            .map(|connection| connection.report.clone())
            .unwrap_or_default()
    }

    fn phase(&self) -> Phase {
        match (self.answered, self.sent) {
            (true, _) => Phase::Body,
            (false, Some(_)) => Phase::Receive,
            (false, None) => Phase::Send,
        }
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            None => Err(gone()),
        }
    }
}

/// The way out.
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

    fn flush(&mut self) -> Result<Sent> {
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

/// The way in.
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

/// The verdict.
impl Lease {
    /// Turns what went wrong on the wire into the error that the caller sees.
    fn broken(&self, broken: &Broken) -> MtlsError {
        let phase = self.phase();
        let place = self.exchange.place();
        let Some(connection) = &self.connection else {
            return gone();
        };
        let at = circumstances(&self.exchange, connection, self.heard, phase);
        let first_words =
            connection.is_tls() && phase != Phase::Body && (at.verdict_due || at.renegotiation);
        let error = match broken {
            // The server waits for the renegotiation that it was refused.
            Broken::Stopped(Stop::Expired(_)) if first_words && at.renegotiation => {
                tls::explain(Ending::Lost(None), &at)
            }
            Broken::Stopped(stop) => stop.explain(phase, &place),
            Broken::Tls(error) => tls::explain(Ending::Tls(error), &at),
            Broken::Io(error) if first_words => tls::explain(Ending::Lost(Some(error)), &at),
            Broken::Cut if first_words => tls::explain(Ending::Lost(None), &at),
            Broken::Cut if phase == Phase::Body => self.truncated(),
            Broken::Io(error) if phase == Phase::Body => self.truncated().with_cause(error),
            Broken::Cut => MtlsError::new(
                Code::ConnectionReset,
                phase,
                Origin::Peer,
                format!("{place} closed the connection before it answered"),
            ),
            Broken::Io(error) => MtlsError::new(
                Code::ConnectionReset,
                phase,
                Origin::Network,
                format!("the connection to {place} was lost"),
            )
            .with_cause(error),
        };
        let error = match (connection.is_tls() || self.heard, error.code()) {
            // HAProxy and OpenSSL hang up on whoever calls a TLS port in plain text.
            (false, Code::ConnectionReset) => error.with_hint(format!(
                "If {place} speaks TLS, the URL has to begin with https://. Else retry if the request may be repeated."
            )),
            _ => error,
        };
        let refused_by_tls = error.phase() == Phase::Handshake && error.not_processed();
        let error = error.with_not_processed(refused_by_tls || !self.wrote);
        let report = match error.tls_alert() {
            Some(alert) => {
                let mut report = (*connection.report).clone();
                report.alert = Some(alert.clone());
                Arc::new(report)
            }
            None => connection.report.clone(),
        };
        error.with_report(report)
    }

    /// The body ends before it is complete.
    pub(crate) fn cut_short(&self) -> MtlsError {
        self.seen(self.truncated())
    }

    /// The peer does not speak HTTP as it should.
    pub(crate) fn not_http(&self, what: &str) -> MtlsError {
        let place = self.exchange.place();
        let error = |what: String| {
            MtlsError::new(
                Code::ProtocolError,
                self.phase(),
                Origin::Peer,
                format!("{place} {what}"),
            )
        };
        // Bytes that follow a head are part of a body, whatever they look like.
        let first = match self.phase() {
            Phase::Receive => self.unread(),
            _ => &[],
        };
        self.seen(match foreign::spoken(first) {
            Some(foreign) => {
                error(format!("{what}: it speaks {}", foreign.what)).with_hint(foreign.cure)
            }
            None => error(what.to_owned()),
        })
    }

    fn truncated(&self) -> MtlsError {
        let place = self.exchange.place();
        MtlsError::new(
            Code::BodyTruncated,
            Phase::Body,
            Origin::Peer,
            format!("{place} ended the connection before the body was complete"),
        )
    }

    fn seen(&self, error: MtlsError) -> MtlsError {
        error.with_not_processed(false).with_report(self.report())
    }
}

fn gone() -> MtlsError {
    MtlsError::internal("the connection of this exchange is gone")
}

/// The end.
impl Lease {
    /// The answer has ended well: the connection may serve another request.
    pub(crate) fn finish(&mut self) {
        let surplus = match &mut self.connection {
            Some(connection) => connection.has_surplus(),
            None => true,
        };
        let unread = !self.unread().is_empty();
        self.clean = !surplus && !unread && !self.ended && !self.deaf && self.staged == 0;
    }

    fn unwatch(&mut self) {
        if std::mem::take(&mut self.watching) {
            self.exchange.clock.cancel.unwatch(self.exchange.id);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.unwatch();
        let wire = &self.exchange.wire;
        let cancelled = self.exchange.clock.cancel.is_cancelled();
        if let Some(mut connection) = self.connection.take() {
            if !connection.is_ours() {
                // Dropping it would speak on the parent's connection; the few bytes are left behind.
                std::mem::forget(connection);
                return;
            }
            if self.clean && !cancelled {
                connection.served += 1;
                wire.pool.give_back(connection);
            }
        }
        wire.pool
            .give_back_buffers(std::mem::take(&mut self.buffers));
    }
}
