"""requests with mutls below it: one Session, shared by threads."""

import mutls.requests
import requests
import sessions
from load import Plan
from options import options

plan = Plan()


def make():
    """The session of the partner's snippet, with one line changed."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", mutls.requests.Adapter(**options(plan)))
    return session


sessions.run(plan, make)
