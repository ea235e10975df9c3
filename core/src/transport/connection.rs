//! An open connection: the socket, TLS over it unless the URL is plain, and its report.

use std::io::{self, BufRead, IoSlice, Read, Write};
use std::sync::Arc;
use std::time::Instant;

use rustls::ClientConnection;

use super::clock::{Clock, Limit, Stop};
use super::pool::PoolKey;
use super::records::{Records, Watched};
use super::socket::{Io, Quiet, Socket, would_block};
use crate::fork::Epoch;
use crate::report::HandshakeReport;
use crate::tls::Seen;

/// Why a read or write did not do what it should.
pub(crate) enum Broken {
    Stopped(Stop),
    Tls(rustls::Error),
    Io(io::Error),
    /// The peer closed without close_notify: what came may be cut short.
    Cut,
}

pub(crate) struct Connection {
    pub(crate) socket: Arc<Socket>,
    tls: Option<Box<ClientConnection>>,
    pub(crate) key: Arc<PoolKey>,
    pub(crate) report: Arc<HandshakeReport>,
    pub(crate) seen: Box<Seen>,
    pub(crate) since: Instant,
    pub(crate) idle_since: Instant,
    /// How many requests it has carried.
    pub(crate) served: u64,
    pub(crate) renegotiation: bool,
    /// Follows TLS 1.2 records, to notice a renegotiation request that rustls answers silently.
    records: Option<Records>,
    epoch: Epoch,
}

