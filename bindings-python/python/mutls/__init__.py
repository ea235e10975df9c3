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
from mutls._diagnosis import Diagnosis, Step, diagnose
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
from mutls._tools import Output, bundle, check, convert, create_csr, inspect, match, needs_renewal

if TYPE_CHECKING:
    from mutls._asyncio import AsyncClient

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


def __getattr__(name: str) -> Any:
    # asyncio takes longer to import than everything else here.
    if name == "AsyncClient":
        from mutls._asyncio import AsyncClient

        globals()[name] = AsyncClient
        return AsyncClient
    if name in ("requests", "httpx"):
        import importlib

        return importlib.import_module(f"mutls.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
