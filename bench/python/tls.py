"""An SSLContext for the libraries that take one."""

import ssl


def context(plan):
    """CA bundle or the system's roots, and the client certificate."""
    made = ssl.create_default_context(cafile=plan.ca)
    made.load_cert_chain(plan.cert, plan.key)
    return made
