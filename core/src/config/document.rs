//! The shape of the config document. Its doc comments become the JSON Schema and docs/config.md.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::secret::Secret;
use super::shapes::OneOrMany;

/// Describes a client: where it calls, who it is, whom it trusts, how long it waits.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its
    /// last segment. Its origin is the scope of the credentials.
    pub base_url: Option<String>,
    /// Further hosts (`host` or `host:port`; `*.example.com` for every name below it) that may see
    /// the headers, auth and identity of this client.
    pub hosts: Vec<String>,
    /// Headers sent with every request within the scope, each with one value or a list.
    pub headers: Headers,
    /// HTTP authentication sent with every request within the scope.
    pub auth: Option<AuthConfig>,
    /// Who we are: one certificate with its key, or several, or none.
    pub identity: OneOrMany<IdentityConfig>,
    /// Whom we accept.
    pub trust: TrustConfig,
    /// TLS versions and names.
    pub tls: TlsOptions,
    /// How long each phase may take.
    pub timeouts: Timeouts,
    /// An HTTP proxy: a URL, an object, `"none"`, or `"environment"` (the default: `HTTPS_PROXY`,
    /// `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case).
    pub proxy: Option<ProxyChoice>,
    /// Which redirects are followed.
    pub redirects: Redirects,
    /// Which connections are kept for the next request.
    pub pool: PoolOptions,
    /// The threads behind asynchronous calls.
    pub workers: WorkerOptions,
    /// Name lookup.
    pub dns: DnsOptions,
    /// Addresses to use instead of a lookup, by `host:port` or `host`, as curl's `--resolve`.
    pub resolve: BTreeMap<String, OneOrMany<String>>,
    /// Decode gzip and brotli bodies, and offer them in `Accept-Encoding`. Default true.
    pub decompress: Option<bool>,
    /// Keep cookies between the requests of this client. Default false.
    pub cookies: bool,
    /// Refuse a response body larger than this many bytes, after decoding. Default none.
    pub max_body_bytes: Option<u64>,
    /// Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never
    /// warns. Default: 30, or the last third of its life where that is less.
    pub expiry_warning_days: Option<u32>,
    /// The `User-Agent`; `""` sends none. Default `mutls/VERSION`.
    pub user_agent: Option<String>,

    /// Short for `identity.cert_file`, or `identity.cert_pem` where it holds PEM text.
    pub cert: Option<Secret>,
    /// Short for `identity.key_file`, or `identity.key_pem` where it holds PEM text.
    pub key: Option<Secret>,
    /// Short for `trust.ca_file`, or `trust.ca_pem` where it holds PEM text.
    pub ca: Option<Secret>,
    /// Short for `identity.cert_file`.
    pub cert_file: Option<String>,
    /// Short for `identity.key_file`.
    pub key_file: Option<String>,
    /// Short for `identity.chain_file`.
    pub chain_file: Option<String>,
    /// Short for `identity.pkcs12_file`.
    pub pkcs12_file: Option<String>,
    /// Short for `identity.passphrase`.
    pub passphrase: Option<Secret>,
    /// Short for `identity.passphrase_env`.
    pub passphrase_env: Option<String>,
    /// Short for `identity.passphrase_file`.
    pub passphrase_file: Option<String>,
    /// Short for `trust.ca_file`.
    pub ca_file: OneOrMany<String>,
}

/// Headers by name. Values may be secret, so Debug shows names only.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Headers(pub BTreeMap<String, OneOrMany<String>>);

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// HTTP authentication: one of the two.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// RFC 7617, sent without waiting for a challenge.
    pub basic: Option<BasicAuth>,
    /// RFC 6750.
    pub bearer: Option<BearerAuth>,
}

/// User and password.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BasicAuth {
    /// The user name; it cannot hold a colon.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// A token.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BearerAuth {
    /// The token, without the word `Bearer`.
    pub token: Secret,
}

/// A certificate chain and its private key. Certificate, key and chain may lie in one file or in
/// several, in any order.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConfig {
    /// A name for reports and logs. Default: the file's name.
    pub name: Option<String>,
    /// The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the
    /// chain and the key too.
    pub cert_file: Option<String>,
    /// The intermediates, PEM, DER or PKCS#7 (`.p7b`), where they are not in `cert_file`.
    pub chain_file: Option<String>,
    /// The private key, PEM or DER. Default: `cert_file`.
    pub key_file: Option<String>,
    /// In-memory twin of `cert_file`.
    pub cert_pem: Option<Secret>,
    /// In-memory twin of `chain_file`.
    pub chain_pem: Option<Secret>,
    /// In-memory twin of `key_file`.
    pub key_pem: Option<Secret>,
    /// A store with key and chain: PKCS#12 (`.p12`, `.pfx`), JKS or JCEKS.
    pub pkcs12_file: Option<String>,
    /// In-memory twin of `pkcs12_file`: an attachment.
    pub pkcs12: Option<Secret>,
    /// Which key of a store that holds several. Case does not matter.
    pub alias: Option<String>,
    /// The passphrase of the private key, or of the store.
    pub passphrase: Option<Secret>,
    /// The environment variable that holds the passphrase.
    pub passphrase_env: Option<String>,
    /// The file that holds the passphrase, in its first line.
    pub passphrase_file: Option<String>,
    /// The passphrase of the key, where it differs from the store's.
    pub key_passphrase: Option<Secret>,
    /// The environment variable that holds the key's passphrase.
    pub key_passphrase_env: Option<String>,
    /// The file that holds the key's passphrase, in its first line.
    pub key_passphrase_file: Option<String>,
    /// Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds
    /// of scrypt. Default: ten million, which take some seconds.
    pub max_kdf_iterations: Option<u64>,
    /// The hosts that this identity is for (`host`, `host:port`, `*.example.com`). Default: every host within the
    /// client's scope.
    pub hosts: Vec<String>,
    /// Send the certificate even outside its dates, and let the server decide.
    pub allow_expired: bool,
}

