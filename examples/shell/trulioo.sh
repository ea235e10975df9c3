#!/bin/sh
# Trulioo's test call, as its page has it for cURL. The passphrase follows the certificate after a colon.
set -eu
: "${TRULIOO_URL:=https://mtls.primary.prod.trulioo.com}"
: "${TRULIOO_USER:?username:password of the API user}"

mutls request --request GET \
    --url "$TRULIOO_URL/connection/v1/testauthentication" \
    --header 'Accept: application/json' \
    --user "$TRULIOO_USER" \
    --cert "./client.crt${TRULIOO_PASSPHRASE:+:$TRULIOO_PASSPHRASE}" \
    --key './client.key' ${TRULIOO_CA:+--cacert "$TRULIOO_CA"}
