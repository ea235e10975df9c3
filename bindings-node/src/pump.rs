//! The body of an answer on its way to JavaScript: a worker reads it as long as there is credit.

use std::sync::{Arc, Mutex};

use mutls::{Client, MtlsError, Response, Result};

use crate::batch::kind;
use crate::queue::{Shared, lock};

/// What is read at once.
pub(crate) const PIECE: usize = 64 * 1024;

/// How much comes without being asked for: the rest of most answers.
pub(crate) const AHEAD: u64 = 64 * 1024;

pub(crate) struct Pump {
    client: Client,
    state: Mutex<State>,
}

struct State {
    credit: u64,
    /// A worker reads.
    running: bool,
    closed: bool,
    /// While no worker has it.
    response: Option<Response>,
}

impl Pump {
    /// A pump that the current thread is to [`Pump::run`].
    pub(crate) fn running(client: Client) -> Pump {
        Pump {
            client,
            state: Mutex::new(State {
                credit: AHEAD,
                running: true,
                closed: false,
                response: None,
            }),
        }
    }

    /// Adds to the credit, and has a worker read if none does.
    pub(crate) fn allow(self: &Arc<Self>, shared: &Arc<Shared>, id: u32, credit: u64) {
        let response = {
            let mut state = lock(&self.state);
            state.credit = state.credit.saturating_add(credit);
            if state.running || state.closed {
                return;
            }
            let Some(response) = state.response.take() else {
                return;
            };
            state.running = true;
            response
        };
        let job = {
            let (pump, shared) = (self.clone(), shared.clone());
            move || pump.run(&shared, id, response)
        };
        let accepted = self.client.workers().and_then(|workers| workers.run(job));
        if let Err(error) = accepted {
            fail(shared, id, &error);
        }
    }

    /// Reads until the end of the body or of the credit.
    pub(crate) fn run(&self, shared: &Shared, id: u32, mut response: Response) {
        loop {
            {
                let mut state = lock(&self.state);
                if state.closed {
                    break;
                }
                if state.credit == 0 {
                    state.running = false;
                    state.response = Some(response);
                    return;
                }
            }
            let mut piece = shared.spare(PIECE);
            match fill(&mut response, &mut piece) {
                Ok(0) => {
                    // The connection is free for another call before JavaScript can make one.
                    drop(response);
                    shared.settle(Some(id), |batch, _| batch.note(id, kind::END, 0));
                    return;
                }
                Ok(n) => {
                    let mut state = lock(&self.state);
                    state.credit = state.credit.saturating_sub(n as u64);
                    drop(state);
                    shared.tell_data(id, piece, n);
                }
                Err(error) => {
                    drop(response);
                    fail(shared, id, &error);
                    return;
                }
            }
        }
    }

    /// Nobody reads further. Returns false where a worker does, which has to be stopped.
    pub(crate) fn close(&self) -> bool {
        let mut state = lock(&self.state);
        state.closed = true;
        let response = state.response.take();
        let running = state.running;
        drop(state);
        drop(response);
        !running
    }
}

/// Waits for the next bytes, and takes what is here behind them.
fn fill(response: &mut Response, piece: &mut [u8]) -> Result<usize> {
    let mut filled = response.read(piece)?;
    // A decoder may wait for more before it gives what is here.
    while filled > 0 && !response.decoded() && response.at_hand() > 0 {
        let Some(room) = piece.get_mut(filled..).filter(|room| !room.is_empty()) else {
            break;
        };
        match response.read(room) {
            Ok(n) if n > 0 => filled += n,
            // The end and the failure come again.
            _ => break,
        }
    }
    Ok(filled)
}

fn fail(shared: &Shared, id: u32, error: &MtlsError) {
    shared.settle(Some(id), |batch, _| batch.fail(id, error));
}
