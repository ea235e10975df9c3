"""requests: reads rows (URL, certificate, key, CA), prints what came of each."""

import sys

import requests

for line in sys.stdin:
    url, cert, key, ca = line.rstrip("\n").split("\t")
    try:
        answer = requests.get(url, cert=(cert, key) if cert else None, verify=ca, timeout=10)
        print("status", answer.status_code, flush=True)
    except Exception as error:
        print(f"{type(error).__name__}: {error}".replace("\n", " "), flush=True)
