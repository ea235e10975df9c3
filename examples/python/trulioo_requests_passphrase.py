"""Trulioo's page "Implementing mTLS" with one line changed: with a passphrase. The page's own adapter is not needed any
more, and its 7 lines may go."""

import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

import mutls.requests

url = os.environ.get("TRULIOO_URL", "https://mtls.primary.prod.trulioo.com") + "/connection/v1/testauthentication"
cert_path = "client.crt"
key_path = "client.key"
passphrase = os.environ["TRULIOO_PASSPHRASE"]


class SSLAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        context = create_urllib3_context()
        context.load_cert_chain(certfile=cert_path, keyfile=key_path, password=passphrase)
        kwargs["ssl_context"] = context
        return super().init_poolmanager(*args, **kwargs)


session = requests.Session()
# was: session.mount("https://", SSLAdapter())
session.mount("https://", mutls.requests.Adapter(cert=cert_path, key=key_path, passphrase=passphrase))
response = session.get(url, auth=(os.environ["TRULIOO_USER"], os.environ["TRULIOO_PASSWORD"]))
print(response.text)
