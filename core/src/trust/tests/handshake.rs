//! What this client says to a server that shows a certificate of the workshop.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConnection, ServerConfig, ServerConnection};

use crate::config::{Attachments, TlsOptions, TlsVersion, TrustConfig};
use crate::error::{MtlsError, Phase, Result};
use crate::identity::tests::workshop::Workshop;
use crate::tls::{self, Circumstances, Ending, Seen};
use crate::trust::Trust;

/// Connects by both TLS versions to a server that shows the files `certs` with the key of the first; gives what was
/// forgiven, which must be the same.
pub(super) fn connect(
    shop: &Workshop,
    certs: &[&str],
    name: &str,
    trust: &TrustConfig,
) -> Result<Vec<&'static str>> {
    let trust = Trust::load(trust, &Attachments::default())?;
    let old = once(shop, certs, name, &trust, TlsVersion::V1_2);
    let new = once(shop, certs, name, &trust, TlsVersion::V1_3);
    match (old, new) {
        (Ok(old), Ok(new)) => {
            assert_eq!(old, new);
            Ok(new)
        }
        (Err(old), Err(new)) => {
            assert_eq!(old.code(), new.code(), "{old} / {new}");
            Err(new)
        }
        (old, new) => panic!("TLS 1.2: {old:?}; TLS 1.3: {new:?}"),
    }
}

fn once(
    shop: &Workshop,
    certs: &[&str],
    name: &str,
    trust: &Trust,
    version: TlsVersion,
) -> Result<Vec<&'static str>> {
    let options = TlsOptions {
        min_version: Some(version),
        max_version: Some(version),
        ..TlsOptions::default()
    };
    let config = tls::client_config(Vec::new(), trust, &options)?;
    let server_name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(config, server_name).unwrap();
    let mut server = ServerConnection::new(server(shop, certs)).unwrap();
    let mut seen = Box::<Seen>::default();
    let outcome = Seen::during(&mut seen, || run(&mut client, &mut server));
    match outcome {
        Ok(()) => {
            assert_eq!(seen.verified, Some(true));
            Ok(seen.exceptions.clone())
        }
        Err(error) => Err(explained(&error, &seen, name, trust)),
    }
}

fn explained(error: &rustls::Error, seen: &Seen, name: &str, trust: &Trust) -> MtlsError {
    let at = Circumstances {
        seen,
        host: name,
        port: 443,
        server_name: name,
        trust_source: trust.source(),
        trust_organisations: &trust.organisations(),
        proxy: None,
        versions: "",
        renegotiation: false,
        after_handshake: false,
        verdict_due: true,
        phase: Phase::Handshake,
    };
    tls::explain(Ending::Tls(error), &at)
}

fn server(shop: &Workshop, certs: &[&str]) -> Arc<ServerConfig> {
    let chain = certs
        .iter()
        .map(|file| CertificateDer::from_pem_file(shop.path(file)).unwrap())
        .collect();
    let key = certs[0].replace(".pem", ".key");
    let key = PrivateKeyDer::from_pem_file(shop.path(&key)).unwrap();
    let signer = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).unwrap();
    // Not checked against the certificate: rustls does not read version 1 either.
    let shown = CertifiedKey::new(chain, signer);
    Arc::new(
        ServerConfig::builder_with_provider(tls::provider().clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown))),
    )
}

fn run(
    client: &mut ClientConnection,
    server: &mut ServerConnection,
) -> std::result::Result<(), rustls::Error> {
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            server.read_tls(&mut wire).unwrap();
            server.process_new_packets().unwrap();
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            client.read_tls(&mut wire).unwrap();
            client.process_new_packets()?;
        }
    }
    Ok(())
}
