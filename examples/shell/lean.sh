#!/bin/sh
# Lean's calls: my_app_cert.crt and my_app_private_key.pem come from the developer portal's "generate new
# certificate", lean_public_cert_chain.pem from its "Certificate chain".
set -eu
: "${LEAN_URL:=https://api.leantech.me}"
: "${LEAN_APP_TOKEN:?the application token}"

lean() {
    mutls request --cert my_app_cert.crt --key my_app_private_key.pem --cacert lean_public_cert_chain.pem \
        --header "lean-app-token: $LEAN_APP_TOKEN" "$@"
}

lean "$LEAN_URL/banks/v1"
lean --json '{"app_user_id": "me"}' "$LEAN_URL/customers/v1"
