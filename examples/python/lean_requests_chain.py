"""Lean's page "How to set up mTLS" with one line changed: the partner's certificate chain is given too."""

import os

# was: import requests
from mutls import requests

getBanksUrl = os.environ.get("LEAN_URL", "https://api.leantech.me") + "/banks/v1"

headers = {"lean-app-token": os.environ["LEAN_APP_TOKEN"], "Content-Type": "application/json"}

result = requests.get(
    getBanksUrl,
    headers=headers,
    cert=("my_app_cert.crt", "my_app_private_key.pem"),
    verify="lean_public_cert_chain.pem",
)

if result.status_code == 200:
    print(result.json())
else:
    print(f"Error - {result.json()['status']}: {result.json()['message']}")