/// Whom we accept. An explicit bundle means exactly that bundle; without one, the system's roots.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TrustConfig {
    /// CA certificates: PEM, DER or PKCS#7; one file or several.
    pub ca_file: OneOrMany<String>,
    /// In-memory twin of `ca_file`.
    pub ca_pem: OneOrMany<Secret>,
    /// Folders of CA certificates: those under the names that `openssl rehash` gives (`1a2b3c4d.0`), with the revocation
    /// lists beside them (`1a2b3c4d.r0`); where no file has such a name, every `.pem`, `.crt`, `.cer` and `.der`.
    pub ca_dir: OneOrMany<String>,
    /// A truststore (PKCS#12, JKS or JCEKS).
    pub truststore_file: Option<String>,
    /// In-memory twin of `truststore_file`: an attachment.
    pub truststore: Option<Secret>,
    /// The truststore's passphrase.
    pub truststore_passphrase: Option<Secret>,
    /// The environment variable that holds the truststore's passphrase.
    pub truststore_passphrase_env: Option<String>,
    /// The file that holds the truststore's passphrase, in its first line.
    pub truststore_passphrase_file: Option<String>,
    /// Refuse a truststore that asks for more iterations than this to be opened. Default: ten million.
    pub max_kdf_iterations: Option<u64>,
    /// Trust the system's roots. Default: only when no bundle is given.
    pub system_roots: Option<bool>,
    /// Accept only chains that hold one of these keys: `sha256/` and the base64 of the SHA-256 of
    /// the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well.
    pub pins: Vec<String>,
    /// Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for
    /// their names. They stand in place of CA certificates, not beside them.
    pub server_cert_file: OneOrMany<String>,
    /// In-memory twin of `server_cert_file`.
    pub server_cert_pem: OneOrMany<Secret>,
    /// Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is
    /// a chain with a certificate whose issuer has no list here.
    pub crl_file: OneOrMany<String>,
    /// In-memory twin of `crl_file`.
    pub crl_pem: OneOrMany<Secret>,
    /// Which certificates the lists are asked about: the server's own (`"leaf"`), or it and the CAs between it and the
    /// trusted one (`"chain"`, the default).
    pub crl_check: Option<CrlCheck>,
    /// Use a revocation list even after the date by which the next one was due.
    pub allow_expired_crl: bool,
    /// Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was.
    /// `"v1"` (X.509 version 1) and `"ca_leaf"` (marked as a CA's) want the very certificate to be given, as
    /// `server_cert_file` or in the CA bundle. `"common_name"`: without alternative names, the subject's CN counts.
    pub allow: Vec<TrustException>,
}

/// See [`TrustConfig::crl_check`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CrlCheck {
    /// The server's certificate and every CA below the trusted one.
    #[default]
    Chain,
    /// The server's certificate alone.
    Leaf,
}

/// See [`TrustConfig::allow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrustException {
    /// X.509 version 1, which has no extensions.
    V1,
    /// Marked as the certificate of a CA, as `openssl req -x509` does.
    CaLeaf,
    /// No alternative names; the host's name stands in the subject.
    CommonName,
}

impl TrustException {
    /// As in the config document and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            TrustException::V1 => "v1",
            TrustException::CaLeaf => "ca_leaf",
            TrustException::CommonName => "common_name",
        }
    }
}

/// A TLS version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TlsVersion {
    /// RFC 5246
    #[serde(rename = "1.2")]
    V1_2,
    /// RFC 8446
    #[serde(rename = "1.3")]
    V1_3,
}

/// TLS versions and names.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TlsOptions {
    /// The lowest version: `"1.2"` (default) or `"1.3"`.
    pub min_version: Option<TlsVersion>,
    /// The highest version: `"1.2"` or `"1.3"` (default).
    pub max_version: Option<TlsVersion>,
    /// The name sent as SNI and expected in the server's certificate, in place of the URL's host.
    pub server_name: Option<String>,
    /// Append the session keys to this file in NSS format, for a network analyser. Who has the file can read
    /// the traffic. `"SSLKEYLOGFILE"` takes the path from that environment variable. Default none.
    pub key_log_file: Option<String>,
}

