"""What is told of connections and certificates: to a function, and to `logging`."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref

import httpx
import pytest
import requests

import mutls
import mutls.httpx
import mutls.requests
from conftest import Sandbox


def names(events: list[mutls.Event]) -> list[str]:
    found = [event.event for event in events]
    events.clear()
    return found


def test_connected_and_expiring(sandbox: Sandbox) -> None:
    events: list[mutls.Event] = []
    client = mutls.Client(base_url=sandbox.url("required"), on_event=events.append, **sandbox.pair("expiring"))
    # Told before the client is there.
    (expiring,) = events
    assert (expiring.event, expiring.level, expiring.days_left) == ("identity_expiring", "warning", 5)
    assert expiring.subject is not None and "expiring" in expiring.subject
    assert "expires in 5 days" in str(expiring)
    events.clear()
    report = client.get("echo?token=abc").handshake
    (connected,) = events
    assert (connected.event, connected.host, connected.version) == ("connected", "localhost", "TLSv1.3")
    assert connected.resumed is False and connected.code is None
    assert connected.days_left == 5 == report.client_certificate.days_left
    assert connected.server_days_left == report.server_days_left
    assert "token" not in repr(connected)
    events.clear()
    client.get("echo")
    assert names(events) == []
    client.get("close-if-reused")
    assert names(events) == ["retried", "connected"]
    client.reload(base_url=sandbox.url("required"), expiry_warning_days=100_000, **sandbox.pair("rotated"))
    assert "identity_expiring" in names(events)


@pytest.mark.parametrize("listener", ["tls12", "tls13"])
def test_a_failure(sandbox: Sandbox, listener: str) -> None:
    events: list[mutls.Event] = []
    client = mutls.Client(ca=sandbox.ca, on_event=events.append)
    with pytest.raises(mutls.HandshakeError) as failure:
        client.get(sandbox.url(listener, "/secret-path"))
    told = events[-1]
    assert (told.event, told.level, told.code) == ("handshake_failed", "info", failure.value.code)
    assert told.hint == failure.value.hint
    assert "secret-path" not in repr(events)


def test_a_function_that_raises_breaks_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: raised.append(str(told.exc_value)))

    def fails(event: mutls.Event) -> None:
        raise ValueError(event.event)

    client = mutls.Client(on_event=fails, **sandbox.pair())
    assert client.get(sandbox.url("required", "/echo")).status_code == 200
    assert raised == ["connected"]

    def stops(event: mutls.Event) -> None:
        raise KeyboardInterrupt

    client = mutls.Client(on_event=stops, **sandbox.pair())
    with pytest.raises(KeyboardInterrupt):
        client.get(sandbox.url("required", "/echo"))


def test_asyncio_and_seams(sandbox: Sandbox) -> None:
    events: list[mutls.Event] = []
    url = sandbox.url("required", "/echo")

    async def run() -> None:
        async with mutls.AsyncClient(on_event=events.append, **sandbox.pair()) as client:
            await client.get(url)
        async with httpx.AsyncClient(
            transport=mutls.httpx.AsyncTransport(on_event=events.append, **sandbox.pair())
        ) as client:
            await client.get(url)

    asyncio.run(run())
    assert names(events) == ["connected", "connected"]
    with httpx.Client(transport=mutls.httpx.Transport(on_event=events.append, **sandbox.pair())) as client:
        client.get(url)
    with requests.Session() as session:
        session.mount("https://", mutls.requests.Adapter(on_event=events.append, **sandbox.pair()))
        session.get(url)
    assert names(events) == ["connected", "connected"]


def test_a_function_that_holds_its_client_is_garbage_with_it(sandbox: Sandbox) -> None:
    class Owner:
        def __init__(self) -> None:
            self.client = mutls.Client(on_event=self.on_event, **sandbox.pair("expiring"))

        def on_event(self, event: mutls.Event) -> None:
            pass

    owner = Owner()
    owner.client.get(sandbox.url("required", "/echo"))
    gone = weakref.ref(owner)
    del owner
    gc.collect()
    assert gone() is None


def test_logging_has_the_same_lines(sandbox: Sandbox) -> None:
    # A change of level is noticed within a second; by a process that begins with it, at once.
    program = """
import logging, sys, mutls
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(name)s %(levelname)s %(message)s")
cert, key, ca, url = sys.argv[1:]
mutls.Client(cert=cert, key=key, ca=ca).get(url + "/echo")
try:
    mutls.Client(ca=ca).get(url + "/echo")
except mutls.HandshakeError:
    pass
"""
    pair = sandbox.pair("expiring")
    ran = subprocess.run(
        [sys.executable, "-c", program, pair["cert"], pair["key"], pair["ca"], sandbox.url("tls12")],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = ran.stdout.splitlines()
    assert len(lines) == 3, lines
    assert lines[0].startswith("mutls WARNING our certificate ") and "expires in 5 days" in lines[0]
    assert lines[1].startswith("mutls DEBUG connected to localhost:")
    assert lines[2].startswith("mutls INFO ") and "client_cert_required" in lines[2]


def test_needs_renewal_asks_servers(sandbox: Sandbox) -> None:
    url = sandbox.url("server_expiring")
    assert mutls.needs_renewal(url=url, client={"ca": sandbox.ca}, within="6d")["needs_renewal"]
    assert not mutls.needs_renewal(url=url, client={"ca": sandbox.ca}, within="4d")["needs_renewal"]
