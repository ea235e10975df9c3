"""pyreqwest (Rust's reqwest): one SyncClient, shared by threads."""

from load import Plan, Repeat, first, threads
from pyreqwest.client import SyncClientBuilder

plan = Plan()


def make():
    """A client that opens as many connections as it needs."""
    with open(plan.cert, "rb") as cert, open(plan.key, "rb") as key:
        identity = cert.read() + key.read()
    builder = SyncClientBuilder().identity_pem(identity).no_proxy().error_for_status().max_connections(None)
    builder = builder.pool_max_idle_per_host(plan.in_flight)
    if plan.ca:
        with open(plan.ca, "rb") as ca:
            builder = builder.add_root_certificate_pem(ca.read())
    return builder.build()


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
