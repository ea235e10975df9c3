//! The wire: everything that touches a socket. A request gets a [`Lease`] of a connection.

pub(crate) mod buffers;
pub(crate) mod clock;
mod connect;
mod connection;
mod dns;
pub(crate) mod examine;
pub(crate) mod exchange;
pub(crate) mod lease;
mod open;
pub(crate) mod pool;
pub(crate) mod proxy;
mod records;
mod showing;
mod socket;
mod unreachable;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use rustls::ClientConfig;

use crate::config::{Attachments, Config, TlsOptions, TlsVersion};
use crate::error::{MtlsError, Result};
use crate::events::{Event, EventLevel, Observers, Warning};
use crate::identity::Identity;
use crate::report::HandshakeReport;
use crate::tls;
use crate::trust::Trust;
use dns::Dns;
use exchange::Exchange;
use lease::Lease;
use pool::{Endpoint, Pool, PoolKey};
use proxy::Proxies;

/// The longest head of an answer that is taken.
pub(crate) const LONGEST_HEAD: usize = 256 * 1024;

/// What the connections of one generation (one identity and trust) share.
pub(crate) struct Wire {
    pub(crate) pool: Pool,
    pub(crate) dns: Dns,
    pub(crate) proxies: Proxies,
    pub(crate) observers: Arc<Observers>,
    warning: Warning,
    identities: Vec<Identity>,
    trust: Trust,
    trust_organisations: Vec<String>,
    options: TlsOptions,
    /// The key of the last request, which is most often that of the next; with whether it was in scope.
    recent: ArcSwapOption<(bool, Arc<PoolKey>)>,
    /// By the identities that may be shown: sessions are never shared between them.
    configs: Mutex<HashMap<Vec<usize>, Arc<ClientConfig>>>,
}

impl Wire {
    pub(crate) fn new(
        config: &Config,
        attachments: &Attachments,
        identities: Vec<Identity>,
        trust: Trust,
        observers: Arc<Observers>,
    ) -> Result<Wire> {
        let wire = Wire {
            pool: Pool::new(&config.pool),
            dns: Dns::new(config)?,
            proxies: Proxies::new(config.proxy.as_ref(), attachments)?,
            observers,
            warning: Warning::new(config.expiry_warning_days),
            identities,
            trust_organisations: trust.organisations(),
            trust,
            options: config.tls.clone(),
            recent: ArcSwapOption::empty(),
            configs: Mutex::default(),
        };
        // Whatever TLS has against the options is said now and not at the first call.
        let all: Vec<usize> = (0..wire.identities.len()).collect();
        wire.tls_config(&all)?;
        Ok(wire)
    }

    /// The same in a forked child: nothing that the parent's threads may hold locked is touched.
    pub(crate) fn after_fork(
        &self,
        config: &Config,
        attachments: &Attachments,
        observers: Arc<Observers>,
    ) -> Result<Wire> {
        Wire::new(
            config,
            attachments,
            self.identities.clone(),
            self.trust.clone(),
            observers,
        )
    }

    /// The identities that may be shown to a host, by their place in the config.
    pub(crate) fn identities_for(&self, host: &str, port: u16) -> Vec<usize> {
        self.identities
            .iter()
            .enumerate()
            .filter(|(_, identity)| identity.is_for(host, port))
            .map(|(i, _)| i)
            .collect()
    }

    /// Which connections can carry a request to `endpoint`.
    pub(crate) fn key(&self, endpoint: &Arc<Endpoint>, in_scope: bool) -> Arc<PoolKey> {
        if let Some(recent) = &*self.recent.load()
            && recent.0 == in_scope
            && recent.1.endpoint == *endpoint
        {
            return recent.1.clone();
        }
        let Endpoint {
            tls, host, port, ..
        } = &**endpoint;
        let proxy = self.proxies.choose(*tls, host, *port);
        let key = Arc::new(PoolKey {
            endpoint: endpoint.clone(),
            identities: match in_scope && *tls {
                true => self.identities_for(host, *port),
                false => Vec::new(),
            },
            proxy: proxy.map(|p| p.place()),
        });
        self.recent.store(Some(Arc::new((in_scope, key.clone()))));
        key
    }

