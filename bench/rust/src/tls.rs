//! The rustls configuration of the floors: the same provider, groups and resumption as the product's.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Result;
use crate::plan::Server;

pub fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>> {
    Ok(CertificateDer::pem_file_iter(path)?.collect::<std::result::Result<_, _>>()?)
}

pub fn config(server: &Server) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let ca = server.ca.as_deref().unwrap_or("/etc/ssl/certs/ca-certificates.crt");
    roots.add_parsable_certificates(certificates(ca)?);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(certificates(&server.cert)?, PrivateKeyDer::from_pem_file(&server.key)?)?;
    config.resumption = Resumption::in_memory_sessions(256);
    Ok(Arc::new(config))
}
