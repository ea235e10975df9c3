"""Trulioo's page "Implementing mTLS" with one line changed: without a passphrase."""

import os

# was: import requests
from mutls import requests

url = os.environ.get("TRULIOO_URL", "https://mtls.primary.prod.trulioo.com") + "/connection/v1/testauthentication"
user = (os.environ["TRULIOO_USER"], os.environ["TRULIOO_PASSWORD"])
response = requests.get(url, auth=user, cert=("plain.crt", "plain.key"))
print(response.text)
