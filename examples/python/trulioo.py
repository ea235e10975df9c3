"""Trulioo's test call: client.crt is the certificate from the Customer Portal, client.key the key that it was requested
with, and its passphrase, if any, is in the environment."""

import os

import mutls

client = mutls.Client(
    base_url=os.environ.get("TRULIOO_URL", "https://mtls.primary.prod.trulioo.com") + "/",
    cert="client.crt",
    key="client.key",
    passphrase=os.environ.get("TRULIOO_PASSPHRASE"),
    ca=os.environ.get("TRULIOO_CA"),
    auth=(os.environ["TRULIOO_USER"], os.environ["TRULIOO_PASSWORD"]),
)
print(client.get("connection/v1/testauthentication").text)
