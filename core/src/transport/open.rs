//! Opens a connection: name, address, tunnel, handshake, and the report of all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rustls::ClientConnection;
use rustls::pki_types::ServerName;

use super::clock::Limit;
use super::connect;
use super::connection::{Broken, Connection, say_goodbye, wait_read, wait_write};
use super::exchange::Exchange;
use super::pool::PoolKey;
use super::proxy;
use super::records::{Records, Watched};
use super::showing::{count_days, fill_in};
use super::socket::{Io, Socket};
use super::unreachable::{no_address, no_connection, no_tunnel};
use crate::error::{Code, MtlsError, Phase, Result};
use crate::report::HandshakeReport;
use crate::tls::{self, Circumstances, Ending, Seen};

/// Opens the connection that the exchange needs. On failure the error carries what was seen.
pub(crate) fn open(exchange: &Exchange) -> Result<Box<Connection>> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut report = Box::new(HandshakeReport {
        connection: NEXT.fetch_add(1, Ordering::Relaxed),
        host: exchange.key.endpoint.host.clone(),
        port: exchange.key.endpoint.port,
        proxy: exchange.key.proxy.clone(),
        ..HandshakeReport::default()
    });
    let result = dial(exchange, &mut report).and_then(|socket| {
        // From here on the token closes the socket, in the handshake too.
        let clock = &exchange.clock;
        clock.cancel.watch(exchange.id, socket.clone());
        let result = secure(exchange, socket, &mut report);
        if result.is_err() {
            clock.cancel.unwatch(exchange.id);
        }
        result
    });
    result.map_err(|error| error.with_report(Arc::from(report)))
}

#[inline(never)]
fn dial(exchange: &Exchange, report: &mut HandshakeReport) -> Result<Arc<Socket>> {
    let wire = &exchange.wire;
    let key = &exchange.key;
    let clock = &exchange.clock;
    let proxy = wire
        .proxies
        .choose(key.endpoint.tls, &key.endpoint.host, key.endpoint.port);
    let (host, port) = match proxy {
        Some(proxy) => (proxy.host.as_str(), proxy.port),
        None => (key.endpoint.host.as_str(), key.endpoint.port),
    };
    let place = format!("{host}:{port}");

    let start = Instant::now();
    let limit = clock.limit(Phase::Dns, start);
    let addresses = wire
        .dns
        .resolve(host, port, clock, &limit)
        .map_err(|no| no_address(no, host))?;
    report.timings.dns_ms = Some(since(start));

    let start = Instant::now();
    let limit = clock.limit(Phase::Connect, start);
    let (socket, address) = connect::connect(&addresses, clock, &limit).map_err(|no| {
        wire.dns.forget(host);
        no_connection(no, &place, proxy.is_some())
    })?;
    report.timings.connect_ms = Some(since(start));
    report.address = Some(address.to_string());
    let socket = Arc::new(socket);
    wire.pool.register(&socket);

    if let Some(proxy) = proxy {
        let start = Instant::now();
        let limit = clock.limit(Phase::Proxy, start);
        clock.cancel.watch(exchange.id, socket.clone());
        let tunnel = proxy::tunnel(
            &socket,
            proxy,
            &key.endpoint.host,
            key.endpoint.port,
            clock,
            &limit,
        );
        clock.cancel.unwatch(exchange.id);
        tunnel.map_err(|no| no_tunnel(no, &proxy.place()))?;
        report.timings.proxy_ms = Some(since(start));
    }
    Ok(socket)
}

/// What is below a handshake on the stack is kept small here and in `client/send.rs`, by functions that are
/// not inlined: its pages stay with the thread.
#[inline(never)]
fn secure(
    exchange: &Exchange,
    socket: Arc<Socket>,
    report: &mut HandshakeReport,
) -> Result<Box<Connection>> {
    let key = exchange.key.clone();
    if !key.endpoint.tls {
        let records = Records::default();
        return Ok(connected(
            socket,
            None,
            key,
            report,
            (Box::default(), records),
        ));
    }
    let start = Instant::now();
    let mut tls = begin(exchange, report)?;
    let limit = exchange.clock.limit(Phase::Handshake, start);
    let mut seen = Box::<Seen>::default();
    let mut records = Records::default();
    let outcome = Seen::during(&mut seen, || {
        shake_hands(&mut tls, &socket, &mut records, exchange, &limit)
    });
    seen.first_bytes = records.first().to_vec();
    report.timings.handshake_ms = Some(since(start));
    fill_in(report, &tls, &seen, outcome.is_ok());
    count_days(report, exchange);
    match outcome {
        Ok(()) => Ok(connected(socket, Some(tls), key, report, (seen, records))),
        Err(broken) => {
            let error = handshake_failed(exchange, &seen, &broken);
            report.alert = error.tls_alert().cloned();
            Err(error)
        }
    }
}

