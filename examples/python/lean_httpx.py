"""Lean's call through httpx: only the transport is new."""

import os

import httpx

import mutls

transport = mutls.httpx.Transport(cert="my_app_cert.crt", key="my_app_private_key.pem", ca="lean_public_cert_chain.pem")
with httpx.Client(transport=transport, headers={"lean-app-token": os.environ["LEAN_APP_TOKEN"]}) as client:
    result = client.get(os.environ.get("LEAN_URL", "https://api.leantech.me") + "/banks/v1")
    print(result.json())
