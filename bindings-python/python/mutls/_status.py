"""Statuses as exceptions, for those who ask for it: `raise_for_status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mutls._native import Response


class StatusError(Exception):
    """The answer has a status of 400 or more. Only `Response.raise_for_status` raises it."""

    #: The answer; None after pickling.
    response: Response | None
    #: Its status code.
    status_code: int
    #: The URL that answered.
    url: str

    def __init__(self, response: Response | None, status_code: int = 0, url: str = "") -> None:
        self.response = response
        self.status_code = status_code if response is None else response.status_code
        self.url = url if response is None else response.url
        kind = "the request was refused" if self.status_code < 500 else "the server failed"
        super().__init__(f"{self.status_code} {_reason(self.status_code)}: {kind} by {_without_query(self.url)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (None, self.status_code, self.url))


def _without_query(url: str) -> str:
    return url.partition("?")[0]


def _reason(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
