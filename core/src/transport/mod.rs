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
mod socket;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use rustls::ClientConfig;

use crate::config::{Attachments, Config, TlsOptions, TlsVersion};
use crate::error::Result;
use crate::identity::Identity;
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
    ) -> Result<Wire> {
        let wire = Wire {
            pool: Pool::new(&config.pool),
            dns: Dns::new(config)?,
            proxies: Proxies::new(config.proxy.as_ref(), attachments)?,
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
    pub(crate) fn after_fork(&self, config: &Config, attachments: &Attachments) -> Result<Wire> {
        Wire::new(
            config,
            attachments,
            self.identities.clone(),
            self.trust.clone(),
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
    let pool = &exchange.wire.pool;
    let pooled = match fresh {
        true => None,
        false => pool.take(&exchange.key, trusting),
    };
    let reused = pooled.is_some();
    let connection = match pooled {
        Some(connection) => connection,
        None => open::open(&exchange)?,
    };
    Ok((Lease::new(connection, exchange), reused))
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}
