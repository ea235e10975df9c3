"""mutls below `httpx`: transports for its clients.

client = httpx.Client(transport=mutls.httpx.Transport(cert="cert.crt", key="key.pem", ca="ca.pem"))
client = httpx.AsyncClient(transport=mutls.httpx.AsyncTransport(cert="cert.crt", key="key.pem", ca="ca.pem"))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Optional

import httpx

import mutls
from mutls._asyncio import _submit_read
from mutls._status import _reason

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from mutls._options import Options

__all__ = ["AsyncTransport", "Transport"]

_CHUNK = 256 * 1024

#: The connection and the body make these, in core.
_OURS = frozenset({b"content-length", b"transfer-encoding", b"connection"})


class Transport(httpx.BaseTransport):
    """Sends the requests of an `httpx.Client` through mutls. Options are those of `mutls.Client`.

    An `httpx.Client` with a transport ignores its own `verify`, `cert`, `proxy`, `limits` and `trust_env`: give what
    is meant by them here. As with httpx's own transport, no proxy of the environment is used unless
    `proxy="environment"` is given. Redirects, cookies, authentication and decoding stay with httpx.
    """

    def __init__(
        self,
        *,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[mutls.Event], object] | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._client = mutls.Client(attachments=attachments, on_event=on_event, **_defaults(options))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One transaction."""
        options = _options(request)
        try:
            options["content"] = request.content or None
        except httpx.RequestNotRead:
            assert isinstance(request.stream, httpx.SyncByteStream)
            options["content"] = iter(request.stream)
        try:
            head = self._client.stream(request.method, str(request.url), **options)
        except mutls.Error as error:
            _raise(error, request)
        return _response(head, _Stream(head, request))

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()


class AsyncTransport(httpx.AsyncBaseTransport):
    """`Transport` for an `httpx.AsyncClient` under asyncio."""

    def __init__(
        self,
        *,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[mutls.Event], object] | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._client = mutls.AsyncClient(attachments=attachments, on_event=on_event, **_defaults(options))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One transaction."""
        options = _options(request)
        try:
            options["content"] = request.content or None
        except httpx.RequestNotRead:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            options["content"] = request.stream.__aiter__()
        try:
            head = await self._client._call(False, request.method, str(request.url), options)
        except mutls.Error as error:
            _raise(error, request)
        return _response(head, _AsyncStream(head, request))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()


def _defaults(options: Any) -> Any:
    return {"proxy": "none", **options}


def _options(request: httpx.Request) -> dict[str, Any]:
    headers = [(name, value) for name, value in request.headers.raw if name.lower() not in _OURS]
    options: dict[str, Any] = {"headers": headers, "decompress": False, "redirects": "none"}
    length = request.headers.get("content-length")
    if length is not None:
        options["content_length"] = int(length)
    timeouts: Mapping[str, Optional[float]] | None = request.extensions.get("timeout")
    if timeouts is not None:
        connect, read = timeouts.get("connect"), timeouts.get("read")
        options["timeout"] = {
            "queue": timeouts.get("pool"),
            "dns": connect,
            "connect": connect,
            "handshake": connect,
            "first_byte": read,
            "read": read,
        }
    return options


def _response(head: mutls.Response, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(
        head.status_code,
        headers=head.headers.raw,
        stream=stream,
        extensions={
            "http_version": head.http_version.encode("ascii"),
            "reason_phrase": _reason(head.status_code).encode("ascii"),
            "mutls": head,
        },
    )


class _Stream(httpx.SyncByteStream):
    def __init__(self, head: mutls.Response, request: httpx.Request) -> None:
        self._head = head
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._head.iter_bytes()
        except mutls.Error as error:
            _raise(error, self._request)

    def close(self) -> None:
        self._head.close()


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, head: mutls.Response, request: httpx.Request) -> None:
        self._head = head
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while piece := await _submit_read(self._head, _CHUNK, False):
                yield piece
        except mutls.Error as error:
            _raise(error, self._request)

    async def aclose(self) -> None:
        self._head.close()


def _raise(error: mutls.Error, request: httpx.Request) -> NoReturn:
    """The most specific exception of `httpx`; what the caller's own body raised, as it is."""
    cause = error.__cause__
    if error.code == "body_source_failed" and cause is not None and not isinstance(cause, mutls.Cause):
        raise cause
    raise _kind(error)(str(error), request=request) from error


def _kind(error: mutls.Error) -> type[httpx.RequestError]:
    if isinstance(error, mutls.TimeoutError):
        if error.phase == "queue":
            return httpx.PoolTimeout
        if error.phase in ("dns", "connect", "proxy", "handshake"):
            return httpx.ConnectTimeout
        return httpx.WriteTimeout if error.phase == "send" else httpx.ReadTimeout
    if error.code == "proxy_refused" or error.phase == "proxy":
        return httpx.ProxyError
    if error.code == "bad_url":
        return httpx.UnsupportedProtocol
    if isinstance(error, (mutls.ConfigError, mutls.CancelledError)) or error.code == "body_source_failed":
        return httpx.LocalProtocolError
    if isinstance(error, (mutls.IdentityError, mutls.TrustError, mutls.HandshakeError)):
        return httpx.ConnectError
    if isinstance(error, (mutls.ProtocolError, mutls.BodyError)):
        return httpx.RemoteProtocolError
    if error.phase == "send":
        return httpx.WriteError
    return httpx.ReadError if error.phase in ("receive", "body") else httpx.ConnectError
