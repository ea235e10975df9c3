"""What is done to certificates, keys and stores besides using them.

An input is a file's path, PEM text, or bytes of any format; several may be given, in any order. The options are those
of docs/identity-files.md. Secrets in memory become attachments, which core zeroes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from mutls._config import _object
from mutls._native import run_tool

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    Input = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview]

    class Opening(TypedDict, total=False):
        """What opens encrypted keys and stores."""

        passphrase: str | bytes
        passphrase_env: str
        passphrase_file: str | os.PathLike[str]
        key_passphrase: str | bytes
        key_passphrase_env: str
        key_passphrase_file: str | os.PathLike[str]
        alias: str

    class Written(Opening, total=False):
        """Where something goes, and what protects it."""

        new_passphrase: str | bytes
        new_passphrase_env: str
        new_passphrase_file: str | os.PathLike[str]
        overwrite: bool


class Output:
    """What a tool made: a report, and the bytes that were not written to a file, by name."""

    __slots__ = ("_parts", "report")

    def __init__(self, report: dict[str, Any], parts: dict[str, bytes]) -> None:
        self.report = report
        self._parts = parts

    def __getitem__(self, name: str) -> bytes:
        return self._parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def keys(self) -> list[str]:
        """The names of what was made."""
        return list(self._parts)

    def __repr__(self) -> str:
        return f"<mutls.Output {self.keys()}>"


def inspect(
    *input: Input,
    url: str | None = None,
    client: Mapping[str, Any] | None = None,
    **opening: Unpack[Opening],
) -> dict[str, Any]:
    """Tells what files hold: certificates, keys, requests, revocation lists. With `url`, what a server presents,
    reached and trusted as `client` says, which has the options of `mutls.Client`.

        mutls.inspect("cert.crt")["certificates"][0]["not_after"]
    """
    return _run("inspect", input, {"url": url, "client": client, **opening}).report


def check(
    *input: Input,
    ca: Input | Sequence[Input] | None = None,
    url: str | None = None,
    client: Mapping[str, Any] | None = None,
    within: str | None = None,
    **opening: Unpack[Opening],
) -> dict[str, Any]:
    """Looks for what will go wrong with an identity: `ok`, and `findings` with severity, code, message and hint. With
    `url`, also whether that server accepts certificates of its issuer."""
    options = {"ca": ca, "url": url, "client": client, "within": within, **opening}
    return _run("check", input, options).report


def match(*input: Input, **opening: Unpack[Opening]) -> dict[str, Any]:
    """Tells whether certificates, keys and requests belong together: `matches`, and what was `compared`."""
    return _run("match", input, opening).report


def needs_renewal(
    *input: Input,
    within: str = "30d",
    url: str | None = None,
    client: Mapping[str, Any] | None = None,
    **opening: Unpack[Opening],
) -> dict[str, Any]:
    """Tells whether a certificate expires `within` 30d, 12h, 2w: `needs_renewal`, and the `certificates`. With `url`
    the server's is asked for too, with the options of `client`."""
    return _run("needs_renewal", input, {"within": within, "url": url, "client": client, **opening}).report


def bundle(
    *input: Input,
    ca: Input | Sequence[Input] | None = None,
    root: bool = False,
    output_file: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    **opening: Unpack[Opening],
) -> Output:
    """Puts a chain in order, leaf first, and completes it from `ca`. Makes `bundle`, or writes `output_file`."""
    options = {"ca": ca, "root": root, "output_file": output_file, "overwrite": overwrite, **opening}
    return _run("bundle", input, options)


def create_csr(
    *input: Input,
    subject: str | Mapping[str, Any] | None = None,
    names: Sequence[str] = (),
    key: str | None = None,
    profile: str | None = None,
    key_output_file: str | os.PathLike[str] | None = None,
    csr_output_file: str | os.PathLike[str] | None = None,
    **options: Unpack[Written],
) -> Output:
    """Makes a key of the kind `key` (rsa-2048, rsa-3072, rsa-4096, p-256, p-384, ed25519) and a certificate signing
    request for it; or a request for a key that is given. Makes `csr` and `key`, or writes the files.

    made = mutls.create_csr(subject={"common_name": "services.company.com"}, new_passphrase="...")
    made["csr"], made["key"]
    """
    given = {
        "subject": subject,
        "names": list(names),
        "key": key,
        "profile": profile,
        "key_output_file": key_output_file,
        "csr_output_file": csr_output_file,
        **options,
    }
    return _run("create_csr", input, given)


def convert(
    *input: Input,
    to: str,
    only: str | None = None,
    legacy: bool = False,
    pbmac1: bool = False,
    truststore: bool | None = None,
    name: str | None = None,
    unencrypted: bool = False,
    ca: Input | Sequence[Input] | None = None,
    root: bool = False,
    output_file: str | os.PathLike[str] | None = None,
    **options: Unpack[Written],
) -> Output:
    """Writes certificates and keys in another format: `to` is pem, der, pkcs7, pkcs7_der, pkcs8, pkcs12 or jks. Makes
    `output`, or writes `output_file`.

    mutls.convert("cert.crt", "key.pem", to="pkcs12", new_passphrase="changeit")["output"]
    """
    given = {
        "to": to,
        "only": only,
        "legacy": legacy,
        "pbmac1": pbmac1,
        "truststore": truststore,
        "name": name,
        "unencrypted": unencrypted,
        "ca": ca,
        "root": root,
        "output_file": output_file,
        **options,
    }
    return _run("convert", input, given)


_SECRETS = ("passphrase", "key_passphrase", "new_passphrase")


def _run(tool: str, input: Sequence[Input], options: Mapping[str, Any]) -> Output:
    attached: dict[str, bytes] = {}
    document: dict[str, Any] = {}
    given = {"input": list(input), **options}
    for key, value in given.items():
        if value is None or (key == "input" and not value):
            continue
        if key == "client" and isinstance(value, Mapping):
            document[key] = _object("", value, attached)
        elif key in ("input", "ca") and isinstance(value, (list, tuple)):
            document[key] = [_plain(f"{key} {at + 1}", one, attached) for at, one in enumerate(value)]
        else:
            document[key] = _plain(key, value, attached)
    report, parts = run_tool(tool, json.dumps(document), attached)
    return Output(json.loads(report), parts)


def _plain(name: str, value: Any, attached: dict[str, bytes]) -> Any:
    is_secret = isinstance(value, str) and (name in _SECRETS or "-----BEGIN" in value)
    if is_secret or isinstance(value, (bytes, bytearray, memoryview)):
        attached[name] = value.encode() if isinstance(value, str) else bytes(value)
        return {"ref": name}
    return os.fsdecode(value) if isinstance(value, os.PathLike) else value
