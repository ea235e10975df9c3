//! A call that waits for its answer without a thread: the request goes out over an idle connection, and the host
//! waits in its own way until the socket can be read.

use std::sync::Arc;
use std::time::Instant;

use super::generation::{Flight, Generation};
use super::outgoing::refuse_plain;
use super::request::{Request, Source};
use super::response::Response;
use super::send::{Journey, Spoken, speak_to};
use crate::error::Result;
use crate::transport::exchange::Exchange;
use crate::transport::lease::Lease;

/// What came of [`Client::begin`](super::Client::begin).
pub enum Begin {
    /// The request is out.
    Begun(Box<Begun>),
    /// It would have to wait, for a connection or for its body: the request is as it was.
    NotYet(Box<Request>),
}

/// A request that is out. Dropping it closes its connection.
pub struct Begun {
    generation: Arc<Generation>,
    journey: Journey,
    spoken: Spoken,
    descriptor: Option<i32>,
    deadline: Option<Instant>,
}

impl Begun {
    /// The socket that can be read when the answer comes, or when the call is cancelled; `None` where there is nothing
    /// to wait for. It may only be waited for.
    pub fn descriptor(&self) -> Option<i32> {
        self.descriptor
    }

    /// When the wait is to end, answer or not.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The number of its connection, as in the report.
    pub fn connection(&self) -> u64 {
        self.spoken.lease.report().connection
    }

    /// The answer, which is waited for if it is not there.
    pub fn finish(self: Box<Self>) -> Result<Response> {
        let Begun {
            generation,
            journey,
            spoken,
            ..
        } = *self;
        journey.go(&generation, Some(spoken))
    }
}

#[cfg(not(unix))]
pub(super) fn begin(_: &Arc<Generation>, _: Flight, request: Request) -> Result<Begin> {
    Ok(Begin::NotYet(Box::new(request)))
}

#[cfg(unix)]
pub(super) fn begin(
    generation: &Arc<Generation>,
    flight: Flight,
    request: Request,
) -> Result<Begin> {
    let settings = &generation.settings;
    // What is wrong with it is told by the call that waits.
    let Ok(target) = settings.target(&request.url) else {
        return Ok(Begin::NotYet(Box::new(request)));
    };
    let endpoint = target.endpoint.clone();
    let waits = matches!(request.body.0, Source::Stream { .. });
    if waits || !settings.covers(&endpoint, &endpoint) || refuse_plain(generation, &target).is_err()
    {
        return Ok(Begin::NotYet(Box::new(request)));
    }
    let wire = &generation.wire;
    let key = wire.key(&endpoint, true);
    let Some(connection) = wire.pool.take(&key, request.method.is_idempotent()) else {
        return Ok(Begin::NotYet(Box::new(request)));
    };
    let mut journey = match Journey::new(generation, flight, request, target, Instant::now()) {
        Ok(journey) => journey,
        Err(error) => {
            wire.pool.give_back(connection);
            return Err(error);
        }
    };
    let exchange = Exchange::new(wire.clone(), key, journey.clock.clone());
    let mut lease = Lease::new(connection, exchange);
    let call = speak_to(&mut lease, generation, &mut journey, true);
    let out = call.and_then(|call| Ok((call, lease.sent_out()?)));
    let (call, descriptor, deadline) = match out {
        Ok((call, (descriptor, deadline))) => (Ok(call), descriptor, deadline),
        // Whether it is sent again is decided at the end.
        Err(error) => (Err(error), None, None),
    };
    Ok(Begin::Begun(Box::new(Begun {
        generation: generation.clone(),
        journey,
        spoken: Spoken { lease, call },
        descriptor,
        deadline,
    })))
}