/// How long each phase may take, in milliseconds; `null` is no limit.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    /// Waiting for a worker (submitted calls).
    pub queue_ms: Option<u64>,
    /// Name lookup. Default 5000.
    pub dns_ms: Option<u64>,
    /// TCP connection, over all addresses, and the proxy's answer. Default 10000.
    pub connect_ms: Option<u64>,
    /// TLS handshake. Default 10000.
    pub handshake_ms: Option<u64>,
    /// Sending the whole request.
    pub send_ms: Option<u64>,
    /// From the end of the request to the head of the response. Default 30000.
    pub first_byte_ms: Option<u64>,
    /// Between two reads of the response body. Default 30000.
    pub read_ms: Option<u64>,
    /// The whole call, from the queue to the last byte of the body.
    pub total_ms: Option<u64>,
    /// Waiting for `100 Continue` before the body is sent anyway. Default 1000.
    pub expect_continue_ms: u64,
}

impl Timeouts {
    pub(crate) const NONE: Timeouts = Timeouts {
        queue_ms: None,
        dns_ms: None,
        connect_ms: None,
        handshake_ms: None,
        send_ms: None,
        first_byte_ms: None,
        read_ms: None,
        total_ms: None,
        expect_continue_ms: 1_000,
    };
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            dns_ms: Some(5_000),
            connect_ms: Some(10_000),
            handshake_ms: Some(10_000),
            first_byte_ms: Some(30_000),
            read_ms: Some(30_000),
            ..Timeouts::NONE
        }
    }
}

/// Where to find a proxy.
#[derive(Clone, Debug)]
pub enum ProxyChoice {
    /// `"environment"`
    Environment,
    /// `"none"`
    None,
    /// A proxy of our own.
    Explicit(ProxyConfig),
}

/// An HTTP proxy that tunnels by CONNECT.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProxyConfig {
    /// `http://host:port`; user and password may be in it.
    pub url: String,
    /// The user name, where it is not in the URL.
    pub username: Option<String>,
    /// The password, where it is not in the URL.
    pub password: Option<Secret>,
    /// Hosts that are called without the proxy: names, `.suffix`, addresses, networks (`10.0.0.0/8`), `*`.
    pub no_proxy: Vec<String>,
}

/// Which redirects are followed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Redirects {
    /// `same_origin` (default), `any` or `none`. The identity and the credentials never follow to a host outside the scope.
    pub follow: FollowRedirects,
    /// How many in a row. Default 10.
    pub max: u32,
}

impl Default for Redirects {
    fn default() -> Self {
        Redirects {
            follow: FollowRedirects::SameOrigin,
            max: 10,
        }
    }
}

/// See [`Redirects::follow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FollowRedirects {
    /// A redirect is an answer like any other.
    None,
    /// Follow within scheme, host and port; another origin is `redirect_refused`.
    SameOrigin,
    /// Follow anywhere, without credentials where the target is outside the scope.
    Any,
}

/// Which connections are kept for the next request.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PoolOptions {
    /// How many idle connections are kept. Default 64; 0 closes each one after its answer.
    pub max_idle: u32,
    /// How long an idle one is kept. Default 60000.
    pub idle_ms: Option<u64>,
    /// How old a connection may become. Default no limit.
    pub max_age_ms: Option<u64>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        PoolOptions {
            max_idle: 64,
            idle_ms: Some(60_000),
            max_age_ms: None,
        }
    }
}

/// The threads behind asynchronous calls.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WorkerOptions {
    /// How many calls run at once. Default 2048. Idle threads end by themselves.
    pub max: u32,
    /// How many further calls may wait; one more is `overloaded`. Default 65536.
    pub queue: u32,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        WorkerOptions {
            max: 2_048,
            queue: 65_536,
        }
    }
}

/// Name lookup.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct DnsOptions {
    /// How long an answer is kept, in milliseconds. Default 30000; 0 keeps none.
    pub cache_ms: u64,
}

impl Default for DnsOptions {
    fn default() -> Self {
        DnsOptions { cache_ms: 30_000 }
    }
}

impl<'de> Deserialize<'de> for ProxyChoice {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Choice;

        impl<'de> serde::de::Visitor<'de> for Choice {
            type Value = ProxyChoice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a proxy URL, an object, \"none\" or \"environment\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ProxyChoice, E> {
                Ok(match text {
                    "none" => ProxyChoice::None,
                    "environment" => ProxyChoice::Environment,
                    url => ProxyChoice::Explicit(ProxyConfig {
                        url: url.to_owned(),
                        ..ProxyConfig::default()
                    }),
                })
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<ProxyChoice, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                ProxyConfig::deserialize(map).map(ProxyChoice::Explicit)
            }
        }

        deserializer.deserialize_any(Choice)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ProxyChoice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProxyChoice".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let object = generator.subschema_for::<ProxyConfig>();
        schemars::json_schema!({"anyOf": [{"type": "string"}, object]})
    }
}
