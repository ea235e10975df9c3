"""httpx: one Client, shared by threads."""

import httpx
import httpx_threads
from load import Plan
from tls import context

plan = Plan()


def make():
    """A client with room for every connection."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=plan.in_flight)
    return httpx.Client(verify=context(plan), limits=limits, timeout=300, trust_env=False)


httpx_threads.run(plan, make)
