"""Why calls fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mutls._config import _document
from mutls._native import diagnose as _diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from mutls._options import Options


class Step(NamedTuple):
    """One step of the way."""

    #: `options`, `identity`, `trust`, `proxy`, `dns`, `connect`, `handshake`, `without_identity` or `answer`.
    name: str
    #: `ok`, `warning` or `failed`.
    state: str
    #: What was found, in a sentence.
    finding: str
    #: The facts that the finding rests on.
    evidence: tuple[str, ...]
    #: What to do about it.
    cure: str | None
    #: The error that a call would end with: code, number, phase, origin, message, hint and the rest.
    error: dict[str, Any] | None
    #: How long it took, in milliseconds.
    ms: float | None


class Diagnosis:
    """What is wrong with calls to a URL, found by walking their way. It holds no secret; `str` gives it as text."""

    #: Without user and query.
    url: str
    #: How it came out as a whole, as its worst step: `ok`, `warning` or `failed`.
    state: str
    #: In a sentence: what is the matter.
    summary: str
    #: The code of the error that calls fail with.
    code: str | None
    steps: tuple[Step, ...]
    #: A page that needs nothing else, made to be sent to a partner's support desk.
    html: str

    def __init__(self, document: str, text: str, html: str) -> None:
        facts: dict[str, Any] = json.loads(document)
        self.url, self.state, self.summary = facts["url"], facts["state"], facts["summary"]
        self.code = facts["code"]
        self.steps = tuple(Step(**{**step, "evidence": tuple(step["evidence"])}) for step in facts["steps"])
        self.html = html
        self._text = text
        self._facts = facts

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<mutls.Diagnosis {self.state} {self.url}>"

    def to_dict(self) -> dict[str, Any]:
        """All of it, the reports of both handshakes included, fit for `json.dumps`."""
        return self._facts


def diagnose(
    url: str,
    *,
    probe: bool = True,
    attachments: Mapping[str, bytes] | None = None,
    **options: Unpack[Options],
) -> Diagnosis:
    """Finds out why calls to a URL fail, with the options of a `Client`: the client may be one that cannot be made.

        print(mutls.diagnose("https://api.example/banks/v1", cert="cert.crt", key="key.pem", ca="ca.pem"))

    It walks options, certificate and key, CA bundle, proxy, name, every address, the handshake with the certificate
    and without it, and at last a GET, unless `probe` is false. What is wrong is in the `Diagnosis`, and
    never an exception, but for options that do not exist.
    """
    return Diagnosis(*_diagnose(*_document(options, attachments), url, probe))
