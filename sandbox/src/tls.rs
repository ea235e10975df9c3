//! TLS configurations for the listeners, and what is told about a session.

use std::sync::Arc;

use aws_lc_rs::digest;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{HandshakeKind, ProtocolVersion, RootCertStore, ServerConfig, ServerConnection};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use serde_json::{Value, json};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::error::Error;
use crate::folder::Folder;
use crate::info::ClientAuth;
use crate::server_certs;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Versions {
    Both,
    Only12,
    Only13,
}

impl Versions {
    pub(crate) fn names(self) -> Vec<String> {
        let names: &[&str] = match self {
            Self::Both => &["1.2", "1.3"],
            Self::Only12 => &["1.2"],
            Self::Only13 => &["1.3"],
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn supported(self) -> &'static [&'static rustls::SupportedProtocolVersion] {
        static TLS12: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS12];
        static TLS13: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13];
        match self {
            Self::Both => rustls::ALL_VERSIONS,
            Self::Only12 => TLS12,
            Self::Only13 => TLS13,
        }
    }
}

pub(crate) fn config(
    folder: &Folder,
    certificate: &server_certs::Spec,
    client_auth: ClientAuth,
    versions: Versions,
) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions.supported())?;
    let builder = match client_auth {
        ClientAuth::None => builder.with_no_client_auth(),
        ClientAuth::Required | ClientAuth::Optional => {
            builder.with_client_cert_verifier(verifier(folder, client_auth, provider.clone())?)
        }
    };
    let chain = CertificateDer::pem_slice_iter(&folder.read(&certificate.chain_file())?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::certificate)?;
    let key = PrivateKeyDer::from_pem_slice(&folder.read(&certificate.key_file())?)
        .map_err(Error::certificate)?;
    let signer = provider.key_provider.load_private_key(key)?;
    // Not held against the certificate: rustls does not read version 1, and key and certificate are ours.
    let shown = CertifiedKey::new(chain, signer);
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
    Ok(Arc::new(config))
}

/// Knows the root alone, so that clients must send their intermediate.
fn verifier(
    folder: &Folder,
    client_auth: ClientAuth,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, Error> {
    let mut roots = RootCertStore::empty();
    let root =
        CertificateDer::from_pem_slice(&folder.read("ca.pem")?).map_err(Error::certificate)?;
    roots.add(root)?;
    let lists = CertificateRevocationListDer::pem_slice_iter(&folder.read("crl.pem")?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::certificate)?;
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).with_crls(lists);
    if client_auth == ClientAuth::Optional {
        builder.allow_unauthenticated()
    } else {
        builder
    }
    .build()
    .map_err(Error::certificate)
}

pub(crate) fn describe_session(session: &ServerConnection) -> Value {
    let version = session.protocol_version().map(|version| match version {
        ProtocolVersion::TLSv1_2 => "1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "1.3".to_owned(),
        other => format!("{other:?}"),
    });
    json!({
        "alpn": session.alpn_protocol().map(|name| String::from_utf8_lossy(name)),
        "cipher": session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())),
        "group": session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name())),
        "resumed": session.handshake_kind() == Some(HandshakeKind::Resumed),
        "sni": session.server_name(),
        "version": version,
    })
}

pub(crate) fn describe_client(session: &ServerConnection) -> Value {
    let Some((chain, leaf)) = session
        .peer_certificates()
        .and_then(|chain| Some((chain, chain.first()?)))
    else {
        return Value::Null;
    };
    // The verifier has parsed it already.
    let parsed = X509Certificate::from_der(leaf).ok();
    json!({
        "chain_length": chain.len(),
        "issuer": parsed.as_ref().map(|(_, certificate)| certificate.issuer().to_string()),
        "sha256": hex(digest::digest(&digest::SHA256, leaf).as_ref()),
        "subject": parsed.as_ref().map(|(_, certificate)| certificate.subject().to_string()),
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
