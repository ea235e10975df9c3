"""The asyncio client. Core's worker threads do the waiting; the event loop is only told."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from mutls._config import _document
from mutls._native import Bridge, CancelToken, Sender
from mutls._native import Client as _Native

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from mutls._diagnosis import Diagnosis
    from mutls._events import Event
    from mutls._native import Call, Response
    from mutls._options import Options
    from mutls._request import RequestOptions

_CHUNK = 256 * 1024

_bridges: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Bridge] = weakref.WeakKeyDictionary()


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "mutls.AsyncClient needs a running asyncio event loop; under trio, call mutls.Client in "
            "trio.to_thread.run_sync"
        ) from None


def _bridge(loop: asyncio.AbstractEventLoop) -> Bridge:
    bridge = _bridges.get(loop)
    if bridge is None:
        bridge = Bridge()
        descriptor = bridge.listen()
        try:
            if descriptor < 0:
                raise NotImplementedError
            loop.add_reader(descriptor, bridge.drain)
        except NotImplementedError:
            bridge.call(loop)
        _bridges[loop] = bridge
    return bridge


def _drain_weakly(bridge: weakref.ref[Bridge]) -> Any:
    def drain() -> None:
        found = bridge()
        if found is not None:
            found.drain()

    return drain


class AsyncClient:
    """`Client` for asyncio: the same options, the same calls with `await`.

        async with mutls.AsyncClient(cert="cert.crt", key="key.pem", ca="ca.pem") as client:
            response = await client.get("https://api.example/banks/v1")

    A cancelled task cancels its call: the peer sees the connection close. `asyncio.timeout` works, and so does
    `timeout=`. It may be used from several event loops.
    """

    _native: _Native

    def __init__(
        self,
        *,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[Event], object] | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._start(*_document(options, attachments), on_event)

    def _start(self, document: str, attachments: dict[str, bytes], on_event: Callable[[Event], object] | None) -> None:
        self._native = _Native(document, attachments, on_event)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bridge: Bridge | None = None

    @classmethod
    def from_json(
        cls,
        document: str,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[Event], object] | None = None,
    ) -> Self:
        """See `Client.from_json`."""
        client = cls.__new__(cls)
        client._start(document, dict(attachments or {}), on_event)
        return client

    async def reload(self, *, attachments: Mapping[str, bytes] | None = None, **options: Unpack[Options]) -> None:
        """Reads identity and trust anew, and swaps them in; see `Client.reload`."""
        document = _document(options, attachments)
        await asyncio.get_running_loop().run_in_executor(None, lambda: self._native._reload(*document))

    async def _call(self, whole: bool, method: str, url: str, options: dict[str, Any]) -> Response:
        loop = _running_loop()
        bridge = self._bridge
        if loop is not self._loop or bridge is None:
            bridge = _bridge(loop)
            self._loop, self._bridge = loop, bridge
        if options:
            source = options.get("content")
            name = "content"
            if source is None:
                source, name = options.get("data"), "data"
            if isinstance(source, AsyncIterable) and not hasattr(source, "read"):
                return await self._pumped(loop, bridge, whole, method, url, {**options, name: None}, source)
        future: asyncio.Future[Response] = loop.create_future()
        call = self._native._submit(bridge, future, whole, method, url, **options)
        try:
            return await future
        except BaseException:
            # Without effect on a call that is over.
            call.cancel()
            raise

    async def _pumped(
        self,
        loop: asyncio.AbstractEventLoop,
        bridge: Bridge,
        whole: bool,
        method: str,
        url: str,
        options: dict[str, Any],
        source: AsyncIterable[bytes],
    ) -> Response:
        """A call whose body comes from an asynchronous source."""
        sender = Sender(options.pop("content_length", None))
        future: asyncio.Future[Response] = loop.create_future()
        call: Call = self._native._submit(bridge, future, whole, method, url, **{**options, "content": sender})
        pump = loop.create_task(_pump(loop, bridge, sender, source))
        try:
            return await future
        except BaseException as error:
            call.cancel()
            if pump.done() and not pump.cancelled():
                failure = pump.exception()
                if failure is not None and isinstance(error, Exception):
                    raise error from failure
            raise
        finally:
            if not pump.done():
                pump.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await pump

    async def request(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Response:
        """Sends a request and reads its answer to the end; see `Client.request`. A body may also be an
        asynchronous iterable of bytes."""
        return await self._call(True, method, url, options)  # type: ignore[arg-type]

    async def get(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with GET."""
        return await self._call(True, "GET", url, options)  # type: ignore[arg-type]

    async def post(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with POST."""
        return await self._call(True, "POST", url, options)  # type: ignore[arg-type]

    async def put(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with PUT."""
        return await self._call(True, "PUT", url, options)  # type: ignore[arg-type]

    async def patch(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with PATCH."""
        return await self._call(True, "PATCH", url, options)  # type: ignore[arg-type]

    async def delete(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with DELETE."""
        return await self._call(True, "DELETE", url, options)  # type: ignore[arg-type]

    async def head(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with HEAD."""
        return await self._call(True, "HEAD", url, options)  # type: ignore[arg-type]

    async def options(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with OPTIONS."""
        return await self._call(True, "OPTIONS", url, options)  # type: ignore[arg-type]

    @contextlib.asynccontextmanager
    async def stream(self, method: str, url: str, **options: Unpack[RequestOptions]) -> AsyncIterator[Response]:
        """Sends a request and waits for the head of its answer; the body streams.

            async with client.stream("GET", "statement.pdf") as response:
                async for piece in response.aiter_bytes():
                    file.write(piece)

        Leaving the block before the end of the body closes the connection.
        """
        response = await self._call(False, method, url, options)  # type: ignore[arg-type]
        try:
            yield response
        finally:
            response.close()

    async def diagnose(self, url: str, *, probe: bool = True, headers: Mapping[str, str] | None = None) -> Diagnosis:
        """Finds out why calls to a URL fail: see `Client.diagnose`. A cancelled task ends it."""
        from mutls._diagnosis import Diagnosis

        cancel = CancelToken()
        options: RequestOptions = {"headers": headers or {}, "cancel": cancel}
        look = partial(self._native._diagnose, url, probe, **options)
        try:
            return Diagnosis(*await _running_loop().run_in_executor(None, look))
        except asyncio.CancelledError:
            cancel.cancel()
            raise

    async def aclose(self, drain: float = 0.0) -> bool:
        """Refuses new calls and waits up to `drain` seconds for those in flight, then closes every connection.
        Returns whether all had finished."""
        if drain <= 0:
            return self._native.close()
        return await asyncio.get_running_loop().run_in_executor(None, self._native.close, drain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<mutls.{type(self).__name__}>"


async def _pump(loop: asyncio.AbstractEventLoop, bridge: Bridge, sender: Sender, source: AsyncIterable[bytes]) -> None:
    try:
        async for piece in source:
            taken: asyncio.Future[None] = loop.create_future()
            sender.push(bridge, taken, piece)
            await taken
    except BaseException as error:
        sender.abort(f"{type(error).__name__} in the body's source")
        raise
    sender.finish()


async def _submit_read(response: Response, size: int | None, full: bool) -> bytes:
    future: asyncio.Future[bytes] = _running_loop().create_future()
    response._submit_read(future, size, full)
    try:
        return await future
    except BaseException:
        response.close()
        raise


async def _iter_bytes(response: Response, chunk_size: int | None) -> AsyncIterator[bytes]:
    content = response._content()
    if content is not None:
        size = chunk_size or len(content) or 1
        for at in range(0, len(content), size):
            yield content[at : at + size]
        return
    while True:
        piece = await _submit_read(response, chunk_size or _CHUNK, chunk_size is not None)
        if not piece:
            response.close()
            return
        yield piece


async def _iter_lines(response: Response) -> AsyncIterator[str]:
    left = b""
    async for piece in _iter_bytes(response, None):
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            yield response._decode(line[:-1] if line.endswith(b"\r") else line)
    if left:
        yield response._decode(left)


async def _read(response: Response) -> bytes:
    content = response._content()
    if content is None:
        content = response._keep(await _submit_read(response, None, False))
    return content


async def _close(response: Response) -> None:
    response.close()
