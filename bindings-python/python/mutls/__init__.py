"""mutls (mutual TLS, read "mu-TLS"): calls an HTTPS API that demands a client certificate.

    import mutls

    client = mutls.Client(cert="cert.crt", key="key.pem", ca="ca.pem")
    response = client.get("https://api.example/banks/v1", headers={"lean-app-token": "..."})
    print(response.status_code, response.json())

`AsyncClient` is the same for asyncio. `mutls.requests.Adapter` and `mutls.httpx.Transport` put it below code that is
there already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutls._client import Client
from mutls._error import Cause, TlsAlert
from mutls._errors import (
    BodyError,
    CancelledError,
    ConfigError,
    ConnectError,
    Error,
    HandshakeError,
    IdentityError,
    InternalError,
    ProtocolError,
    TimeoutError,
    TrustError,
)
from mutls._handshake import CertificateSummary, ClientCertificateReport, HandshakeReport, Timings
from mutls._native import CancelToken, Headers, Response, __version__
from mutls._status import StatusError

if TYPE_CHECKING:
    from mutls._asyncio import AsyncClient
    from mutls._diagnosis import Diagnosis, Step, diagnose
    from mutls._events import Event
    from mutls._tools import Output, bundle, check, convert, create_csr, inspect, match, needs_renewal

__all__ = [
    "AsyncClient",
    "BodyError",
    "CancelToken",
    "CancelledError",
    "Cause",
    "CertificateSummary",
    "Client",
    "ClientCertificateReport",
    "ConfigError",
    "ConnectError",
    "Diagnosis",
    "Error",
    "Event",
    "HandshakeError",
    "HandshakeReport",
    "Headers",
    "IdentityError",
    "InternalError",
    "Output",
    "ProtocolError",
    "Response",
    "StatusError",
    "Step",
    "TimeoutError",
    "Timings",
    "TlsAlert",
    "TrustError",
    "__version__",
    "bundle",
    "check",
    "convert",
    "create_csr",
    "diagnose",
    "inspect",
    "match",
    "needs_renewal",
]


#: What most programs do not use, by the module that has it: asyncio alone takes longer to import than all of the rest.
_LATER = {
    "AsyncClient": "_asyncio",
    "Event": "_events",
    **dict.fromkeys(("Diagnosis", "Step", "diagnose"), "_diagnosis"),
    **dict.fromkeys(
        ("Output", "bundle", "check", "convert", "create_csr", "inspect", "match", "needs_renewal"), "_tools"
    ),
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _LATER:
        found = getattr(importlib.import_module(f"mutls.{_LATER[name]}"), name)
        globals()[name] = found
        return found
    if name in ("requests", "httpx"):
        return importlib.import_module(f"mutls.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
