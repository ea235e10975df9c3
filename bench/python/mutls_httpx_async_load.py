"""httpx with mutls below it: one AsyncClient, on asyncio."""

import httpx
import httpx_tasks
import mutls.httpx
from load import Plan
from options import options

plan = Plan()


def make():
    """A client with mutls's transport."""
    return httpx.AsyncClient(transport=mutls.httpx.AsyncTransport(**options(plan)), timeout=300, trust_env=False)


httpx_tasks.run(plan, make)
