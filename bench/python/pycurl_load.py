"""pycurl: an easy handle for each thread."""

import json
import threading
from io import BytesIO

import certifi
import pycurl
from load import Plan, Repeat, first, threads

plan = Plan()
local = threading.local()


def make():
    """A handle for the plan's URL."""
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, plan.url)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.FAILONERROR, 1)
    curl.setopt(pycurl.SSLCERT, plan.cert)
    curl.setopt(pycurl.SSLKEY, plan.key)
    curl.setopt(pycurl.CAINFO, plan.ca or certifi.where())
    return curl


first(plan, make)


def request():
    """One request, its body read."""
    if not hasattr(local, "curl"):
        local.curl = make()
    curl = local.curl
    if plan.mode == "download":
        curl.setopt(pycurl.BUFFERSIZE, 65536)
        curl.setopt(pycurl.WRITEFUNCTION, len)
        curl.perform()
        return
    body = BytesIO()
    curl.setopt(pycurl.WRITEFUNCTION, body.write)
    if plan.mode == "upload":
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.POSTFIELDSIZE_LARGE, plan.upload_bytes)
        curl.setopt(pycurl.READFUNCTION, Repeat(plan.upload_bytes).read)
        curl.setopt(pycurl.HTTPHEADER, ["Expect:"])
        curl.perform()
        return
    curl.perform()
    json.loads(body.getvalue())


threads(plan, request)
