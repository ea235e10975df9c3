"""The compiled half of mutls; import `mutls` instead."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar, Union, final, overload

from typing_extensions import Self, Unpack, disjoint_base

from mutls._events import Event
from mutls._handshake import HandshakeReport
from mutls._request import RequestOptions

__all__ = [
    "Bridge",
    "ByteIterator",
    "Call",
    "CancelToken",
    "Client",
    "Headers",
    "LineIterator",
    "Response",
    "Sender",
    "__version__",
    "diagnose",
    "run_tool",
]

__version__: str

def diagnose(
    document: str, attachments: dict[str, bytes], url: str, probe: bool, /, **options: Unpack[RequestOptions]
) -> tuple[str, str, str]:
    """Walks the way of a call whose client may be one that cannot be made."""

def run_tool(tool: str, document: str, attachments: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Runs a tool; gives its report as JSON, and what it made by name."""

_T = TypeVar("_T")

@disjoint_base
class Client:
    """A client of core's, made from a config document."""

    def __new__(
        cls, document: str, attachments: dict[str, bytes], on_event: Callable[[Event], object] | None = None
    ) -> Self: ...
    def _reload(self, document: str, attachments: dict[str, bytes]) -> None: ...
    def _send(self, method: str, url: str, /, **options: Unpack[RequestOptions]) -> Response: ...
    def _stream(self, method: str, url: str, /, **options: Unpack[RequestOptions]) -> Response: ...
    def _submit(
        self,
        bridge: Bridge,
        future: asyncio.Future[Response],
        whole: bool,
        method: str,
        url: str,
        /,
        **options: Any,
    ) -> Call: ...
    def _diagnose(self, url: str, probe: bool, /, **options: Unpack[RequestOptions]) -> tuple[str, str, str]: ...
    def close(self, drain: float = 0.0) -> bool:
        """Refuses new calls and waits up to `drain` seconds for those in flight, their bodies included, then closes
        every connection. Returns whether all had finished."""

@final
class Response:
    """An answer. An error status is an answer too.

    It serves one thread at a time. As a context manager it closes itself.
    """

    @property
    def status_code(self) -> int:
        """The status code, such as 200."""
    @property
    def reason(self) -> str:
        """The usual words for the status, such as `Not Found`; the server's own are not kept."""
    @property
    def is_success(self) -> bool:
        """Whether the status is 200 to 299."""
    @property
    def is_error(self) -> bool:
        """Whether the status is 400 or more."""
    @property
    def http_version(self) -> str:
        """`HTTP/1.1` or `HTTP/1.0`."""
    @property
    def headers(self) -> Headers:
        """The headers."""
    @property
    def url(self) -> str:
        """The URL that answered, after redirects."""
    @property
    def content_length(self) -> int | None:
        """The length of the body in bytes, where the head announces it and it is not decoded on the way."""
    @property
    def connection_reused(self) -> bool:
        """Whether the connection had served an earlier request."""
    @property
    def handshake(self) -> HandshakeReport:
        """What the connection's handshake showed."""
    @property
    def content(self) -> bytes:
        """The whole body; what of it has not come yet is waited for.

        Raises a `mutls.Error` if it does not come whole: `BodyError` where it is cut short, `TimeoutError` where it is
        late. Raises RuntimeError if it was closed before, or came to an asynchronous call and was not read.
        """
    @property
    def text(self) -> str:
        """The body as text: in the charset that `Content-Type` names, else UTF-8; what cannot be decoded becomes
        U+FFFD. Raises what `content` raises."""
    @property
    def is_closed(self) -> bool:
        """Whether the body has been closed."""
    def json(self, **options: Any) -> Any:
        """The body as JSON; keyword arguments go to `json.loads`. Raises `json.JSONDecodeError` (a ValueError) if it is
        none, and what `content` raises."""
    def raise_for_status(self) -> Self:
        """Raises `mutls.StatusError` if the status is 400 or more; else gives the answer back."""
    def read(self) -> bytes:
        """Reads the whole body, and keeps it as `content`."""
    def read_chunk(self, size: int) -> bytes:
        """Reads up to `size` bytes, as they come; nothing is the end."""
    def iter_bytes(self, chunk_size: int | None = None) -> ByteIterator:
        """The body in pieces: as they come, or each of `chunk_size` bytes but the last. Raises what `content` does."""
    def iter_lines(self) -> LineIterator:
        """The body line by line, without the line ends."""
    def close(self) -> None:
        """Ends the answer: the connection closes unless the body was read to its end."""
    def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Like `iter_bytes`, for answers to asynchronous calls."""
    def aiter_lines(self) -> AsyncIterator[str]:
        """Like `iter_lines`, for answers to asynchronous calls."""
    def aread(self) -> Coroutine[Any, Any, bytes]:
        """Like `read`, for answers to asynchronous calls."""
    def aclose(self) -> Coroutine[Any, Any, None]:
        """Like `close`."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...
    def _submit_read(self, future: asyncio.Future[bytes], size: int | None, full: bool) -> None: ...
    def _content(self) -> bytes | None: ...
    def _keep(self, content: bytes) -> bytes: ...
    def _decode(self, bytes: bytes) -> str: ...

@final
class Headers:
    """Headers by case-insensitive name; of repeated ones all are kept. In a value each character is one byte
    (Latin-1)."""

    def __getitem__(self, key: str, /) -> str: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    @overload
    def get(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get(self, name: str, default: _T) -> Union[str, _T]:
        """The value of a header, repeated ones joined by a comma; `default` where there is none."""
    def get_all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
    def keys(self) -> list[str]:
        """The names, each once, in lower case."""
    def values(self) -> list[str]:
        """The values, repeated headers joined."""
    def items(self) -> list[tuple[str, str]]:
        """Names and values, repeated headers joined."""
    def multi_items(self) -> list[tuple[str, str]]:
        """Names and values, one pair for each header line."""
    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """Names and values as bytes, one pair for each header line."""

@final
class CancelToken:
    """Cancels the calls that it was given to (`cancel=`), from any thread: they raise `mutls.CancelledError`, and the
    peer sees the connection close. A cancelled token stays cancelled."""

    def __new__(cls) -> Self: ...
    def cancel(self) -> None:
        """Cancels every call that carries this token, now and later."""
    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""

@final
class ByteIterator:
    """Pieces of a body."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> bytes: ...

@final
class LineIterator:
    """Lines of a body."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> str: ...

@final
class Bridge:
    """Brings completions to one event loop."""

    def __new__(cls) -> Self: ...
    def listen(self) -> int: ...
    def call(self, event_loop: asyncio.AbstractEventLoop) -> None: ...
    def drain(self) -> None: ...

@final
class Call:
    """A submitted call."""

    def cancel(self) -> None: ...

@final
class Sender:
    """Pushes the body of a request."""

    def __new__(cls, length: int | None = None) -> Self: ...
    def push(self, bridge: Bridge, future: asyncio.Future[None], bytes: Any) -> None: ...
    def finish(self) -> None: ...
    def abort(self, reason: str) -> None: ...
