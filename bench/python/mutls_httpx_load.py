"""httpx with mutls below it: one Client, shared by threads."""

import httpx
import httpx_threads
import mutls.httpx
from load import Plan
from options import options

plan = Plan()


def make():
    """A client with mutls's transport."""
    return httpx.Client(transport=mutls.httpx.Transport(**options(plan)), timeout=300, trust_env=False)


httpx_threads.run(plan, make)
