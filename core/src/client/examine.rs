//! What the doctor looks at.

use std::sync::Arc;

use super::Client;
use crate::config::{Attachments, Config, Timeouts};
use crate::error::Result;
use crate::transport::Wire;
use crate::transport::pool::Endpoint;

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

impl Client {
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
