"""The base of the exceptions in `mutls._errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from mutls._errors import Code, Origin, Phase
    from mutls._handshake import HandshakeReport


class TlsAlert(NamedTuple):
    """A TLS alert (RFC 8446 section 6) that ended a connection."""

    #: The number on the wire, such as 48.
    number: int
    #: The name of RFC 8446, such as `unknown_ca`.
    name: str
    #: True if the peer sent it, False if we did.
    received: bool


class Cause(Exception):
    """What lies below an error, in the words of the layer that it comes from."""


class Error(Exception):
    """Everything that mutls itself raises. Its text says what happened, and what to do about it.

    It never carries a passphrase, a key or a header value.
    """

    #: What happened, in one or two sentences.
    message: str
    #: The stable name in the catalogue, such as `client_cert_rejected`.
    code: Code
    #: The stable number in the catalogue.
    number: int
    #: Where in the life of the call: `config`, `dns`, `connect`, `handshake`, `body` and so on.
    phase: Phase
    #: Who ended it: `local`, `peer`, `network` or `caller`.
    origin: Origin
    #: What to do, in one sentence.
    hint: str
    #: The TLS alert, where one was seen.
    tls_alert: TlsAlert | None
    #: True if the peer cannot have acted on the request, so that any request may be repeated.
    not_processed: bool
    #: True if the same call may well succeed a moment later.
    transient: bool
    #: What lies below, nearest first. The same as the chain of `__cause__`.
    causes: tuple[str, ...]

    def __init__(
        self,
        message: str,
        *,
        code: Code = "internal",
        number: int | None = None,
        phase: Phase = "config",
        origin: Origin = "local",
        hint: str = "",
        tls_alert: tuple[int, str, bool] | None = None,
        not_processed: bool = True,
        transient: bool = False,
        causes: Sequence[str] = (),
        report: str | None = None,
    ) -> None:
        super().__init__(message)
        if number is None:
            from mutls._errors import CODES

            number = CODES[code][0]
        self.message = message
        self.code = code
        self.number = number
        self.phase = phase
        self.origin = origin
        self.hint = hint
        self.tls_alert = None if tls_alert is None else TlsAlert(*tls_alert)
        self.not_processed = not_processed
        self.transient = transient
        self.causes = tuple(causes)
        self._report = report

    @property
    def handshake(self) -> HandshakeReport | None:
        """What was seen of the handshake, if the call got that far."""
        if self._report is None:
            return None
        from mutls._handshake import _report

        return _report(self._report)

    @classmethod
    def _with_causes(cls, message: str, **facts: Any) -> Self:
        error = cls(message, **facts)
        below: BaseException = error
        for text in error.causes:
            below.__cause__ = Cause(text)
            below = below.__cause__
        return error

    def to_dict(self) -> dict[str, Any]:
        """Everything but the handshake report, as plain values."""
        return {
            "code": self.code,
            "number": self.number,
            "phase": self.phase,
            "origin": self.origin,
            "message": self.message,
            "hint": self.hint,
            "tls_alert": None if self.tls_alert is None else self.tls_alert._asdict(),
            "not_processed": self.not_processed,
            "transient": self.transient,
            "causes": list(self.causes),
        }

    def __str__(self) -> str:
        text = f"{self.message} [{self.code}, {self.phase}, {self.origin}]"
        return f"{text} {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        facts = {
            "code": self.code,
            "number": self.number,
            "phase": self.phase,
            "origin": self.origin,
            "hint": self.hint,
            "tls_alert": None if self.tls_alert is None else tuple(self.tls_alert),
            "not_processed": self.not_processed,
            "transient": self.transient,
            "causes": self.causes,
            "report": self._report,
        }
        return (_again, (type(self), self.message, facts))


def _again(cls: type[Error], message: str, facts: dict[str, Any]) -> Error:
    return cls._with_causes(message, **facts)