#[inline(never)]
fn begin(exchange: &Exchange, report: &mut HandshakeReport) -> Result<Box<ClientConnection>> {
    let key = &exchange.key;
    let wire = &exchange.wire;
    let name = wire.server_name(&key.endpoint.host);
    report.server_name = Some(name.to_owned());
    let server_name =
        ServerName::try_from(name.trim_matches(['[', ']']).to_owned()).map_err(|e| {
            MtlsError::config(
                Code::BadUrl,
                format!("`{name}` is neither a host name nor an address"),
            )
            .with_cause(&e)
        })?;
    let config = wire.tls_config(&key.identities)?;
    let tls = ClientConnection::new(config, server_name)
        .map_err(|e| MtlsError::internal("TLS cannot start").with_cause(&e))?;
    Ok(Box::new(tls))
}

#[inline(never)]
fn connected(
    socket: Arc<Socket>,
    tls: Option<Box<ClientConnection>>,
    key: Arc<PoolKey>,
    report: &mut HandshakeReport,
    (seen, records): (Box<Seen>, Records),
) -> Box<Connection> {
    let report = Arc::new(std::mem::take(report));
    Box::new(Connection::new(socket, tls, key, report, seen, records))
}

fn shake_hands(
    tls: &mut ClientConnection,
    socket: &Arc<Socket>,
    records: &mut Records,
    exchange: &Exchange,
    limit: &Limit,
) -> std::result::Result<(), Broken> {
    let clock = &exchange.clock;
    while tls.is_handshaking() {
        while tls.wants_write() {
            let written = wait_write(socket, clock, limit, || tls.write_tls(&mut Io(socket)));
            if let Err(broken) = written {
                return Err(last_words(tls, socket, exchange, limit, broken));
            }
        }
        if !tls.is_handshaking() {
            break;
        }
        let n = wait_read(socket, clock, limit, || {
            tls.read_tls(&mut Watched(Io(socket), Some(records)))
        })?;
        if let Err(error) = tls.process_new_packets() {
            say_goodbye(tls, socket);
            return Err(Broken::Tls(error));
        }
        if n == 0 {
            return Err(Broken::Cut);
        }
    }
    // The last flight (TLS 1.3: certificate and Finished) leaves together with the request.
    Ok(())
}

/// A write that fails in the handshake often has an alert waiting behind it.
fn last_words(
    tls: &mut ClientConnection,
    socket: &Arc<Socket>,
    exchange: &Exchange,
    limit: &Limit,
    broken: Broken,
) -> Broken {
    if matches!(broken, Broken::Stopped(_)) {
        return broken;
    }
    loop {
        match wait_read(socket, &exchange.clock, limit, || {
            tls.read_tls(&mut Io(socket))
        }) {
            Ok(n) if n > 0 => match tls.process_new_packets() {
                Ok(_) => {}
                Err(error) => return Broken::Tls(error),
            },
            _ => return broken,
        }
    }
}

#[inline(never)]
fn handshake_failed(exchange: &Exchange, seen: &Seen, broken: &Broken) -> MtlsError {
    let at = circumstances_of(exchange, seen, false, false, true, Phase::Handshake);
    match broken {
        Broken::Stopped(stop) => stop.explain(Phase::Handshake, &exchange.place()),
        Broken::Tls(error) => tls::explain(Ending::Tls(error), &at),
        Broken::Io(error) => tls::explain(Ending::Lost(Some(error)), &at),
        Broken::Cut => tls::explain(Ending::Lost(None), &at),
    }
}

/// What is known of a connection that failed after its handshake.
pub(crate) fn circumstances<'a>(
    exchange: &'a Exchange,
    connection: &'a Connection,
    heard: bool,
    phase: Phase,
) -> Circumstances<'a> {
    // In TLS 1.2 the handshake itself told.
    let tls13 = connection.report.version.as_deref() == Some("TLSv1.3");
    circumstances_of(
        exchange,
        &connection.seen,
        connection.renegotiation,
        true,
        tls13 && connection.served == 0 && !heard,
        phase,
    )
}

fn circumstances_of<'a>(
    exchange: &'a Exchange,
    seen: &'a Seen,
    renegotiation: bool,
    after_handshake: bool,
    verdict_due: bool,
    phase: Phase,
) -> Circumstances<'a> {
    Circumstances {
        seen,
        host: &exchange.key.endpoint.host,
        port: exchange.key.endpoint.port,
        server_name: exchange.wire.server_name(&exchange.key.endpoint.host),
        trust_source: exchange.wire.trust_source(),
        trust_organisations: exchange.wire.trust_organisations(),
        proxy: exchange.key.proxy.as_deref(),
        versions: exchange.wire.versions(),
        renegotiation,
        after_handshake,
        verdict_due,
        phase,
    }
}

pub(super) fn since(start: Instant) -> f64 {
    // Microseconds are precise enough and read better.
    (start.elapsed().as_micros() as f64) / 1000.0
}
