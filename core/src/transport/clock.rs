//! Deadlines and cancellation of one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::cancel::{CancelToken, InterruptHook};
use crate::config::Timeouts;
use crate::error::{Code, MtlsError, Origin, Phase};

/// How long a wait may last without asking whether the call is still wanted, where nothing can wake it.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

/// How often the interrupt hook is asked.
pub(crate) const INTERRUPT_SLICE: Duration = Duration::from_millis(50);

/// The time of one call, retries and redirects included.
pub(crate) struct Clock {
    pub(crate) timeouts: Timeouts,
    total: Option<Instant>,
    pub(crate) cancel: CancelToken,
    pub(crate) interrupt: Option<InterruptHook>,
    /// Set when the client was closed and its patience is over.
    closed: Arc<AtomicBool>,
}

/// Until when a phase may last, and which option says so.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) deadline: Option<Instant>,
    phase: Phase,
    option: &'static str,
}

impl Limit {
    /// The same, but `patience` from now at the latest.
    pub(crate) fn within(mut self, patience: Duration) -> Limit {
        let soon = Instant::now().checked_add(patience);
        self.deadline = [self.deadline, soon].into_iter().flatten().min();
        self
    }
}

/// Why a wait ended before what it waited for.
pub(crate) enum Stop {
    Cancelled,
    Closed,
    Expired(Limit),
}

impl Clock {
    pub(crate) fn new(
        timeouts: Timeouts,
        started: Instant,
        cancel: CancelToken,
        interrupt: Option<InterruptHook>,
        closed: Arc<AtomicBool>,
    ) -> Self {
        let total = after(started, timeouts.total_ms);
        Clock {
            timeouts,
            total,
            cancel,
            interrupt,
            closed,
        }
    }

    /// The limit of a phase that began at `start`: its own or the whole call's, whichever is sooner.
    pub(crate) fn limit(&self, phase: Phase, start: Instant) -> Limit {
        let (own, option) = match phase {
            Phase::Config | Phase::Queue => (self.timeouts.queue_ms, "timeouts.queue_ms"),
            Phase::Dns => (self.timeouts.dns_ms, "timeouts.dns_ms"),
            Phase::Connect | Phase::Proxy => (self.timeouts.connect_ms, "timeouts.connect_ms"),
            Phase::Handshake => (self.timeouts.handshake_ms, "timeouts.handshake_ms"),
            Phase::Send => (self.timeouts.send_ms, "timeouts.send_ms"),
            Phase::Receive => (self.timeouts.first_byte_ms, "timeouts.first_byte_ms"),
            Phase::Body => (self.timeouts.read_ms, "timeouts.read_ms"),
        };
        let own = after(start, own);
        match (own, self.total) {
            (Some(own), Some(total)) if own < total => Limit {
                deadline: Some(own),
                phase,
                option,
            },
            (_, Some(total)) => Limit {
                deadline: Some(total),
                phase,
                option: "timeouts.total_ms",
            },
            (own, None) => Limit {
                deadline: own,
                phase,
                option,
            },
        }
    }

    /// Asks whether the call is still wanted: token, client and interrupt hook.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        if self.closed.load(Ordering::Relaxed) {
            return Err(Stop::Closed);
        }
        match &self.interrupt {
            Some(hook) if hook() => {
                self.cancel.cancel();
                Err(Stop::Cancelled)
            }
            _ => Ok(()),
        }
    }

    /// [`Clock::check`] and how long may be waited at most before asking again.
    pub(crate) fn patience(&self, limit: &Limit) -> Result<Option<Duration>, Stop> {
        self.check()?;
        let left = match limit.deadline {
            None => None,
            Some(deadline) => match deadline.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Some(left),
                _ => return Err(Stop::Expired(*limit)),
            },
        };
        Ok(match (&self.interrupt, left) {
            (Some(_), left) => Some(left.map_or(INTERRUPT_SLICE, |l| l.min(INTERRUPT_SLICE))),
            (None, left) => left,
        })
    }
}

impl Stop {
    /// The error that the caller sees, for a stop in `phase` on the way to `place`.
    pub(crate) fn explain(&self, phase: Phase, place: &str) -> MtlsError {
        match self {
            Stop::Cancelled => MtlsError::new(
                Code::Cancelled,
                phase,
                Origin::Caller,
                format!("the call to {place} was cancelled"),
            ),
            Stop::Closed => MtlsError::new(
                Code::Closed,
                phase,
                Origin::Caller,
                format!("the client was closed during the call to {place}"),
            ),
            Stop::Expired(limit) => limit.expired(place),
        }
    }
}

impl Limit {
    /// The same limit, but until another time.
    pub(crate) fn until(self, deadline: Option<Instant>) -> Limit {
        Limit { deadline, ..self }
    }

    fn expired(&self, place: &str) -> MtlsError {
        let what = match self.phase {
            Phase::Config | Phase::Queue => "no worker was free in time for the call to",
            Phase::Dns => "the name was not resolved in time for",
            Phase::Connect => "no TCP connection was made in time to",
            Phase::Proxy => "no tunnel was opened in time by the proxy",
            Phase::Handshake => "the TLS handshake did not finish in time with",
            Phase::Send => "the request could not be sent in time to",
            Phase::Receive => "no answer came in time from",
            Phase::Body => "the rest of the body did not come in time from",
        };
        let code = match self.phase {
            Phase::Connect => Code::ConnectTimeout,
            _ => Code::Timeout,
        };
        let error = MtlsError::new(
            code,
            self.phase,
            Origin::Network,
            format!("{what} {place} (`{}`)", self.option),
        );
        match self.phase {
            Phase::Connect => error,
            _ => error.with_hint(format!(
                "Raise `{}` if {place} is known to be slow; else check the network and the server.",
                self.option
            )),
        }
    }
}

fn after(start: Instant, ms: Option<u64>) -> Option<Instant> {
    // A limit beyond the clock's range is no limit.
    ms.and_then(|ms| start.checked_add(Duration::from_millis(ms)))
}
