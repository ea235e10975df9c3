// Lean's calls. The three files come from the developer portal.
import { Client, MtlsError } from 'mutls';

const client = new Client({
  baseUrl: `${process.env.LEAN_URL ?? 'https://api.leantech.me'}/`,
  cert: 'my_app_cert.crt',
  key: 'my_app_private_key.pem',
  ca: 'lean_public_cert_chain.pem',
  headers: { 'lean-app-token': process.env.LEAN_APP_TOKEN },
});

try {
  const banks = await client.request('banks/v1');
  if (banks.ok) console.log(banks.json());
  else console.log(`Error - ${banks.json().status}: ${banks.json().message}`);

  const customer = await client.post('customers/v1', { json: { app_user_id: 'me' } });
  console.log(customer.json().customer_id);
} catch (error) {
  if (!(error instanceof MtlsError) || error.family !== 'handshake') throw error;
  console.error(`Lean does not accept us: ${error}`);
  process.exitCode = 1;
}
