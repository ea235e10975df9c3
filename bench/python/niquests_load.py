"""niquests: one Session, shared by threads."""

import niquests
import sessions
from load import Plan

plan = Plan()


def make():
    """The session of the partner's snippet, with room for every connection."""
    session = niquests.Session(pool_maxsize=plan.in_flight, disable_http3=True)
    session.cert = (plan.cert, plan.key)
    session.verify = plan.ca or True
    session.trust_env = False
    return session


sessions.run(plan, make)