impl Connection {
    pub(crate) fn new(
        socket: Arc<Socket>,
        tls: Option<Box<ClientConnection>>,
        key: Arc<PoolKey>,
        report: Arc<HandshakeReport>,
        seen: Box<Seen>,
        records: Records,
    ) -> Self {
        let tls12 = tls.as_ref().and_then(|t| t.protocol_version())
            == Some(rustls::ProtocolVersion::TLSv1_2);
        let now = Instant::now();
        Connection {
            socket,
            tls,
            key,
            report,
            seen,
            since: now,
            idle_since: now,
            served: 0,
            renegotiation: tls12 && records.ask_again(),
            records: tls12.then_some(records),
            epoch: Epoch::current(),
        }
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Encrypts bytes without sending them yet. Returns how many wait to be sent.
    pub(crate) fn stage(&mut self, bytes: &[u8], plain: &mut Vec<u8>) -> Result<(), Broken> {
        match &mut self.tls {
            Some(tls) => {
                tls.set_buffer_limit(None);
                tls.writer().write_all(bytes).map_err(Broken::Io)
            }
            None => {
                plain.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Sends everything that is staged.
    pub(crate) fn flush(
        &mut self,
        plain: &mut Vec<u8>,
        clock: &Clock,
        limit: &Limit,
    ) -> Result<(), Broken> {
        match &mut self.tls {
            Some(tls) => {
                while tls.wants_write() {
                    let socket = &self.socket;
                    wait_write(socket, clock, limit, || tls.write_tls(&mut Io(socket)))?;
                }
            }
            None => {
                let mut sent = 0;
                while let Some(rest) = plain.get(sent..).filter(|rest| !rest.is_empty()) {
                    let socket = &self.socket;
                    sent += wait_write(socket, clock, limit, || {
                        Io(socket).write_vectored(&[IoSlice::new(rest)])
                    })?;
                }
                plain.clear();
            }
        }
        Ok(())
    }

    /// Reads decrypted bytes; 0 is a proper end.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        clock: &Clock,
        limit: &Limit,
    ) -> Result<usize, Broken> {
        let socket = &self.socket;
        let Some(tls) = &mut self.tls else {
            return wait_read(socket, clock, limit, || Io(socket).read(buffer));
        };
        loop {
            match tls.reader().read(buffer) {
                Ok(n) => return Ok(n),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Err(Broken::Cut),
                Err(e) => return Err(Broken::Io(e)),
            }
            let records = &mut self.records;
            wait_read(socket, clock, limit, || {
                tls.read_tls(&mut Watched(Io(socket), records.as_mut()))
            })?;
            self.renegotiation |= records.as_ref().is_some_and(Records::ask_again);
            let heard = match tls.process_new_packets() {
                Ok(state) => state.plaintext_bytes_to_read() > 0,
                Err(error) => {
                    say_goodbye(tls, socket);
                    return Err(Broken::Tls(error));
                }
            };
            // An answer of TLS itself, such as no_renegotiation: the peer may wait for it. What is left of
            // a request that nobody takes must not hide what the peer has said.
            while !heard && tls.wants_write() {
                match wait_write(socket, clock, limit, || tls.write_tls(&mut Io(socket))) {
                    Ok(_) => {}
                    Err(stopped @ Broken::Stopped(_)) => return Err(stopped),
                    Err(_) => break,
                }
            }
        }
    }

    /// Waits until the server shows that it goes on with us. In TLS 1.2 the handshake has said it; in TLS 1.3 a
    /// server sends session tickets, or anything else, once it has judged our certificate.
    pub(super) fn hear_verdict(&mut self, clock: &Clock, limit: &Limit) -> Result<(), Broken> {
        self.flush(&mut Vec::new(), clock, limit)?;
        let Some(tls) = &mut self.tls else {
            return Ok(());
        };
        let socket = &self.socket;
        let tls13 = tls.protocol_version() == Some(rustls::ProtocolVersion::TLSv1_3);
        while tls13 && tls.tls13_tickets_received() == 0 {
            let n = wait_read(socket, clock, limit, || tls.read_tls(&mut Io(socket)))?;
            if n == 0 {
                return Err(Broken::Cut);
            }
            let state = tls.process_new_packets().map_err(Broken::Tls)?;
            if state.plaintext_bytes_to_read() > 0 {
                break;
            }
            if state.peer_has_closed() {
                return Err(Broken::Cut);
            }
        }
        Ok(())
    }

    /// Whether the next read finds something without waiting, as far as one syscall can tell.
    pub(crate) fn has_input(&mut self) -> bool {
        let decrypted = self
            .tls
            .as_mut()
            .is_some_and(|tls| matches!(tls.reader().fill_buf(), Ok(bytes) if !bytes.is_empty()));
        decrypted || self.socket.peek() == Quiet::Pending
    }

    /// Whether bytes were decrypted that nobody has read: the peer said more than it should.
    pub(crate) fn has_surplus(&mut self) -> bool {
        match &mut self.tls {
            Some(tls) => !matches!(
                tls.reader().read(&mut [0]),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock
            ),
            None => false,
        }
    }

    /// Whether an idle connection can carry another request. At most one syscall, unless the peer
    /// has said something.
    pub(crate) fn is_alive(&mut self) -> bool {
        match self.socket.peek() {
            Quiet::Silent => true,
            Quiet::Gone => false,
            Quiet::Pending => self.listen(),
        }
    }

    /// Takes in what an idle peer has said: session tickets are welcome, anything else ends it.
    fn listen(&mut self) -> bool {
        let Some(tls) = &mut self.tls else {
            return false;
        };
        while self.socket.peek() == Quiet::Pending {
            let read = tls.read_tls(&mut Watched(Io(&self.socket), self.records.as_mut()));
            if !matches!(read, Ok(n) if n > 0) {
                return false;
            }
            match tls.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                _ => return false,
            }
        }
        self.renegotiation |= self.records.as_ref().is_some_and(Records::ask_again);
        !self.renegotiation && self.socket.peek() == Quiet::Silent
    }

    /// Whether this process opened it, and not its parent before a fork.
    pub(crate) fn is_ours(&self) -> bool {
        !self.epoch.is_past()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // In a forked child the connection still belongs to the parent: closing the descriptor is
        // all that may be done.
        if !self.is_ours() {
            return;
        }
        if let Some(tls) = &mut self.tls {
            say_goodbye(tls, &self.socket);
        }
        crate::cancel::Wake::wake(&*self.socket);
    }
}

/// Sends close_notify or a pending alert, if it goes out without waiting.
pub(super) fn say_goodbye(tls: &mut ClientConnection, socket: &Arc<Socket>) {
    tls.send_close_notify();
    let mut last_words = Vec::new();
    while tls.wants_write() {
        if tls.write_tls(&mut last_words).is_err() {
            return;
        }
    }
    // The peer may be gone already; nothing depends on its hearing this.
    let _ = socket.try_send(&last_words);
}

/// Repeats a read until it gives something or the call's patience ends.
pub(super) fn wait_read(
    socket: &Socket,
    clock: &Clock,
    limit: &Limit,
    mut read: impl FnMut() -> io::Result<usize>,
) -> Result<usize, Broken> {
    loop {
        let patience = clock.patience(limit).map_err(Broken::Stopped)?;
        socket.prepare_read(patience).map_err(Broken::Io)?;
        match read() {
            Ok(n) => return attempt_over(n, clock),
            Err(e) if would_block(&e) || e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                clock.check().map_err(Broken::Stopped)?;
                return Err(Broken::Io(e));
            }
        }
    }
}

/// A shutdown from [`crate::CancelToken`] looks like the peer's end.
fn attempt_over(n: usize, clock: &Clock) -> Result<usize, Broken> {
    if n == 0 {
        clock.check().map_err(Broken::Stopped)?;
    }
    Ok(n)
}

/// Repeats a write until it takes something or the call's patience ends.
pub(super) fn wait_write(
    socket: &Socket,
    clock: &Clock,
    limit: &Limit,
    mut write: impl FnMut() -> io::Result<usize>,
) -> Result<usize, Broken> {
    loop {
        let patience = clock.patience(limit).map_err(Broken::Stopped)?;
        socket.prepare_write(patience).map_err(Broken::Io)?;
        match write() {
            Ok(n) => return Ok(n),
            Err(e) if would_block(&e) || e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                clock.check().map_err(Broken::Stopped)?;
                return Err(Broken::Io(e));
            }
        }
    }
}
