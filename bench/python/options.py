"""The options of a mutls client."""


def options(plan):
    """The partner's files, and room for every connection."""
    made = {"cert": plan.cert, "key": plan.key, "pool": {"max_idle": max(64, plan.in_flight)}}
    return {**made, "ca": plan.ca} if plan.ca else made
