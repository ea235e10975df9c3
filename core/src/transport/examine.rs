//! The parts of a connection one by one, for whoever wants to know which of them fails.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Wire;
use super::clock::{Clock, Stop};
use super::connect;
use super::connection::{Broken, Connection};
use super::exchange::Exchange;
use super::open::{self, circumstances};
use super::pool::{Endpoint, PoolKey};
use super::unreachable::{no_address, no_connection};
use crate::error::{MtlsError, Phase, Result};
use crate::report::HandshakeReport;
use crate::tls::{self, Ending};

/// How long a server may take to say what it holds of our certificate.
const VERDICT: Duration = Duration::from_secs(2);

/// Where the TCP connection leads.
pub(crate) struct Place {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The same as text, where it is a proxy.
    pub(crate) proxy: Option<String>,
}

pub(crate) fn next_place(wire: &Wire, endpoint: &Endpoint) -> Place {
    match wire
        .proxies
        .choose(endpoint.tls, &endpoint.host, endpoint.port)
    {
        Some(proxy) => Place {
            host: proxy.host.clone(),
            port: proxy.port,
            proxy: Some(proxy.place()),
        },
        None => Place {
            host: endpoint.host.clone(),
            port: endpoint.port,
            proxy: None,
        },
    }
}

pub(crate) fn addresses(wire: &Wire, place: &Place, clock: &Clock) -> Result<Vec<SocketAddr>> {
    let limit = clock.limit(Phase::Dns, Instant::now());
    wire.dns
        .resolve(&place.host, place.port, clock, &limit)
        .map_err(|no| no_address(no, &place.host))
}

/// Connects to one address, and says in how many milliseconds.
pub(crate) fn reach(address: SocketAddr, place: &Place, clock: &Clock) -> Result<f64> {
    let start = Instant::now();
    let limit = clock.limit(Phase::Connect, start);
    let text = format!("{}:{}", place.host, place.port);
    connect::connect(&[address], clock, &limit)
        .map_err(|no| no_connection(no, &text, place.proxy.is_some()))?;
    Ok(open::since(start))
}

/// What the server said to our certificate, or to none.
pub(crate) enum Verdict {
    Accepted,
    /// It keeps it for its first answer.
    Unknown,
    Failed(MtlsError),
}

/// A handshake, and what became of it.
pub(crate) struct Shaken {
    pub(crate) report: Arc<HandshakeReport>,
    pub(crate) verdict: Verdict,
}

/// Opens a connection and closes it again.
pub(crate) fn open(
    wire: &Arc<Wire>,
    endpoint: &Arc<Endpoint>,
    identities: Vec<usize>,
    clock: Arc<Clock>,
) -> Result<Arc<HandshakeReport>> {
    let exchange = exchange(wire, endpoint, identities, clock);
    let connection = open::open(&exchange)?;
    exchange.clock.cancel.unwatch(exchange.id);
    Ok(connection.report.clone())
}

fn exchange(
    wire: &Arc<Wire>,
    endpoint: &Arc<Endpoint>,
    identities: Vec<usize>,
    clock: Arc<Clock>,
) -> Exchange {
    let key = Arc::new(PoolKey {
        endpoint: endpoint.clone(),
        identities,
        proxy: next_place(wire, endpoint).proxy,
    });
    Exchange::new(wire.clone(), key, clock)
}

/// Opens a connection, waits a moment for the verdict that TLS 1.3 delivers after the handshake, and closes it.
pub(crate) fn shake(
    wire: &Arc<Wire>,
    endpoint: &Arc<Endpoint>,
    identities: Vec<usize>,
    clock: Arc<Clock>,
) -> Shaken {
    let exchange = exchange(wire, endpoint, identities, clock);
    let mut connection = match open::open(&exchange) {
        Ok(connection) => connection,
        Err(error) => {
            return Shaken {
                report: error.report().cloned().unwrap_or_default(),
                verdict: Verdict::Failed(error),
            };
        }
    };
    let verdict = verdict(&exchange, &mut connection);
    exchange.clock.cancel.unwatch(exchange.id);
    let mut report = connection.report.clone();
    if let Verdict::Failed(error) = &verdict
        && let Some(alert) = error.tls_alert()
    {
        Arc::make_mut(&mut report).alert = Some(alert.clone());
    }
    Shaken { report, verdict }
}

fn verdict(exchange: &Exchange, connection: &mut Connection) -> Verdict {
    let limit = exchange.clock.limit(Phase::Receive, Instant::now());
    let limit = limit.within(VERDICT);
    let broken = match connection.hear_verdict(&exchange.clock, &limit) {
        Ok(()) => return Verdict::Accepted,
        Err(Broken::Stopped(Stop::Expired(_))) => return Verdict::Unknown,
        Err(broken) => broken,
    };
    let at = circumstances(exchange, connection, false, Phase::Receive);
    Verdict::Failed(match broken {
        Broken::Stopped(stop) => stop.explain(Phase::Receive, &exchange.place()),
        Broken::Tls(error) => tls::explain(Ending::Tls(&error), &at),
        Broken::Io(error) => tls::explain(Ending::Lost(Some(&error)), &at),
        Broken::Cut => tls::explain(Ending::Lost(None), &at),
    })
}
