//! The examples that `--help` begins with.

pub(crate) const INSPECT: &str = "\
What is in the file that they gave you:

  mutls inspect my_app_cert.crt
  mutls inspect store.p12                  asks for the passphrase
  mutls inspect my_app_cert.crt my_app_private_key.pem request.csr --json

What a server presents, and whose certificates it accepts:

  mutls inspect https://api.leantech.me --cacert lean_public_cert_chain.pem
";

pub(crate) const CHECK: &str = "\
Before the first call, everything that will go wrong:

  mutls check my_app_cert.crt my_app_private_key.pem --cacert lean_public_cert_chain.pem

And whether this server is waiting for such a certificate:

  mutls check client.p12 --server https://mtls.primary.prod.trulioo.com
";

pub(crate) const MATCH: &str = "\
Before an upload, and after a renewal:

  mutls match server.crt server.key
  mutls match server.crt server.key server.csr && echo fine
";

pub(crate) const RENEWAL: &str = "\
In a daily job:

  mutls needs-renewal server.crt --within 30d && ./renew.sh

And the partner's, whose end would be an outage of ours:

  mutls needs-renewal https://api.leantech.me --within 14d --cacert lean_public_cert_chain.pem && ./tell-somebody.sh
";

pub(crate) const BUNDLE: &str = "\
One file, leaf first, as servers and the Go example of the partner want it:

  mutls bundle my_app_cert.crt --cacert lean_public_cert_chain.pem -o bundle.pem
";

pub(crate) const CSR: &str = "\
A key and a request, asked for step by step, as Trulioo's portal takes it:

  mutls csr --profile trulioo

The same by flags, with a passphrase:

  mutls csr --profile trulioo --common-name services.company.com --organization 'Company Ltd.' \\
    --country CA --state 'British Columbia' --locality Vancouver --encrypt -o server

For a key that is there, with alternative names:

  mutls csr --key server.key --cn services.company.com --san services.company.com --san 10.0.0.1
";

pub(crate) const CONVERT: &str = "\
A truststore for Java (keytool -import -trustcacerts ...):

  mutls convert lean_public_cert_chain.pem -o yourApp-trustStore.jks

A keystore for Java, Windows or Postman (openssl pkcs12 -export ...):

  mutls convert my_app_cert.crt my_app_private_key.pem --cacert certs/ca.pem -o myApp-keyStore.p12
  mutls convert my_app_cert.crt my_app_private_key.pem --legacy -o old.pfx

A chain for Windows or a Java tool (openssl crl2pkcs7 -nocrl ...):

  mutls convert my_app_cert.crt certs/ca.pem -o chain.p7b

Back to PEM, in parts:

  mutls convert store.p12 -o client.pem
  mutls convert store.p12 --only key --new-pass-env KEY_PASS -o client.key
  mutls convert store.p12 --only certificates -o client.crt

Another passphrase for a key, or none:

  mutls convert old.key -o new.key --new-pass-file secret.txt
  mutls convert old.key -o open.key --unencrypted
";

pub(crate) const ANSWERS: &str = "\
Exit codes: 0 yes; 1 no; others as `mutls --help` lists them.";

pub(crate) const RENEWAL_CODES: &str = "\
Exit codes: 0 at least one certificate needs renewal; 1 none does; others, as `mutls --help` lists them, \
when there is no answer.";
