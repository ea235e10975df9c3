//! Why there is no connection, in words.

use std::io;

use super::connect::NoConnection;
use super::connection::Broken;
use super::dns::NoAddress;
use super::proxy::NoTunnel;
use crate::error::{Code, MtlsError, Origin, Phase};

pub(super) fn no_address(no: NoAddress, host: &str) -> MtlsError {
    match no {
        NoAddress::Stopped(stop) => stop.explain(Phase::Dns, host),
        NoAddress::Unknown(cause) => MtlsError::new(
            Code::HostNotFound,
            Phase::Dns,
            Origin::Network,
            format!("the host name {host} does not resolve to an address"),
        )
        .with_hint(format!(
            "Check the spelling of {host}, and this machine's DNS."
        ))
        .with_cause(&cause),
        NoAddress::Busy => MtlsError::new(
            Code::Overloaded,
            Phase::Dns,
            Origin::Local,
            "too many name lookups hang at once",
        )
        .with_hint("Check this machine's DNS: its servers do not answer."),
    }
}

pub(super) fn no_connection(no: NoConnection, place: &str, proxy: bool) -> MtlsError {
    let failures = match no {
        NoConnection::Stopped(stop) => return stop.explain(Phase::Connect, place),
        NoConnection::Failed(failures) => failures,
    };
    let who = if proxy { "the proxy " } else { "" };
    let refused = failures
        .iter()
        .any(|(_, e)| e.kind() == io::ErrorKind::ConnectionRefused);
    // Whoever resets a connection was there.
    let reset = failures.iter().find(|(_, e)| {
        matches!(
            e.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
        )
    });
    let timed_out = failures
        .iter()
        .any(|(_, e)| e.kind() == io::ErrorKind::TimedOut);
    let tried: Vec<String> = failures.iter().map(|(a, _)| a.to_string()).collect();
    let tried = tried.join(", ");
    if let Some((address, cause)) = reset {
        return MtlsError::new(
            Code::ConnectionReset,
            Phase::Connect,
            Origin::Peer,
            format!("{who}{place} closed the connection at once (at {address})"),
        )
        .with_cause(cause);
    }
    let (code, what) = match (refused, timed_out) {
        (true, _) => (Code::ConnectRefused, "refused the connection"),
        (false, true) => (Code::ConnectTimeout, "did not answer"),
        (false, false) => (Code::Unreachable, "cannot be reached"),
    };
    let mut error = MtlsError::new(
        code,
        Phase::Connect,
        Origin::Network,
        format!("{who}{place} {what} (tried {tried})"),
    );
    for (address, cause) in &failures {
        error = error.with_cause(&io::Error::new(cause.kind(), format!("{address}: {cause}")));
    }
    error
}

pub(super) fn no_tunnel(no: NoTunnel, place: &str) -> MtlsError {
    let lost = || {
        MtlsError::new(
            Code::ProxyRefused,
            Phase::Proxy,
            Origin::Peer,
            format!("the proxy {place} closed the connection instead of opening a tunnel"),
        )
    };
    match no {
        NoTunnel::Refused(error) => error,
        NoTunnel::Broken(Broken::Stopped(stop)) => stop.explain(Phase::Proxy, place),
        NoTunnel::Broken(Broken::Io(cause)) => lost().with_cause(&cause),
        NoTunnel::Broken(Broken::Tls(_) | Broken::Cut) => lost(),
    }
}
