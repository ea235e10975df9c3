//! A connection for its own sake: what a server shows, without a request.

use std::sync::Arc;
use std::time::Instant;

use super::generation::Generation;
use crate::cancel::{CancelToken, InterruptHook};
use crate::error::Result;
use crate::report::HandshakeReport;
use crate::transport;
use crate::transport::clock::Clock;
use crate::transport::exchange::Exchange;

/// Opens a connection to the host of `url` and closes it again. The error of a handshake that failed carries
/// its report.
pub(super) fn handshake(
    generation: &Arc<Generation>,
    url: &str,
    cancel: CancelToken,
    interrupt: Option<InterruptHook>,
) -> Result<Arc<HandshakeReport>> {
    let settings = &generation.settings;
    let _flight = generation.process.enter()?;
    let clock = Arc::new(Clock::new(
        settings.timeouts.clone(),
        Instant::now(),
        cancel,
        interrupt,
        generation.process.gate.closed.clone(),
    ));
    let target = settings.target(url)?;
    let wire = &generation.wire;
    let in_scope = settings.covers(&target.endpoint, &target.endpoint);
    let key = wire.key(&target.endpoint, in_scope);
    let exchange = Exchange::new(wire.clone(), key, clock);
    let (lease, _) = transport::lend(exchange, true, false)?;
    Ok(lease.report())
}
