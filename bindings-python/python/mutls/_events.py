"""What happens to a client besides the answers of its calls."""

from __future__ import annotations

import json
from collections.abc import Callable

from mutls._handshake import _Record


class Event(_Record):
    """Something that happened to the connections or the certificates of a client: see docs/events.md. What does not
    apply is None; nothing in it is secret."""

    #: `connected`, `connect_failed`, `handshake_failed`, `retried`, `identity_expiring`, `server_expiring`, or another
    #: in a later version.
    event: str
    #: `debug`, `info`, `warning` or `error`.
    level: str
    #: The whole of it in one line.
    message: str
    #: The host of the URL.
    host: str | None
    #: The port of the URL.
    port: int | None
    #: `TLSv1.2` or `TLSv1.3`.
    version: str | None
    #: Whether an earlier session was resumed.
    resumed: bool | None
    #: The name of our identity: the one that was sent, or that expires.
    identity: str | None
    #: Days until our certificate, or the one that expires, ends; negative when past.
    days_left: int | None
    #: Days until the server's certificate ends.
    server_days_left: int | None
    #: Whose certificate expires.
    subject: str | None
    #: When it expires, RFC 3339.
    not_after: str | None
    #: Its SHA-256, hexadecimal.
    sha256: str | None
    #: How long it took, in milliseconds.
    duration_ms: float | None
    #: The code of the error.
    code: str | None
    #: Where in the call it came up.
    phase: str | None
    #: Who ended it.
    origin: str | None
    #: What to do.
    hint: str | None

    def __str__(self) -> str:
        return self.message


def _tell(function: Callable[[Event], object], text: str) -> None:
    function(Event(json.loads(text)))
