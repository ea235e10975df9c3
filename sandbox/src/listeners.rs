//! The listeners: one row each.

use crate::faults::Fault;
use crate::info::ClientAuth::{self, None as NoClient, Optional, Required};
use crate::tls::Versions::{self, Both, Only12, Only13};

pub(crate) struct Spec {
    pub name: &'static str,
    pub serves: Serves,
    pub about: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Serves {
    Https(Https),
    Http,
    Proxy(Proxy),
    Fault(Fault),
    /// A port that refuses.
    Refused,
    /// A port whose backlog is full: the connection is never made.
    Unaccepted,
}

#[derive(Clone, Copy)]
pub(crate) struct Https {
    pub client_auth: ClientAuth,
    pub versions: Versions,
    /// A row of `server_certs`.
    pub certificate: &'static str,
    pub quirk: Quirk,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Quirk {
    None,
    /// The handshake begins late.
    Slow,
    /// RST right after the handshake.
    ResetAfterHandshake,
    /// A refused handshake ends with a RST right behind the alert.
    ResetAfterAlert,
    /// Asks for a certificate, takes the handshake without, and answers 400: nginx's way.
    Nginx,
    /// Only the routes of `routes::wire`.
    OnlyWire,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Proxy {
    Open,
    WithPassword,
    Refusing,
}

const HTTPS: Https = Https {
    client_auth: Optional,
    versions: Both,
    certificate: "good",
    quirk: Quirk::None,
};

const fn https(client_auth: ClientAuth) -> Serves {
    Serves::Https(Https {
        client_auth,
        ..HTTPS
    })
}

const fn only(versions: Versions) -> Serves {
    Serves::Https(Https {
        client_auth: Required,
        versions,
        ..HTTPS
    })
}

const fn server(certificate: &'static str) -> Serves {
    Serves::Https(Https {
        client_auth: NoClient,
        certificate,
        ..HTTPS
    })
}

const fn quirk(client_auth: ClientAuth, quirk: Quirk) -> Serves {
    Serves::Https(Https {
        client_auth,
        quirk,
        ..HTTPS
    })
}

#[rustfmt::skip]
pub(crate) const ALL: &[Spec] = &[
    Spec { name: "required", serves: https(Required), about: "A client certificate is required." },
    Spec { name: "optional", serves: https(Optional), about: "A client certificate is asked for, not required." },
    Spec { name: "none", serves: https(NoClient), about: "No client certificate is asked for." },
    Spec { name: "tls12", serves: only(Only12), about: "TLS 1.2 alone, client certificate required." },
    Spec { name: "tls13", serves: only(Only13), about: "TLS 1.3 alone, client certificate required." },
    Spec { name: "other_origin", serves: https(Optional), about: "Like optional, on another port: where redirects lead across origins." },
    Spec { name: "nginx", serves: quirk(Optional, Quirk::Nginx), about: "Without a client certificate the handshake succeeds and HTTP answers 400, as nginx does." },
    Spec { name: "raw", serves: quirk(Optional, Quirk::OnlyWire), about: "Answers scripted byte by byte: interim responses, broken framing." },
    Spec { name: "plain", serves: Serves::Http, about: "The same routes over http, without TLS." },

    Spec { name: "server_expired", serves: server("expired"), about: "The server's certificate ended yesterday." },
    Spec { name: "server_expiring", serves: server("expiring"), about: "The server's certificate ends in five days." },
    Spec { name: "server_not_yet_valid", serves: server("not_yet_valid"), about: "The server's certificate begins in a year." },
    Spec { name: "server_wrong_host", serves: server("wrong_host"), about: "The server's certificate is for other.example." },
    Spec { name: "server_self_signed", serves: server("self_signed"), about: "The server's certificate is signed by itself." },
    Spec { name: "server_unknown_ca", serves: server("unknown_ca"), about: "The server's certificate is issued by the other CA." },
    Spec { name: "server_missing_intermediate", serves: server("missing_intermediate"), about: "The server sends its leaf without the intermediate that issued it." },
    Spec { name: "server_wrong_eku", serves: server("wrong_eku"), about: "The server's certificate is for clients only (extended key usage clientAuth)." },
    Spec { name: "server_ca_as_leaf", serves: server("ca_as_leaf"), about: "The server's certificate is a self-signed CA, as `openssl req -x509` makes." },
    Spec { name: "server_no_san", serves: server("no_san"), about: "The server's certificate names its host in the subject alone." },
    Spec { name: "server_v1", serves: server("v1"), about: "The server's certificate is X.509 version 1, signed by itself; its host stands in the subject." },
    Spec { name: "server_revoked", serves: server("revoked"), about: "The server's certificate is on the intermediate's revocation list." },

    Spec { name: "handshake_slow", serves: quirk(Optional, Quirk::Slow), about: "The handshake is answered 3 seconds late." },
    Spec { name: "reset_after_handshake", serves: quirk(Optional, Quirk::ResetAfterHandshake), about: "RST right after the handshake." },
    Spec { name: "required_reset", serves: quirk(Required, Quirk::ResetAfterAlert), about: "Like required, but a refused handshake ends with RST right behind the alert." },
    Spec { name: "tcp_reset", serves: Serves::Fault(Fault::Reset), about: "Reads the first bytes, then RST." },
    Spec { name: "tcp_close", serves: Serves::Fault(Fault::Close), about: "Accepts, then closes." },
    Spec { name: "tcp_silent", serves: Serves::Fault(Fault::Silent), about: "Accepts and never answers." },
    Spec { name: "tcp_unaccepted", serves: Serves::Unaccepted, about: "The backlog is full: a connection attempt gets no answer." },
    Spec { name: "refused", serves: Serves::Refused, about: "Nobody listens: connection refused." },
    Spec { name: "not_tls", serves: Serves::Fault(Fault::NotTls), about: "Answers a ClientHello with an HTTP 400 in plain text." },
    Spec { name: "garbage", serves: Serves::Fault(Fault::Garbage), about: "Answers a ClientHello with bytes that are no TLS." },
    Spec { name: "alert_handshake_failure", serves: Serves::Fault(Fault::Alert(40)), about: "Answers a ClientHello with the fatal alert handshake_failure." },
    Spec { name: "alert_protocol_version", serves: Serves::Fault(Fault::Alert(70)), about: "Answers a ClientHello with the fatal alert protocol_version." },
    Spec { name: "alert_internal_error", serves: Serves::Fault(Fault::Alert(80)), about: "Answers a ClientHello with the fatal alert internal_error." },
    Spec { name: "alert_unrecognized_name", serves: Serves::Fault(Fault::Alert(112)), about: "Answers a ClientHello with the fatal alert unrecognized_name." },

    Spec { name: "proxy", serves: Serves::Proxy(Proxy::Open), about: "An HTTP CONNECT proxy to loopback." },
    Spec { name: "proxy_auth", serves: Serves::Proxy(Proxy::WithPassword), about: "The same, wanting basic authentication proxyuser:proxypass." },
    Spec { name: "proxy_refusing", serves: Serves::Proxy(Proxy::Refusing), about: "Answers 403 to every CONNECT." },
];

impl Serves {
    pub(crate) fn client_auth(self) -> ClientAuth {
        match self {
            Self::Https(https) => https.client_auth,
            _ => NoClient,
        }
    }

    pub(crate) fn tls(self) -> Vec<String> {
        match self {
            Self::Https(https) => https.versions.names(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Self::Http | Self::Proxy(_) => "http",
            Self::Https(_) | Self::Fault(_) | Self::Refused | Self::Unaccepted => "https",
        }
    }
}
