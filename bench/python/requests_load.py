"""requests: one Session, shared by threads."""

import requests
import sessions
from load import Plan
from requests.adapters import HTTPAdapter

plan = Plan()


def make():
    """The session of the partner's snippet, with room for every connection."""
    session = requests.Session()
    session.cert = (plan.cert, plan.key)
    session.verify = plan.ca or True
    session.trust_env = False
    session.mount("https://", HTTPAdapter(pool_maxsize=plan.in_flight))
    return session


sessions.run(plan, make)