    pub(crate) fn identity(&self, at: usize) -> Option<&Identity> {
        self.identities.get(at)
    }

    /// Tells of identities that expire soon.
    pub(crate) fn look_at_identities(&self) {
        self.observers.look_at(self.identities.iter(), self.warning);
    }

    /// The same, to an observer that has just been set.
    pub(crate) fn introduce_observer(&self) {
        self.observers.introduce(&self.identities, self.warning);
    }

    /// Tells of a connection that was opened, and of what its certificates are good for.
    fn tell_of_connection(&self, report: &HandshakeReport, key: &PoolKey) {
        if self.observers.listens(EventLevel::Debug) {
            self.observers.tell(&Event::connected(report));
        }
        let shown = key.identities.iter().filter_map(|at| self.identity(*at));
        self.observers.look_at(shown, self.warning);
        if let Some(leaf) = report.server_certificates.0.first() {
            self.observers
                .look_at_server(leaf, &report.host, report.port, self.warning);
        }
    }

    /// Tells of an error that ended a connection, or kept it from being made.
    pub(crate) fn tell_of_failure(&self, error: &MtlsError, endpoint: &Endpoint) {
        if self.observers.listens(EventLevel::Info)
            && let Some(event) = Event::failed(error, &endpoint.host, endpoint.port)
        {
            self.observers.tell(&event);
        }
    }

    /// Tells of a request that is sent again.
    pub(crate) fn tell_of_retry(&self, error: &MtlsError, endpoint: &Endpoint) {
        if self.observers.listens(EventLevel::Debug) {
            let event = Event::retried(error, &endpoint.host, endpoint.port);
            self.observers.tell(&event);
        }
    }

    pub(crate) fn has_identities(&self) -> bool {
        !self.identities.is_empty()
    }

    fn tls_config(&self, identities: &[usize]) -> Result<Arc<ClientConfig>> {
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(identities) {
            return Ok(config.clone());
        }
        let shown = identities
            .iter()
            .filter_map(|i| self.identities.get(*i).cloned())
            .collect();
        let config = tls::client_config(shown, &self.trust, &self.options)?;
        configs.insert(identities.to_vec(), config.clone());
        Ok(config)
    }

    fn server_name<'a>(&'a self, host: &'a str) -> &'a str {
        self.options.server_name.as_deref().unwrap_or(host)
    }

    /// The lowest and the highest version of TLS that are allowed, in words.
    fn versions(&self) -> &'static str {
        let TlsOptions {
            min_version,
            max_version,
            ..
        } = &self.options;
        match (min_version, max_version) {
            (Some(TlsVersion::V1_3), _) => "`tls.min_version` is 1.3",
            (_, Some(TlsVersion::V1_2)) => "`tls.max_version` is 1.2",
            _ => "TLS 1.2 and 1.3 are allowed here",
        }
    }

    fn trust_source(&self) -> &str {
        &self.trust.source
    }

    fn trust_organisations(&self) -> &[String] {
        &self.trust_organisations
    }
}

/// A connection for an exchange, and whether it has served before: an idle one, unless a fresh one is
/// wanted. With `trusting`, an idle one that was in use a moment ago is not asked whether it lives.
pub(crate) fn lend(exchange: Exchange, fresh: bool, trusting: bool) -> Result<(Lease, bool)> {
    let wire = &exchange.wire;
    let pooled = match fresh {
        true => None,
        false => wire.pool.take(&exchange.key, trusting),
    };
    let reused = pooled.is_some();
    let connection = match pooled {
        Some(connection) => connection,
        None => match open::open(&exchange) {
            Ok(connection) => {
                wire.tell_of_connection(&connection.report, &exchange.key);
                connection
            }
            Err(error) => {
                wire.tell_of_failure(&error, &exchange.key.endpoint);
                return Err(error);
            }
        },
    };
    Ok((Lease::new(connection, exchange), reused))
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}
