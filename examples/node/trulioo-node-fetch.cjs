// Trulioo's page "Implementing mTLS" with one line changed: node-fetch with an https.Agent, with a passphrase.
const path = require('path');
const fs = require('fs');
const https = require('https');
// was: const fetch = require('node-fetch');
const fetch = require('mutls').createFetch();

const url = `${process.env.TRULIOO_URL ?? 'https://mtls.primary.prod.trulioo.com'}/connection/v1/testauthentication`;
const credentials = `${process.env.TRULIOO_USER}:${process.env.TRULIOO_PASSWORD}`;
const options = {
  headers: {
    Accept: 'application/json',
    Authorization: 'Basic ' + Buffer.from(credentials).toString('base64'),
  },
  agent: new https.Agent({
    cert: fs.readFileSync(path.resolve('client.crt')),
    key: fs.readFileSync(path.resolve('client.key')),
    passphrase: process.env.TRULIOO_PASSPHRASE,
  }),
};

fetch(url, options)
  .then((res) => res.json())
  .then((json) => console.log(json))
  .catch((err) => console.error('error:' + err));
