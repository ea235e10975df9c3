"""pyreqwest (Rust's reqwest): one SyncClient, shared by threads."""

import pyreqwest_client
from load import Plan, Repeat, first, threads
from pyreqwest.client import SyncClientBuilder

plan = Plan()


def make():
    """The client."""
    return pyreqwest_client.make(SyncClientBuilder(), plan)


first(plan, make)
client = make()


def request():
    """One request, its body read."""
    if plan.mode == "upload":
        body = iter(Repeat(plan.upload_bytes))
        client.post(plan.url).header("content-length", str(plan.upload_bytes)).body_stream(body).build().send()
    elif plan.mode == "download":
        with client.get(plan.url).build_streamed() as response:
            while response.body_reader.read_chunk():
                pass
    else:
        client.get(plan.url).build().send().json()


threads(plan, request)
