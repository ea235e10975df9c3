//! The handshake: one rustls configuration for one identity and trust, and what the handshake showed.

pub(crate) mod foreign;
mod key_log;
mod pinned;
mod presenter;
mod seen;
mod verdict;
mod verifier;

pub(crate) use seen::{NotOffered, Seen};
pub(crate) use verdict::{Circumstances, Ending, explain, scheme_names};

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::version::{TLS12, TLS13};

use crate::config::{TlsOptions, TlsVersion};
use crate::error::{Code, MtlsError, Result};
use crate::identity::Identity;
use crate::trust::Trust;

/// How many sessions are kept for resumption, over all hosts of one identity.
const SESSIONS: usize = 256;

/// aws-lc-rs with the hybrid post-quantum group first; made once a process.
pub(crate) fn provider() -> &'static Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

/// A configuration that presents one of `identities`, or none. Its sessions belong to them alone,
/// since a resumed session still speaks for the identity it was made with.
pub(crate) fn client_config(
    identities: Vec<Identity>,
    trust: &Trust,
    options: &TlsOptions,
) -> Result<Arc<ClientConfig>> {
    let versions = match version_range(options)? {
        (TlsVersion::V1_2, TlsVersion::V1_2) => &[&TLS12][..],
        (TlsVersion::V1_3, TlsVersion::V1_3) => &[&TLS13][..],
        _ => &[&TLS13, &TLS12][..],
    };
    let verifier = verifier::Verifier::new(trust)?;
    let mut config = ClientConfig::builder_with_provider(provider().clone())
        .with_protocol_versions(versions)
        .map_err(|e| MtlsError::internal("no TLS version can be used").with_cause(&e))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(presenter::Presenter::new(identities)));
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    if let Some(path) = &options.key_log_file {
        config.key_log = key_log::open(path)?;
    }
    Ok(Arc::new(config))
}

fn version_range(options: &TlsOptions) -> Result<(TlsVersion, TlsVersion)> {
    let min = options.min_version.unwrap_or(TlsVersion::V1_2);
    let max = options.max_version.unwrap_or(TlsVersion::V1_3);
    if min > max {
        return Err(MtlsError::config(
            Code::BadOption,
            "`tls.min_version` is higher than `tls.max_version`",
        )
        .with_hint("Leave one of them out."));
    }
    Ok((min, max))
}
