#!/usr/bin/env bash
# Makes what the fuzzers begin with, fuzz/seeds: the files of cryptography-vectors, and stores, lists and archives by
# openssl, keytool and zip, opened by the passphrase of core/src/fuzzing.rs.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/vectors.sh
seeds=$PWD/fuzz/seeds
if [ -e "$seeds/complete" ]; then exit; fi
rm -rf "$seeds"
mkdir -p "$seeds"
for file in "${CARGO_TARGET_DIR:-target}"/vectors/files/cryptography_vectors/{asymmetric/{PKCS8,EC,PEM_Serialization,Traditional_OpenSSL_Serialization,Ed25519},pkcs12}/*.{pem,der,p12}; do
    [ -e "$file" ] && cp "$file" "$seeds/$(basename "$(dirname "$file")")-$(basename "$file")"
done
cp include/mutls-options.json "$seeds/options.json"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
pass=hunter2-hunter2
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -x509 -new -key key.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 3650 -out cert.pem
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n' > ca.cnf
touch index
echo 01 > number
openssl ca -config ca.cnf -cert cert.pem -keyfile key.pem -revoke cert.pem 2>/dev/null
openssl ca -config ca.cnf -gencrl -cert cert.pem -keyfile key.pem -crldays 3650 -out list.pem 2>/dev/null
openssl crl -in list.pem -outform DER -out "$seeds/list.der"
openssl x509 -in cert.pem -outform DER -out "$seeds/cert.der"
openssl crl2pkcs7 -in list.pem -certfile cert.pem -outform DER -out "$seeds/both.p7b"
cat cert.pem key.pem list.pem > "$seeds/all.pem"
export_store() { openssl pkcs12 -export -in cert.pem -inkey key.pem -name x -iter 1 -passout "pass:$1" "${@:3}" -out "$seeds/$2.p12"; }
export_store $pass modern
export_store $pass legacy -legacy
export_store '' empty
export_store $pass bags -keypbe NONE -certpbe NONE -nomac
for kind in JKS JCEKS; do
    openssl pkcs12 -export -in cert.pem -inkey key.pem -name x -passout pass:$pass -out one.p12
    keytool -importkeystore -noprompt -srckeystore one.p12 -srcstoretype PKCS12 -srcstorepass $pass -destkeystore "$seeds/$kind.store" \
        -deststoretype $kind -deststorepass $pass -destkeypass $pass 2>/dev/null
done
keytool -genseckey -alias secret -keyalg AES -keysize 128 -storetype JCEKS -keystore "$seeds/JCEKS.store" -storepass $pass -keypass $pass 2>/dev/null
zip -q "$seeds/deflated.zip" cert.pem key.pem
zip -q -0 "$seeds/stored.zip" cert.pem key.pem
zip -q - cert.pem key.pem | cat > "$seeds/streamed.zip"
printf '%s' '{"base_url": "https://api.example/v1/", "identity": [{"cert_file": "c", "key_pem": {"ref": "k"}, "hosts": ["*.example"]}],
 "trust": {"ca_file": ["a"], "pins": ["sha256/x"], "allow": ["v1"]}, "timeouts": {"total_ms": 1}, "proxy": "none", "headers": {"a": ["b"]}}' > "$seeds/config.json"
touch "$seeds/complete"
