"""Keyword arguments as a config document.

Secrets in memory become attachments, which core zeroes, and never a part of the document.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any

from mutls._options import TABLE

_encode_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _document(
    options: Mapping[str, Any], attachments: Mapping[str, bytes] | None = None
) -> tuple[str, dict[str, bytes]]:
    """The document in JSON, and its attachments."""
    attached = {name: bytes(value) for name, value in (attachments or {}).items()}
    return json.dumps(_object("", options, attached)), attached


def _timeouts(value: Any) -> str:
    """A document of nothing but timeouts, for one call."""
    return json.dumps({"timeouts": _value("timeouts", "object", value, {})})


def _object(path: str, options: Mapping[str, Any], attached: dict[str, bytes]) -> dict[str, Any]:
    table = TABLE[path]
    found: dict[str, Any] = {}
    for name, value in options.items():
        # What is no option of ours goes to core as it is: it knows what was meant.
        key, kind = table.get(name, (name, ""))
        if key in found:
            from mutls._errors import ConfigError

            raise ConfigError(
                f"`{key}` is given twice",
                code="bad_option",
                hint="Keep either the name in Python or the key of the config document.",
            )
        place = f"{path}.{key}" if path else key
        found[key] = _value(place, kind, value, attached)
    return found


def _value(path: str, kind: str, value: Any, attached: dict[str, bytes]) -> Any:
    if path == "timeouts" and _is_number(value):
        return _only_total(value)
    if path == "auth" and isinstance(value, tuple) and len(value) == 2:
        value = {"basic": {"username": value[0], "password": value[1]}}
    if isinstance(value, (list, tuple)):
        return [
            _value(f"{path}[{at}]" if kind == "secret" else path, kind, one, attached) for at, one in enumerate(value)
        ]
    if kind == "object" and isinstance(value, Mapping):
        return _object(path, value, attached)
    if kind == "duration" and _is_number(value):
        return _milliseconds(value)
    if kind == "secret" and isinstance(value, (str, bytes, bytearray, memoryview)):
        return _secret(path, value, attached)
    return _plain(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _milliseconds(seconds: float) -> Any:
    """Whole milliseconds, rounded up; what is none stays what it is, so that core can refuse it."""
    ms = seconds * 1000
    if not math.isfinite(ms):
        return str(seconds)
    if not 0 <= ms < 2**63:
        return min(int(ms), 2**64 - 1)
    whole = round(ms)
    return whole if abs(ms - whole) < 1e-6 else int(ms) + 1


def _only_total(seconds: float) -> dict[str, Any]:
    limits = ("queue_ms", "dns_ms", "connect_ms", "handshake_ms", "send_ms", "first_byte_ms", "read_ms")
    return {**dict.fromkeys(limits), "total_ms": _milliseconds(seconds)}


def _secret(path: str, value: str | bytes | bytearray | memoryview, attached: dict[str, bytes]) -> Any:
    # The flat short forms name a file or hold its content.
    if isinstance(value, str) and path in ("cert", "key", "ca") and "-----BEGIN" not in value:
        return value
    attached[path] = value.encode() if isinstance(value, str) else bytes(value)
    return {"ref": path}


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value
