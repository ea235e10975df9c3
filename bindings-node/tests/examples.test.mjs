// The partner pages' snippets, from an empty folder, with the partners' own file names.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sandbox } from './support.mjs';

const { info, valid, encrypted } = await sandbox();
const examples = process.env.MUTLS_EXAMPLES;
const folder = mkdtempSync(join(tmpdir(), 'mutls-'));
after(() => rmSync(folder, { recursive: true }));
for (const [name, from] of Object.entries({
  'my_app_cert.crt': valid.cert,
  'my_app_private_key.pem': valid.key,
  'lean_public_cert_chain.pem': info.files.chain,
  'client.crt': encrypted.chain,
  'client.key': encrypted.key,
})) {
  copyFileSync(from, join(folder, name));
}
symlinkSync(fileURLToPath(new URL('./node_modules', import.meta.url)), join(folder, 'node_modules'));

async function run(name, env = {}) {
  copyFileSync(join(examples, name), join(folder, name));
  const { username, password } = info.trulioo;
  const all = {
    PATH: process.env.PATH,
    LEAN_URL: info.lean.base_url,
    LEAN_APP_TOKEN: info.lean.app_token,
    TRULIOO_URL: info.trulioo.base_url,
    TRULIOO_USER: username,
    TRULIOO_PASSWORD: password,
    TRULIOO_PASSPHRASE: encrypted.passphrase,
    TRULIOO_CA: info.files.ca,
    // Where a page names no CA, the system's roots count: here they are the sandbox's.
    SSL_CERT_FILE: info.files.ca,
    ...env,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [name], { cwd: folder, env: all });
  return stdout;
}

test('lean.mjs', async () => {
  const out = await run('lean.mjs');
  assert.match(out, /SANDBOX_BANK_ONE/);
  assert.match(out, /\n\S+\n$/);
  assert.match(await run('lean.mjs', { LEAN_APP_TOKEN: 'other' }), /INSUFFICIENT_ACCESS_LEVEL/);
});

test('lean-fetch.mjs', async () => assert.match(await run('lean-fetch.mjs'), /SANDBOX_BANK_ONE/));
test('lean-axios.cjs', async () => assert.match(await run('lean-axios.cjs'), /customer_id/));
test('trulioo.mjs', async () => assert.match(await run('trulioo.mjs'), /Hello/));
test('trulioo-node-fetch.cjs', async () => assert.match(await run('trulioo-node-fetch.cjs'), /Hello/));
