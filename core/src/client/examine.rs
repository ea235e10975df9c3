//! The way to a server without a call: for the doctor, and for whoever wants to see its certificate.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use arc_swap::ArcSwap;

use super::generation::Generation;
use super::{Client, Request};
use crate::config::{Attachments, Config, Timeouts};
use crate::error::Result;
use crate::identity::Identity;
use crate::report::HandshakeReport;
use crate::transport::clock::Clock;
use crate::transport::pool::Endpoint;
use crate::transport::{self, Wire};
use crate::trust::Trust;

/// The way of a call to one URL.
pub(crate) struct Examination {
    pub(crate) wire: Arc<Wire>,
    pub(crate) endpoint: Arc<Endpoint>,
    /// Those that would be shown.
    pub(crate) identities: Vec<usize>,
    pub(crate) timeouts: Timeouts,
    /// Without user and query, which may be secret.
    pub(crate) url: String,
}

impl Examination {
    /// A fresh clock, which may take as long as the client's own limits say, and stops with `request`.
    pub(crate) fn clock(&self, request: &Request) -> Arc<Clock> {
        Arc::new(Clock::new(
            self.timeouts.clone(),
            Instant::now(),
            request.cancel.clone(),
            request.interrupt.clone(),
            Arc::new(AtomicBool::new(false)),
        ))
    }
}

impl Client {
    /// Like [`Client::new`] with identities and trust that have been read already, an identity for each that
    /// `config` names.
    pub(crate) fn of(
        config: Config,
        attachments: Attachments,
        identities: Vec<Identity>,
        trust: Trust,
    ) -> Result<Client> {
        let generation = Generation::of(config, attachments, identities, trust)?;
        Ok(Client(Arc::new(ArcSwap::from_pointee(generation))))
    }

    /// Opens a connection of its own to where `request` would go, and closes it again: what its handshake showed. The
    /// error of a handshake that failed carries its report.
    pub fn handshake(&self, request: &Request) -> Result<Arc<HandshakeReport>> {
        let way = self.examine(&request.url)?;
        transport::examine::open(
            &way.wire,
            &way.endpoint,
            way.identities.clone(),
            way.clock(request),
        )
    }

    pub(crate) fn examine(&self, url: &str) -> Result<Examination> {
        let generation = self.generation()?;
        let mut target = generation.settings.target(url)?;
        let in_scope = generation
            .settings
            .covers(&target.endpoint, &target.endpoint);
        let key = generation.wire.key(&target.endpoint, in_scope);
        target.url.set_query(None);
        // A URL with a host has room for both.
        let _ = target.url.set_username("");
        let _ = target.url.set_password(None);
        Ok(Examination {
            wire: generation.wire.clone(),
            endpoint: target.endpoint,
            identities: key.identities.clone(),
            timeouts: generation.settings.timeouts.clone(),
            url: target.url.into(),
        })
    }

    /// What the client was made of.
    pub(crate) fn recipe(&self) -> (Arc<Config>, Arc<Attachments>) {
        self.0.load().recipe()
    }
}
