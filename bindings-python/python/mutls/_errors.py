"""The exceptions of mutls.

Generated from core/src/error/catalogue.rs by `make generate`; docs/errors.md says more about each code.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from mutls._error import Error

if TYPE_CHECKING:
    from typing import Literal

    Code = Literal[
        "bad_option",
        "bad_url",
        "bad_header",
        "scope_refused",
        "identity_not_found",
        "identity_unreadable",
        "passphrase_required",
        "passphrase_wrong",
        "key_mismatch",
        "identity_expired",
        "identity_not_yet_valid",
        "identity_unsupported",
        "ca_unreadable",
        "ca_empty",
        "crl_unreadable",
        "crl_expired",
        "server_untrusted_issuer",
        "server_missing_intermediate",
        "server_wrong_host",
        "server_expired",
        "server_not_yet_valid",
        "server_revoked",
        "server_pin_mismatch",
        "server_cert_unsupported",
        "server_revocation_unknown",
        "host_not_found",
        "connect_refused",
        "unreachable",
        "proxy_refused",
        "connection_reset",
        "client_cert_required",
        "client_cert_rejected",
        "client_cert_not_sent",
        "renegotiation_required",
        "no_common_version",
        "no_common_cipher",
        "handshake_failed",
        "timeout",
        "overloaded",
        "connect_timeout",
        "protocol_error",
        "redirect_refused",
        "body_truncated",
        "body_too_large",
        "body_source_failed",
        "cancelled",
        "closed",
        "internal",
    ]
    Phase = Literal[
        "config",
        "queue",
        "dns",
        "connect",
        "proxy",
        "handshake",
        "send",
        "receive",
        "body",
    ]
    Origin = Literal[
        "local",
        "peer",
        "network",
        "caller",
    ]

__all__ = [
    "CODES",
    "Error",
    "BodyError",
    "CancelledError",
    "ConfigError",
    "ConnectError",
    "HandshakeError",
    "IdentityError",
    "InternalError",
    "ProtocolError",
    "TimeoutError",
    "TrustError",
]


class ConfigError(Error, ValueError):
    """An option, URL or header cannot be used.

    Codes:

    - `bad_option`: An option is unknown, of the wrong type, out of range or contradicts another.

    - `bad_url`: The URL cannot be used: not absolute and no base_url, not http or https, or malformed.

    - `bad_header`: A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself.

    - `scope_refused`: The request would carry this client's credentials to a host outside their scope.
    """


class IdentityError(Error):
    """Our certificate or key.

    Codes:

    - `identity_not_found`: No certificate or no private key was found where one was expected.

    - `identity_unreadable`: A certificate or key file cannot be read or is damaged.

    - `passphrase_required`: The private key is encrypted and no passphrase was given.

    - `passphrase_wrong`: The passphrase does not open the private key.

    - `key_mismatch`: The private key does not belong to the certificate.

    - `identity_expired`: Our own certificate has expired.

    - `identity_not_yet_valid`: Our own certificate is not valid yet.

    - `identity_unsupported`: The key, certificate or store is of a kind that mutls does not read or TLS does not allow.
    """


class TrustError(Error):
    """Our verdict on the server's certificate, or the CA bundle it rests on.

    Codes:

    - `ca_unreadable`: The CA bundle cannot be read or holds a damaged certificate.

    - `ca_empty`: The CA bundle holds no certificate.

    - `crl_unreadable`: A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for.

    - `crl_expired`: A revocation list is out of date: the next one was due.

    - `server_untrusted_issuer`: The server's certificate was issued by a CA that is not trusted here.

    - `server_missing_intermediate`: The server does not send the intermediate certificate that links it to a trusted CA.

    - `server_wrong_host`: The server's certificate is for other host names.

    - `server_expired`: The server's certificate has expired.

    - `server_not_yet_valid`: The server's certificate is not valid yet.

    - `server_revoked`: The server's certificate has been revoked.

    - `server_pin_mismatch`: The server showed neither a pinned key nor a pinned certificate.

    - `server_cert_unsupported`: The server's certificate breaks a rule that this client enforces.

    - `server_revocation_unknown`: No revocation list says whether a certificate of the server's chain was revoked.
    """


class ConnectError(Error, ConnectionError):
    """No connection, or it was lost.

    Codes:

    - `host_not_found`: The host name does not resolve to an address.

    - `connect_refused`: Nothing listens at that address and port.

    - `unreachable`: There is no route to the address.

    - `proxy_refused`: The proxy did not open a tunnel.

    - `connection_reset`: The connection was closed or reset before the answer was complete.
    """


class HandshakeError(Error, ConnectionError):
    """The TLS handshake failed; often the server's verdict on our certificate.

    Codes:

    - `client_cert_required`: The server demands a client certificate and none was sent.

    - `client_cert_rejected`: The server refused our certificate.

    - `client_cert_not_sent`: The server asked for a certificate, one is configured, but it could not be used.

    - `renegotiation_required`: The server asks for the certificate by TLS 1.2 renegotiation, which is not supported.

    - `no_common_version`: The server speaks none of the TLS versions that are allowed here.

    - `no_common_cipher`: The server and this client share no cipher suite, group or signature scheme.

    - `handshake_failed`: The TLS handshake failed in another way.
    """


class TimeoutError(Error, builtins.TimeoutError):
    """A deadline passed, or no worker was free.

    Codes:

    - `timeout`: A deadline passed; the phase says which.

    - `overloaded`: All workers are busy and the queue is full.

    - `connect_timeout`: No address answered in time.
    """


class ProtocolError(Error):
    """The peer does not speak HTTP as it should.

    Codes:

    - `protocol_error`: The peer's answer is not HTTP as it should be.

    - `redirect_refused`: A redirect was not followed: another origin, too many, or it cannot be repeated.
    """


class BodyError(Error):
    """A body is cut short, too large or could not be produced.

    Codes:

    - `body_truncated`: The response ended before it was complete.

    - `body_too_large`: The response is larger than `max_body_bytes`.

    - `body_source_failed`: The request body could not be produced: its source failed or has another length than announced.
    """


class CancelledError(Error):
    """The caller cancelled or closed.

    Codes:

    - `cancelled`: The caller cancelled the call.

    - `closed`: The client or the handle has been closed.
    """


class InternalError(Error):
    """A fault in mutls.

    Codes:

    - `internal`: A fault in mutls.
    """


_FAMILIES: dict[str, type[Error]] = {
    "config": ConfigError,
    "identity": IdentityError,
    "trust": TrustError,
    "connect": ConnectError,
    "handshake": HandshakeError,
    "timeout": TimeoutError,
    "protocol": ProtocolError,
    "body": BodyError,
    "cancelled": CancelledError,
    "internal": InternalError,
}

#: Every code: its number and its class.
CODES: dict[str, tuple[int, type[Error]]] = {
    "bad_option": (101, ConfigError),
    "bad_url": (102, ConfigError),
    "bad_header": (103, ConfigError),
    "scope_refused": (104, ConfigError),
    "identity_not_found": (201, IdentityError),
    "identity_unreadable": (202, IdentityError),
    "passphrase_required": (203, IdentityError),
    "passphrase_wrong": (204, IdentityError),
    "key_mismatch": (205, IdentityError),
    "identity_expired": (206, IdentityError),
    "identity_not_yet_valid": (207, IdentityError),
    "identity_unsupported": (208, IdentityError),
    "ca_unreadable": (301, TrustError),
    "ca_empty": (302, TrustError),
    "crl_unreadable": (303, TrustError),
    "crl_expired": (304, TrustError),
    "server_untrusted_issuer": (310, TrustError),
    "server_missing_intermediate": (311, TrustError),
    "server_wrong_host": (312, TrustError),
    "server_expired": (313, TrustError),
    "server_not_yet_valid": (314, TrustError),
    "server_revoked": (315, TrustError),
    "server_pin_mismatch": (316, TrustError),
    "server_cert_unsupported": (317, TrustError),
    "server_revocation_unknown": (318, TrustError),
    "host_not_found": (401, ConnectError),
    "connect_refused": (402, ConnectError),
    "unreachable": (404, ConnectError),
    "proxy_refused": (405, ConnectError),
    "connection_reset": (406, ConnectError),
    "client_cert_required": (501, HandshakeError),
    "client_cert_rejected": (502, HandshakeError),
    "client_cert_not_sent": (503, HandshakeError),
    "renegotiation_required": (504, HandshakeError),
    "no_common_version": (505, HandshakeError),
    "no_common_cipher": (506, HandshakeError),
    "handshake_failed": (507, HandshakeError),
    "timeout": (601, TimeoutError),
    "overloaded": (602, TimeoutError),
    "connect_timeout": (603, TimeoutError),
    "protocol_error": (701, ProtocolError),
    "redirect_refused": (702, ProtocolError),
    "body_truncated": (801, BodyError),
    "body_too_large": (802, BodyError),
    "body_source_failed": (803, BodyError),
    "cancelled": (901, CancelledError),
    "closed": (902, CancelledError),
    "internal": (1001, InternalError),
}


def _make(family: str, message: str, **facts: Any) -> Error:
    """The exception for an error of core's, with its chain of causes."""
    return _FAMILIES[family]._with_causes(message, **facts)
