"""What is measured: one row a test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Test:
    """One load to put on every peer."""

    key: str
    title: str
    mode: str
    in_flight: int = 1
    # The listener of the server: `warm` keeps connections, the others do not.
    listener: str = "warm"
    path: str = "/answer"
    identity: str = "ecdsa"
    system_roots: bool = False
    # How many requests, where time does not decide.
    requests: int = 0


# Enough for both cores, and few enough that nothing waits long.
HANDSHAKERS = 8

TESTS = [
    Test("get-1", "Warm requests, 1 in flight", "get", 1),
    Test("get-32", "Warm requests, 32 in flight", "get", 32),
    Test("get-256", "Warm requests, 256 in flight", "get", 256),
    Test("get-1000", "Warm requests, 1,000 in flight", "get", 1000),
    Test("fresh-rsa", "Full handshakes, RSA identity", "fresh", HANDSHAKERS, "fresh", identity="rsa"),
    Test("fresh-ecdsa", "Full handshakes, ECDSA identity", "fresh", HANDSHAKERS, "fresh"),
    Test("resumed-rsa", "Resumed handshakes, RSA identity", "resumed", HANDSHAKERS, "resumed", identity="rsa"),
    Test("resumed-ecdsa", "Resumed handshakes, ECDSA identity", "resumed", HANDSHAKERS, "resumed"),
    Test("download", "256 MiB down", "download", path="/large", requests=1),
    Test("upload", "256 MiB up", "upload", path="/upload", requests=1),
    Test("first", "First client ready, bundle of one certificate", "first", requests=1),
    Test("first-system", "First client ready, the system's roots", "first", system_roots=True, requests=1),
]
