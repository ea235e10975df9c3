"""Lean's calls. The three files come from the developer portal."""

import os

import mutls

client = mutls.Client(
    base_url=os.environ.get("LEAN_URL", "https://api.leantech.me") + "/",
    cert="my_app_cert.crt",
    key="my_app_private_key.pem",
    ca="lean_public_cert_chain.pem",
    headers={"lean-app-token": os.environ["LEAN_APP_TOKEN"]},
)

try:
    result = client.get("banks/v1")
except mutls.HandshakeError as error:
    raise SystemExit(f"Lean does not accept us: {error}") from error

if result.status_code == 200:
    print(result.json())
else:
    print(f"Error - {result.json()['status']}: {result.json()['message']}")

print(client.post("customers/v1", json={"app_user_id": "me"}).json()["customer_id"])
