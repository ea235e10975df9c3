import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { bundle, check, convert, createCsr, inspect, match, MtlsError, needsRenewal } from 'mutls';
import { sandbox } from './support.mjs';

const { info } = await sandbox();
const { cert, chain, key } = info.identities.valid;
const { ca } = info.files;
const folder = mkdtempSync(join(tmpdir(), 'mutls-tools-'));
after(() => rmSync(folder, { recursive: true }));

describe('tools', () => {
  test('a request and its key belong together', async () => {
    const [keyFile, csrFile] = [join(folder, 'a.key'), join(folder, 'a.csr')];
    const subject = { commonName: 'services.company.com', country: 'CA' };
    const made = await createCsr({ key: 'p-256', subject, names: ['a.example'], keyOutputFile: keyFile, csrOutputFile: csrFile });
    assert.deepEqual(made.parts, {});
    assert.equal(statSync(keyFile).mode & 0o777, 0o600);
    assert.equal((await match([keyFile, pathToFileURL(csrFile)])).matches, true);
    const seen = await inspect(readFileSync(csrFile));
    assert.deepEqual(seen.requests[0].names, ['a.example']);
    const again = createCsr({ key: 'p-256', subject, keyOutputFile: keyFile });
    await assert.rejects(again, (error) => error instanceof MtlsError && error.code === 'bad_option');
    const other = await createCsr(keyFile, { subject: 'CN=other' });
    assert.deepEqual(Object.keys(other.parts), ['csr']);
  });

  test('bytes and passphrases go round', async () => {
    const { parts } = await createCsr({ key: 'ed25519', subject: 'CN=a' });
    const shut = await convert(parts.key, { to: 'pkcs8', newPassphrase: 'hunter2' });
    assert.match(shut.parts.output.toString(), /^-----BEGIN ENCRYPTED PRIVATE KEY/);
    await assert.rejects(convert(shut.parts.output, { to: 'pkcs8', unencrypted: true }), { code: 'passphrase_required' });
    const text = shut.parts.output.toString();
    const open = await convert(text, { to: 'pkcs8', passphrase: Buffer.from('hunter2'), unencrypted: true });
    assert.deepEqual(open.parts.output, parts.key);
  });

  test("Node's own TLS opens a store, modern or legacy", async () => {
    for (const legacy of [false, true]) {
      const { parts, report } = await convert([chain, key], { to: 'pkcs12', legacy, newPassphrase: 'changeit' });
      assert.equal(report.kind, 'keystore');
      createSecureContext({ pfx: parts.output, passphrase: 'changeit' });
    }
  });

  test('an identity is checked, bundled, and told to be renewed', async () => {
    assert.equal((await check([chain, key], { ca, within: '1d' })).ok, true);
    const { parts } = await bundle(cert, { ca: [chain, readFileSync(ca)] });
    assert.equal(parts.bundle.toString().match(/BEGIN CERTIFICATE/g).length, 2);
    assert.equal((await needsRenewal(cert, { within: '99999d' })).needs_renewal, true);
    await assert.rejects(needsRenewal(cert, { within: 'soon' }), { code: 'bad_option' });
    await assert.rejects(inspect(cert, { passphras: 'x' }), { hint: 'Did you mean `passphrase`?' });
  });

  test('a server is asked while other work goes on', async (t) => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    t.after(() => clearInterval(ticking));
    const client = { ca, proxy: 'none', timeouts: { connectMs: 20_000 } };
    const seen = await inspect({ url: info.listeners.required.url, client });
    await createCsr({ key: 'rsa-3072', subject: 'CN=slow' });
    assert.equal(seen.trusted, true);
    assert.equal(seen.client_certificate.requested, true);
    assert.ok(turns > 0);
  });
});
