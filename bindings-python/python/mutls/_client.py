"""The blocking client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mutls._config import _document
from mutls._native import Client as _Native

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from mutls._diagnosis import Diagnosis
    from mutls._events import Event
    from mutls._native import Response
    from mutls._options import Options
    from mutls._request import RequestOptions


class Client(_Native):
    """Calls an API over mutual TLS. It serves any number of threads at once, and keeps its connections.

        client = mutls.Client(cert="cert.crt", key="key.pem", ca="ca.pem", base_url="https://api.example/v1/")
        banks = client.get("banks").json()

    Its options are the keys of the config document (docs/config.md) as keyword arguments; durations are
    seconds. Everything they name is read and checked here: a `mutls.Error` says what cannot be used.
    Secrets are text or bytes; bytes of certificates, keys and stores are taken in place of files. A forked
    child may go on using it.

    `on_event` is called with each `Event`: connections, failures, certificates that expire soon. It is called when a
    call returns to Python, and may be by another thread's. What it raises is reported and breaks nothing. The same
    lines go to the logger `mutls`.
    """

    def __new__(
        cls,
        *,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[Event], object] | None = None,
        **options: Unpack[Options],
    ) -> Self:
        return super().__new__(cls, *_document(options, attachments), on_event)

    @classmethod
    def from_json(
        cls,
        document: str,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[Event], object] | None = None,
    ) -> Self:
        """A client from a config document in JSON, such as a profile file holds. Its `_ms` keys are
        milliseconds; `{"ref": "name"}` stands for the bytes in `attachments`."""
        return _Native.__new__(cls, document, dict(attachments or {}), on_event)

    def reload(self, *, attachments: Mapping[str, bytes] | None = None, **options: Unpack[Options]) -> None:
        """Reads identity and trust anew, and swaps them in. Calls in flight finish on the old ones; on an
        error the old ones stay."""
        self._reload(*_document(options, attachments))

    def request(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Response:
        """Sends a request and reads its answer to the end.

        The URL may be relative to `base_url`. An error status is an answer: see `raise_for_status`. Raises a
        `mutls.Error` if there is no complete answer, `mutls.TimeoutError` among them.
        """
        return self._send(method, url, **options)

    def get(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with GET."""
        return self._send("GET", url, **options)

    def post(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with POST."""
        return self._send("POST", url, **options)

    def put(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with PUT."""
        return self._send("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with PATCH."""
        return self._send("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with DELETE."""
        return self._send("DELETE", url, **options)

    def head(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with HEAD."""
        return self._send("HEAD", url, **options)

    def options(self, url: str, **options: Unpack[RequestOptions]) -> Response:
        """`request` with OPTIONS."""
        return self._send("OPTIONS", url, **options)

    def stream(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Response:
        """Sends a request and waits for the head of its answer; the body streams.

            with client.stream("GET", "statement.pdf") as response:
                for piece in response.iter_bytes():
                    file.write(piece)

        Leaving the block before the end of the body closes the connection.
        """
        return self._stream(method, url, **options)

    def diagnose(self, url: str, *, probe: bool = True, headers: Mapping[str, str] | None = None) -> Diagnosis:
        """Finds out why calls to a URL fail: see `mutls.diagnose`. Reads the files anew, and uses none of the
        connections of this client."""
        from mutls._diagnosis import Diagnosis

        return Diagnosis(*self._diagnose(url, probe, headers=headers or {}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<mutls.{type(self).__name__}>"
