"""What a connection's handshake showed."""

from __future__ import annotations

import json
from typing import Any

from mutls._error import TlsAlert


class _Record:
    """Named values, compared and shown by them."""

    def __init__(self, values: dict[str, Any]) -> None:
        for name in type(self).__annotations__:
            setattr(self, name, values.get(name))
        self._values = values

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, fit for JSON."""
        return self._values

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._values == self._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__annotations__)
        return f"{type(self).__name__}({shown})"


class CertificateSummary(_Record):
    """The facts of a certificate that help to tell it from another."""

    #: RFC 4514 text.
    subject: str
    #: RFC 4514 text.
    issuer: str
    #: Hexadecimal.
    serial: str
    #: RFC 3339, UTC.
    not_before: str
    #: RFC 3339, UTC.
    not_after: str
    #: Days until `not_after`, negative when past, at the time of the handshake.
    days_left: int
    #: Subject alternative names: DNS names and addresses.
    names: list[str]
    #: SHA-256 of the DER, hexadecimal.
    sha256: str
    #: Fit for `trust.pins`.
    pin: str


class ClientCertificateReport(_Record):
    """Whether the server asked for a certificate, and what it got."""

    #: Whether the server asked; None if the handshake did not get that far or was resumed.
    requested: bool | None
    #: Whether a certificate was sent.
    offered: bool
    #: `sent`, `not requested`, `requested, not offered`, `resumed` or `unknown`.
    summary: str
    #: Why none was sent, or what is doubtful about the one that was.
    reason: str | None
    #: The name of the identity that was chosen.
    identity: str | None
    #: Days until our certificate ends, negative when past: of the one that was sent, or of the only one for this host.
    days_left: int | None
    #: The certificates sent, leaf first.
    chain: list[CertificateSummary]
    #: The names of the CAs that the server says it accepts. May be empty.
    acceptable_cas: list[str]
    #: The signature schemes that the server accepts.
    acceptable_schemes: list[str]

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.chain = [CertificateSummary(one) for one in values["chain"]]


class Timings(_Record):
    """Milliseconds; None where the phase did not happen."""

    #: Name lookup; 0 when cached.
    dns_ms: float | None
    #: TCP connection.
    connect_ms: float | None
    #: The proxy's tunnel.
    proxy_ms: float | None
    #: TLS handshake.
    handshake_ms: float | None


class HandshakeReport(_Record):
    """One connection: where it led, what was negotiated, who showed which certificate, how long it took.

    Values are None where the connection did not get that far.
    """

    #: The host of the URL.
    host: str
    #: The port of the URL.
    port: int
    #: The address that the TCP connection was made to.
    address: str | None
    #: The proxy in between, without credentials.
    proxy: str | None
    #: The name sent as SNI and expected in the certificate.
    server_name: str | None
    #: `TLSv1.2` or `TLSv1.3`.
    version: str | None
    #: Such as `TLS13_AES_256_GCM_SHA384`.
    cipher_suite: str | None
    #: The key exchange group, such as `X25519MLKEM768`.
    group: str | None
    #: Whether an earlier session was resumed, in which case no certificate was shown by either side.
    resumed: bool
    #: Whether the handshake completed.
    completed: bool
    #: The server's certificates as it sent them, leaf first.
    server_chain: list[CertificateSummary]
    #: Days until the server's own certificate ends, negative when past; known in a resumed session too.
    server_days_left: int | None
    #: Whether the server's certificate was accepted; None if it was never judged.
    server_verified: bool | None
    #: Why it was not accepted.
    server_problem: str | None
    #: What was forgiven so that it was accepted: names of `trust.allow`, and `expired_crl`.
    server_exceptions: list[str]
    #: Our side of the mutual part.
    client_certificate: ClientCertificateReport
    #: The alert that ended it.
    alert: TlsAlert | None
    #: Durations.
    timings: Timings

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.server_chain = [CertificateSummary(one) for one in values["server_chain"]]
        self.client_certificate = ClientCertificateReport(values["client_certificate"])
        self.alert = None if values["alert"] is None else TlsAlert(**values["alert"])
        self.timings = Timings(values["timings"])


def _report(text: str) -> HandshakeReport:
    return HandshakeReport(json.loads(text))
