"""mutls: one Client, shared by threads."""

import mutls
from load import Plan, Repeat, first, threads
from options import options

plan = Plan()


def make():
    """A client with room for every connection."""
    return mutls.Client(**options(plan))


first(plan, make)
client = make()


def request():
    """One request, its body read."""
    if plan.mode == "upload":
        body = Repeat(plan.upload_bytes)
        client.post(plan.url, content=body, content_length=plan.upload_bytes).raise_for_status()
    elif plan.mode == "download":
        with client.stream("GET", plan.url) as response:
            response.raise_for_status()
            for _ in response.iter_bytes():
                pass
    else:
        client.get(plan.url).raise_for_status().json()


threads(plan, request)
