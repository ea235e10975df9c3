"""How the loads of pyreqwest make their clients."""


def make(builder, plan):
    """A client that opens as many connections as it needs."""
    with open(plan.cert, "rb") as cert, open(plan.key, "rb") as key:
        identity = cert.read() + key.read()
    builder = builder.identity_pem(identity).no_proxy().error_for_status().max_connections(None)
    builder = builder.pool_max_idle_per_host(plan.in_flight)
    if plan.ca:
        with open(plan.ca, "rb") as ca:
            builder = builder.add_root_certificate_pem(ca.read())
    return builder.build()
