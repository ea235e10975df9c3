// Trulioo's test call: client.crt is the certificate from the Customer Portal, client.key the key that it was requested with,
// and its passphrase, if any, is in the environment.
import { Client } from 'mutls';

const client = new Client({
  baseUrl: `${process.env.TRULIOO_URL ?? 'https://mtls.primary.prod.trulioo.com'}/`,
  cert: 'client.crt',
  key: 'client.key',
  passphrase: process.env.TRULIOO_PASSPHRASE,
  ca: process.env.TRULIOO_CA,
  auth: { basic: { username: process.env.TRULIOO_USER, password: process.env.TRULIOO_PASSWORD } },
});
console.log((await client.request('connection/v1/testauthentication')).json());
