// Lean's test call with a fetch function: for code that is written for `fetch`.
import { createFetch } from 'mutls';

const fetch = createFetch({
  cert: 'my_app_cert.crt',
  key: 'my_app_private_key.pem',
  ca: 'lean_public_cert_chain.pem',
});

const response = await fetch(`${process.env.LEAN_URL ?? 'https://api.leantech.me'}/banks/v1`, {
  headers: { 'lean-app-token': process.env.LEAN_APP_TOKEN },
});
console.log(await response.json());
