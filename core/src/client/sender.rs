//! A request body that is pushed from outside, with back-pressure.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::request::{Body, Source, Supply};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::transport::clock::SLICE;
use crate::transport::exchange::Exchange;

/// How many bytes may wait before a push has to.
const ROOM: usize = 64 * 1024;

/// Pushes the bytes of a request body. Dropping it without [`BodySender::finish`] fails the request.
#[derive(Clone)]
pub struct BodySender(Arc<Owner>);

/// The last sender to go aborts an unfinished body.
struct Owner(Arc<Pipe>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.end(End::Aborted(
            "the body was dropped before it was finished".into(),
        ));
    }
}

#[derive(Default)]
struct Pipe {
    state: Mutex<State>,
    changed: Condvar,
}

type Taken = Box<dyn FnOnce(Result<()>) + Send>;

#[derive(Default)]
struct State {
    waiting: VecDeque<u8>,
    takers: Vec<Taken>,
    end: Option<End>,
    reader_gone: bool,
}

#[derive(Clone)]
enum End {
    Finished,
    Aborted(String),
}

impl Body {
    /// A body that is pushed through the returned sender: exactly `length` bytes, or chunked.
    pub fn channel(length: Option<u64>) -> (BodySender, Body) {
        let pipe = Arc::new(Pipe::default());
        let reader = PipeReader(pipe.clone());
        {
            let source = Source::Stream {
                reader: Box::new(reader),
                length,
            };
            (BodySender(Arc::new(Owner(pipe))), Body(source))
        }
    }
}

impl BodySender {
    /// Queues bytes; `taken` is called exactly once, when there is room for more or the request has
    /// ended, on this thread or on the one that sends.
    pub fn push(&self, bytes: &[u8], taken: impl FnOnce(Result<()>) + Send + 'static) {
        let mut state = self.0.0.lock();
        if state.reader_gone || state.end.is_some() {
            drop(state);
            return taken(Err(gone()));
        }
        state.waiting.extend(bytes);
        self.0.0.changed.notify_all();
        if state.waiting.len() <= ROOM {
            drop(state);
            return taken(Ok(()));
        }
        state.takers.push(Box::new(taken));
    }

    /// Queues bytes, however many, and waits until there is room for more.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        let pipe = &self.0.0;
        let mut state = pipe.lock();
        loop {
            if state.reader_gone || state.end.is_some() {
                return Err(gone());
            }
            if state.waiting.len() <= ROOM {
                let (part, later) = rest.split_at(rest.len().min(ROOM));
                state.waiting.extend(part);
                pipe.changed.notify_all();
                if later.is_empty() {
                    return Ok(());
                }
                rest = later;
                continue;
            }
            state = pipe
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says that the body is complete.
    pub fn finish(&self) {
        self.0.0.end(End::Finished);
    }

    /// Fails the request with `body_source_failed`.
    pub fn abort(&self, reason: &str) {
        self.0.0.end(End::Aborted(reason.to_owned()));
    }
}

fn gone() -> MtlsError {
    MtlsError::new(
        Code::Closed,
        Phase::Send,
        Origin::Caller,
        "the request that this body belongs to has ended",
    )
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change, as long as the call that reads is still wanted.
    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        exchange: &Exchange,
    ) -> io::Result<MutexGuard<'a, State>> {
        let limit = exchange.clock.limit(Phase::Send, exchange.begun);
        let patience = exchange
            .clock
            .patience(&limit)
            .map_err(|stop| io::Error::other(stop.explain(Phase::Send, &exchange.place())))?;
        let slice = patience.map_or(SLICE, |patience| patience.min(SLICE));
        let (state, _) = self
            .changed
            .wait_timeout(state, slice)
            .unwrap_or_else(PoisonError::into_inner);
        Ok(state)
    }

    fn end(&self, end: End) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
        }
        self.changed.notify_all();
    }
}

struct PipeReader(Arc<Pipe>);

impl Supply for PipeReader {
    fn read(&mut self, buffer: &mut [u8], exchange: &Exchange) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut state = self.0.lock();
        while state.waiting.is_empty() {
            match &state.end {
                Some(End::Finished) => return Ok(0),
                Some(End::Aborted(reason)) => return Err(io::Error::other(reason.clone())),
                None => state = self.0.wait(state, exchange)?,
            }
        }
        let n = state.waiting.read(buffer)?;
        let takers = match state.waiting.len() <= ROOM {
            true => std::mem::take(&mut state.takers),
            false => Vec::new(),
        };
        self.0.changed.notify_all();
        drop(state);
        for taken in takers {
            taken(Ok(()));
        }
        Ok(n)
    }

    /// The sender may wait for the answer before it says that it has finished.
    fn goes_on(&mut self, _: &Exchange) -> io::Result<bool> {
        Ok(!self.0.lock().waiting.is_empty())
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.reader_gone = true;
        state.waiting = VecDeque::new();
        let takers = std::mem::take(&mut state.takers);
        self.0.changed.notify_all();
        drop(state);
        for taken in takers {
            taken(Err(gone()));
        }
    }
}
