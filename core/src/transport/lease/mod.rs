//! A connection lent to one request: bytes, deadlines and the verdict on failure.

mod incoming;
mod outgoing;
mod verdict;

use std::sync::Arc;
use std::time::Instant;

use super::buffers::WireBuffers;
use super::connection::Connection;
use super::exchange::Exchange;
use crate::cancel::Waker;
use crate::error::{Phase, Result};
use crate::report::HandshakeReport;
pub(crate) use incoming::Expected;
pub(crate) use outgoing::Sent;
use verdict::gone;

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
