//! What a connection's handshake showed, kept on success and on failure alike.

use std::fmt;

use serde::Serialize;

/// One connection: where it led, what was negotiated, who showed which certificate, how long it took.
///
/// Fields are `None` where the connection did not get that far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HandshakeReport {
    /// The host of the URL.
    pub host: String,
    /// The port of the URL.
    pub port: u16,
    /// The address that the TCP connection was made to.
    pub address: Option<String>,
    /// The proxy in between, without credentials.
    pub proxy: Option<String>,
    /// The name sent as SNI and expected in the certificate.
    pub server_name: Option<String>,
    /// `TLSv1.2` or `TLSv1.3`.
    pub version: Option<String>,
    /// Such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher_suite: Option<String>,
    /// The key exchange group, such as `X25519MLKEM768`.
    pub group: Option<String>,
    /// Whether an earlier session was resumed, in which case no certificate was shown by either side.
    pub resumed: bool,
    /// Whether the handshake completed.
    pub completed: bool,
    /// The server's certificates as it sent them, leaf first.
    pub server_chain: Vec<CertificateSummary>,
    /// Days until the server's own certificate ends, negative when past, at the time of the handshake; known in a
    /// resumed session too.
    pub server_days_left: Option<i64>,
    /// Whether the server's certificate was accepted; `None` if it was never judged.
    pub server_verified: Option<bool>,
    /// Why it was not accepted.
    pub server_problem: Option<String>,
    /// What was forgiven so that it was accepted: names of `trust.allow`, and `expired_crl`.
    pub server_exceptions: Vec<String>,
    /// Our side of the mutual part.
    pub client_certificate: ClientCertificateReport,
    /// The alert that ended it.
    pub alert: Option<TlsAlert>,
    /// Durations.
    pub timings: Timings,
    /// A number that no other connection of this process has; 0 where none was opened.
    #[serde(skip)]
    pub connection: u64,
    /// What was negotiated, by IANA's numbers.
    #[serde(skip)]
    pub numbers: TlsNumbers,
    /// The server's certificates in DER, leaf first; those of the first handshake where it was resumed.
    #[serde(skip)]
    pub server_certificates: ServerCertificates,
}

/// What was negotiated, by IANA's numbers; 0 where nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TlsNumbers {
    /// Such as 0x0304 for TLS 1.3.
    pub version: u16,
    /// Such as 0x1302.
    pub cipher_suite: u16,
    /// The key exchange group, such as 29.
    pub group: u16,
}

/// Certificates in DER.
#[derive(Clone, Default, PartialEq)]
pub struct ServerCertificates(pub Vec<Vec<u8>>);

impl fmt::Debug for ServerCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} certificates", self.0.len())
    }
}

/// Whether the server asked for a certificate, and what it got.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClientCertificateReport {
    /// Whether the server asked; `None` if the handshake did not get that far or was resumed.
    pub requested: Option<bool>,
    /// Whether a certificate was sent.
    pub offered: bool,
    /// `sent`, `not requested`, `requested, not offered`, `resumed` or `unknown`.
    pub summary: String,
    /// Why none was sent, or what is doubtful about the one that was.
    pub reason: Option<String>,
    /// The name of the identity that was chosen.
    pub identity: Option<String>,
    /// Days until our certificate ends, negative when past, at the time of the handshake: of the one that was sent, or
    /// of the only one there is for this host.
    pub days_left: Option<i64>,
    /// The certificates sent, leaf first.
    pub chain: Vec<CertificateSummary>,
    /// The names of the CAs that the server says it accepts. May be empty.
    pub acceptable_cas: Vec<String>,
    /// The signature schemes that the server accepts.
    pub acceptable_schemes: Vec<String>,
}

/// The facts of a certificate that help to tell it from another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CertificateSummary {
    /// RFC 4514 text.
    pub subject: String,
    /// RFC 4514 text.
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// RFC 3339, UTC.
    pub not_before: String,
    /// RFC 3339, UTC.
    pub not_after: String,
    /// Days until `not_after`, negative when past, at the time of the handshake.
    pub days_left: i64,
    /// Subject alternative names: DNS names and addresses.
    pub names: Vec<String>,
    /// SHA-256 of the DER, hexadecimal.
    pub sha256: String,
    /// `sha256/` and the base64 of the SHA-256 of the public key: fit for `trust.pins`.
    pub pin: String,
    /// `not_after` in unix seconds.
    #[serde(skip)]
    pub(crate) end: Option<i64>,
}

/// Milliseconds; `None` where the phase did not happen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Name lookup; 0 when cached.
    pub dns_ms: Option<f64>,
    /// TCP connection.
    pub connect_ms: Option<f64>,
    /// The proxy's tunnel.
    pub proxy_ms: Option<f64>,
    /// TLS handshake.
    pub handshake_ms: Option<f64>,
}

/// A TLS alert (RFC 8446 section 6) that ended a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TlsAlert {
    /// The number on the wire, such as 48.
    pub number: u8,
    /// The name of RFC 8446, such as `unknown_ca`.
    pub name: String,
    /// True if the peer sent it, false if we did.
    pub received: bool,
}

impl HandshakeReport {
    /// The report as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
