//! Names to addresses, remembered for a short while.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::clock::{Clock, Limit, SLICE, Stop};
use crate::config::Config;
use crate::error::{Code, MtlsError, Result};

/// How many names are remembered.
const REMEMBERED: usize = 256;
/// How many lookups may run at once; a system lookup cannot be stopped, only left behind.
const LOOKUPS: usize = 64;
/// getaddrinfo with its plugins needs more than a few pages.
const LOOKUP_STACK: usize = 512 * 1024;

/// Why there is no address.
pub(crate) enum NoAddress {
    Stopped(Stop),
    Unknown(std::io::Error),
    Busy,
}

pub(crate) struct Dns {
    keep: Duration,
    fixed: HashMap<String, Vec<IpAddr>>,
    known: Mutex<HashMap<String, Known>>,
    lookups: Arc<Lookups>,
}

struct Known {
    addresses: Arc<[IpAddr]>,
    until: Instant,
}

#[derive(Default)]
struct Lookups {
    running: Mutex<HashMap<String, Arc<Lookup>>>,
}

/// The error is kept in parts, since it is told to every caller that waits.
type Answer = std::result::Result<Arc<[IpAddr]>, (std::io::ErrorKind, String)>;

#[derive(Default)]
struct Lookup {
    answer: Mutex<Option<Answer>>,
    answered: Condvar,
}

impl Dns {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let mut fixed = HashMap::new();
        for (place, addresses) in &config.resolve {
            let mut parsed = Vec::new();
            for address in addresses.iter() {
                parsed.push(address.parse().map_err(|_| {
                    MtlsError::config(
                        Code::BadOption,
                        format!("`resolve`: `{address}` is not an IP address"),
                    )
                    .with_hint("Write {\"api.example:443\": \"192.0.2.1\"}.")
                })?);
            }
            fixed.insert(place.to_ascii_lowercase(), parsed);
        }
        Ok(Dns {
            keep: Duration::from_millis(config.dns.cache_ms),
            fixed,
            known: Mutex::default(),
            lookups: Arc::default(),
        })
    }

    /// The addresses of a host, in the order the system prefers. Runs the system's lookup on a
    /// thread of its own, so that it can be left behind.
    pub(crate) fn resolve(
        &self,
        host: &str,
        port: u16,
        clock: &Clock,
        limit: &Limit,
    ) -> std::result::Result<Vec<SocketAddr>, NoAddress> {
        let with_port = |ips: &[IpAddr]| ips.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        if !self.fixed.is_empty() {
            let fixed = self.fixed.get(&format!("{host}:{port}"));
            if let Some(ips) = fixed.or_else(|| self.fixed.get(host)) {
                return Ok(with_port(ips));
            }
        }
        // RFC 6761 section 6.3: not a question for DNS, and a container may have no hosts file.
        if host == "localhost" || host.ends_with(".localhost") {
            return Ok(with_port(&[
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(Ipv6Addr::LOCALHOST),
            ]));
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(ip) = literal.parse::<IpAddr>() {
            return Ok(with_port(&[ip]));
        }
        if let Some(known) = lock(&self.known).get(host)
            && known.until > Instant::now()
        {
            return Ok(with_port(&known.addresses));
        }
        let addresses = self.lookups.find(host, clock, limit)?;
        if !self.keep.is_zero() {
            let mut known = lock(&self.known);
            if known.len() >= REMEMBERED {
                let now = Instant::now();
                known.retain(|_, k| k.until > now);
                if known.len() >= REMEMBERED {
                    known.clear();
                }
            }
            known.insert(
                host.to_owned(),
                Known {
                    addresses: addresses.clone(),
                    until: Instant::now() + self.keep,
                },
            );
        }
        Ok(with_port(&addresses))
    }

    /// Forgets a host whose addresses did not answer: they may have moved.
    pub(crate) fn forget(&self, host: &str) {
        lock(&self.known).remove(host);
    }
}

impl Lookups {
    /// Waits for the answer of one lookup, which callers of the same name share.
    fn find(
        self: &Arc<Self>,
        host: &str,
        clock: &Clock,
        limit: &Limit,
    ) -> std::result::Result<Arc<[IpAddr]>, NoAddress> {
        let lookup = self.join(host)?;
        let mut answer = lock(&lookup.answer);
        loop {
            match &*answer {
                Some(Ok(addresses)) => return Ok(addresses.clone()),
                Some(Err((kind, text))) => {
                    return Err(NoAddress::Unknown(std::io::Error::new(*kind, text.clone())));
                }
                None => {}
            }
            let patience = clock.patience(limit).map_err(NoAddress::Stopped)?;
            let slice = patience.map_or(SLICE, |p| p.min(SLICE));
            answer = lookup
                .answered
                .wait_timeout(answer, slice)
                .map_or_else(|e| e.into_inner().0, |(guard, _)| guard);
        }
    }

    fn join(self: &Arc<Self>, host: &str) -> std::result::Result<Arc<Lookup>, NoAddress> {
        let mut running = lock(&self.running);
        if let Some(lookup) = running.get(host) {
            return Ok(lookup.clone());
        }
        if running.len() >= LOOKUPS {
            return Err(NoAddress::Busy);
        }
        let lookup = Arc::new(Lookup::default());
        running.insert(host.to_owned(), lookup.clone());
        drop(running);
        let (all, ours, name) = (self.clone(), lookup.clone(), host.to_owned());
        let spawned = std::thread::Builder::new()
            .name("mutls-dns".into())
            .stack_size(LOOKUP_STACK)
            .spawn(move || {
                let found = (name.as_str(), 0).to_socket_addrs();
                let answer = match found {
                    Ok(found) => {
                        let ips: Arc<[IpAddr]> = found.map(|a| a.ip()).collect();
                        match ips.is_empty() {
                            true => Err((
                                std::io::ErrorKind::NotFound,
                                "the name has no address".to_owned(),
                            )),
                            false => Ok(ips),
                        }
                    }
                    Err(e) => Err((e.kind(), e.to_string())),
                };
                lock(&all.running).remove(&name);
                *lock(&ours.answer) = Some(answer);
                ours.answered.notify_all();
            });
        if let Err(e) = spawned {
            lock(&self.running).remove(host);
            return Err(NoAddress::Unknown(e));
        }
        Ok(lookup)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
